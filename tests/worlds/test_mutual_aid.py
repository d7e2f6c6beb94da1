"""Mutual-aid groups in worlds whose answer is known (S1)."""

import numpy as np
import pytest

from sim.core.enums import Kind, Origin, Status, Surface
from sim.engine.model import EngagementModel
from tests.helpers.small_world import publish, quiet_world, rows, tick, to

STEADY = {
    "founders": 2,
    "size_min": 2,
    "size_max": 20,
    "assisted_share": 0.0,
    "free_rider_share": 0.0,
    "activity_swing": 0.0,
    "activity_memory": 0.0,
    "likes_per_member_day": 1000,
}


def circle(members=2, **opts):
    """A world whose first creators sit in one group; everybody answers everything unless told otherwise."""
    model = quiet_world(n_creators=max(8, members + 2), n_posts=members, mutual_aid={**STEADY, **opts})
    for row in range(members):
        model.actors.groups.join(row)
    to(model, day=0, hour=20)
    for post in range(members):
        model.state.world.posts.published_s[post] = model.clock.start_s - 3600
    return model


def act(model):
    return tick(model, model.actors.groups.act)


def ask_all(model, members):
    for row in range(members):
        model.actors.groups.request_likes(row, row)


def live(model, days, posts_a_day=True, members=()):
    """Days in which each of `members` asks once."""
    for _ in range(days):
        if posts_a_day:
            for row, post in zip(members, publish(model, members), strict=True):
                model.actors.groups.request_likes(row, post)
        for _ in range(24):
            act(model)
        model.state.clock = type(model.clock)(model.clock.tick - 1, model.clock.tick_s)
        model.actors.groups.close_day()
        to(model, day=model.clock.day + 1)


def test_two_members_who_like_each_other_are_quits():
    model = circle()
    ask_all(model, 2)
    likes = act(model)
    assert sorted(zip(likes["account"], likes["post"], strict=True)) == [
        (int(model.state.world.creators.account[0]), 1),
        (int(model.state.world.creators.account[1]), 0),
    ]
    (group,) = model.actors.groups.alive
    assert group.owes[:2, :2].tolist() == [[0, 0], [0, 0]]
    assert len(act(model)["account"]) == 0  # nobody likes twice


def test_who_got_a_like_owes_one():
    model = circle(3)
    model.actors.groups.request_likes(0, 0)
    likes = act(model)
    assert len(likes["account"]) == 2
    (group,) = model.actors.groups.alive
    assert group.owes[:3, :3].tolist() == [[0, 1, 1], [-1, 0, 0], [-1, 0, 0]]
    assert (group.owes == -group.owes.T).all()


def test_whom_they_owe_is_served_first():
    model = circle(4)
    (group,) = model.actors.groups.alive
    group.activity[:4] = [0.0, 0.0, 0.0, 1.0]
    group._budgets = lambda: np.array([0, 0, 0, 1] + [0] * 16)  # one favour, and that is all
    group.owes[3, 2], group.owes[2, 3] = 5, -5
    ask_all(model, 3)
    assert act(model)["post"].tolist() == [2]
    assert act(model)["post"].tolist() == [0]  # then the oldest; nothing is owed to 0 and 1


def test_what_a_favour_looks_like():
    by_hand, assisted = circle(12), circle(12, assisted_share=1.0)
    for model in (by_hand, assisted):
        ask_all(model, 12)
    hand, tool = act(by_hand), act(assisted)
    for likes, model in ((hand, by_hand), (tool, assisted)):
        accounts = model.state.world.accounts
        assert (likes["origin"] == Origin.MUTUAL_AID).all()
        assert set(likes["channel"].tolist()) == {Surface.CHAT, Surface.HOT, Surface.SUBSCRIPTION}
        assert np.isin(likes["account"], model.state.world.creators.account[:12]).all()
        assert (likes["device"] == accounts.device[likes["account"]]).all()
        assert (likes["time_s"] >= 20 * 3600).all() and (likes["time_s"] < 21 * 3600).all()
        pairs = set(zip(likes["account"].tolist(), likes["post"].tolist(), strict=True))
        assert len(pairs) == len(likes["account"])
    assert (hand["dwell_s"] >= 1).all() and (hand["dwell_s"] <= 12).all()
    assert len(rows(by_hand, Kind.READ)["account"]) == len(hand["account"])
    assert (tool["dwell_s"] == 0).all()
    assert len(rows(assisted, Kind.READ)["account"]) == 0
    gaps = [
        np.concatenate([np.diff(np.sort(likes["time_s"][likes["account"] == a])) for a in np.unique(likes["account"])])
        for likes in (hand, tool)
    ]
    assert gaps[0].min() >= 14 and gaps[1].max() <= 4  # a hand needs its time, a tool does not


