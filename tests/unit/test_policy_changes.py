"""Changes of policy as text: in order of day, joined by day, and locks on the folder of a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import RunError
from sim.runs.lock import try_lock
from sim.scenario.policy_changes import PolicyChange, policy_changes
from sim.studies.sweep import run_plan
from tests.helpers.toy import plan, toy


def test_changes_are_in_order_and_joined_by_day() -> None:
    calendar = [
        {"date": "2024-01-11", "set": {"device": True, "detectors": ["a"], "ranking": {"name": "composite"}}},
        {"day": 3, "set": {"ladder": None}},
        {"day": 10, "note": "a law", "set": {"ladder": 1}},
    ]
    found = policy_changes({"run": {"start_date": "2024-01-01"}, "calendar": calendar})
    joined = "device = on, detectors = changed, ranking = composite; a law"
    assert found == [PolicyChange(3, "ladder = off"), PolicyChange(10, joined)]


def test_a_folder_that_is_locked_is_refused_and_a_released_one_is_not(tmp_path: Path) -> None:
    lock = try_lock(tmp_path)
    assert lock is not None and try_lock(tmp_path) is None
    with pytest.raises(RunError, match="another command is writing there"):
        run_plan(plan(1, (1,)), tmp_path, workers=0, simulate=toy, progress=False)
    assert not (tmp_path / "study.json").exists()
    lock.release()
    again = try_lock(tmp_path)
    assert again is not None
    again.release()
