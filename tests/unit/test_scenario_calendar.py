"""The policy calendar: which policy is in force on which day."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import ScenarioError
from sim.plugins.registry import table
from sim.scenario import Scenario


def with_calendar(*entries: dict[str, Any], days: int = 30) -> Scenario:
    return Scenario.model_validate({"run": {"days": days}, "calendar": list(entries)})


def test_without_a_calendar_the_platform_section_holds() -> None:
    scenario = Scenario()
    assert scenario.policy_on(0) is scenario.platform
    assert scenario.policy_on(119) is scenario.platform
    assert scenario.policies() == [(0, scenario.platform)]


def test_entries_build_on_each_other_from_their_day_on() -> None:
    scenario = with_calendar(
        {"day": 20, "set": {"hot_threshold": 9, "detectors.ip_burst": False}},
        {
            "date": "2022-01-13",
            "set": {"ranking": {"name": "composite", "completion": 1}, "detectors.ip_burst.threshold": 5},
        },
        {"day": 15, "set": {"ranking": {"completion": 2}, "detectors": {"device": False}}},
    )
    days = (0, 9, 10, 14, 15, 19, 20, 29)
    policies = [scenario.policy_on(day) for day in days]
    assert [type(p.ranking).__name__ for p in policies] == ["LikesOnly"] * 2 + ["Composite"] * 6
    assert [p.ranking.completion for p in policies[2:]] == [1, 1, 2, 2, 2, 2]
    assert [p.hot_threshold for p in policies] == [1] * 6 + [9] * 2
    assert [p.detectors.get("ip_burst") is not None for p in policies] == [False] * 2 + [True] * 4 + [False] * 2
    assert [p.detectors["device"] is not None for p in policies] == [True] * 4 + [False] * 4
    assert [day for day, _ in scenario.policies()] == [0, 10, 15, 20]


def test_a_detector_that_was_off_comes_on_by_true_or_by_a_parameter() -> None:
    scenario = with_calendar(
        {"day": 1, "set": {"detectors.device": False}},
        {"day": 2, "set": {"detectors.device": True}},
        {"day": 3, "set": {"detectors.device": None}},
        {"day": 4, "set": {"detectors.device.threshold": 11}},
        {"day": 5, "set": {"detectors.strict": {"name": "device", "threshold": 2}}},
    )
    found = [scenario.policy_on(day).detectors["device"] for day in range(6)]
    assert [d.threshold if d else None for d in found] == [
        20,
        None,
        table("detection")["device"]().threshold,
        None,
        11,
        11,
    ]
    assert scenario.policy_on(5).detectors["strict"].threshold == 2


def test_ladders_are_replaced_whole() -> None:
    scenario = with_calendar(
        {
            "day": 3,
            "set": {"creator_ladder": [{"strikes": 2, "sanction": {"name": "reduce_moments", "days": 3}}]},
        },
        {"day": 4, "set": {"creator_ladder": []}},
    )
    assert [len(scenario.policy_on(day).creator_ladder) for day in (2, 3, 4)] == [0, 1, 0]
    assert scenario.policy_on(3).creator_ladder[0].sanction.days == 3


def test_an_entry_of_day_0_is_in_force_from_the_start() -> None:
    scenario = with_calendar({"day": 0, "set": {"hot_threshold": 2}})
    assert scenario.policy_on(0).hot_threshold == 2
    assert scenario.platform.hot_threshold == 1


def test_the_calendar_follows_changes_to_the_platform() -> None:
    scenario = with_calendar({"day": 5, "set": {"hot_threshold": 9}}).with_changes({"platform.hot_exploration": 0.5})
    assert (scenario.policy_on(9).hot_exploration, scenario.policy_on(9).hot_threshold) == (0.5, 9)


def test_two_entries_of_a_day_may_set_different_paths() -> None:
    scenario = with_calendar({"day": 5, "set": {"hot_threshold": 9}}, {"day": 5, "set": {"detectors.ip_burst": True}})
    assert scenario.policy_on(5).hot_threshold == 9
    assert scenario.policy_on(5).detectors["ip_burst"] is not None
    with pytest.raises(ScenarioError, match="already set on day 5"):
        with_calendar(
            {"day": 5, "set": {"detectors": {"device": False}}},
            {"day": 5, "set": {"detectors.device.threshold": 3}},
        )


@given(changes=st.dictionaries(st.integers(0, 29), st.integers(0, 1000), max_size=8), order=st.randoms())
def test_the_latest_entry_not_after_the_day_wins(changes: dict[int, int], order: Any) -> None:
    entries = [{"day": day, "set": {"hot_threshold": likes}} for day, likes in changes.items()]
    order.shuffle(entries)
    scenario = with_calendar(*entries)
    for day in range(30):
        past = [d for d in changes if d <= day]
        assert scenario.policy_on(day).hot_threshold == (changes[max(past)] if past else 1)


def test_a_parameter_outside_the_platform_is_said_to_stay_as_it_is() -> None:
    with pytest.raises(ScenarioError, match=r"changes the platform alone, and 'readers\.feed_window'") as caught:
        with_calendar({"day": 2, "set": {"readers.feed_window": 3}})
    assert "did you mean" not in str(caught.value)
