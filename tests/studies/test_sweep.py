"""What a sweep leaves, and what it does when runs fail and workers die."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import sim
from sim import Result, Scenario
from sim.core.errors import RunError
from sim.studies import dispatcher
from sim.studies.executors.local import ExternalExecutor, Processes
from sim.studies.plan import Plan, Point
from sim.studies.results import StudyResults
from sim.studies.sweep import run_plan
from tests.helpers.toy import deadly_toy, faulty_toy, first_time_deadly_toy, odd_toy, plan, toy

TABLES = ("daily.parquet", "runs.parquet", "points.parquet")


def bits(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}


def in_threads(workers: int = 2) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers)


@pytest.fixture
def small() -> Plan:
    return plan(points=5, seeds=(1, 2, 3))


def quick(study: Plan, out: Path, simulate=toy, **more) -> StudyResults:
    with in_threads() as executor:
        return run_plan(study, out, executor=executor, progress=False, simulate=simulate, **more)


def test_tables_are_tidy(tmp_path: Path, small: Plan) -> None:
    results = quick(small, tmp_path / "a")
    daily = results.table()
    assert list(daily)[:6] == ["point", "repetition", "seed", "readers", "half", "day"]
    assert len(daily) == 5 * 3 * 10
    assert not daily.duplicated(["point", "repetition", "day"]).any()
    # every repetition has the same seed at all points
    assert (daily.groupby("repetition")["seed"].nunique() == 1).all()
    one = daily[(daily.point == 3) & (daily.seed == 2)]
    scenario = small.points[3].scenario.with_seed(2)
    np.testing.assert_array_equal(one["reads"], toy(scenario, ("daily",))["daily"]["reads"])
    assert len(results.runs()) == 15
    assert list(results.points["half"]) == [0.0, 0.5, 1.0, 1.5, 2.0]


def test_any_executor_gives_the_same_bits(tmp_path: Path, small: Plan) -> None:
    quick(small, tmp_path / "threads")
    for workers in (0, 1, 2):
        run_plan(small, tmp_path / str(workers), workers=workers, simulate=toy, progress=False)
        assert bits(tmp_path / "threads") == bits(tmp_path / str(workers))


@pytest.mark.parametrize("workers", [-1, 1.5, "2", True])
def test_a_number_of_workers_that_is_none_is_refused(tmp_path: Path, small: Plan, workers: Any) -> None:
    with pytest.raises(RunError, match=f"workers must be a whole number of processes.*, got {workers!r}"):
        run_plan(small, tmp_path / "a", workers=workers, simulate=toy, progress=False)
    with pytest.raises(RunError, match="workers must be"):
        sim.compare(["baseline", "composite_ranking"], seeds=2, workers=workers, out=tmp_path / "b", progress=False)
    assert not list(tmp_path.iterdir())


def test_without_workers_no_process_is_started_and_an_interruption_loses_nothing(
    tmp_path: Path, small: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Processes, "_start", lambda self: pytest.fail("a process was started"))
    made: list[int] = []

    def interrupted(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
        made.append(scenario.run.seed)
        if len(made) == 3:
            raise KeyboardInterrupt
        return toy(scenario, keep)

    with pytest.raises(KeyboardInterrupt) as stopped:
        run_plan(small, tmp_path, workers=0, simulate=interrupted, progress=False)
    assert "2 of 15 runs are finished" in stopped.value.__notes__[0]
    results = run_plan(small, tmp_path, workers=0, simulate=interrupted, progress=False)
    assert len(results.runs()) == 15 and len(made) == 16


def test_only_what_is_missing_is_run(tmp_path: Path, small: Plan) -> None:
    quick(small, tmp_path)
    before = bits(tmp_path)
    asked: list[int] = []

    def noted(scenario: Scenario, keep: tuple[str, ...]):
        asked.append(scenario.readers.n)
        return toy(scenario, keep)

    quick(small, tmp_path, simulate=noted)
    assert asked == []
    key = StudyResults.load(tmp_path).rows()[4].key
    (tmp_path / "runs" / key / "manifest.json").unlink()
    quick(small, tmp_path, simulate=noted)
    assert asked == [101]
    assert bits(tmp_path) == before
    more = quick(small.with_seeds((1, 2, 3, 4)), tmp_path, simulate=noted)  # a study that grows keeps its runs
    assert sorted(asked) == [100, 101, 101, 102, 103, 104]
    assert len(more.runs()) == 20


def test_same_content_is_run_once(tmp_path: Path) -> None:
    base = Scenario()
    study = Plan("twice", (Point(0, {"x": "a"}, base), Point(1, {"x": "b"}, base)), (1,))
    asked: list[int] = []

    def noted(scenario: Scenario, keep: tuple[str, ...]):
        asked.append(1)
        return toy(scenario, keep)

    daily = quick(study, tmp_path, simulate=noted).table()
    assert len(asked) == 1
    a, b = (daily[daily.x == x].reset_index(drop=True)["reads"] for x in "ab")
    pd.testing.assert_series_equal(a, b)


def test_a_spoilt_run_is_found_and_made_anew(tmp_path: Path, small: Plan) -> None:
    quick(small, tmp_path)
    before = bits(tmp_path)
    keys = [row.key for row in StudyResults.load(tmp_path).rows()]
    (tmp_path / "runs" / keys[2] / "daily.parquet").write_bytes(b"PAR1 not really")
    half = tmp_path / "runs" / keys[7] / "daily.parquet"
    half.write_bytes(half.read_bytes()[:-20])
    (tmp_path / "runs" / keys[9] / "manifest.json").write_text("{")
    quick(small, tmp_path)
    assert bits(tmp_path) == before


def test_a_failing_run_is_set_aside_with_what_reproduces_it(tmp_path: Path, small: Plan) -> None:
    results = quick(small, tmp_path, simulate=faulty_toy, retries=1)
    assert [(f.point, f.seed, f.tries) for f in results.failures] == [(3, 1, 2), (3, 2, 2), (3, 3, 2)]
    failure = StudyResults.load(tmp_path).failures[0]
    assert "ZeroDivisionError: no reader number 104" in failure.error
    assert "faulty_toy" in failure.traceback
    file = failure.command.split()[2]
    assert Scenario.load(file) == small.points[3].scenario.with_seed(1)
    assert len(results.table()) == 4 * 3 * 10  # the rest is there
    mended = quick(small, tmp_path)
    assert mended.failures == ()
    assert list((tmp_path / "failed").iterdir()) == []
    quick(small, tmp_path / "undisturbed")
    assert bits(tmp_path) == bits(tmp_path / "undisturbed")


RANKING = """
from dataclasses import dataclass
from sim.plugins.ranking.policy import RankingPolicy

