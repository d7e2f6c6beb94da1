"""The search for parameters that move no table finds one, and its worlds can be built."""

from __future__ import annotations

import pytest

from tests.helpers import still
from tests.helpers.still import WORLDS, World, candidates, moved_to, numbers, scenario_of, settings

SLOW_READERS = World(days=4, set={"readers.n": 2000, "creators.n": 60, "readers.length_s": 3600.0})


def test_what_moves_a_table_is_told_from_what_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(still, "WORLDS", (World(days=2, set={"readers.n": 300, "creators.n": 40}),))
    assert moved_to("readers.sessions_per_day")[0] is not None
    moved, tried = moved_to("creators.account_age_days")  # no newcomer lacks a reader's account
    assert moved is None and tried == [1800, 1200]


@pytest.mark.parametrize(
    "path",
    [
        "readers.creator_trust_pace",
        "readers.expectation_pace",
        "readers.finish_interest",
        "readers.longest_reading_s",
        "readers.reading_time_spread",
        "readers.remembered_reads",
    ],
)
def test_numbers_of_the_reader_kernel_move_tables(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(still, "WORLDS", (SLOW_READERS,))
    assert moved_to(path)[0] is not None


def test_a_parameter_that_no_busy_world_has_is_moved_where_it_is() -> None:
    (home,) = still.worlds_for("platform.detectors.none.threshold")
    assert "platform.detectors.none.threshold" in numbers(scenario_of(home))
    assert list(still.worlds_for("platform.detectors.some.threshold")) == []


def test_every_world_can_be_built_and_has_its_parameters() -> None:
    for world in WORLDS:
        assert set(world.move) <= settings(scenario_of(world)).keys(), world.move


@pytest.mark.parametrize(
    ("value", "moved"), [(True, [False]), (10, [12, 8]), (1, [2, 0]), (0.0, [0.2, 1.0]), (2.0, [2.4, 1.6])]
)
def test_a_value_is_moved_by_a_fifth_both_ways(value: float, moved: list[float]) -> None:
    assert candidates(value) == moved
