"""Plug-ins: found by name, from files and modules, checked, spelt out, pickled."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from sim.core.errors import PluginError, ScenarioError
from sim.plugins import registry as plugins
from sim.plugins.registry import FAMILIES, as_mapping, build, describe, name_of, table
from sim.plugins.user_file import module_name
from sim.scenario import Scenario

MINE = '''
from dataclasses import dataclass
import numpy as np
from sim.plugins.parameters import parameter


@dataclass(frozen=True)
class Newest:
    """The newest first, up to a limit."""

    limit: int = parameter(5, "posts that count", unit="posts", ge=1, le=10)
    label: str = parameter("x", "a word")
    pair: tuple = parameter((1, 2), "two numbers")
    loud: bool = parameter(False, "whether")

    def score(self, posts, cell, clock):
        return -np.asarray(posts.age_h, float)


@dataclass(frozen=True)
class Picky:
    """Needs what nobody gives."""

    needed: int

    def score(self, posts, cell, clock):
        return None


@dataclass
class Thawed:
    def score(self, posts, cell, clock):
        return None


@dataclass(frozen=True)
class Numb:
    """A detector without threshold and target."""

    def inspect(self, view, clock):
        return None
'''


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A user's own file."""
    file = tmp_path / "mine.py"
    file.write_text(MINE)
    return file


@pytest.mark.parametrize("family", FAMILIES)
def test_every_shipped_plugin_comes_back_from_its_mapping(family: str) -> None:
    for name, cls in table(family).items():
        plugin = build(family, name)
        assert type(plugin) is cls
        assert name_of(plugin) == name_of(cls()) == name
        assert build(family, as_mapping(plugin)) == plugin == cls()
        assert pickle.loads(pickle.dumps(plugin)) == plugin
        assert [row["name"] for row in describe(plugin)] == [f.name for f in dataclasses.fields(cls)]
        for f in dataclasses.fields(cls):
            numeric = isinstance(f.default, int | float) and not isinstance(f.default, bool)
            low, high = f.metadata["ge"], f.metadata["le"]
            assert not numeric or ((low is None or f.default >= low) and (high is None or f.default <= high)), f.name


