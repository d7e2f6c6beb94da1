"""An old name is one clear error that says the new one, wherever it is written; exit code 2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.core.errors import PluginError, ScenarioError
from sim.plugins import renamed as plugin_names
from sim.plugins.registry import build, table
from sim.scenario import Scenario
from sim.scenario import calendar as calendars
from sim.scenario.paths import find_field
from sim.scenario.renamed import REMOVED, RENAMED, describe_renaming

OLD, NEW = "mutual_aid.keen_pace", "mutual_aid.reciprocity_pace"
STUDY = (
    "base: base.yaml\noutcomes: [exposure_quality]\ndesign: grid\n{more}factors:\n  x: {factor}\n"
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text("run: {days: 5}\n")
    return tmp_path


def refused(*words: str) -> str:
    done = CliRunner().invoke(app, [*words])
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


def test_every_new_name_exists_and_no_old_one_does() -> None:
    for old, new in RENAMED.items():
        assert find_field(Scenario, new) is not None and find_field(Scenario, old) is None


def test_every_parameter_that_is_gone_is_gone_and_what_takes_its_place_is_there() -> None:
    for old, instead in REMOVED.items():
        named = re.findall(r"'([\w.]+)'", instead)
        assert named and all(find_field(Scenario, new) is not None for new in named)
        assert find_field(Scenario, old) is None


@pytest.mark.parametrize("old", REMOVED)
def test_a_parameter_that_is_gone_is_told_what_takes_its_place(folder: Path, old: str) -> None:
    said = f"{old}: is no longer a parameter: {REMOVED[old]}\n"
    section, key = old.split(".")
    (folder / "mine.yaml").write_text(f"{section}:\n  {key}: 1\n")
    assert refused("run", "mine.yaml") == f"mine.yaml:2: {said}"
    assert refused("run", "base.yaml", "--set", f"{old}=1") == f"--set {said}"
    (folder / "study.yaml").write_text(STUDY.format(more="", factor=f"{{path: {old}, values: [1]}}"))
    message = refused("sweep", "study.yaml", "--dry-run")
    assert message.startswith("study.yaml:5: factors.x") and message.count("\n") == 1
    assert f"{old} is no longer a parameter: {REMOVED[old]}" in message
    (folder / "study.yaml").write_text(STUDY.format(more="", factor=f"{{every: ['{old}']}}"))
    assert f"{old} is no longer a parameter: {REMOVED[old]}" in refused("sweep", "study.yaml", "--dry-run")


def test_a_scenario_file_and_an_override_are_told_the_new_name(folder: Path) -> None:
    (folder / "mine.yaml").write_text("mutual_aid:\n  keen_pace: 0.2\n")
    assert refused("run", "mine.yaml") == f"mine.yaml:2: {OLD}: is now called '{NEW}'\n"
    assert refused("run", "base.yaml", "--set", f"{OLD}=0.2") == f"--set {OLD}: is now called '{NEW}'\n"
    with pytest.raises(ScenarioError, match=f"is now called '{NEW}'"):
        Scenario().with_changes({OLD: 0.2})


@pytest.mark.parametrize(
    ("factor", "line"),
    [
        (f"{{path: {OLD}, values: [0.1]}}", 5),
        (f"{{multiply: [{OLD}], values: [2]}}", 5),
        (f"{{path: {OLD}, range: [0, 1], levels: 2}}", 5),
        (f"{{levels: {{a: {{{OLD}: 0.1}}, b: {{}}}}}}", 5),
        ("{every: ['mutual_aid.keen_*']}", 5),
    ],
)
def test_a_factor_is_told_the_new_name(folder: Path, factor: str, line: int) -> None:
    (folder / "study.yaml").write_text(STUDY.format(more="", factor=factor))
    message = refused("sweep", "study.yaml", "--dry-run")
    assert message.startswith(f"study.yaml:{line}: factors.x") and f"is now called '{NEW}'" in message
    assert len(message.splitlines()) == 1


def test_changes_to_the_base_of_a_study_are_told_the_new_name(folder: Path) -> None:
    for more, line in ((f"set: {{{OLD}: 0.1}}\n", 4), ("set:\n  mutual_aid: {keen_pace: 0.1}\n", 5)):
        (folder / "study.yaml").write_text(STUDY.format(more=more, factor="{path: readers.n, values: [100]}"))
        message = refused("sweep", "study.yaml", "--dry-run")
        assert message.startswith(f"study.yaml:{line}: set.mutual_aid") and f"is now called '{NEW}'" in message


def test_a_calendar_is_told_the_new_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"platform.hot_limit": "platform.hot_threshold"}

    def told(path: str, renamed: Mapping[str, str] = table) -> str | None:
        return describe_renaming(path, renamed)

    monkeypatch.setattr(calendars, "describe_renaming", told)
    (folder / "mine.yaml").write_text("calendar:\n  - day: 1\n    set:\n      hot_limit: 3\n")
    message = refused("run", "mine.yaml")
    assert message == "mine.yaml:4: calendar.0.set.hot_limit: is now called 'platform.hot_threshold'\n"


def test_a_parameter_of_a_plugin_is_told_the_new_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(plugin_names.PARAMETERS) == {"ranking", "detection", "sanction", "strategy"}
    for family, names in plugin_names.PARAMETERS.items():
        for old, new in names.items():
            plugin, _, parameter = old.partition(".")
            fields = table(family)[plugin].__dataclass_fields__
            assert (new in fields or find_field(Scenario, new) is not None) and parameter not in fields
    monkeypatch.setattr(plugin_names, "PARAMETERS", {"ranking": {"composite.pull": "completion"}})
    (folder / "mine.yaml").write_text("platform:\n  ranking: {name: composite, pull: 2}\n")
    said = "the parameter 'pull' of 'composite' is now called 'completion'\n"
    assert refused("run", "mine.yaml") == f"mine.yaml:2: platform.ranking.pull: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from sim.ranking import RankingPolicy\n", ("sim.ranking.RankingPolicy is now sim.plugins.ranking.Ranking",)),
        ("import sim.detection as d\n", ("sim.detection is now sim.plugins.detectors",)),
        (
            "from sim.plugins import knob\nfrom sim.enforcement import Action, Verdict\n",
            (
                "sim.plugins.knob is now sim.plugins.parameters.parameter",
                "sim.enforcement.Action is now sim.plugins.sanctions.EnforcementAction",
                "sim.enforcement.Verdict is now sim.plugins.sanctions.Case",
            ),
        ),
        ("from sim.plugins.strategies import Action\n", ("is now sim.plugins.strategies.PushAction",)),
        ("from sim.manipulation import (\n    BuyLikes,\n    CreatorSees,\n)\n", ("strategies.CreatorObservation",)),
        ("from sim.detection.signals import likes_of\n", ("view.log.likes",)),
        ("from sim import names\n", ("sim.names is now sim.core.enums",)),
        ("from sim.numbers import log1p_counts\n", ("sim.core.lookup_tables.log1p_counts",)),
        ("from sim.observables import PostsView\n", ("sim.core.views.PostsView",)),
    ],
)
def test_a_plugin_file_with_old_imports_is_told_all_new_names_at_once(
    folder: Path, text: str, said: tuple[str, ...]
) -> None:
    (folder / "old.py").write_text(f"from pathlib import Path\n{text}")
    (folder / "mine.yaml").write_text("platform:\n  ranking: old.py:Thing\n")
    announced, message = refused("run", "mine.yaml").splitlines()
    assert announced.startswith("note: importing your own code: ") and announced.endswith("old.py")
    assert message.startswith("mine.yaml:2: platform.ranking: plug-in 'old.py:Thing' does not import: ")
    for part in said:
        assert part in message


def test_a_plugin_named_by_its_old_module_is_told_the_new_one() -> None:
    with pytest.raises(PluginError, match=r"sim\.ranking\.LikesOnly is now sim\.plugins\.ranking\.LikesOnly"):
        build("ranking", "sim.ranking:LikesOnly")


def test_a_file_that_fails_for_another_reason_is_told_no_names(folder: Path) -> None:
    (folder / "old.py").write_text("import nothing_of_this_name\n")
    with pytest.raises(PluginError) as raised:
        build("ranking", "old.py:Thing", folder)
    assert "is now" not in str(raised.value)


def test_new_modules_and_names_of_plugins_exist() -> None:
    import importlib

    for new in plugin_names.MODULES.values():
        assert find_spec(new) is not None, new
    for old, new in plugin_names.NAMES.items():
        module, _, name = new.rpartition(".")
        if new.startswith("sim."):
            assert hasattr(importlib.import_module(module), name), old