@dataclass(frozen=True)
class Mine(RankingPolicy):
    def score(self, posts, cell, clock):
        raise ValueError("mine")
"""


def test_a_run_set_aside_finds_the_plug_ins_of_its_user(tmp_path: Path) -> None:
    (tmp_path / "rank.py").write_text(RANKING)
    (tmp_path / "mine.yaml").write_text("readers: {n: 103}\ncreators: {n: 40}\nplatform: {ranking: 'rank.py:Mine'}\n")
    scenario = Scenario.load(tmp_path / "mine.yaml")
    study = Plan("mine", (Point(0, {}, scenario),), (1,))
    failure = quick(study, tmp_path / "out" / "deep", simulate=faulty_toy, retries=0).failures[0]
    again = Scenario.load(failure.command.split()[2])
    assert type(again.platform.ranking).__name__ == "Mine"


def test_an_exception_that_cannot_be_pickled_takes_nobody_along(tmp_path: Path) -> None:
    results = run_plan(plan(2, (1,)), tmp_path, workers=1, retries=0, simulate=odd_toy, progress=False)
    assert [f.error for f in results.failures] == ["tests.helpers.toy.OddError: 1 and 2"] * 2


def test_a_run_that_kills_its_worker_is_set_aside(tmp_path: Path, small: Plan) -> None:
    results = run_plan(small, tmp_path, workers=2, retries=1, simulate=deadly_toy, progress=False)
    assert {f.point for f in results.failures} == {3}
    assert len(results.failures) == 3
    assert all("worker process died" in f.error for f in results.failures)
    assert len(results.runs()) == 12  # nobody else is blamed


def test_a_worker_killed_once_costs_nothing(tmp_path: Path, small: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRESHAM_TOY_MARK", str(tmp_path / "mark"))
    results = run_plan(small, tmp_path / "a", workers=2, simulate=first_time_deadly_toy, progress=False)
    assert results.failures == ()
    assert (tmp_path / "mark").exists()
    quick(small, tmp_path / "b")
    assert bits(tmp_path / "a") == bits(tmp_path / "b")


def test_real_worlds_have_the_bits_of_a_single_run(tmp_path: Path) -> None:
    scenario = Scenario.model_validate({"run": {"days": 3}, "readers": {"n": 500}, "creators": {"n": 40}})
    study = Plan("real", (Point(0, {"x": 1}, scenario),), (5, 6), keep=("daily", "creators"))
    results = run_plan(study, tmp_path, workers=2, progress=False)
    for seed in (5, 6):
        import sim

        alone = sim.run(scenario, seed=seed, twin=False, progress=False)
        key = next(row.key for row in results.rows() if row.seed == seed)
        manifest = results.manifest(key)
        for name in study.keep:
            assert manifest["tables"][name] == alone.manifest["tables"][name]
        pd.testing.assert_frame_equal(Result.load(tmp_path / "runs" / key).daily, alone.daily)


def test_other_code_is_refused(tmp_path: Path, small: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "code_digest", lambda: "deadbeef")
    results = quick(small, tmp_path, retries=0)
    assert len(results.failures) == 15
    assert "other code" in results.failures[0].error


def test_two_sweeps_in_one_folder(tmp_path: Path, small: Plan) -> None:
    def nested(scenario: Scenario, keep: tuple[str, ...]):
        with pytest.raises(RunError, match="another command is writing there"):
            quick(small, tmp_path)
        return toy(scenario, keep)

    quick(plan(1, (1,)), tmp_path, simulate=nested)


def test_a_place_that_cannot_be_written_is_refused_first(tmp_path: Path, small: Plan) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot"):
        quick(small, tmp_path / "file" / "below")
    with pytest.raises(RunError, match="nosuch"):
        quick(small, "nosuch://place")


def test_a_folder_that_holds_something_else_is_not_written_over(tmp_path: Path, small: Plan) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "manifest.json").write_text("{}")
    with pytest.raises(RunError, match="holds a run by itself"):
        quick(small, run)
    quick(replace(small, about={"kind": "compare"}), tmp_path / "compared")
    with pytest.raises(RunError, match="holds a compare, not a plan"):
        quick(small, tmp_path / "compared")
    quick(replace(small, name="mine", about={"kind": "study"}), tmp_path / "studied")
    with pytest.raises(RunError, match="holds a study 'mine', not a study 'yours'"):
        quick(replace(small, name="yours", about={"kind": "study"}), tmp_path / "studied")


def test_where_nothing_is_finished_no_old_table_stays(tmp_path: Path, small: Plan) -> None:
    quick(small, tmp_path)
    other = small.with_seeds((7,))
    results = quick(other, tmp_path, simulate=always_faulty, retries=0)
    assert len(results.failures) == 5 and results.done() == []
    assert not list(tmp_path.glob("*.parquet"))
    assert len(quick(small, tmp_path).table()) == 5 * 3 * 10  # and the old runs are still of use


def always_faulty(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, Any]:
    raise ValueError("never")


def test_a_half_written_failure_is_no_hindrance(tmp_path: Path, small: Plan) -> None:
    quick(small, tmp_path, simulate=faulty_toy, retries=0)
    spoilt = next((tmp_path / "failed").glob("*.json"))
    spoilt.write_text(spoilt.read_text()[:40])
    assert len(StudyResults.load(tmp_path).failures) == 2


def test_an_executor_that_is_gone_when_asked_ends_the_sweep_in_one_message(tmp_path: Path, small: Plan) -> None:
    class Gone(ExternalExecutor):
        def submit(self, call: Any, /, *arguments: Any) -> Any:
            raise CancelledError

    with ThreadPoolExecutor(1) as pool, pytest.raises(RunError, match="called the runs off"):
        run_plan(small, tmp_path, executor=Gone(pool), simulate=toy, progress=False)


def test_workers_that_write_elsewhere_are_noticed(tmp_path: Path, small: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.studies.job import JobOutcome

    monkeypatch.setattr(dispatcher, "run_job", lambda job, place, simulate, code: JobOutcome(job.key, "done", 0.1))
    with pytest.raises(RunError, match="15 runs were done but are not at"):
        quick(small, tmp_path)


def test_plans_that_make_no_sense() -> None:
    with pytest.raises(RunError, match="nothing to run"):
        Plan("x", (), (1,))
    with pytest.raises(RunError, match="seed stands twice"):
        plan(seeds=(1, 1))
    with pytest.raises(RunError, match="did you mean 'daily'"):
        Plan("x", plan(1).points, (1,), keep=("dayly",)).check_tables()
    with pytest.raises(RunError, match="may not be called 'seed'"):
        Plan("x", (Point(0, {"seed": 1}, Scenario()),), (1,))


def test_a_folder_that_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a study folder"):
        StudyResults.load(tmp_path)
    (tmp_path / "study.json").write_text(json.dumps({"title": "someone else's"}))
    with pytest.raises(RunError, match="is not a study's"):
        StudyResults.load(tmp_path)


def test_workers_end_with_their_executor() -> None:
    executor = Processes(1)
    pid = executor.submit(os.getpid).result()
    executor.close(at_once=True)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
