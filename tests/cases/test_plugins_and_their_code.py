"""A plug-in may import its neighbours, and a result is known by everything that its code hangs on."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim import Scenario
from sim.core.errors import ScenarioError
from sim.plugins.code_record import code_of
from sim.plugins.registry import build

RULE = """
from dataclasses import dataclass
from weights import weight
from sim.plugins.ranking import RankingPolicy

@dataclass(frozen=True)
class Leaning(RankingPolicy):
    def score(self, posts, cell, clock):
        return weight(posts)
"""
WEIGHTS = "def weight(posts):\n    return {sign}1.0 * posts.reads\n"
WORLD = "run: {days: 2}\nreaders: {n: 300}\ncreators: {n: 20}\n"
# an empty entry would be the working folder
PATH = os.pathsep.join(filter(None, [str(Path(sim.__file__).parents[1]), os.environ.get("PYTHONPATH")]))


def folder_of_rules(folder: Path, sign: str = "") -> Path:
    """A folder with a plug-in, the module it imports, and a scenario that names it."""
    folder.mkdir(exist_ok=True)
    (folder / "rule.py").write_text(RULE)
    (folder / "weights.py").write_text(WEIGHTS.format(sign=sign))
    (folder / "policy.yaml").write_text(WORLD + "platform:\n  ranking: rule.py:Leaning\n")
    return folder


def gresham(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, words)], cwd=folder, text=True, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": PATH},
    )  # fmt: skip


def test_a_neighbour_is_found_from_another_folder_and_by_workers(tmp_path: Path) -> None:
    folder_of_rules(tmp_path / "rules")
    done = gresham(tmp_path, "run", "rules/policy.yaml", "--no-twin", "--quiet", "--out", "r")
    assert done.returncode == 0, done.stderr
    (tmp_path / "rules" / "plain.yaml").write_text(WORLD)
    words = ("compare", "rules/plain.yaml", "rules/policy.yaml", "--seeds", 2, "--workers", 1, "--quiet", "--out", "c")
    done = gresham(tmp_path, *words)
    assert done.returncode == 0, done.stderr


def test_two_folders_with_files_of_the_same_names_do_not_meet(tmp_path: Path) -> None:
    class Posts:
        reads = 2.0

    plugins = [
        build("ranking", "rule.py:Leaning", folder_of_rules(tmp_path / name, sign))
        for name, sign in (("a", ""), ("b", "-"))
    ]
    assert [plugin.score(Posts, 0, None) for plugin in plugins] == [2.0, -2.0]
    again = [pickle.loads(pickle.dumps(plugin)) for plugin in plugins]
    assert [plugin.score(Posts, 0, None) for plugin in again] == [2.0, -2.0]
    assert "weights" not in sys.modules and str(tmp_path / "a") not in sys.path


def test_an_import_inside_a_function_finds_the_neighbour_too(tmp_path: Path) -> None:
    folder = folder_of_rules(tmp_path)
    later = RULE.replace("from weights import weight\n", "import weights as _first\n").replace(
        "return weight(posts)", "from weights import weight\n        return weight(posts)"
    )
    (folder / "rule.py").write_text(later.replace("weights", "late_weights"))
    (folder / "late_weights.py").write_text(WEIGHTS.format(sign="-"))

    class Posts:
        reads = 3.0

    assert build("ranking", "rule.py:Leaning", folder).score(Posts, 0, None) == -3.0


def test_a_module_that_is_nowhere_is_named(tmp_path: Path) -> None:
    folder = folder_of_rules(tmp_path)
    (folder / "weights.py").unlink()
    with pytest.raises(ScenarioError, match="weights"):
        Scenario.load(folder / "policy.yaml")


def digest(folder: Path) -> str:
    return Scenario.load(folder / "policy.yaml").digest()


def test_an_edit_of_the_plug_in_its_helper_or_its_data_is_another_scenario(tmp_path: Path) -> None:
    folder = folder_of_rules(tmp_path)
    helper = "import pathlib\nfrom deep import FACTOR\nDATA = (pathlib.Path(__file__).parent / 'd.json').read_text()\n"
    (folder / "weights.py").write_text(helper + WEIGHTS.format(sign=""))
    (folder / "deep.py").write_text("FACTOR = 1\n")
    (folder / "d.json").write_text("[1]")
    seen = [digest(folder)]
    assert digest(folder) == seen[0]  # nothing has changed
    edits = {
        "rule.py": RULE + "\n",
        "weights.py": helper + WEIGHTS.format(sign="-"),
        "deep.py": "FACTOR = 2\n",  # of the same length: no time stamp shows it
        "d.json": "[2]",
    }
    for name, text in edits.items():
        (folder / name).write_text(text)
        seen.append(digest(folder))
    assert len(set(seen)) == 1 + len(edits)
    (folder / "unrelated.py").write_text("x = 1\n")
    assert digest(folder) == seen[-1]


def test_runs_of_an_old_helper_are_not_taken_for_runs_of_the_new_one(tmp_path: Path) -> None:
    folder = folder_of_rules(tmp_path)
    (folder / "plain.yaml").write_text(WORLD)
    words = ("compare", "plain.yaml", "policy.yaml", "--seeds", 2, "--workers", 0, "--quiet", "--out", "c")
    assert gresham(folder, *words).returncode == 0
    before = {path.name for path in (folder / "c" / "runs").iterdir()}
    (folder / "weights.py").write_text(WEIGHTS.format(sign="-"))
    assert gresham(folder, *words).returncode == 0
    after = {path.name for path in (folder / "c" / "runs").iterdir()}
    assert len(after - before) == 2  # the policy's two runs were made anew, the other's kept


def test_the_digest_is_of_the_code_that_was_imported(tmp_path: Path) -> None:
    folder = folder_of_rules(tmp_path)
    plugin = build("ranking", "rule.py:Leaning", folder)
    before = code_of(type(plugin))
    (folder / "weights.py").write_text(WEIGHTS.format(sign="-"))
    assert code_of(type(plugin)) == before  # the plug-in still is the old one
    assert code_of(type(build("ranking", "rule.py:Leaning", folder))) != before
    assert code_of(type(plugin)) == before


def test_classes_without_a_file_are_told_apart_by_their_code() -> None:
    def made(text: str) -> type:
        space: dict[str, object] = {"__name__": "__nowhere__"}
        exec(text, space)
        return space["A"]  # type: ignore[return-value]

    one, same, other = (made(f"class A:\n    def f(self): return {n}\n") for n in (1, 1, 2))
    assert code_of(one) == code_of(same) != code_of(other)
    assert code_of(made("class A: pass")) != code_of(made("class A: pass"))  # nothing to go by: never the same


def test_the_running_program_python_and_we_ourselves_are_never_shadowed(tmp_path: Path) -> None:
    """A script beside the plug-in stays the main module; files called like ours or Python's are not taken for them."""
    folder = folder_of_rules(tmp_path)
    (folder / "sim").mkdir()
    (folder / "sim" / "__init__.py").write_text("raise RuntimeError('not this one')\n")
    (folder / "random.py").write_text("raise RuntimeError('not this one')\n")
    rule = (folder / "rule.py").read_text()
    (folder / "rule.py").write_text("import random\n" + rule)
    (folder / "script.py").write_text(
        "import sys\nsys.path.pop(0)\nfrom sim import Scenario\nfrom sim.plugins.ranking import RankingPolicy\n"
        "if __name__ == '__main__':\n"
        "    made = Scenario.load('policy.yaml')\n"
        "    assert sys.modules['__main__'].__file__.endswith('script.py')\n"
        "    assert isinstance(made.platform.ranking, RankingPolicy)\n"
    )
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=folder, text=True, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": PATH},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
