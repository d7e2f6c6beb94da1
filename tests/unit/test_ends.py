"""The harness that moves parameters to the ends of their ranges tells what moved, what did not, and what crashed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.scenario import Scenario
from sim.scenario.paths import find_field
from tests.helpers import ends, still
from tests.helpers.still import World


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = (World(days=1, set={"readers.n": 100, "creators.n": 20}),)
    monkeypatch.setattr(still, "WORLDS", worlds)
    monkeypatch.setattr(ends, "WORLDS", worlds)


@pytest.mark.parametrize(
    ("path", "value", "moved"),
    [
        ("creators.merchant_share", 0.25, [0.0, 1.0]),
        ("creators.merchant_share", 0.0, [1.0]),
        ("creators.posts_per_day", 1.0, [1e-9, 5.0]),  # 0 is not part of its range
        ("farms.accounts_per_device", 25, [1, 10_000]),
        ("controls.frozen", False, [True]),
        ("platform.hot_yardstick", "visible", ["slow", "surviving"]),
        ("platform.detectors.device.threshold", 8.0, [1.0, 1e6]),
        ("name", "baseline", []),
    ],
)
def test_both_ends_of_a_range_and_every_other_choice(path: str, value: Any, moved: list[Any]) -> None:
    assert ends.ends(Scenario(), path, value) == moved


@pytest.mark.usefixtures("tiny")
def test_what_became_of_a_value_is_kept_and_not_asked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "ends.jsonl"
    words = ["--out", str(out), "--workers", "1", "readers.sessions_per_day", "farms.exit_after_weeks"]
    words += ["creators.n"]
    ends.main(words)
    kept = [json.loads(line) for line in out.read_text().splitlines()]
    outcomes = {(each["path"], each["value"]): each["outcome"] for each in kept}
    assert outcomes["readers.sessions_per_day", 24.0] == "moved"
    assert outcomes["farms.exit_after_weeks", 520] == "still"
    assert outcomes["creators.n", 40_000] == "refused"
    assert "still farms.exit_after_weeks: NOT EXPLAINED" in capsys.readouterr().out
    ends.main(words)
    assert len(out.read_text().splitlines()) == len(kept)


@pytest.mark.usefixtures("tiny")
def test_a_crash_is_told_with_its_last_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    still.usual_of(still.WORLDS[0])

    def fall(scenario: Scenario) -> None:
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr(ends, "live", fall)
    (found,) = ends.run_all([ends.Found("readers.sessions_per_day", 24.0, 0, "")], workers=1)
    assert found.outcome == "crashed" and "by hand" in found.text
    assert "crashed readers.sessions_per_day = 24.0" in ends.report([found])


def test_reasons_are_given_for_parameters_that_are_there() -> None:
    assert all(find_field(Scenario, path) is not None for path in ends.reasons())
