"""Rules that look back on weeks, and when they look (S4)."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from sim.core.clock import Clock
from sim.core.enums import Origin, Target
from sim.core.errors import PluginError
from sim.engine.model import EngagementModel
from sim.measures.confusion import Confusion, judge
from sim.plugins.detectors import Detector, Flags, KeenLikes, Lockstep, Scores
from sim.plugins.detectors.detector import DAY, WEEK
from sim.plugins.registry import build
from sim.scenario import Scenario
from sim.world import World
from tests.helpers.seen import NOON, habits, likes, log, view


def scores(detector, past):
    found = detector.inspect(view(log(0), likes=past), NOON)
    return dict(zip(found.ids.tolist(), found.values.tolist(), strict=True))


# -- likes and hardly anything else


def test_the_share_of_likes_among_what_an_account_does():
    """Forty likes and nothing else; three likes; nine likes among twenty acts."""
    memory = habits([1, 2, 3], likes=[39, 3, 9], comments=[0, 0, 4], forwards=[0, 0, 5], follows=[0, 0, 1])
    found = KeenLikes(doubt=1.0).inspect(replace(view(log(0)), history=memory), NOON)
    assert dict(zip(found.ids.tolist(), found.values.tolist(), strict=True)) == pytest.approx(
        {1: 0.975, 2: 0.75, 3: 0.45}
    )


def test_who_only_likes_is_mistaken_for_a_bought_account():
    memory = habits([1, 2], likes=[5, 5], comments=[0, 2])
    found = KeenLikes().inspect(replace(view(log(0)), history=memory), NOON)
    assert (found.values >= KeenLikes().threshold).tolist() == [True, False]


# -- together


def club(accounts, first_post, n_posts=4, day=NOON.day):
    """Everybody likes all of the posts."""
    return likes(np.repeat(accounts, n_posts), np.tile(first_post + np.arange(n_posts), len(accounts)), day)


def together(*parts):
    columns = [np.concatenate(column) for column in zip(*(vars(part).values() for part in parts), strict=True)]
    order = np.argsort(columns[2], kind="stable")
    return type(parts[0])(*(column[order] for column in columns))


def test_how_many_others_like_the_same_posts():
    """Four accounts share four posts, a fifth shares two of them with all, and a sixth goes its own way."""
    past = together(club([1, 2, 3, 4], 10), likes([5, 5, 5], [10, 11, 30]), likes([6, 6, 6], [40, 41, 42]))
    assert scores(Lockstep(shared_posts=4), past) == {1: 3.0, 2: 3.0, 3: 3.0, 4: 3.0}
    assert scores(Lockstep(shared_posts=2), past) == {1: 4.0, 2: 4.0, 3: 4.0, 4: 4.0, 5: 4.0, 6: 0.0}


def test_only_the_last_days_count_and_only_those_are_judged_who_liked_today():
    past = together(
        club([1, 2, 3], 10, day=NOON.day - 7), club([3, 4, 5], 20, day=NOON.day - 1), likes([1, 3], [50, 50])
    )
    assert scores(Lockstep(days=7, shared_posts=3), past) == {3: 2.0}
    assert scores(Lockstep(days=8, shared_posts=3), past) == {1: 2.0, 3: 4.0}


def test_what_everybody_likes_says_nothing():
    past = club(np.arange(30), 10)
    assert set(scores(Lockstep(shared_posts=3, max_degree=30), past).values()) == {29.0}
    assert scores(Lockstep(shared_posts=3, max_degree=29), past) == {}


def test_a_fan_club_is_mistaken_for_a_farm():
    """Eight fans like every post of their star; whether they are paid the memory does not say."""
    assert min(scores(Lockstep(), club(np.arange(8), 10)).values()) >= Lockstep().threshold


# -- when they look


class Looks:
    """How often, and at which ticks, detectors looked."""

    ticks: ClassVar[dict[str, list[int]]] = {}


def note(cadence, clock):
    Looks.ticks.setdefault(cadence, []).append(clock.tick)
    return Scores.nothing()


class Noted(Detector):
    """Flags nobody and notes that it was asked."""

    target = Target.ACCOUNT
    needs_posts = False
    threshold = 1.0

    def inspect(self, view, clock):
        """Nothing."""
        return note(self.cadence, clock)


def noted(cadence):
    """A detector of this cadence."""
    return dataclass(frozen=True)(type(f"Noted{cadence}", (Noted,), {"cadence": cadence, "__module__": __name__}))()


def test_a_detector_of_a_day_or_week_looks_on_its_last_tick():
    Looks.ticks.clear()
    model = quiet({f"of_{cadence}": noted(cadence) for cadence in ("day", "week")}, days=8)
    while model.running:
        model.step()
    asked = {cadence: sorted(set(ticks)) for cadence, ticks in Looks.ticks.items()}
    assert asked == {"day": [24 * day + 23 for day in range(8)], "week": [24 * 7 - 1]}


def test_a_cadence_that_there_is_not_is_refused():
    with pytest.raises(PluginError, match=r"'cadence' of .* must be one of tick, day, week, got 'hour'"):
        build("detection", noted("hour"))


def quiet(detectors, days=2):
    changes = {"readers.n": 400, "creators.n": 20, "platform.detectors": detectors}
    return EngagementModel(Scenario.load("baseline", set=changes, days=days), threads=1)


@pytest.mark.parametrize(
    ("detectors", "kept"), [({"keen_likes": {"name": "keen_likes"}}, True), ({"device": {"name": "device"}}, False)]
)
def test_daily_features_are_kept_only_where_a_detector_asks_for_them(detectors, kept):
    model = quiet(detectors)
    while model.running:
        model.step()
    assert len(model.state.world.features.last(28, 1).account) > 0 if kept else not model.state.world.features.days
    assert model.state.world.likes.n > 0


def test_what_looks_once_a_day_is_judged_by_the_likes_of_the_day():
    """Accounts 0, 1 and 2 liked on day 1, accounts 1 and 2 for money; account 3 the day before, for money."""
    world, clock = World(), Clock(47, 3600)
    world.accounts.add(4)
    world.likes.add(
        4, post=0, account=[3, 1, 2, 0], time_s=[50_000, 90_000, 100_000, 110_000],
        origin=[Origin.FARM, Origin.FARM, Origin.FARM, Origin.ORGANIC],
    )  # fmt: skip
    state = SimpleNamespace(scenario=Scenario(), world=world, clock=clock)
    flagged = np.array([0, 1], np.int64)
    for cadence, counts in ((DAY, [1, 1, 2, 1]), (WEEK, [1, 1, 3, 1])):
        found = Confusion()
        judge(state, Flags("d", Target.ACCOUNT, flagged, np.ones(2), 3, cadence), found)
        assert found.counts.tolist() == counts
