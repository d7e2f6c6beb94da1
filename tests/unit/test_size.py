"""How large a world is: people in seats, counts that go with creators, and worlds too small to show anything."""

from __future__ import annotations

import pytest

from sim.engine.model import EngagementModel
from sim.reports.notices import size_notices
from sim.scenario import Scenario
from sim.scenario.size import count_per_creators, expect_reads_per_post

SMALL = {"run.days": 1, "readers.n": 1500}


def test_people_follow_from_posts_unless_they_are_given() -> None:
    usual = Scenario().with_changes({"creators.n": 600, "creators.posts_per_day": 1.0})
    assert usual.people == round(982 * 600 / 3.35) == 175_881
    assert expect_reads_per_post(usual) == pytest.approx(982, abs=0.01)
    tenfold = usual.with_changes({"readers.people": 1_758_810})
    assert tenfold.people == 1_758_810 and expect_reads_per_post(tenfold) == pytest.approx(9820, rel=1e-5)


@pytest.mark.parametrize(
    ("per_1000", "creators", "count"), [(8, 600, 5), (8, 2000, 16), (8, 20, 1), (0, 2000, 0), (33, 4000, 132)]
)
def test_counts_go_with_creators(per_1000: float, creators: int, count: int) -> None:
    assert count_per_creators(per_1000, creators) == count


def test_firms_a_creator_are_alike_whatever_the_size() -> None:
    usual = Scenario()
    rates = [part.n_per_1000_creators for part in (usual.farms, usual.mcn, usual.advertisers)]
    for creators in (300, 1200):
        model = EngagementModel(Scenario().with_changes(SMALL | {"creators.n": creators}), seed=1, threads=1)
        actors = model.actors
        firms = len(actors.market.open), len(actors.agencies.all), len(actors.advertisers.all)
        assert [round(1000 * n / creators) for n in firms] == pytest.approx(rates, abs=2)


def test_a_world_too_small_or_too_short_says_so() -> None:
    assert size_notices(300, 30) == []
    (few,) = size_notices(299, 120)
    assert few.startswith("299 creators are too few")
    (short,) = size_notices(2000, 29)
    assert short.startswith("29 days are too few: the first 7 fill")
    assert size_notices(None, None) == []  # an older run does not say
