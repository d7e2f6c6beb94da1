"""From a flag to what is done about it: reviewers, delays, batches, who is told, appeals, audits, budgets (S5)."""

import dataclasses

import numpy as np
import pytest

from sim.core.enums import Grade, Origin, Removal, ReviewReason, Status, Target
from sim.engine.enforcement.audits import audit
from sim.engine.enforcement.budget import threshold_of
from sim.engine.enforcement.checks import pass_checks
from sim.engine.enforcement.review import Tier, review_case
from sim.engine.phases.enforce import enforce
from sim.engine.phases.learn import _replace_creators as replace_creators
from sim.engine.phases.publish import _due as due_creators
from sim.engine.phases.rank import rank
from sim.engine.phases.settle import settle
from sim.plugins.sanctions.actions import Case
from sim.scenario.schema.platform import Rung
from sim.scenario.schema.review import ReviewSection
from sim.world.inventory import Inventory, Sharing
from sim.world.reader_tables import post_table
from sim.world.score_book import ScoreBook
from tests.helpers.small_world import per_1000
from tests.worlds.test_enforcement import DISCOUNT, farm, quiet_model, tick, with_review

SURE = {
    f"{tier}_{what}": 0.0 for tier in ("crowd", "expert") for what in ("false_alarm", "miss_machine", "miss_person")
}
BAN = {"strikes": 1, "sanction": "ban"}


def ban_of(model, day=0, n=4, innocent=0, **rows):
    """Likes of a farm and of some readers, flagged on a day; the farm's accounts."""
    account = farm(model, n)
    people = np.arange(50, 50 + innocent)
    origin = np.r_[np.full(n, Origin.FARM), np.full(innocent, Origin.ORGANIC)]
    tick(model, day=day, account=np.r_[account, people], origin=origin, **rows)
    return account, people


def no_flags(model, day):
    """A tick in which nobody likes anything."""
    tick(model, day=day, account=np.zeros(0, int))


def statuses(model, accounts):
    return set(model.state.world.accounts.status[accounts].tolist())


def test_what_is_delayed_is_done_later_and_written_with_its_day():
    model = quiet_model(like_ladder=[BAN | {"delay_h": 36}])
    account, _ = ban_of(model)
    assert statuses(model, account) == {Status.ACTIVE}
    no_flags(model, 1)
    assert statuses(model, account) == {Status.ACTIVE}
    no_flags(model, 2)
    assert statuses(model, account) == {Status.BANNED}
    actions = model.tables.frame("actions")
    assert set(actions["day"]) == {2} and set(actions["flagged_day"]) == {0}
    assert set(actions["detector"]) == {"no_read_like"}
    no_flags(model, 3)
    assert len(model.tables.frame("actions")) == len(actions)


def test_a_batch_is_done_together_at_the_end_of_its_days():
    model = quiet_model(like_ladder=[BAN | {"batch_days": 7}])
    first, _ = ban_of(model, day=1)
    second, _ = ban_of(model, day=5)
    both = np.r_[first, second]
    no_flags(model, 6)
    assert statuses(model, both) == {Status.ACTIVE}
    no_flags(model, 7)  # the last tick of day 6 is over
    assert statuses(model, both) == {Status.BANNED}


def test_a_delayed_removal_finds_the_likes_that_were_flagged():
    model = quiet_model(like_ladder=[DISCOUNT | {"delay_h": 24}])
    account, _ = ban_of(model, day=0, n=30)
    settle(model.state, model.actors)
    tick(model, day=1, account=account[:3], post=1, dwell_s=90)  # not flagged
    likes = model.state.world.likes
    assert likes.alive.tolist() == [False] * 30 + [True] * 3
    assert model.state.world.posts.discounted.tolist() == [30, 0, 0, 0]


