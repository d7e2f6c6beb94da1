"""That users' code is imported is said in one line of each file, and refused with --no-code."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim.cli.app import app
from sim.engine.model import EngagementModel

MARK = "raised.txt"
RULE = """
from dataclasses import dataclass
from pathlib import Path
from sim.plugins.ranking import RankingPolicy

Path(__file__).with_name("imported.txt").touch()

@dataclass(frozen=True)
class ByReads(RankingPolicy):
    def score(self, posts, cell, clock):
        return posts.reads * 1.0
"""
WORLD = "run: {days: 2}\nreaders: {n: 300}\ncreators: {n: 20}\n"
STUDY = """
base: policy.yaml
factors: {threshold: {path: platform.hot_threshold, values: [20, 60]}}
design: grid
replications: 2
outcomes: [{measure: exposure_quality}]
"""
COMMANDS = {
    "run": "run policy.yaml --no-twin --quiet --out r",
    "explain": "explain policy.yaml",
    "compare": "compare plain.yaml policy.yaml --seeds 2 --workers 1 --quiet --out c",
    "twin": "twin policy.yaml --seeds 2 --workers 1 --quiet --out t",
    "sweep": "sweep study.yaml --dry-run --out s",
    "resume": "resume {partial} --quiet",
    "reproduce": "reproduce {run} --in made --base .",
}


def gresham(command: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, command.split())
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plug-in, scenarios that name it, a study, a finished run and an interrupted one."""
    folder = tmp_path_factory.mktemp("code")
    (folder / "rule.py").write_text(RULE)
    (folder / "plain.yaml").write_text(WORLD)
    (folder / "policy.yaml").write_text(WORLD + "platform: {ranking: 'rule.py:ByReads'}\n")
    (folder / "study.yaml").write_text(STUDY)
    sim.run(folder / "policy.yaml", out=folder / "made", twin=False, progress=False)
    step = EngagementModel.step

    def fails(model: EngagementModel) -> None:
        if model.clock.day == 1:
            raise KeyboardInterrupt
        step(model)

    fails.__name__ = "step"  # Mesa keeps the bound method, and it is pickled by its name
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(EngagementModel, "step", fails)
        sim.run(folder / "policy.yaml", out=folder / "half", twin=False, progress=False, seed=2, checkpoint_every=1)
    return folder


@pytest.fixture
def spelt(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """A command with its places filled in; the working folder is a copy of the prepared one."""
    monkeypatch.chdir(shutil.copytree(made, tmp_path / "copy"))
    Path("imported.txt").unlink()
    places = {"partial": next(Path("half").glob(".partial-*")), "run": next(Path("made").iterdir()).name}
    plan = places["partial"] / "run.json"
    plan.write_text(plan.read_text().replace(str(made), str(tmp_path / "copy")))
    return lambda command: COMMANDS[command].format(**places)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_it_is_refused_on_demand(spelt: Callable[[str], str], command: str) -> None:
    before = sorted(map(str, Path().rglob("*")))
    code, told = gresham(spelt(command) + " --no-code")
    assert code == 2 and "--no-code" in told and "rule.py" in told and len(told.splitlines()) == 1
    assert not Path("imported.txt").exists()
    assert sorted(map(str, Path().rglob("*"))) == before


@pytest.mark.parametrize("command", ["explain", "sweep", "reproduce"])
def test_it_is_announced_once(spelt: Callable[[str], str], command: str) -> None:
    _, told = gresham(spelt(command))
    assert [line for line in told.splitlines() if "rule.py" in line] == [
        f"note: importing your own code: {Path('rule.py').resolve()}"
    ]


def test_what_ships_is_no_users_code(spelt: Callable[[str], str]) -> None:
    assert gresham("explain plain.yaml --no-code") == (0, "")


def test_a_dotted_name_is_code_too(spelt: Callable[[str], str]) -> None:
    Path("policy.yaml").write_text(WORLD + "platform: {ranking: 'rule:ByReads'}\n")
    code, told = gresham("explain policy.yaml --no-code")
    assert code == 2 and "'rule:ByReads'" in told and not Path("imported.txt").exists()