def test_nobody_likes_before_the_post_is_out():
    model = circle(10)
    model.state.world.posts.published_s[:10] = model.clock.start_s + 3000
    ask_all(model, 10)
    early = act(model)
    assert (early["time_s"] > model.state.world.posts.published_s[0]).all()
    later = [act(model) for _ in range(20)]
    assert len(early["account"]) + sum(len(likes["account"]) for likes in later) == 90  # put off, not lost


def test_barred_members_do_nothing_and_givers_are_known():
    model = circle(4)
    barred = int(model.state.world.creators.account[3])
    model.state.world.accounts.status[barred] = Status.LIMITED
    model.actors.groups.request_likes(0, 0)
    likes = act(model)
    assert barred not in likes["account"]
    assert model.state.world.creators.ever_manipulated.tolist()[:4] == [False, True, True, False]


def test_requests_are_forgotten():
    model = circle(patience_h=2)
    group = model.actors.groups.alive[0]
    group.activity[:] = 0.0
    group.generosity[:] = 0.0
    ask_all(model, 2)
    for _ in range(3):
        act(model)
        assert len(group.asked_post) == 2
    act(model)
    assert len(group.asked_post) == 0


def test_a_post_that_is_gone_is_forgotten_at_once():
    model = circle()
    ask_all(model, 2)
    model.state.world.alive = slice(1, model.state.world.posts.n)
    assert act(model)["post"].tolist() == [1]


def test_a_full_day_s_capacity():
    model = circle(10, likes_per_member_day=20)
    for _ in range(8):
        for row, post in enumerate(publish(model, range(10))):
            model.actors.groups.request_likes(row, post)
    to(model, day=1)
    likes = np.concatenate([act(model)["account"] for _ in range(24)])
    per_member = np.bincount(likes)[model.state.world.creators.account[:10]]
    activity = model.actors.groups.alive[0].activity[:10]  # 0.5 to 1.5
    assert per_member.sum() == pytest.approx(20 * activity.sum(), rel=0.1)


def test_a_newcomer_does_not_answer_what_was_asked_before():
    model = circle(3)
    model.actors.groups.request_likes(0, 0)
    model.actors.groups.join(5)
    assert model.state.world.creators.account[5] not in act(model)["account"]


def test_leaving_and_coming_back_brings_no_second_like():
    model = circle(3)
    model.actors.groups.request_likes(0, 0)
    assert len(act(model)["account"]) == 2
    model.actors.groups.leave(1)
    assert model.state.world.creators.group[1] == -1
    model.actors.groups.join(1)
    assert model.state.world.creators.group[1] == 0
    assert len(act(model)["account"]) == 0


def test_a_group_dissolves_when_activity_falls_to_nothing():
    model = circle(4, likes_per_member_day=0, dissolve_after_days=6)
    group = model.actors.groups.alive[0]
    live(model, 2, members=range(4))
    assert group.alive
    live(model, 1, members=range(4))  # three bad days of six are enough
    assert not group.alive and model.actors.groups.alive == []
    assert (model.state.world.creators.group == -1).all()
    assert group not in list(model.agents)
    last = model.tables.frame("groups").iloc[-1]
    assert (last["alive"], last["members"], last["likes"]) == (False, 4, 0)


def test_a_group_that_answers_lives():
    model = circle(4, dissolve_after_days=6)
    live(model, 12, members=range(4))
    assert len(model.actors.groups.alive) == 1
    table = model.tables.frame("groups")
    assert (table["answered"] == 12).all() and (table["active_members"] == 4).all()
    assert (table["free_rider_share"] == 0).all()