@pytest.mark.parametrize("review", ["crowd", "expert"])
def test_a_reviewer_spares_the_innocent_costs_money_and_takes_days(review):
    model = with_review(quiet_model(like_ladder=[BAN | {"review": review}]), **SURE)
    account, people = ban_of(model, innocent=3)
    tier = Tier.of(model.state.scenario.review, review)
    assert model.state.today.enforcement_cny == 0.0
    for day in range(tier.days):
        no_flags(model, day)
        assert statuses(model, account) == {Status.ACTIVE}
    no_flags(model, tier.days)
    assert statuses(model, account) == {Status.BANNED}
    assert statuses(model, people) == {Status.ACTIVE}
    assert model.state.today.enforcement_cny == pytest.approx(7 * tier.price_cny)
    assert model.state.today.review_h == pytest.approx(7 * tier.minutes / 60)
    labels = model.tables.frame("labels")
    assert sorted(labels.loc[labels["is_fake"], "account"]) == account.tolist()
    assert set(labels["day_known"] - labels["day_bought"]) == {tier.days}


@pytest.mark.parametrize("grade", [Grade.PERSON, Grade.MACHINE, Grade.RAISED])
def test_reviewers_err_as_often_as_the_grade_says(grade):
    model = quiet_model()
    account = farm(model, 4000)
    model.state.world.accounts.grade[account] = grade
    tick(model, account=account, post=np.arange(4000) % 4)
    case = Case(Target.LIKE, account, *(np.zeros(4000, np.int64) for _ in range(4)))
    for name in ("crowd", "expert"):
        tier = Tier.of(model.state.scenario.review, name)
        said = review_case(model.state, case, name, ReviewReason.AUDIT)
        assert (~said).mean() == pytest.approx(tier.missed[grade], abs=0.03)
    model.state.world.likes.origin[:] = Origin.ORGANIC
    said = review_case(model.state, case, "crowd", ReviewReason.AUDIT)
    assert said.mean() == pytest.approx(Tier.of(ReviewSection(), "crowd").false_alarm, abs=0.02)


def test_who_is_told_can_appeal_and_who_is_right_wins_where_there_is_a_record():
    always = {"appeal_share_innocent": 1.0, "appeal_share_guilty": 1.0, "evidence_missing": 0.0}
    model = with_review(quiet_model(like_ladder=[BAN]), **SURE, **always)
    account, people = ban_of(model, innocent=5)
    hired = np.arange(60, 63)
    tick(model, account=hired, origin=Origin.FARM)
    assert statuses(model, people) == {Status.BANNED}
    assert model.state.world.posts.discounted[0] == 4 + 5 + 3
    no_flags(model, 1)
    assert statuses(model, people) == {Status.ACTIVE}
    assert statuses(model, hired) == {Status.BANNED}
    assert statuses(model, account) == {Status.BANNED}  # nobody appeals for machines
    assert model.state.world.posts.discounted[0] == 4 + 3
    assert model.state.platform.account_strikes.held(people).tolist() == [0] * 5
    assert (model.state.today.appeals, model.state.today.overturned) == (8, 5)
    appeals = model.tables.frame("appeals")
    assert sorted(appeals.loc[appeals["overturned"], "account"]) == people.tolist()
    restored = model.tables.frame("actions").query("action == 'restore'")
    assert set(restored["detector"]) == {"appeal"} and len(restored) == 5


def test_without_a_record_the_action_stands():
    rules = {"appeal_share_innocent": 1.0, "evidence_missing": 1.0}
    model = with_review(quiet_model(like_ladder=[BAN]), **SURE, **rules)
    _, people = ban_of(model, innocent=5)
    no_flags(model, 1)
    assert statuses(model, people) == {Status.BANNED}
    assert (model.state.today.appeals, model.state.today.overturned) == (5, 0)
    assert not model.tables.frame("appeals")["evidence"].any()


@pytest.mark.parametrize("rung", [{"appeal": False}, {"notice": "nobody"}])
def test_nobody_appeals_who_may_not_or_does_not_know(rung):
    model = with_review(quiet_model(like_ladder=[BAN | rung]), appeal_share_innocent=1.0)
    ban_of(model, innocent=5)
    no_flags(model, 1)
    assert model.state.today.appeals == 0 and model.state.platform.pending == []


def test_in_silence_nobody_knows_and_nothing_counts():
    model = quiet_model(like_ladder=[BAN | {"notice": "nobody"}], punished_trust_loss=0.5)
    own = model.state.world.creators.account[[2]]
    trust = model.state.world.readers.record["trust_platform"].copy()
    tick(model, account=own, origin=Origin.ORGANIC)
    assert model.state.world.accounts.status[own] == Status.ACTIVE
    assert model.state.world.creators.punished_week.sum() == 0
    assert np.array_equal(model.state.world.readers.record["trust_platform"], trust)
    tick(model, day=1, account=own, post=1, dwell_s=90, origin=Origin.ORGANIC)
    assert model.state.world.likes.alive.tolist() == [False, False]
    assert model.state.world.likes.cause.tolist() == [Removal.BANNED, Removal.FLAGGED]


