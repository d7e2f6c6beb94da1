"""The platform at work on a log written by hand: strikes, rungs, mistakes, costs, tables (S5)."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.enums import AddressClass, Grade, Kind, Origin, Status
from sim.core.money import Purpose
from sim.engine.model import EngagementModel
from sim.engine.phases.detect import detect
from sim.engine.phases.enforce import enforce
from sim.engine.phases.pay import pay
from sim.engine.phases.read import collect
from sim.scenario import Scenario

NO_READ = {"no_read_like": {"name": "no_read_like", "threshold": 0.5}}
DISCOUNT = {"strikes": 0, "sanction": "discount_likes"}


def quiet_model(**platform):
    """A model of 300 readers and four creators with a post each, before anything has happened."""
    policy = {"detectors": NO_READ, "like_ladder": [DISCOUNT], "strike_account_likes": 1, **platform}
    scenario = Scenario.model_validate(
        {
            "run": {"days": 40},
            "readers": {"n": 300, "people": 300},
            "creators": {"n": 4},
            "manipulation": {"enabled": False},
            "platform": policy,
        }
    )
    model = EngagementModel(scenario, seed=1)
    model.state.world.posts.add(4, creator=np.arange(4), likes=100)
    model.state.world.posts.likes_by_origin[:, Origin.ORGANIC] = 100
    model.state.world.posts.reads[:, 2] = 10_000
    model.state.world.alive = slice(0, 4)
    return model


def tick(model, day=0, hour=0, **rows):
    """One tick of detection and enforcement on the rows given."""
    model.state.clock = replace(model.clock, tick=day * 24 + hour)
    model.state.world.log.clear()
    n = len(rows["account"])
    defaults = {
        "post": 0,
        "kind": Kind.LIKE,
        "dwell_s": 0,
        "time_s": model.clock.start_s,
        "origin": Origin.FARM,
    }
    model.state.world.log.add(n, **{**defaults, **rows})
    collect(model.state, model.actors)
    detect(model.state, model.actors)
    enforce(model.state, model.actors)


def with_review(model, **review):
    """The model with other reviewers."""
    section = model.state.scenario.review.model_copy(update=review)
    model.state.scenario = model.state.scenario.model_copy(update={"review": section})
    return model


def farm(model, n=30):
    world = model.state.world
    phone = np.full(n, world.devices.add(1).start)
    address = np.full(n, world.addresses.add(1, kind=AddressClass.HOSTED).start)
    at = world.open_accounts(phone, address, np.zeros(n, np.uint8), np.zeros(n, np.int32), grade=Grade.MACHINE)
    return np.arange(at.start, at.stop)


def test_flagged_likes_leave_the_count_and_nothing_else_happens():
    model = quiet_model()
    tick(model, account=farm(model))
    assert model.state.world.posts.discounted.tolist() == [30, 0, 0, 0]
    assert (model.state.world.accounts.status == Status.ACTIVE).all()
    assert model.state.today.enforcement_cny == 0.0  # a discount is automatic
    (row,) = model.tables.frame("actions").to_dict("records")
    assert (row["sanction"], row["target"], row["post"], row["detector"]) == (
        "discount_likes",
        "like",
        0,
        "no_read_like",
    )


def test_an_account_verdict_reaches_the_account_s_likes():
    model = quiet_model(detectors={"device": {"name": "device", "threshold": 10}})
    account = np.r_[farm(model), 3]
    tick(model, account=account, device=model.state.world.accounts.device[account], dwell_s=90)
    assert model.state.world.posts.discounted.tolist() == [30, 0, 0, 0]


def test_a_like_flagged_by_two_detectors_counts_once():
    both = NO_READ | {"device": {"name": "device", "threshold": 10}}
    model = quiet_model(detectors=both)
    account = farm(model)
    tick(model, account=account, device=model.state.world.accounts.device[account])
    assert model.state.world.posts.discounted.tolist() == [30, 0, 0, 0]
    assert set(model.tables.frame("verdicts")["detector"]) == {"no_read_like", "device"}


def test_escalation_day_by_day():
    model = quiet_model(
        like_ladder=[
            DISCOUNT,
            {"strikes": 1.5, "sanction": {"name": "limit_functions", "days": 1}},
            {"strikes": 2.5, "sanction": "ban"},
        ]
    )
    account = farm(model, 3)
    world, seen = model.state.world, []
    world.alive = slice(0, world.posts.add(8, creator=0).stop)
    for day in range(4):
        tick(model, day=day, account=account[:1], post=4 + 2 * day)
        tick(model, day=day, account=account[:1], post=5 + 2 * day)  # a second time the same day
        seen.append(int(model.state.world.accounts.status[account[0]]))
    assert seen == [Status.ACTIVE, Status.LIMITED, Status.BANNED, Status.BANNED]
    assert (model.state.world.accounts.status[account[1:]] == Status.ACTIVE).all()


def test_a_strike_needs_a_few_flagged_likes_and_a_large_share_of_them():
    ladder = [{"strikes": 1, "sanction": "limit_functions"}]
    model = quiet_model(like_ladder=ladder, strike_account_likes=3, strike_account_share=0.5)
    world = model.state.world
    world.alive = slice(0, world.posts.add(12, creator=0).stop)
    status, (keen, skimmer) = world.accounts.status, (0, 1)
    tick(model, account=[keen, keen, skimmer, skimmer], post=[4, 5, 4, 5])
    assert status[[keen, skimmer]].tolist() == [Status.ACTIVE] * 2  # two are too few
    tick(model, day=1, account=[keen] * 5, post=range(6, 11), dwell_s=60)  # read, and not flagged
    tick(model, day=2, account=[keen, skimmer], post=11)
    assert status[[keen, skimmer]].tolist() == [Status.ACTIVE, Status.LIMITED]  # three of eight, and three of three


def test_strikes_do_not_count_while_few_likes_are_flagged():
    ladder = [{"strikes": 1, "sanction": {"name": "limit_functions", "days": 1}}]
    model = quiet_model(like_ladder=ladder, strike_account_likes=1, strike_account_share=0.5)
    world = model.state.world
    world.alive = slice(0, world.posts.add(12, creator=0).stop)
    tick(model, account=[0], post=4)
    assert world.accounts.status[0] == Status.LIMITED
    tick(model, day=2, account=[0] * 6, post=range(5, 11), dwell_s=60)
    tick(model, day=3, account=[0], post=11)  # the second of eight
    assert model.state.platform.account_strikes.held(np.array([0])).tolist() == [1]
    assert world.accounts.status[0] == Status.ACTIVE


def test_a_rule_that_looks_back_on_a_day_is_evidence_enough():
    ladder = [{"strikes": 1, "sanction": "limit_functions"}]
    lockstep = {"lockstep": {"name": "lockstep", "threshold": 2, "shared_posts": 2}}
    model = quiet_model(detectors=lockstep, like_ladder=ladder, strike_account_likes=3, strike_account_share=0.5)
    world = model.state.world
    world.alive = slice(0, world.posts.add(20, creator=0).stop)
    for hour, post in enumerate((4, 5)):
        tick(model, account=[0, 1, 2], post=post, dwell_s=60, hour=21 + hour)
    tick(model, account=[0, 1, 2], post=6, dwell_s=60, hour=23)
    assert (world.accounts.status[:3] == Status.LIMITED).all()


def test_a_few_flagged_likes_prove_nothing_about_the_creator():
    rules = {"creator_ladder": [{"strikes": 1, "sanction": "throttle_post"}], "strike_min_likes": 10}
    model = quiet_model(**rules, strike_like_share=0.2)
    account = farm(model, 60)
    tick(model, account=account[:9])
    assert (model.state.world.posts.visibility == 1).all()
    tick(model, account=account[9:12], post=1)  # elsewhere
    assert (model.state.world.posts.visibility == 1).all()
    tick(model, account=account[12:15])  # twelve of 103: enough, but no large share
    assert (model.state.world.posts.visibility == 1).all()
    tick(model, account=account[15:45])  # 42 of 130
    assert model.state.world.posts.visibility.tolist() == [np.float32(0.1), 1, 1, 1]
    assert model.state.world.creators.punished_total.tolist() == [1, 0, 0, 0]


def test_creators_are_struck_without_a_discount_rung_too():
    model = quiet_model(like_ladder=[], creator_ladder=[{"strikes": 1, "sanction": "reduce_moments"}])
    tick(model, account=farm(model, 60))
    assert model.state.world.creators.moments_visibility[0] < 1
    assert model.state.world.posts.discounted.sum() == 0


def test_a_post_verdict_climbs_the_creators_ladder():
    model = quiet_model(
        detectors={"mismatch": {"name": "like_read_mismatch", "min_likes": 10}},
        creator_ladder=[{"strikes": 1, "sanction": "throttle_post"}, {"strikes": 1, "sanction": "ban"}],
    )
    model.state.world.posts.likes[2] = 5000
    tick(model, account=[1], post=2)
    own = model.state.world.creators.account
    assert model.state.world.posts.visibility.tolist() == [1, 1, np.float32(0.1), 1]
    assert model.state.world.accounts.status[own].tolist() == [0, 0, Status.BANNED, 0]
    assert set(model.tables.frame("actions")["detector"]) == {"mismatch"}


def test_a_reader_who_skims_is_punished_and_calls_support():
    model = quiet_model(like_ladder=[{"strikes": 1, "sanction": "ban"}], punished_trust_loss=0.5)
    model = with_review(model, complaint_share_innocent=1.0, complaint_minutes=30.0, crowd_cny_per_h=12.0)
    trust = int(model.state.world.readers.record["trust_platform"][7])
    tick(model, account=np.r_[7, farm(model, 2)], origin=[Origin.ORGANIC, Origin.FARM, Origin.FARM])
    assert model.state.world.accounts.status[7] == Status.BANNED
    assert model.state.world.readers.record["trust_platform"][7] == trust // 2
    assert model.state.today.complaints == 1  # nobody calls for a machine
    assert model.state.today.enforcement_cny == pytest.approx(6.0)
    pay(model.state, model.actors)
    assert model.state.money.burnt(Purpose.REVIEW) == pytest.approx(6.0)
    assert model.state.money.total_micro() == 0


def test_a_punished_member_of_a_group_knows_it_as_a_creator():
    model = quiet_model(like_ladder=[{"strikes": 1, "sanction": "limit_functions"}])
    tick(model, account=model.state.world.creators.account[[2]], origin=Origin.MUTUAL_AID)
    assert model.state.world.creators.punished_week.tolist() == [0, 0, 1, 0]
    world = model.state.world
    assert world.accounts.limited_until[world.creators.account[2]] > 0


def test_no_detector_no_verdict():
    for detectors in ({}, {"no_read_like": None}, {"none": {"name": "none"}}):
        model = quiet_model(detectors=detectors)
        tick(model, account=farm(model))
        assert model.state.world.posts.discounted.sum() == 0
        assert model.state.platform.actions == []


def test_the_count_never_turns_negative_and_adds_up():
    rules = {
        "detectors": NO_READ | {"mismatch": {"name": "like_read_mismatch"}, "device": {"name": "device"}},
        "creator_ladder": [{"strikes": 0, "sanction": {"name": "discount_likes", "post_share": 0.9}}],
    }
    scenario = Scenario.model_validate(
        {
            "run": {"days": 6},
            "readers": {"n": 3000},
            "creators": {"n": 40, "manipulating_start": 0.5},
            "platform": rules,
        }
    )
    model = EngagementModel(scenario, seed=3)
    while model.running:
        model.step()
        posts = model.state.world.posts
        assert (posts.discounted >= 0).all()
        assert (model.state.world.shown_likes(slice(None)) >= 0).all()
        assert np.array_equal(posts.likes, posts.likes_by_origin.sum(axis=1))
    assert model.state.world.posts.discounted.sum() > 0
    daily = model.tables.frame("daily")
    assert daily["discounted_likes"].sum() == model.state.world.posts.discounted.sum()
    assert model.state.money.total_micro() == 0
