"""What every sanction must do, and what performing it changes."""

import dataclasses
import pickle
from typing import ClassVar

import numpy as np
import pytest
from scipy import stats

from sim.core.clock import DAY_S
from sim.core.enums import Grade, Kind, Removal, Status, Target
from sim.engine.enforcement.ladder import climb_ladder
from sim.engine.enforcement.perform import lift_expired, perform, remove_shadowbanned_likes
from sim.plugins.registry import as_mapping, build, name_of
from sim.plugins.sanctions import ACTIONS, TABLE, Block, Case, Limit, Restore, Sanction
from sim.scenario.schema.platform import PlatformSection, Rung
from sim.world.observables import case_in_rows, view_case, view_log
from sim.world.readers import Readers
from sim.world.strikes import Strikes
from sim.world.tokens import token_keys
from tests.helpers.by_hand import CLOCK, world
from tests.helpers.seen import LIVED, lived

ALL = sorted(TABLE)
IDS = ("accounts", "posts", "creators")


def case(target=Target.POST, accounts=(0, 5), posts=(0, 1), creators=(0, -1), strikes=(1.0, 1.0)):
    columns = [np.array(column) for column in (accounts, posts, creators)]
    return Case(target, *columns, np.array(strikes), np.zeros(len(accounts), np.int16))


def society(past=True):
    """Thirty readers and ten other accounts, one creator (account 0), posts with 10, 20 and 30 likes.

    Each post is liked by the accounts from 0 on; `past`: in earlier ticks, otherwise in this one.
    """
    made = world(40, 3, likes=[10, 20, 30])
    made.readers = Readers(30)
    made.accounts.seat[:30] = np.arange(30)
    made.readers.record["trust_platform"] = 40_000
    for post, n in enumerate((10, 20, 30)):
        made.likes.add(n, post=post, account=np.arange(n), time_s=CLOCK.start_s)
    made.likes.first_of_tick = made.likes.n if past else 0
    return made


def columns(made):
    tables = (made.accounts, made.creators, made.posts, made.likes)
    return {(type(t).__name__, name): getattr(t, name).tolist() for t in tables for name in t.spec} | {
        ("readers", name): made.readers.record[name].tolist() for name in made.readers.record.dtype.names
    }


@pytest.mark.parametrize("name", ALL)
def test_a_sanction_is_its_name_and_parameters(name):
    sanction = build("sanction", name)
    assert build("sanction", as_mapping(sanction)) == sanction
    assert name_of(sanction) == name
    assert pickle.loads(pickle.dumps(sanction)) == sanction
    assert eval(repr(sanction), {type(sanction).__name__: type(sanction)}) == sanction
    with pytest.raises(dataclasses.FrozenInstanceError):
        sanction.days = 3


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("target", [Target.LIKE, Target.POST])
def test_an_action_is_returned_and_not_performed(name, target):
    sanction, verdict = build("sanction", name), case(target)
    before = pickle.dumps(verdict)
    first, second = (sanction.apply(verdict, CLOCK) for _ in range(2))
    assert pickle.dumps(verdict) == before
    assert pickle.dumps(first) == pickle.dumps(second)
    assert (first is None) == (name == "none")
    if first is not None:
        assert type(first) in ACTIONS
        assert len(first) == len(verdict)
        until = getattr(first, "until_tick", -1)
        assert until == -1 or until > CLOCK.tick


@pytest.mark.parametrize("name", ALL)
def test_no_verdict_no_action(name):
    nobody = case(accounts=(), posts=(), creators=(), strikes=())
    action = build("sanction", name).apply(nobody, CLOCK)
    assert action is None or len(action) == 0
    made = society()
    before = columns(made)
    assert action is None or perform(action, made, CLOCK).tolist() == []
    assert columns(made) == before