def test_a_users_file_through_a_scenario(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("platform:\n  ranking: {name: mine.py:Newest, limit: 7, pair: [3, 4]}\n")
    scenario = Scenario.load(tmp_path / "a.yaml")
    ranking = scenario.platform.ranking
    assert (type(ranking).__name__, ranking.limit, ranking.pair) == ("Newest", 7, (3, 4))
    assert scenario.resolved()["platform"]["ranking"]["name"] == "mine.py:Newest"
    assert scenario.with_changes({"platform.ranking.limit": 8}).platform.ranking.limit == 8
    assert Scenario.load(tmp_path / "a.yaml") == scenario
    assert Scenario.load(tmp_path / "a.yaml").platform == scenario.platform, "imported once, not a new class a time"
    calendar = {"calendar": [{"day": 3, "set": {"ranking": "mine.py:Newest"}}]}
    later = Scenario.model_validate(calendar, context={"base": tmp_path})
    assert type(later.policy_on(3).ranking) is type(ranking)


def test_a_users_file_is_found_from_a_scenario_elsewhere_that_extends(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("platform:\n  ranking: mine.py:Newest\n")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.yaml").write_text("extends: ../a.yaml\nplatform: {hot_threshold: 3}\n")
    assert type(Scenario.load(tmp_path / "deep" / "b.yaml").platform.ranking).__name__ == "Newest"


def test_a_changed_file_is_imported_anew(mine: Path) -> None:
    first = build("ranking", "mine.py:Newest", mine.parent)
    mine.write_text(MINE.replace("parameter(5,", "parameter(6,") + "\n# longer\n")
    assert (first.limit, build("ranking", "mine.py:Newest", mine.parent).limit) == (5, 6)


def test_files_of_one_name_do_not_get_in_each_others_way(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.py").write_text(MINE.replace("parameter(5,", "parameter(9,"))
    found = [
        build("ranking", name, tmp_path).limit for name in ("mine.py:Newest", "other/mine.py:Newest", "mine.py:Newest")
    ]
    assert found == [5, 9, 5]


def test_a_users_plugin_is_unpickled_in_another_process(mine: Path, tmp_path: Path) -> None:
    plugin = build("ranking", {"name": "mine.py:Newest", "limit": 3}, tmp_path)
    assert copy.deepcopy(plugin) == plugin
    assert name_of(copy.deepcopy(plugin)) == "mine.py:Newest"
    (tmp_path / "it.pickle").write_bytes(pickle.dumps(plugin))
    code = "import pickle; p = pickle.load(open('it.pickle', 'rb')); print(type(p).__name__, p.limit)"
    root = str(Path(plugins.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["Newest", "3"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"name": "mine.py:Newest", "limit": 11}, "must be a whole number in 1..10 (posts), got 11"),
        ({"name": "mine.py:Newest", "limit": 2.5}, "whole number"),
        ({"name": "mine.py:Newest", "limit": True}, "whole number"),
        ({"name": "mine.py:Newest", "limit": float("inf")}, "whole number"),
        ({"name": "mine.py:Newest", "label": 3}, "must be text"),
        ({"name": "mine.py:Newest", "label": [3]}, "must be text"),
        ({"name": "mine.py:Newest", "loud": 1}, "must be true or false"),
        ({"name": "mine.py:Newest", "pair": 1}, "must be a list"),
        ({"name": "mine.py:Newest", "limits": 3}, "no parameter 'limits'; did you mean 'limit'?"),
        ("mine.py:Newst", "did you mean 'Newest'?"),
        ("mine.py:Picky", "cannot be built"),
        ("mine.py:Thawed", "must be a frozen dataclass with a method 'score'"),
        ("mine.py:np", "is not a ranking plug-in"),
        ("mine.py:Numb", "is not a ranking plug-in"),
        ({"limit": 3}, "a name or a mapping with 'name'"),
        (None, "got null"),
    ],
)
def test_what_is_wrong_with_a_plugin_is_said(mine: Path, spec: Any, said: str) -> None:
    with pytest.raises(PluginError) as raised:
        build("ranking", spec, mine.parent)
    assert said in str(raised.value)


def test_a_detector_must_say_what_it_judges(mine: Path) -> None:
    with pytest.raises(PluginError, match="it lacks 'target'"):
        build("detection", "mine.py:Numb", mine.parent)


@pytest.mark.parametrize(
    "text", ["import nothing_of_this_name\n", "def broken(:\n", "raise SystemExit(3)\n", "1 / 0\n"]
)
def test_a_file_that_does_not_import_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.py").write_text(text)
    (tmp_path / "a.yaml").write_text("platform:\n  detectors:\n    mine: {name: bad.py:Thing}\n")
    with pytest.raises(ScenarioError, match=r"a\.yaml:3: .*plug-in 'bad\.py:Thing' does not import") as raised:
        Scenario.load(tmp_path / "a.yaml")
    assert len(str(raised.value).splitlines()) == 1
    assert module_name((tmp_path / "bad.py").resolve()) not in sys.modules


def test_an_installed_package_can_offer_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    offers = [
        EntryPoint("loudest", "sim.plugins.ranking:Composite", "gresham.ranking"),
        EntryPoint("broken", "nothing_of_this_name:Thing", "gresham.ranking"),
    ]
    monkeypatch.setattr(plugins, "entry_points", lambda group: [o for o in offers if o.group == group])
    found = Scenario.model_validate({"platform": {"ranking": {"name": "loudest", "completion": 2}}})
    assert found.platform.ranking.completion == 2
    assert found.resolved()["platform"]["ranking"]["name"] == "loudest"
    with pytest.raises(PluginError, match="'broken' does not import"):
        build("ranking", "broken")
    with pytest.raises(PluginError, match="did you mean 'loudest'"):
        build("ranking", "loudst")


def test_a_built_plugin_is_taken_as_it_is_but_only_by_its_family() -> None:
    ranking = table("ranking")["composite"](completion=2.0)
    assert build("ranking", ranking) is ranking
    with pytest.raises(PluginError, match="is not a detection plug-in"):
        build("detection", ranking)