@pytest.mark.parametrize(("notice", "exposed"), [("those_hit", 0), ("everybody", 1)])
def test_an_announcement_is_heard_by_all(notice, exposed):
    model = quiet_model(like_ladder=[BAN | {"notice": notice}])
    tick(model, account=model.state.world.creators.account[[2]], origin=Origin.MUTUAL_AID)
    assert model.state.world.creators.punished_week.tolist() == [0, 0, 1, 0]
    assert model.state.world.creators.exposed_week.tolist() == [0, 0, exposed, 0]


def test_strikes_older_than_the_memory_count_no_more():
    rules = {"like_ladder": [{"strikes": 2, "sanction": "ban"}], "strike_memory_days": 10}
    for gap, status in ((10, Status.BANNED), (11, Status.ACTIVE)):
        model = quiet_model(**rules)
        account = farm(model, 1)
        tick(model, day=3, account=account)
        tick(model, day=3 + gap, account=account, post=1)
        assert statuses(model, account) == {status}


def test_whoever_is_held_up_by_a_check_passes_it_or_stays():
    model = quiet_model(like_ladder=[{"strikes": 1, "sanction": "check_account"}])
    account, people = ban_of(model, innocent=5)
    assert statuses(model, np.r_[account, people]) == {Status.GATED}
    with_review(model, check_passed_per_day=1.0)
    pass_checks(model.state)
    assert statuses(model, people) == {Status.ACTIVE}
    assert statuses(model, account) == {Status.GATED}


def test_a_check_cannot_be_silent():
    with pytest.raises(ValueError, match="cannot pass it"):
        Rung(strikes=1, sanction="check_account", notice="nobody")


def test_a_hidden_post_is_shown_nowhere():
    model = quiet_model(creator_ladder=[{"strikes": 1, "sanction": "hide_post"}])
    tick(model, account=farm(model, 60))
    posts = model.state.world.posts
    assert posts.hidden.tolist() == [True, False, False, False]
    table = post_table(model.state.world, model.state.scenario.readers, model.clock)
    assert (table["base"] == 0).tolist() == posts.hidden.tolist()
    posts.likes[:] = [5000, 0, 0, 0]
    rank(model.state, model.actors)
    assert set(np.unique(model.state.public.feeds)) == {1, 2, 3}


def test_audits_take_as_many_as_they_are_told_and_half_of_them_flagged():
    model = quiet_model(audits_per_1000_creators=per_1000(10, creators=4))
    account, _ = ban_of(model, n=20)
    tick(model, account=np.arange(100, 140), origin=Origin.ORGANIC, dwell_s=90, post=1)
    audit(model.state)
    labels = model.tables.frame("labels")
    assert len(labels) == 10 and set(labels["reason"]) == {"audit"}
    assert labels["account"].isin(account).sum() >= 5
    assert (labels["day_known"] == 1).all()
    view = model.state.world.labels
    assert len(view.known_on(0)) == 0 and len(view.known_on(1)) == 10


def test_a_budget_gives_the_least_threshold_that_keeps_to_it():
    book = ScoreBook()
    book.add(np.array([1.0, 2.0, 3.0, 3.0]), np.array([5, 3, 1, 0]), 90)
    book.add(np.array([2.0]), np.array([1]), 10)
    assert book.threshold_for(0.05) == (np.nextafter(1.0, 2.0), pytest.approx(0.05))
    assert book.threshold_for(0.02) == (np.nextafter(2.0, 3.0), pytest.approx(0.01))
    assert book.threshold_for(1.0) == (1.0, pytest.approx(0.10))
    above, share = book.threshold_for(0.001)
    assert above > 3.0 and share == 0.0
    assert ScoreBook().threshold_for(0.5) is None