LIKES_GONE = {("LikeTable", "alive"), ("LikeTable", "cause")}
CHANGES = {
    "discount_likes": {("Posts", "discounted"), *LIKES_GONE},
    "throttle_post": {("Posts", "visibility")},
    "reduce_moments": {("Creators", "moments_visibility"), ("Creators", "moments_until")},
    "limit_functions": {
        ("Accounts", "status"),
        ("Accounts", "limited_until"),
        ("readers", "trust_platform"),
    },
    "purge_likes": {("Posts", "discounted"), *LIKES_GONE},
    "hide_post": {("Posts", "hidden")},
    "check_account": {("Accounts", "status"), ("readers", "trust_platform")},
    "ban": {("Accounts", "status"), ("readers", "trust_platform"), ("Posts", "discounted"), *LIKES_GONE},
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_it_changes_what_it_is_for_and_nothing_else(name):
    made = society()
    before = columns(made)
    changed = perform(build("sanction", name).apply(case(), CLOCK), made, CLOCK, trust_loss=0.25)
    after = columns(made)
    assert changed.any()
    assert {key for key in before if before[key] != after[key]} == CHANGES[name]


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_second_time_changes_nothing(name):
    made = society()
    action = build("sanction", name).apply(case(), CLOCK)
    perform(action, made, CLOCK)
    before = columns(made)
    assert not perform(action, made, CLOCK).any()
    assert columns(made) == before


def test_flagged_likes_are_taken_out_one_by_one():
    made = society(past=False)
    verdict = case(Target.LIKE, (5, 6, 5), (1, 1, 2), (-1, -1, -1), (1.0, 1.0, 1.0))
    perform(build("sanction", "discount_likes").apply(verdict, CLOCK), made, CLOCK)
    assert made.posts.discounted.tolist() == [0, 2, 1]
    assert made.shown_likes(made.alive).tolist() == [10, 18, 29]
    assert removed(made) == [(1, 5), (1, 6), (2, 5)]
    assert set(made.likes.cause[~made.likes.alive].tolist()) == {Removal.FLAGGED}


def test_what_was_decided_earlier_reaches_the_like_that_was_flagged_and_no_other():
    made = society()
    verdict = case(Target.LIKE, (5, 6), (1, 1), (-1, -1))
    assert perform(build("sanction", "discount_likes").apply(verdict, CLOCK), made, CLOCK).all()
    assert removed(made) == [(1, 5), (1, 6)]


def test_a_purge_reaches_back_as_many_days_as_it_says():
    made = society()
    made.likes.time_s[made.likes.post == 0] -= 3 * DAY_S
    one = case(Target.LIKE, (5,), (2,), (-1,), (1.0,))
    perform(build("sanction", {"name": "purge_likes", "days": 2}).apply(one, CLOCK), made, CLOCK)
    assert removed(made) == [(1, 5), (2, 5)]
    assert made.posts.discounted.tolist() == [0, 1, 1]


@pytest.mark.parametrize("target", [Target.LIKE, Target.POST])
@pytest.mark.parametrize("name", sorted(CHANGES))
def test_what_was_done_can_be_undone(name, target):
    made = society()
    before = columns(made)
    hit = case(target, accounts=(0, 5), posts=(0, 1), creators=(0, -1))
    perform(build("sanction", name).apply(hit, CLOCK), made, CLOCK)
    both = case(Target.POST, accounts=(0, 5), posts=(0, 1), creators=(0, 0))
    perform(Restore(both), made, CLOCK)
    after = columns(made)
    dates = {("Creators", "moments_until")}
    assert {key for key in before if before[key] != after[key]} <= dates
    assert not perform(Restore(both), made, CLOCK).any()


def test_what_people_took_back_themselves_is_not_restored():
    made = society()
    made.remove_likes(np.flatnonzero((made.likes.account == 5) & (made.likes.post == 0)), Removal.UNLIKED)
    one = case(Target.LIKE, (5,), (1,), (-1,), (1.0,))
    perform(build("sanction", "ban").apply(one, CLOCK), made, CLOCK)
    perform(Restore(one), made, CLOCK)
    assert removed(made) == [(0, 5)]


@pytest.mark.parametrize("name", ["limit_functions", "ban"])
def test_in_silence_an_account_goes_on_and_its_likes_do_not_count(name):
    made = society()
    one = case(Target.LIKE, (5,), (1,), (-1,), (1.0,))
    action = build("sanction", name).apply(one, CLOCK)
    assert perform(action, made, CLOCK, trust_loss=0.5, silent=True).all()
    assert made.accounts.status[5] == Status.ACTIVE
    assert made.readers.record["trust_platform"][5] == 40_000
    made.likes.first_of_tick = made.likes.n
    made.likes.add(2, post=[0, 0], account=[5, 25], time_s=CLOCK.start_s)
    remove_shadowbanned_likes(made)
    assert made.likes.alive[-2:].tolist() == [False, True]
    assert not perform(action, made, CLOCK, silent=True).any()
    lift_expired(made, CLOCK.tick + 7 * 24)
    assert (made.accounts.shadowbanned_until[5] < 0) == (name == "limit_functions")


def test_a_longer_limit_replaces_a_shorter_one():
    made = society()
    for days, changes in ((7, True), (3, False), (15, True)):
        limit = build("sanction", {"name": "limit_functions", "days": days}).apply(case(), CLOCK)
        assert perform(limit, made, CLOCK).all() == changes
    assert made.accounts.limited_until[[0, 5]].tolist() == [CLOCK.tick + 15 * 24] * 2


def test_a_ban_takes_out_all_likes_of_the_account_and_no_others():
    made = society()
    one = case(accounts=(15,), posts=(0,), creators=(-1,), strikes=(1.0,))
    perform(build("sanction", "ban").apply(one, CLOCK), made, CLOCK)
    assert removed(made) == [(1, 15), (2, 15)]
    assert made.posts.discounted.tolist() == [0, 1, 1]
    assert set(made.likes.cause[~made.likes.alive].tolist()) == {Removal.BANNED}


def removed(made):
    """Post and account of every like that no longer counts."""
    gone = np.flatnonzero(~made.likes.alive)
    return sorted(zip(made.likes.post[gone].tolist(), made.likes.account[gone].tolist(), strict=True))


def test_of_an_accused_post_a_share_is_taken_out_once():
    made = society()
    made.remove_likes(np.flatnonzero(made.likes.post == 1)[:15], Removal.UNLIKED)
    sanction = build("sanction", {"name": "discount_likes", "post_share": 0.6})
    verdict = case(Target.POST, (0, 0), (0, 1), (0, 0), (1.0, 1.0))
    for expected in ([True, False], [False, False]):  # of post 1 more is gone already
        assert perform(sanction.apply(verdict, CLOCK), made, CLOCK).tolist() == expected
        assert made.posts.discounted.tolist() == [6, 15, 0]
        assert len(removed(made)) == 6 + 15


def test_a_ban_is_harder_than_a_limit():
    made = society()
    perform(build("sanction", "ban").apply(case(), CLOCK), made, CLOCK)
    assert not perform(build("sanction", "limit_functions").apply(case(), CLOCK), made, CLOCK).any()
    assert made.accounts.status[[0, 5]].tolist() == [Status.BANNED] * 2


def test_an_organic_reader_feels_it():
    made = society()
    limit = build("sanction", "limit_functions")
    perform(limit.apply(case(accounts=(5, 35), creators=(-1, -1)), CLOCK), made, CLOCK, trust_loss=0.25)
    assert made.accounts.status[5] == Status.LIMITED
    assert made.readers.record["trust_platform"][5] == 30_000
    assert (made.readers.record["trust_platform"] == 40_000).sum() == 29
    assert made.accounts.status[35] == Status.LIMITED


def test_limits_end():
    made = society()
    limit = build("sanction", {"name": "limit_functions", "days": 2.0})
    perform(limit.apply(case(), CLOCK), made, CLOCK)
    perform(build("sanction", {"name": "reduce_moments", "days": 2.0, "factor": 0.2}).apply(case(), CLOCK), made, CLOCK)
    perform(
        build("sanction", "ban").apply(case(accounts=(7,), posts=(0,), creators=(-1,), strikes=(1.0,)), CLOCK),
        made,
        CLOCK,
    )
    lift_expired(made, CLOCK.tick + 47)
    assert made.accounts.status[5] == Status.LIMITED
    assert made.creators.moments_visibility[0] == np.float32(0.2)
    lift_expired(made, CLOCK.tick + 48)
    assert made.accounts.status[[0, 5, 7]].tolist() == [Status.ACTIVE, Status.ACTIVE, Status.BANNED]
    assert made.accounts.status[5] == Status.ACTIVE
    assert made.creators.moments_visibility[0] == 1.0


# -- what it sees


@dataclasses.dataclass(frozen=True)
class Watch(Sanction):
    """A user's: it notes what it is given, and limits every second entry."""

    seen: ClassVar[list[Case]] = []

    def apply(self, case, clock):
        """Limit every second entry."""
        self.seen.append(case)
        return Limit(case.only(np.arange(0, len(case), 2)), clock.tick + 5)


@dataclasses.dataclass(frozen=True)
class Cheat(Sanction):
    """A user's: it closes the accounts whose number is not below `first`, as farms' accounts would be in rows."""

    first: int = 0

    def apply(self, case, clock):
        """Close some accounts by their number alone."""
        return Block(case.only(case.accounts >= self.first))


def lived_case(made, target):
    """Likes of the tick in the lived world, or all posts that are alive, as the engine puts them before a ladder."""
    if target is Target.LIKE:
        like = made.log.rows_of(Kind.LIKE)
        account, post = (getattr(made.log, name)[like].astype(np.int64) for name in ("account", "post"))
        creator = made.accounts.creator[account].astype(np.int64)
    else:
        post = np.arange(made.alive.start, made.alive.stop)
        creator = made.posts.creator[post].astype(np.int64)
        account = made.creators.account[creator].astype(np.int64)
    strikes, causes = 1.0 + np.arange(len(post)) % 3, (np.arange(len(post)) % 2).astype(np.int16)
    return Case(target, account, post, creator, strikes, causes)


def wanted(made, sanction, target):
    """What a ladder of one rung does about the case: the class of the action, its parameters, its entries in rows."""
    ladder = (Rung(strikes=2, sanction=sanction),)
    actions = [action for _, action in climb_ladder(ladder, lived_case(made, target), made, LIVED)]
    return [(type(action), vars(action) | {"case": in_lists(action.case)}) for action in actions]


def in_lists(of):
    """The columns of a case."""
    return {name: getattr(of, name).tolist() for name in (*IDS, "strikes", "causes")}


@pytest.mark.parametrize("target", [Target.LIKE, Target.POST])
def test_what_a_sanction_sees_are_no_rows_and_have_no_order(target):
    made = lived()
    case = lived_case(made, target)
    Watch.seen.clear()
    climb_ladder((Rung(strikes=0, sanction=Watch()),), case, made, LIVED)
    assert len(Watch.seen) > 0
    for seen in Watch.seen:
        for name in IDS:
            tokens, rows = getattr(seen, name), getattr(case, name)
            assert tokens.dtype == np.int64 and not (tokens == rows)[rows >= 0].any()
            assert ((tokens == -1) == (rows < 0)).all()
            distinct, at = np.unique(rows[rows >= 0], return_index=True)
            named = tokens[rows >= 0][at]
            assert len(np.unique(named)) == len(distinct) > 10
            assert abs(stats.spearmanr(distinct, named).statistic) < 4 / np.sqrt(len(distinct))
        assert seen.strikes.tolist() == case.strikes.tolist() and seen.causes.tolist() == case.causes.tolist()


def test_accounts_and_posts_have_the_tokens_that_detectors_see():
    made = lived()
    log, seen = view_log(made, LIVED), view_case(made, lived_case(made, Target.LIKE))
    assert seen.accounts.tolist() == log.account[log.likes].tolist()
    assert seen.posts.tolist() == log.post[log.likes].tolist()


@pytest.mark.parametrize("target", [Target.LIKE, Target.POST])
def test_what_is_put_into_tokens_comes_back(target):
    made = lived()
    case = lived_case(made, target)
    back = case_in_rows(made, view_case(made, case))
    assert in_lists(back) == in_lists(case)
    assert all(getattr(back, name).dtype == np.int64 for name in IDS)


@pytest.mark.parametrize("target", [Target.LIKE, Target.POST])
@pytest.mark.parametrize("sanction", [*ALL, Watch()], ids=[*ALL, "a user's"])
def test_other_tokens_change_no_action(sanction, target):
    made = lived()
    before = wanted(made, sanction, target)
    made.tokens = token_keys(2)
    assert wanted(made, sanction, target) == before
    assert before or sanction == "none"


@pytest.mark.parametrize("name", ALL)
def test_those_that_ship_ask_for_no_token(name):
    made = lived()
    seen = view_case(made, lived_case(made, Target.LIKE))
    action = build("sanction", name).apply(seen, LIVED)
    assert name == "none" or len(action) == len(seen)
    assert not set(IDS) & set(vars(seen))  # made when they are asked for


def test_a_part_of_the_case_is_the_part_that_was_chosen():
    made = lived()
    case = lived_case(made, Target.POST)
    ((_, action),) = climb_ladder((Rung(strikes=0, sanction=Watch()),), case, made, LIVED)
    assert in_lists(action.case) == in_lists(case.only(np.arange(0, len(case), 2)))


def test_the_tests_above_find_a_sanction_that_looks_at_the_number_of_an_account():
    made = lived()
    first = int(np.flatnonzero(made.accounts.grade != Grade.PERSON)[0])
    case = lived_case(made, Target.LIKE)
    bought = case.accounts >= first
    assert 0.1 < bought.mean() < 0.9
    assert Cheat(first).apply(case, LIVED).case.accounts.tolist() == case.accounts[bought].tolist()
    for least in (first, 2**31):  # by tokens it closes nearly all accounts, or half of them whoever they are
        ((_, action),) = climb_ladder((Rung(strikes=0, sanction=Cheat(least)),), case, made, LIVED)
        assert abs((action.case.accounts >= first).mean() - bought.mean()) < 0.1
    before = wanted(made, Cheat(2**31), Target.LIKE)
    made.tokens = token_keys(2)
    assert wanted(made, Cheat(2**31), Target.LIKE) != before


# -- strikes and ladder


def test_one_strike_a_day():
    strikes = Strikes()
    ids = np.array([3, 8])
    assert strikes.add(ids, 0).tolist() == [1, 1]
    assert strikes.add(ids, 0).tolist() == [1, 1]
    assert strikes.add(np.array([8, 9]), 0).tolist() == [1, 1]
    assert strikes.add(ids, 1).tolist() == [2, 2]


def test_strikes_expire_and_can_be_taken_back():
    strikes = Strikes()
    for day, ids in ((5, [0, 1]), (6, [0]), (9, [0, 1])):
        strikes.add(np.array(ids), day)
    assert strikes.expire(6).tolist() == [0, 1]
    assert strikes.held(np.array([0, 1])).tolist() == [2, 1]
    strikes.take_back(np.array([1]), 9)
    strikes.take_back(np.array([1]), 5)  # expired already
    assert strikes.held(np.array([0, 1])).tolist() == [2, 0]
    assert strikes.expire(100).tolist() == [0, 0]
    assert strikes.held(np.array([0, 1])).tolist() == [0, 0]


def test_whoever_was_never_struck_holds_nothing():
    assert Strikes().held(np.array([0, 100_000])).tolist() == [0, 0]


def test_of_several_rungs_with_one_sanction_the_highest_counts():
    """D47: 7, 15, 30 days, for ever."""
    rungs = [{"strikes": n, "sanction": {"name": "limit_functions", "days": d}} for n, d in ((1, 7), (2, 15), (3, 30))]
    ladder = PlatformSection.model_validate({"like_ladder": [*rungs, {"strikes": 4, "sanction": "ban"}]}).like_ladder
    mixed = case(accounts=(0, 1, 2, 3), posts=(0, 0, 0, 0), creators=(-1,) * 4, strikes=(1.0, 2.0, 3.0, 4.0))
    until = {
        (type(action).__name__, account): getattr(action, "until_tick", None)
        for _, action in climb_ladder(ladder, mixed, world(), CLOCK)
        for account in action.case.accounts.tolist()
    }
    days = {key: None if tick is None else (tick - CLOCK.tick) // 24 for key, tick in until.items()}
    assert days == {("Limit", 0): 7, ("Limit", 1): 15, ("Limit", 2): 30, ("Limit", 3): 30, ("Block", 3): None}


def test_the_ladder_climbs():
    ladder = PlatformSection.model_validate(
        {
            "creator_ladder": [
                {"strikes": 1, "sanction": "throttle_post"},
                {"strikes": 2, "sanction": "reduce_moments"},
                {"strikes": 4, "sanction": "ban"},
            ]
        }
    ).creator_ladder
    reached = {
        strikes: [
            name_of(rung.sanction) for rung, _ in climb_ladder(ladder, case(strikes=(strikes, strikes)), world(), CLOCK)
        ]
        for strikes in (0.9, 1.0, 2.5, 4.0)
    }
    assert reached == {
        0.9: [],
        1.0: ["throttle_post"],
        2.5: ["throttle_post", "reduce_moments"],
        4.0: ["throttle_post", "reduce_moments", "ban"],
    }


def test_each_climbs_by_its_own_strikes():
    ladder = (Rung(strikes=2, sanction="ban"),)
    ((_, action),) = climb_ladder(ladder, case(strikes=(1.9, 2.1)), world(), CLOCK)
    assert action.case.accounts.tolist() == [5]


def test_a_rung_that_does_nothing():
    assert climb_ladder((Rung(strikes=0, sanction="none"),), case(), world(), CLOCK) == []


def test_a_ladder_out_of_order_is_refused():
    rungs = [{"strikes": 3, "sanction": "ban"}, {"strikes": 1, "sanction": "throttle_post"}]
    with pytest.raises(ValueError, match="order of strikes"):
        PlatformSection.model_validate({"creator_ladder": rungs})


def test_whoever_is_gated_and_passes_the_check_is_still_limited():
    made = society()
    perform(build("sanction", {"name": "limit_functions", "days": 9.0}).apply(case(), CLOCK), made, CLOCK)
    made.accounts.status[5] = Status.GATED
    lift_expired(made, CLOCK.tick + 24)
    assert made.accounts.status[5] == Status.GATED
    made.accounts.status[5] = Status.ACTIVE  # the check is passed
    lift_expired(made, CLOCK.tick + 48)
    assert made.accounts.status[5] == Status.LIMITED
    lift_expired(made, CLOCK.tick + 9 * 24)
    assert made.accounts.status[5] == Status.ACTIVE
