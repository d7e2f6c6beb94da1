"""What the page on the catalogue shows, tried on runs of the model."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.main import get_command

import sim
from sim.catalogue import Catalogue
from sim.cli import app
from sim.scenario import Scenario
from sim.studies.plan import Plan, Point
from sim.studies.sweep import run_plan
from tests.unit.test_docs import blocks, commands

PAGE = "docs/catalogue.md"
BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
QUESTIONS = blocks(PAGE, "sql")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of eight days with its twin, and a study of two points under two seeds."""
    root = tmp_path_factory.mktemp("work")
    base = Scenario.load(BASELINE, days=8).with_changes(
        {"readers.n": 200, "creators.n": 20, "creators.manipulating_start": 0.5}
    )
    sim.run(base, out=root / "results", twin=True, progress=False, threads=1)
    points = tuple(
        Point(i, {"likes_weight": hot}, base.with_changes({"platform.hot_threshold": hot}))
        for i, hot in enumerate((5, 9))
    )
    with ThreadPoolExecutor(1) as pool:
        run_plan(Plan("hot", points, (1, 2)), root / "results" / "hot", executor=pool, progress=False)
    return root


@pytest.mark.parametrize("sql", QUESTIONS, ids=range(len(QUESTIONS)))
def test_the_questions_of_the_page_have_answers(shelf: Path, sql: str) -> None:
    assert len(Catalogue(shelf / "results").query(sql))


def test_every_command_of_the_page_is_one(shelf: Path) -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    said = commands(PAGE)
    assert {words[1] for words in said} == {"ls", "show", "query", "reproduce", "run"}
    for words in said:
        options = {o for p in known[words[1]].params for o in (*p.opts, *p.secondary_opts)}
        assert all(word in options for word in words[2:] if word.startswith("-")), words
        if words[1] == "query":
            assert len(Catalogue(shelf / "results").query(words[2]))


def test_the_python_of_the_page_runs(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shelf)
    for body in blocks(PAGE, "python"):
        exec(compile(body, PAGE, "exec"), {})


def test_every_table_of_the_page_is_there(shelf: Path) -> None:
    from tests.unit.test_docs import text

    for table in Catalogue(shelf / "results").tables:
        assert f"`{table}`" in text(PAGE)