def test_a_budget_s_threshold_belongs_to_the_detector_and_not_to_its_label():
    model = quiet_model(false_positive_budget=0.1)
    detector = model.state.policy.detectors["no_read_like"]
    model.state.platform.thresholds["no_read_like"] = (detector, 0.7)
    assert threshold_of(model.state, "no_read_like", detector) == 0.7
    assert threshold_of(model.state, "no_read_like", dataclasses.replace(detector, dwell_s=9)) == detector.threshold


@pytest.mark.parametrize(("rung", "starts_day"), [({"batch_days": 7}, 7), ({"delay_h": 30}, 2), ({}, 0)])
def test_a_limit_begins_when_it_is_carried_out(rung, starts_day):
    limit = {"strikes": 1, "sanction": {"name": "limit_functions", "days": 2}}
    model = quiet_model(like_ladder=[limit | rung])
    account, _ = ban_of(model)
    for day in range(1, starts_day + 1):
        assert statuses(model, account) == {Status.ACTIVE}
        no_flags(model, day)
    assert statuses(model, account) == {Status.LIMITED}
    assert model.tables.frame("actions")["until_tick"].unique().tolist() == [24 * (starts_day + 2)]
    no_flags(model, starts_day + 2)
    assert statuses(model, account) == {Status.ACTIVE}


def test_half_a_day_is_half_a_day():
    model = quiet_model(like_ladder=[{"strikes": 1, "sanction": {"name": "limit_functions", "days": 0.5}}])
    account, _ = ban_of(model)
    model.state.clock = dataclasses.replace(model.clock, tick=11)
    model.state.world.log.clear()
    model.state.platform.flags = []
    enforce(model.state, model.actors)
    assert statuses(model, account) == {Status.LIMITED}
    model.state.clock = dataclasses.replace(model.clock, tick=12)
    enforce(model.state, model.actors)
    assert statuses(model, account) == {Status.ACTIVE}


@pytest.mark.parametrize("sanction", ["limit_functions", "check_account", "ban"])
def test_who_may_not_act_does_not_publish(sanction):
    model = quiet_model(like_ladder=[{"strikes": 1, "sanction": sanction}])
    creators = model.state.world.creators
    creators.posts_per_day[:] = 1e6
    assert 2 in due_creators(model.state)
    tick(model, account=creators.account[[2]], origin=Origin.MUTUAL_AID)
    assert 2 not in due_creators(model.state)


def test_with_no_ladder_nobody_gets_a_strike():
    model = quiet_model(like_ladder=[])
    account, _ = ban_of(model, n=40)
    assert model.state.platform.account_strikes.held(account).sum() == 0
    assert model.state.platform.creator_strikes.held(np.arange(4)).sum() == 0
    assert model.state.guilt.accounts.of(account)[0].sum() == 0
    assert len(model.tables.frame("verdicts")) > 0


def test_what_a_post_was_held_against_its_creator_for_is_held_once():
    model = quiet_model(creator_ladder=[{"strikes": 50, "sanction": "ban"}], strike_like_share=0.0)
    account = farm(model, 60)
    for part in np.split(account, 3):
        tick(model, account=part)
    assert model.state.guilt.creators.of(np.array([0]))[0].tolist() == [60]


def test_an_appeal_that_is_won_undoes_its_own_action_and_no_other():
    """A limit goes to appeal; meanwhile the account is closed for something else, without appeal."""
    rules = {"appeal_share_innocent": 1.0, "evidence_missing": 0.0} | SURE
    ladder = [{"strikes": 1, "sanction": "limit_functions"}, {"strikes": 2, "sanction": "ban", "appeal": False}]
    model = with_review(quiet_model(like_ladder=ladder, appeals_to="expert"), **rules)
    person = np.array([60])
    tick(model, day=0, account=person, origin=Origin.ORGANIC)
    tick(model, day=1, account=person, origin=Origin.ORGANIC, post=1)
    for day in (2, 3, 4):
        no_flags(model, day)
    assert statuses(model, person) == {Status.BANNED}
    assert model.state.today.overturned == 2  # the limit, and what the second day added to it
    assert not model.state.world.likes.alive.any()


