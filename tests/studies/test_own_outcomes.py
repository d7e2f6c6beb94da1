"""Outcomes of a user's own: formulas of columns, and functions of a run's tables, in comparisons and studies."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim import Scenario
from sim.analysis.formula import evaluate, name_of_formula
from sim.analysis.outcomes import Outcome
from sim.api.comparisons import StudyComparison
from sim.cli import app
from sim.core.errors import GreshamError, PluginAnswerError, ScenarioError
from sim.studies.results import StudyResults
from sim.studies.study import Study

TINY = {"run.days": 4, "readers.n": 300, "creators.n": 30}
MEASURES = """
from beside import part

def of_the_best(tables):
    reads = tables["posts"]["reads"].sort_values(ascending=False)
    return reads.head(len(reads) // part).sum() / reads.sum()

def posts_less_reads(tables):
    own = tables["posts"]
    own["reads"] = 0  # the next who asks gets the table as it was
    return len(tables["posts"]) - int(tables["daily"]["reads"].sum())

def never(tables):
    return float("nan")
"""
STUDY = """
name: own
base: baseline
set: {run.days: 4, readers.n: 300, creators.n: 30}
factors:
  effort: {path: creators.n, values: [30, 40]}
outcomes:
  - {measure: (likes_farm + 1) / reads, name: bought, better: lower}
  - {measure: mine.py:of_the_best, label: Reads of the best posts, unit: 0..1, smallest: 0.01}
design: grid
replications: 2
"""


def worlds() -> list[Scenario]:
    return [Scenario.load(f"scenarios/{name}.yaml", set=TINY) for name in ("baseline", "composite_ranking")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.py").write_text(MEASURES)
    (tmp_path / "beside.py").write_text("part = 10\n")
    (tmp_path / "own.yaml").write_text(STUDY)
    shutil.copytree("scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of both worlds with outcomes that ship."""
    out = tmp_path_factory.mktemp("made") / "out"
    sim.compare(worlds(), seeds=2, outcomes=["reads"], out=out, workers=0, progress=False)
    return out


def compared(outcomes: list[Any], **more: Any) -> StudyComparison:
    return sim.compare(worlds(), seeds=2, outcomes=outcomes, out="out", workers=0, progress=False, **more)


def tables_of(results: StudyResults) -> dict[tuple[int, int], dict[str, pd.DataFrame]]:
    """The stored tables of every run, by point and repetition."""
    return {
        (row.point, row.repetition): {
            name: pd.read_parquet(results.place.path / "runs" / row.key / f"{name}.parquet")
            for name in ("posts", "daily")
        }
        for row in results.rows()
    }


# -- formulas ----------------------------------------------------------------------------------------------


def test_a_formula_is_computed_day_by_day_and_then_over_its_days() -> None:
    daily = pd.DataFrame({"day": range(4), "reads": [2.0, 0.0, 4.0, 8.0], "impressions": [4.0, 1.0, 1.0, 2.0]})
    of = Outcome.of({"measure": "impressions / reads", "last": 4})
    assert of.evaluate(daily) == np.mean([2.0, 0.25, 0.25])  # the day without reads is not defined
    assert Outcome.of({"measure": "impressions / reads", "days": [2, 3], "how": "sum"}).evaluate(daily) == 0.5
    assert evaluate("-max(reads, 3) ** 2 + 0 * impressions", daily).tolist() == [-9.0, -9.0, -16.0, -64.0]
    assert np.isnan(evaluate("log(reads)", daily)[1])
    assert np.isnan(Outcome.of("n_farms / reads").evaluate(daily))


def test_a_formula_is_its_own_label_and_name_and_comes_back_from_plain_values() -> None:
    found = Outcome.of("likes_farm / reads")
    assert (found.name, found.label, found.definition) == ("likes_farm_per_reads", "likes_farm / reads", "")
    named = Outcome.of({"measure": "likes_farm / reads", "name": "bought", "better": "lower", "label": "Bought"})
    assert named.definition == "likes_farm / reads"
    assert all(Outcome.of(each.plain()) == each for each in (found, named, Outcome.of("a.py:f")))
    assert len(Outcome.of("reads + " * 30 + "reads").name) <= 32
    assert name_of_formula("(reads + 2) * impressions") == "reads_plus_2_times_impressions"
    assert named.margin(0.5, 100, 100) == 0.005  # 1 % of the reference, whatever its name ends with


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("raeds / impressions", "no outcome 'raeds'; did you mean 'reads'"),
        ("reads /", "is no formula"),
        ("1 / 2", "names no column"),
        ("__import__('os') + reads", "is no formula"),
        ("reads.sum() / 2", "is no formula"),
        ("(" * 300 + "reads" + ")" * 300, "longer than"),
        ({"measure": "mine.py:f", "last": 3}, "chooses its days itself"),
        ({"measure": "reads", "name": ""}, "1 to 32 characters"),
        (lambda tables: 1.0, "needs a name"),
    ],
)
def test_what_cannot_be_an_outcome_is_told(spec: Any, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        Outcome.of(spec)


def test_a_name_that_is_too_long_for_a_column_is_refused_before_the_runs(folder: Path) -> None:
    with pytest.raises(ScenarioError, match="1 to 32 characters"):
        compared([{"measure": "reads", "name": "x" * 33}])
    assert not Path("out").exists()


# -- functions ---------------------------------------------------------------------------------------------


def test_functions_and_formulas_go_through_the_comparison_like_measures(folder: Path) -> None:
    own = {"measure": "mine.py:of_the_best", "better": "lower", "label": "Reads of the best", "smallest": "5%"}
    found = compared([own, "likes_farm / reads", "mine.py:posts_less_reads", "mine.py:never", "reads"])
    stored = tables_of(found.results)
    for row in found.values.to_dict("records"):
        posts, daily = stored[row["point"], row["repetition"]].values()
        reads = posts["reads"].sort_values(ascending=False)
        assert row["of_the_best"] == reads.head(len(reads) // 10).sum() / reads.sum()
        assert row["posts_less_reads"] == len(posts) - daily["reads"].sum()
        assert np.isclose(row["likes_farm_per_reads"], (daily["likes_farm"] / daily["reads"]).mean())
        assert np.isnan(row["never"])
    verdict = found.verdict.set_index("outcome")
    assert set(verdict.index) == {"of_the_best", "likes_farm_per_reads", "posts_less_reads", "never", "reads"}
    assert np.isclose(verdict.loc["of_the_best", "smallest"], 0.05 * found.row("baseline", "of_the_best").mean())
    assert verdict.loc["never", "verdict"] == "not yet known"
    found.write()
    page = Path("out/report.html").read_text()
    assert "Reads of the best" in page and "as mine.py:of_the_best computes it" in page
    again = StudyComparison.load("out")  # from the stored values: the file need not be there
    assert again.values.equals(found.values)


def test_a_changed_file_gives_new_figures_without_new_runs(folder: Path) -> None:
    before = compared(["mine.py:of_the_best"])
    figures = before.values["of_the_best"]  # read from the folder when they are asked for
    made = {path: path.stat().st_mtime_ns for path in Path("out/runs").rglob("*")}
    (folder / "beside.py").write_text("part = 2\n")
    after = compared(["mine.py:of_the_best"])
    assert (after.values["of_the_best"] > figures).all()
    assert {path: path.stat().st_mtime_ns for path in Path("out/runs").rglob("*")} == made
    code = [each.results.record["functions"]["of_the_best"]["code"] for each in (before, after)]
    assert code[0] != code[1]


def test_a_function_may_be_given_as_an_object(folder: Path) -> None:
    def posts(tables: Any) -> int:
        return len(tables["posts"])

    found = compared([posts, {"measure": lambda tables: np.float32(len(tables["daily"])), "name": "days"}])
    assert (found.values["days"] == 4).all()
    assert (found.values["posts"] > 0).all()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return None", r"must return a finite number, or NaN where it is not defined, got null \(.*bad.py:2\)"),
        ("return True", "got true"),
        ("return '1'", "got '1'"),
        ("return float('inf')", "got inf"),
        ("return tables['posts']['reads']", "must return a finite number"),
        ("return 10 ** 400", "must return a finite number"),
        ("return 1 / 0", r"raised ZeroDivisionError: .* at .*bad.py:3 \(return 1 / 0\)"),
        ("return tables['posts']['raeds'].sum()", r"KeyError: 'raeds' at .*bad.py:3.*; did you mean 'reads'"),
        ("return len(tables['pots'])", "there is no table 'pots'; .*did you mean 'posts'"),
        ("raise SystemExit(3)", "raised SystemExit: 3"),
        ("return next(count)", "gave two answers to one question"),
    ],
)
def test_what_a_function_returns_is_checked(folder: Path, runs: Path, body: str, told: str) -> None:
    if body != "return None":
        shutil.copytree(runs, "out")  # made before, with the sizes and seeds of the command below
    Path("bad.py").write_text(f"count = iter(range(9))\ndef bad(tables):\n    {body}\n")
    files = [f"scenarios/{name}.yaml" for name in ("baseline", "composite_ranking")]
    sizes = [word for key, value in TINY.items() for word in ("--set", f"{key}={value}")]
    words = ["compare", *files, *sizes, "--seeds", "2", "--workers", "0", "--out", "out", "--quiet"]
    result = CliRunner().invoke(app, [*words, "--outcome", "bad.py:bad"])
    assert result.exit_code == 2, result.output
    assert re.search(told, result.output), result.output
    assert "measure 'bad.py:bad', baseline, seed 1: 'bad'" in result.output
    assert "Traceback" not in result.output
    finished = StudyResults.load("out").finished()
    assert finished  # nothing is lost: the runs that were made are there
    if body != "return None":
        return
    Path("bad.py").write_text("def bad(tables):\n    return 2\n")
    assert CliRunner().invoke(app, [*words, "--outcome", "bad.py:bad"]).exit_code == 0
    assert finished <= StudyResults.load("out").finished()


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("mine.py:of_the_bets", "there is no function 'of_the_bets' in mine.py; did you mean 'of_the_best'"),
        ("none.py:f", "'none.py:f' does not import: FileNotFoundError"),
        ("broken.py:f", r"does not import: ZeroDivisionError: .* at .*broken.py:1 \(1 / 0\)"),
        ("no.such.module:f", "does not import: ModuleNotFoundError"),
    ],
)
def test_a_function_that_is_not_there_is_told_before_the_runs(folder: Path, measure: str, told: str) -> None:
    Path("broken.py").write_text("1 / 0\n")
    with pytest.raises(GreshamError, match=told):
        compared([measure])
    assert not Path("out").exists()


