"""The harness that moves parameters to the ends of their ranges tells what moved, what did not, and what crashed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from sim.plugins.registry import FAMILIES, name_of, table
from sim.scenario import Scenario
from sim.scenario.paths import get_by_path
from tests.helpers import ends, still
from tests.helpers.still import World, scenario_of


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
        ("probes.doses.1", 20, [0, 100_000]),  # the ends of a list's items are the harness's own
        ("readers.people", None, [20_000, 2_000_000_000]),  # at least one in a seat
        ("run.reader_seed", None, [0, 2**63 - 1]),
        ("run.start_date", "2022-01-03", ["0001-01-01", "9999-09-03"]),  # a run of 120 days ends with the calendar
        ("name", "baseline", []),
    ],
)
def test_both_ends_of_a_range_and_every_other_choice(path: str, value: Any, moved: list[Any]) -> None:
    assert ends.ends(Scenario(), path, value) == moved


def plugins_with_parameters(scenario: Scenario) -> dict[tuple[str, str], str]:
    """Name of a plug-in and of a parameter of it, and the path of that."""
    found = {}
    for path in still.settings(scenario):
        above, _, name = path.rpartition(".")
        plugin = get_by_path(scenario, above)
        if dataclasses.is_dataclass(plugin) and name != "name":
            found[name_of(plugin), name] = path
    return found


def test_every_parameter_of_every_plugin_that_ships_goes_to_its_ends() -> None:
    paths = {at: path for world in still.WORLDS for at, path in plugins_with_parameters(scenario_of(world)).items()}
    shipped = {(name, cls) for family in FAMILIES for name, cls in table(family).items()}
    assert paths.keys() == {(name, field.name) for name, cls in shipped for field in dataclasses.fields(cls)}
    assert set(paths.values()) <= {run.path for run in ends.todo([], 1)}


def test_every_parameter_but_text_goes_to_its_ends() -> None:
    moved = {run.path for run in ends.todo([], 1)}
    left = {path.rpartition(".")[2] for path in still.homes().keys() - moved}
    assert left == {"name", "description", "calendar"}


def test_a_parameter_is_moved_in_a_world_that_has_it() -> None:
    low, high = ends.todo(["platform.detectors.lockstep.threshold"], 1)
    assert (low.value, high.value) == (1.0, 1e6)
    assert low.path in still.WORLDS[low.world].move
    with pytest.raises(SystemExit, match=r"no world has .*lockstep[.]treshold"):
        list(ends.todo(["platform.detectors.lockstep.treshold"], 1))


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


@pytest.mark.usefixtures("tiny")
def test_a_value_may_take_so_much_processor_time_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    still.usual_of(still.WORLDS[0])

    def never_end(scenario: Scenario) -> None:
        while True:
            pass

    monkeypatch.setattr(ends, "live", never_end)
    monkeypatch.setattr(ends, "LIMIT_S", 1)
    (found,) = ends.run_all([ends.Found("readers.sessions_per_day", 24.0, 0, "")], workers=1)
    assert found.outcome == "slow"


def test_reasons_are_given_for_parameters_that_are_there() -> None:
    assert ends.reasons().keys() <= still.homes().keys()
