"""What docs/studies.md says can be done, can be done."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim import Study

ROOT = Path(sim.__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios", ignore=shutil.ignore_patterns("evidence"))
    return tmp_path / "scenarios" / "studies"


def test_the_example_is_a_valid_study(shelf: Path) -> None:
    (shelf / "mine.yaml").write_text(block("yaml"))
    study = Study.load(shelf / "mine.yaml")
    assert study.name == "mine" and study.runs == 60 and len(study.plan().points) == 12


def test_the_kinds_of_factors_are_valid(shelf: Path) -> None:
    """The rows of the table, with real paths in the place of a.b and c.d."""
    rows = re.search(r"\| kind \| written as \|\n(.*?)\n\n", PAGE, re.DOTALL)
    assert rows is not None
    factors = [re.search(r"`(\{.*?\})`", row)[1] for row in rows[1].splitlines()[1:]]  # type: ignore[index]
    assert len(factors) == 8
    for factor in factors:
        text = factor.replace("a.b", "readers.reads_per_day").replace("c.d", "platform.hot_threshold")
        text = text.replace("platform.hot_threshold: off", "manipulation.enabled: off".replace("off", "false"))
        (shelf / "one.yaml").write_text(
            f"base: ../baseline.yaml\nset: {{run.days: 9}}\nfactors:\n  x: {text}\noutcomes: [platform_trust]\n"
            "design: {kind: latin_hypercube, samples: 3}\n"
        )
        assert len(Study.load(shelf / "one.yaml").plan().points) == 3, factor


def test_every_shipped_study_stands_in_the_page() -> None:
    for path in sorted((ROOT / "scenarios" / "studies").glob("*.yaml")):
        assert f"| `{path.stem}` |" in PAGE


def test_the_commands_are_known() -> None:
    from typer.main import get_command

    from sim.cli import app

    root: Any = get_command(app)
    lines = [line for line in block("bash").splitlines() if line.startswith("gresham")]
    assert lines
    for words in (shlex.split(line, comments=True) for line in lines):
        known = {option for each in root.commands[words[1]].params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= known
        assert (ROOT / words[2]).is_file()


def test_the_python_of_the_page_runs(shelf: Path) -> None:
    (shelf / "tiny.yaml").write_text(
        "base: ../baseline.yaml\nset: {run.days: 2, readers.n: 300, creators.n: 20}\n"
        "factors: {price: {multiply: [farms.price_per_100_cny], values: [1, 2]}}\n"
        "outcomes: [likes_farm]\ndesign: grid\n"
    )
    (shelf.parents[1] / "page.py").write_text(block("python").replace("price_by_anxiety", "tiny"))
    done = subprocess.run(
        [sys.executable, "page.py"],
        cwd=shelf.parents[1],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (shelf.parents[1] / "results" / "tiny" / "report.html").is_file()