def test_a_study_computes_them_in_worker_runs_and_names_the_line_of_a_mistake(folder: Path) -> None:
    results = sim.sweep("own.yaml", "swept", workers=2, progress=False)
    stored = tables_of(results)
    found = results.findings.values
    for row in found.to_dict("records"):
        posts, daily = stored[row["point"], row["repetition"]].values()
        reads = posts["reads"].sort_values(ascending=False)
        assert row["of_the_best"] == reads.head(len(reads) // 10).sum() / reads.sum()
        assert np.isclose(row["bought"], ((daily["likes_farm"] + 1) / daily["reads"]).mean())
    assert len(found) == 4
    assert list(pd.read_csv("swept/outcomes.csv")) == ["point", "repetition", "seed", "effort", "bought", "of_the_best"]
    assert not Path("swept/posts.parquet").exists()  # kept with each run, not merged
    page = Path("swept/report.html").read_text()
    assert "Reads of the best posts" in page and "(likes_farm + 1) / reads" in page
    Path("own.yaml").write_text(STUDY.replace("likes_farm", "likes_frm").replace("of_the_best", "of_the_bets"))
    with pytest.raises(ScenarioError) as error:
        Study.load("own.yaml")
    assert "own.yaml:8: outcomes.0.measure: there is no outcome 'likes_frm'; did you mean 'likes_farm'" in str(
        error.value
    )
    assert "own.yaml:9: outcomes.1.measure: there is no function 'of_the_bets'" in str(error.value)


def test_a_function_that_fails_on_a_later_run_leaves_no_old_figures(folder: Path) -> None:
    compared(["mine.py:of_the_best"])
    assert Path("out/measured.parquet").exists()
    text = "from itertools import count\ncalls = count()\ndef of_the_best(tables):\n"
    (folder / "mine.py").write_text(f"{text}    return 1 if next(calls) < 3 else None\n")
    with pytest.raises(PluginAnswerError, match=r"got null"):
        compared(["mine.py:of_the_best"])
    assert not Path("out/measured.parquet").exists()


def test_a_function_is_not_imported_where_users_code_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("raise SystemExit('imported')\n")
    words = ["compare", "baseline", "rules_2022", "--seeds", "2", "--outcome", "o=mine.py:f", "--no-code"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2 and "mine.py" in done.stderr and len(done.stderr.splitlines()) == 1
    assert "--no-code" in done.stderr and not Path("results").exists()
