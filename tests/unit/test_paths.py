"""The walker of dotted paths, and the graph of imports of the modules that use it."""

from __future__ import annotations

import re
from pathlib import Path

import grimp
import pytest

import sim
from sim.core.errors import ScenarioError
from sim.scenario import Scenario
from sim.scenario.paths import (
    MISSING,
    find_field,
    get_by_path,
    get_child,
    leaves,
    names_at,
    nearest_path,
    overlap,
    set_by_path,
)
from sim.studies.schema import StudyFile

PACKAGE = Path(sim.__file__).parent


def test_a_value_is_read_through_sections_plugins_mappings_and_lists():
    scenario = Scenario()
    for root in (scenario, scenario.resolved()):
        assert get_by_path(root, "readers.n") == scenario.readers.n
        assert get_by_path(root, "platform.detectors.device.threshold") == 20
        assert get_by_path(root, "platform.like_ladder.0.strikes") == 0
        for nowhere in ("readers.m", "platform.like_ladder.7.strikes", "readers.n.x", "strategies.honest", "digest"):
            assert get_by_path(root, nowhere, MISSING) is MISSING, nowhere
    assert get_child([1, 2], "-1") is MISSING and get_child({"0": 5}, "0") == 5


def test_a_value_is_set_in_place_and_the_keys_used_are_returned():
    values = {"a": [{"b": 1}], "c": 3}
    assert set_by_path(values, "a.0.b", 2) == ("a", 0, "b")
    assert set_by_path(values, "c.d.e", 4) == ("c", "d", "e")
    assert set_by_path(values, ("dotted.key",), 5) == ("dotted.key",)
    assert values == {"a": [{"b": 2}], "c": {"d": {"e": 4}}, "dotted.key": 5}
    with pytest.raises(ScenarioError, match=r"a: is a list; give a position from 0 to 0"):
        set_by_path(values, "a.1.b", 2)
    with pytest.raises(ScenarioError, match=r"a: is a list"):
        set_by_path(values, "a.b", 2)


def test_a_change_leaves_what_it_was_given_alone():
    ladder = [{"strikes": 1, "sanction": "ban"}]
    changed = Scenario().with_changes({"platform.like_ladder": ladder, "platform.like_ladder.0.strikes": 2})
    assert changed.platform.like_ladder[0].strikes == 2
    assert ladder == [{"strikes": 1, "sanction": "ban"}]


def test_a_field_is_found_by_its_path_or_by_the_location_of_a_pydantic_error():
    assert find_field(Scenario, "readers.n").description == Scenario.model_fields["readers"].annotation.model_fields[
        "n"
    ].description  # fmt: skip
    assert find_field(Scenario, "platform.creator_ladder.3.strikes") is not None
    assert find_field(Scenario, "platform.creator_ladder.strikes") is None
    assert find_field(Scenario, "readers.n.x") is None
    assert find_field(StudyFile, ("factors", "x", "[every]", "except")) is not None
    assert find_field(StudyFile, ("factors", "x", "[path]", "except")) is None
    assert names_at(StudyFile, ("design", "[morris]", "x")) == ["kind", "trajectories", "levels"]


def test_the_nearest_name_is_sought_beside_the_key_and_then_everywhere():
    everywhere = ("platform.hot_exploration", "readers.n")
    assert nearest_path(Scenario, "platform.hot_exploraton", everywhere) == "hot_exploration"
    assert nearest_path(Scenario, "readers.hot_exploraton", everywhere) == "platform.hot_exploration"
    assert nearest_path(Scenario, "readers.qqqqqq", everywhere) is None


def test_paths_overlap_when_one_lies_within_the_other():
    assert overlap("a.b", "a.b") and overlap("a", "a.b") and overlap("a.b", "a")
    assert not overlap("a.b", "a.bc") and not overlap("a", "b")


def test_leaves_are_what_holds_nothing():
    values = {"a": {"b": 1, "c": {}}, "d": [2, 3]}
    assert dict(leaves(values)) == {("a", "b"): 1, ("a", "c"): {}, ("d",): [2, 3]}
    assert dict(leaves(values, lists=True)) == {("a", "b"): 1, ("a", "c"): {}, ("d", 0): 2, ("d", 1): 3}


def test_nobody_else_takes_dotted_paths_apart():
    allowed = {"scenario/paths.py", "core/errors.py"}
    allowed |= {"plugins/source_files.py", "studies/importable.py"}  # dotted names of Python's modules and classes
    found = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if re.search(r"""split\(["']\.["']\)""", file.read_text(encoding="utf-8"))
    }
    assert found <= allowed


@pytest.mark.parametrize("package", ["sim.scenario", "sim.plugins"])
def test_no_circle_of_imports(package: str) -> None:
    """Imports inside functions and those for types alone count."""
    graph = grimp.build_graph("sim", exclude_type_checking_imports=False, cache_dir=None)
    modules = {name for name in graph.modules if name == package or name.startswith(f"{package}.")}
    needs = {name: graph.find_modules_directly_imported_by(name) & modules for name in modules}
    while free := {name for name, needed in needs.items() if not needed}:
        needs = {name: needed - free for name, needed in needs.items() if name not in free}
    assert not needs, f"these modules import each other in a circle: {sorted(needs)}"