def test_activity_swings_and_swings_are_the_member_s_own():
    calm, wild = circle(10), circle(10, activity_swing=0.4, activity_memory=0.8)
    for model in (calm, wild):
        live(model, 5, posts_a_day=False)
    assert (calm.actors.groups.alive[0].activity[:10] == 1.0).all()
    assert wild.actors.groups.alive[0].activity[:10].std() > 0.1
    # the same creators in other seats: the same ups and downs
    other = quiet_world(n_creators=12, n_posts=10, mutual_aid={**STEADY, "activity_swing": 0.4, "activity_memory": 0.8})
    for row in reversed(range(10)):
        other.actors.groups.join(row)
    to(other, day=0, hour=20)
    live(other, 5, posts_a_day=False)
    mine, theirs = wild.actors.groups.alive[0], other.actors.groups.alive[0]
    seat = {int(row): k for k, row in enumerate(theirs.creator) if row >= 0}
    assert [theirs.activity[seat[row]] for row in range(10)] == mine.activity[:10].tolist()


def test_wilder_swings_do_not_make_members_busier_on_average():
    model = circle(60, size_max=60, activity_swing=1.5, activity_memory=0.8, activity_shared=0.0)
    group, days = model.actors.groups.alive[0], []
    for _ in range(60):
        group.close_day()
        days.append(group.activity.mean())
        to(model, day=model.clock.day + 1)
    assert np.mean(days) == pytest.approx(1.0, abs=0.07)  # 60 members, correlated over some days
    assert (group.activity < 0.5).any() and (group.activity > 1.5).any()


def test_part_of_the_swing_is_common_to_the_members():
    together, apart = (circle(60, size_max=60, activity_swing=0.3, activity_shared=share) for share in (1.0, 0.0))
    for model in (together, apart):
        model.actors.groups.alive[0].activity[:] = 1.0
        model.actors.groups.alive[0].close_day()
    assert np.ptp(together.actors.groups.alive[0].activity) == 0.0
    assert np.ptp(apart.actors.groups.alive[0].activity) > 0.3


def test_members_give_as_others_gave():
    """Nobody answers those who ask: they cool down; those whose requests are answered go on giving."""
    group = circle(10).actors.groups.alive[0]
    group.asked_lately[:2] = 3.0
    group.got_lately[0] = 27.0  # nine others, three requests: everybody answered
    group.got_lately[1] = 0.0
    group.close_day()
    assert group.reciprocity[0] == 1.0
    assert group.reciprocity[1] == pytest.approx(1.0 - group.state.scenario.mutual_aid.reciprocity_pace)
    assert (group.reciprocity[2:10] == 1.0).all()


def test_free_riders_are_expelled_and_do_not_come_back():
    model = circle(10, expel_debt=20, look_again_days=0)
    group = model.actors.groups.alive[0]
    group.generosity[3] = 0.0
    for row in range(10):
        model.state.world.creators.strategy[row] = 1  # mutual aid: it would look again
    live(model, 5, members=range(10))
    assert model.state.world.creators.group[3] == -1
    assert group.not_again == [3]
    assert len(group.members) == 9
    assert 3 in model.actors.groups.seekers


def test_who_asks_much_but_gives_too_stays():
    model = circle(10, expel_debt=20, leave_after_given=100_000)
    for _ in range(6):
        live(model, 1, members=[0, 0, *range(1, 10)])
    assert model.state.world.creators.group[0] == 0
    group = model.actors.groups.alive[0]
    assert group.owes[0].sum() > 20


def test_members_who_get_nothing_back_leave():
    model = circle(6, leave_after_given=10, look_again_days=30, expel_debt=100_000)
    group = model.actors.groups.alive[0]
    for _ in range(4):
        for row, post in zip(range(1, 6), publish(model, range(1, 6)), strict=True):
            model.actors.groups.request_likes(row, post)
        (post,) = publish(model, [0])
        model.actors.groups.request_likes(0, post)
        group.done[-1] = True  # the others pass over whatever 0 asks for
        live(model, 1, posts_a_day=False)
    assert model.state.world.creators.group[0] == -1
    assert group.not_again == [0]
    assert model.actors.groups.rest_until[0] > 20
    assert (model.state.world.creators.group[1:6] == 0).all()


