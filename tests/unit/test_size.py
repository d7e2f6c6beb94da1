"""How large a world is: people in seats, counts that go with creators, and worlds too small to show anything."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.engine.model import EngagementModel
from sim.reports.notices import run_notices, size_notices
from sim.scenario import Scenario
from sim.scenario.size import count_per_creators, describe_size, expect_reads_per_post

SCENARIOS = Path(__file__).parents[2] / "scenarios"
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
    assert size_notices({"creators": 300, "days": 30}) == []
    (few,) = size_notices({"creators": 299, "days": 120})
    assert few.startswith("299 creators are too few")
    (short,) = size_notices({"creators": 2000, "days": 29})
    assert short.startswith("A run of 29 days is too short: the first 7 fill")
    assert size_notices({}) == []  # an older run does not say


def sized(**changes: Any) -> list[str]:
    return size_notices(describe_size(Scenario().with_changes(changes), 120))


def test_seats_too_few_for_their_people_are_told() -> None:
    assert sized(**{"readers.n": 10_000}) == []  # the coarsest that was checked against the facts, 59 people a seat
    assert sized(**{"readers.n": 5863}) == []
    (few,) = sized(**{"readers.n": 5862})
    assert few.startswith("5,862 seats are too few for 586,269 people (100 in a seat)")
    assert "lumps" in few and "Set readers.n to at least 5,863." in few
    (fewer,) = sized(**{"readers.n": 2000})
    assert "(293 in a seat)" in fewer and "a mean post is read in 3.4 seats" in fewer


def test_seats_are_too_few_only_where_both_people_and_posts_say_so() -> None:
    assert sized(**{"readers.people": 5_862_690}) == []  # as many seats read a mean post as before
    assert sized(**{"readers.n": 2000, "readers.people": 2000}) == []  # one person in each
    (both,) = sized(**{"readers.n": 5000, "readers.people": 5_862_690})
    assert "Set readers.n to at least 5,863." in both


def test_no_scenario_that_ships_has_too_few_seats() -> None:
    files = [file for folder in ("", "controls", "ablations") for file in (SCENARIOS / folder).glob("*.yaml")]
    assert len(files) > 20
    for file in files:
        scenario = Scenario.load(file)
        assert not [line for line in size_notices(describe_size(scenario, 120)) if "seats" in line], file


def test_a_run_tells_of_its_seats_by_its_manifest() -> None:
    coarse = Scenario().with_changes({"readers.n": 2000})
    plain = coarse.resolved()
    made = SimpleNamespace(manifest={"scenario": plain, "days": 120}, posts=pd.DataFrame())
    assert run_notices(made) == size_notices(describe_size(coarse, 120)) != []
    del plain["readers"]["people"]  # a version in which each seat was one person
    assert run_notices(made) == []
