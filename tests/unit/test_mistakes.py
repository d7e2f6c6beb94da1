"""Honest mistakes by rule and cause, against figures worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.clock import Clock
from sim.core.enums import AddressClass, Kind, Origin, Target
from sim.core.tables import Tables
from sim.measures.causes import CAUSES, COLUMNS, HonestLikes, causes_of, find_day_facts
from sim.measures.mistake_counts import CAUSE_NAMES, MistakeCounts
from sim.plugins.detectors import NoReadLike
from sim.plugins.detectors.detector import DAY, TICK, WEEK
from sim.plugins.detectors.flags import Flags
from sim.scenario import Scenario
from sim.state import PlatformRecords, State
from sim.world import Readers, World

HOUR_S, DAY_S = 3600, 86_400
HOME_OF_ONE, HOME_OF_TWO, SITE, CARRIER, HOSTED, ELSEWHERE = range(6)
OWN_PHONE, FAMILY, SECOND_HAND = range(3)


def world() -> World:
    """Five people. 0 lives alone; 1 and 2 live together and share a phone; 3 and 4 share one, and no home.

    Person 4 is by far the readiest to like.
    """
    made = World()
    made.addresses.add(
        6,
        kind=[AddressClass.HOME] * 2 + [AddressClass.SITE, AddressClass.MOBILE, AddressClass.HOSTED, AddressClass.HOME],
        region=[1, 1, 1, 1, 2, 2],
    )
    made.devices.add(3)
    made.readers = Readers(5)
    made.readers.voice_sums[:] = [1, 2, 3, 4, 500]  # one person a seat
    made.open_accounts(
        device=np.array([OWN_PHONE, FAMILY, FAMILY, SECOND_HAND, SECOND_HAND]),
        address=np.array([HOME_OF_ONE, HOME_OF_TWO, HOME_OF_TWO, ELSEWHERE, HOME_OF_ONE]),
        region=np.ones(5, int),
        registered_day=np.zeros(5, int),
        seat=np.arange(5),
    )
    made.addresses.accounts[HOME_OF_ONE] = 1
    made.posts.add(3, creator=0)
    made.creators.add(1, account=0)
    return made


def state(**measures: float) -> State:
    scenario = Scenario(measures=measures)
    policy = SimpleNamespace(detectors={"rule": NoReadLike()})
    found = SimpleNamespace(
        scenario=scenario,
        world=world(),
        clock=Clock(0, HOUR_S),
        policy=policy,
        platform=PlatformRecords(),
        tables=Tables(),
    )
    return found  # type: ignore[return-value]


PLAIN = {"account": 0, "post": 0, "dwell_s": 60, "since_s": 30, "address": HOME_OF_ONE, "device": OWN_PHONE}


@pytest.mark.parametrize(
    ("like", "causes"),
    [
        ({}, set()),
        ({"address": CARRIER}, {"carrier"}),
        ({"address": SITE}, {"site"}),
        ({"address": HOSTED}, {"hosted"}),  # its region is another one, and nobody travelled
        ({"address": HOME_OF_TWO}, {"shared_home"}),
        ({"address": ELSEWHERE}, {"traveller"}),
        ({"device": FAMILY}, {"family_phone"}),
        ({"device": SECOND_HAND}, {"second_hand_phone"}),
        ({"dwell_s": 4, "since_s": 0}, {"short_look"}),
        ({"dwell_s": 5, "since_s": 0}, set()),
        ({"dwell_s": 0, "since_s": -1}, {"unread"}),
        ({"account": 4}, {"keen"}),
        (
            {"account": 3, "device": SECOND_HAND, "address": SITE, "since_s": -1},
            {"second_hand_phone", "site", "unread"},
        ),
    ],
)
def test_the_causes_of_a_like(like, causes):
    made = state()
    made.world.addresses.accounts[ELSEWHERE] = 1
    columns = {name: np.array([(PLAIN | like).get(name, 0)]) for name in COLUMNS}
    bits = causes_of(HonestLikes(made, find_day_facts(made), columns))
    expected = 1 + sum(1 << CAUSE_NAMES.index(cause) for cause in causes)
    assert bits.tolist() == [expected]


@pytest.mark.parametrize(("share", "keen"), [(0.2, [4]), (0.4, [3, 4]), (0.01, [4])])
def test_how_many_are_keen(share, keen):
    made = state(keen_share=share)
    columns = {name: np.arange(5) if name == "account" else np.zeros(5, int) for name in COLUMNS}
    likes = HonestLikes(made, find_day_facts(made), columns)
    assert np.flatnonzero(CAUSES["keen"](likes)).tolist() == keen


def test_keen_is_who_lives_at_the_place_today():
    made = state(keen_share=0.2)
    yesterday = find_day_facts(made)
    made.world.readers.persons[4] = 2  # another account has taken the place
    assert np.flatnonzero(find_day_facts(made, yesterday).keen_accounts).tolist() == [2]
    more = state(keen_share=0.4)
    assert np.flatnonzero(find_day_facts(more, yesterday).keen_accounts).tolist() == [3, 4]


def test_who_never_likes_is_not_keen_even_where_all_are_so():
    made = state()
    made.world.readers.voice_sums[:] = 0
    columns = {name: np.zeros(1, int) for name in COLUMNS}
    assert not CAUSES["keen"](HonestLikes(made, find_day_facts(made), columns)).any()


# -- counts. Likes of a tick: (account, post, origin, address)
LIKES = (
    (0, 0, Origin.ORGANIC, HOME_OF_ONE),
    (1, 0, Origin.ORGANIC, CARRIER),
    (1, 1, Origin.ORGANIC, HOME_OF_TWO),
    (2, 1, Origin.FARM, HOME_OF_TWO),
    (2, 2, Origin.ORGANIC, CARRIER),
    (3, 1, Origin.FARM, HOME_OF_ONE),
)


def write_tick(made, likes=LIKES, day=0, hour=0):
    """Likes of a tick, in the log and in the table of all likes."""
    made.clock = Clock(24 * day + hour, HOUR_S)
    account, post, origin, address = (list(column) for column in zip(*likes, strict=True))
    given = {"account": account, "post": post, "origin": origin, "time_s": made.clock.start_s}
    made.world.log.clear()
    made.world.log.add(len(likes), kind=Kind.LIKE, dwell_s=60, since_s=30, address=address, **given)
    made.world.likes.add(len(likes), **given)


def rows_of(counts, made):
    counts.write(made)
    frame = made.tables.frame("mistakes")
    return frame.set_index(["rule", "cause"])


def flag(made, ids, target, cadence=TICK, label="rule"):
    made.platform.flags = [Flags(label, target, np.array(ids, np.int64), np.ones(len(ids)), 6, cadence)]


def counted(rows, cause):
    names = ("honest_likes", "honest_people", "flagged_likes", "flagged_people", "wrong_likes", "wrong_people")
    return rows.loc[("rule", cause), list(names)].tolist()


@pytest.mark.parametrize(
    ("target", "ids", "any_like", "carrier"),
    [
        (Target.LIKE, [1, 2, 3], [4, 3, 2, 1, 2, 1], [2, 2, 1, 1, 1, 1]),  # a flag on row 3 is right, and no mistake
        (Target.LIKE, [], [4, 3, 0, 0, 0, 0], [2, 2, 0, 0, 0, 0]),
        (Target.ACCOUNT, [1, 2], [4, 3, 3, 2, 2, 1], [2, 2, 2, 2, 1, 1]),  # half of the likes of 2 were arranged
        (Target.POST, [0, 1], [4, 3, 3, 2, 2, 2], [2, 2, 1, 1, 1, 1]),  # post 1 has been pushed
    ],
)
def test_who_is_judged_flagged_and_wrongly_so(target, ids, any_like, carrier):
    made = state(pushed_likes=2)
    made.world.posts.likes_by_origin[1] = [1, 0, 2, 0, 0, 0]
    counts = MistakeCounts(made.scenario)
    write_tick(made)
    flag(made, ids, target)
    counts.observe(made)
    counts.close_day(made)
    rows = rows_of(counts, made)
    assert counted(rows, "any") == any_like
    assert counted(rows, "carrier") == carrier
    assert counted(rows, "unread") == [0] * 6


def test_ticks_and_days_add_up_and_people_are_counted_once():
    made = state()
    counts = MistakeCounts(made.scenario)
    for day in range(2):
        for hour in range(2):
            write_tick(made, day=day, hour=hour)
            flag(made, [0, 1] if hour else [], Target.LIKE)
            counts.observe(made)
        counts.close_day(made)
    assert counted(rows_of(counts, made), "any") == [16, 3, 4, 2, 4, 2]


def test_nothing_is_counted_while_no_rule_is_in_force():
    made = state()
    counts = MistakeCounts(made.scenario)
    made.policy.detectors = {"rule": None}
    write_tick(made)
    counts.observe(made)
    counts.close_day(made)
    assert len(rows_of(counts, made)) == 0


@pytest.mark.parametrize(("cadence", "judged", "flagged"), [(DAY, 8, 6), (WEEK, 7 * 8, 7 * 6)])
def test_a_rule_that_looks_back_judges_all_of_its_time(cadence, judged, flagged):
    """Two ticks a day, for ten days; the rule looks on the last."""
    detector = type("Rule", (NoReadLike,), {"cadence": cadence})()
    made = state()
    scenario = SimpleNamespace(policies=lambda: [(0, SimpleNamespace(detectors={"rule": detector}))])
    counts = MistakeCounts(scenario)
    for day in range(10):
        for hour in (0, 23):
            write_tick(made, day=day, hour=hour)
            made.platform.flags = []
            if day == 9 and hour == 23:
                flag(made, [1, 2], Target.ACCOUNT, cadence)
            counts.observe(made)
        counts.close_day(made)
    rows = rows_of(counts, made)
    assert counted(rows, "any")[:4] == [judged, 3, flagged, 2]
    assert rows.loc[("rule", "any"), "wrong_people"] == 1


def test_the_punished_are_those_hit_for_likes_that_they_gave():
    """Account 0 wrote the posts: it is limited for the likes under them, account 1 for those that it gave."""
    made = state()
    counts = MistakeCounts(made.scenario)
    write_tick(made)
    flag(made, [0, 1], Target.ACCOUNT)
    counts.observe(made)
    counts.close_day(made)
    made.tables.extend(
        "actions",
        tick=0,
        day=0,
        sanction="limit_functions",
        target=["account", "account", "account", "like"],
        account=np.array([0, 1, 2, -1]),
        post=np.array([1, 0, 2, 0]),
        creator=-1,
        detector=["rule", "rule", "another", "rule"],
        strikes=1,
        until_tick=9,
        action="limit",
        flagged_day=0,
        notice="those_hit",
        arranged_share=0.0,
    )
    assert rows_of(counts, made).punished_people.loc[("rule", ["any", "carrier", "site"])].tolist() == [1, 1, 0]


@pytest.mark.parametrize("cause", ["campus", "shop_phone", "fan_club", "event"])
def test_the_crowd_that_a_like_comes_from(cause):
    made = state()
    columns = {name: np.array([PLAIN.get(name, 0)] * 2) for name in COLUMNS}
    columns |= {"account": np.array([0, 3]), "address": np.array([HOME_OF_ONE, SITE]), "post": np.array([0, 1])}
    columns["device"] = np.array([OWN_PHONE, SECOND_HAND])
    likes = HonestLikes(made, find_day_facts(made), columns)
    assert CAUSES[cause](likes).tolist() == [False, False]
    made.world.addresses.campus[SITE] = 0
    made.world.devices.shop[SECOND_HAND] = True
    made.world.accounts.fan_club[3] = 0
    made.world.posts.event[1] = True
    assert CAUSES[cause](likes).tolist() == [False, True]