def test_seekers_found_a_group_when_there_are_enough():
    model = quiet_world(n_creators=8, mutual_aid={**STEADY, "founders": 4})
    for row in range(3):
        model.actors.groups.join(row)
    assert model.actors.groups.groups == [] and model.actors.groups.seekers == [0, 1, 2]
    model.actors.groups.leave(1)
    model.actors.groups.join(3)
    model.actors.groups.join(4)
    assert model.actors.groups.seekers == []
    assert model.state.world.creators.group[[0, 1, 2, 3, 4]].tolist() == [0, -1, 0, 0, 0]


@pytest.mark.parametrize(("creators", "sizes"), [(1000, [40]), (2500, [100]), (5000, [100, 100]), (7500, [100] * 3)])
def test_a_larger_platform_begins_with_more_groups_and_not_with_larger_ones(creators, sizes):
    model = EngagementModel(
        "baseline", seed=1, threads=1,
        **{"creators.n": creators, "readers.n": 8000, "readers.people": 8000, "creators.manipulating_start": 0.0},
    )  # fmt: skip
    assert [len(group.members) for group in model.actors.groups.groups] == sizes


@pytest.mark.parametrize(("least", "most", "sizes"), [(2, 24, [13, 13, 12, 12]), (20, 20, [17, 17, 16]), (2, 2, [])])
def test_no_group_begins_with_fewer_than_found_one(least, most, sizes):
    opts = {"size_min": least, "size_max": most, "founders": min(12, most), "members_start": 0.25, "small_share": 1.0}
    world = {"creators.n": 200, "readers.n": 500, "readers.people": 500, "creators.manipulating_start": 0.0}
    model = EngagementModel(
        "baseline", seed=1, threads=1, **world, **{f"mutual_aid.{name}": value for name, value in opts.items()}
    )
    found = [len(group.members) for group in model.actors.groups.groups]
    assert found == (sizes or [2] * 25)


def test_who_waits_takes_a_place_that_comes_free():
    model = quiet_world(n_creators=8, mutual_aid={**STEADY, "size_max": 3, "founders": 3})
    groups = model.actors.groups
    for row in range(4):
        groups.join(row)
    assert groups.seekers == [3]
    groups.leave(1)
    groups.join(3)
    assert groups.seekers == [] and sorted(groups.groups[0].creator[groups.groups[0].members].tolist()) == [0, 2, 3]


def test_nobody_waits_for_a_group_at_the_start_while_one_has_room():
    model = EngagementModel("baseline", seed=1, threads=1, **{"readers.n": 2000, "readers.people": 2000})
    assert model.actors.groups.seekers == [] and len(model.actors.groups.alive) == 1


def test_a_full_group_takes_nobody():
    model = quiet_world(n_creators=8, mutual_aid={**STEADY, "size_max": 3})
    for row in range(5):
        model.actors.groups.join(row)
    assert model.state.world.creators.group[:5].tolist() == [0, 0, 0, 1, 1]


def test_whose_group_failed_looks_again_after_a_while():
    model = circle(4, likes_per_member_day=0, dissolve_after_days=2, look_again_days=5)
    model.state.world.creators.strategy[:4] = 1
    live(model, 1, members=range(4))
    assert model.actors.groups.alive == []
    live(model, 4, posts_a_day=False)
    assert model.actors.groups.alive == []
    live(model, 2, posts_a_day=False)
    assert len(model.actors.groups.alive) == 1


def test_nothing_asked_nothing_done():
    model = circle(5)
    assert len(act(model)["account"]) == 0
    model.actors.groups.request_likes(7, 0)  # sits in no group
    model.actors.groups.leave(7)
    assert len(act(model)["account"]) == 0


def test_asking_twice_is_asking_once():
    model = circle(3)
    for _ in range(2):
        model.actors.groups.request_likes(0, 0)
    assert len(act(model)["account"]) == 2