def test_likes_of_closed_accounts_stay_out_when_the_creator_is_cleared():
    rules = {"appeal_share_innocent": 1.0, "appeal_share_guilty": 1.0, "evidence_missing": 0.0} | SURE
    creator = [{"strikes": 1, "sanction": "discount_likes"}, {"strikes": 1, "sanction": "throttle_post"}]
    model = with_review(quiet_model(like_ladder=[BAN], creator_ladder=creator, strike_like_share=0.1), **rules)
    account, _ = ban_of(model, n=60)
    model.state.guilt.creators.arranged[:] = 0  # a rival bought them
    assert model.state.world.posts.visibility[0] < 1
    no_flags(model, 1)
    assert model.state.world.posts.visibility[0] == 1
    assert not model.state.world.likes.alive.any()
    assert statuses(model, account) == {Status.BANNED}


def test_a_banned_creator_who_appeals_keeps_its_place_until_the_answer():
    rules = {"appeal_share_innocent": 1.0, "evidence_missing": 0.0} | SURE
    model = with_review(quiet_model(like_ladder=[BAN]), **rules)
    own = model.state.world.creators.account[[2]]
    tick(model, account=own, origin=Origin.ORGANIC)
    replace_creators(model.state, model.actors)
    assert model.state.world.creators.present[2]
    no_flags(model, 1)
    assert statuses(model, own) == {Status.ACTIVE}
    replace_creators(model.state, model.actors)
    assert model.state.world.creators.present.tolist() == [True] * 4


def test_who_is_hit_for_several_acts_appeals_and_calls_once():
    rules = {"appeal_share_innocent": 1.0, "complaint_share_innocent": 1.0, "evidence_missing": 0.0} | SURE
    model = with_review(quiet_model(like_ladder=[DISCOUNT | {"notice": "those_hit"}]), **rules)
    tick(model, account=np.full(4, 60), post=np.arange(4), origin=Origin.ORGANIC)
    assert model.state.today.complaints == 1
    no_flags(model, 1)
    assert (model.state.today.appeals, model.state.today.overturned) == (1, 1)
    assert model.state.world.likes.alive.tolist() == [True] * 4


def test_accounts_that_wait_for_a_check_are_given_up_where_it_is_too_dear():
    model = quiet_model()
    world, rng = model.state.world, model.state.rng
    stock = Inventory(Grade.MACHINE, 0)
    stock.buy(world, rng, 20, 0, Sharing(5, 5, 0.0, 0.0, 1, 2))
    world.accounts.status[stock.ids[:7]] = Status.GATED
    assert stock.drop_burnt(world) == 7
    assert len(stock.ids) == 13
    people = Inventory(Grade.PERSON, 0)
    people.hire(world, rng, 5)
    world.accounts.status[people.ids[:2]] = Status.GATED
    assert people.drop_burnt(world) == 0 and len(people.ids) == 5


def test_a_hidden_post_s_link_leaves_the_chats():
    model = quiet_model(creator_ladder=[{"strikes": 1, "sanction": "hide_post"}])
    model.state.world.chat_post[:, 0], model.state.world.chat_post[:, 1] = 1, 2
    tick(model, account=farm(model, 60))
    assert (model.state.world.chat_post[:, 0] == 0).all() and (model.state.world.chat_post[:, 1] == 2).all()


def test_a_tick_without_likes_takes_no_earlier_ones():
    model = quiet_model(like_ladder=[BAN | {"notice": "nobody"}])
    person = np.array([60])
    tick(model, account=person, origin=Origin.ORGANIC, dwell_s=90)  # not flagged
    tick(model, day=1, account=person, origin=Origin.ORGANIC, post=1)
    model.state.world.restore_likes(np.arange(2))
    no_flags(model, 2)
    assert model.state.world.likes.alive.tolist() == [True, True]


def test_an_appeal_belongs_to_the_reviewers_who_were_asked():
    model = with_review(quiet_model(like_ladder=[BAN], appeals_to="crowd"), **SURE, appeal_share_innocent=1.0)
    ban_of(model, innocent=2)
    model.state.policy = model.state.policy.model_copy(update={"appeals_to": "expert"})
    no_flags(model, 1)
    assert set(model.tables.frame("appeals")["decided_by"]) == {"crowd"}


@pytest.mark.parametrize("name", ["throttle_post", "hide_post"])
def test_posts_are_not_punished_for_single_likes(name):
    with pytest.raises(ValueError, match="creator_ladder"):
        quiet_model(like_ladder=[{"strikes": 1, "sanction": name}])
