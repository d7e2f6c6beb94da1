"""Run a study, and write its report and its figures as CSV beside the runs."""

from __future__ import annotations

import json
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from sim.analysis.findings import Findings
from sim.analysis.sensitivity import UNITS
from sim.charts.study.ranking_text import ranking_sentence
from sim.reports.study_report import render_page
from sim.runs.progress import Wanted
from sim.runs.storage import Place
from sim.studies.executors.base import RunExecutor
from sim.studies.job import simulate_scenario
from sim.studies.layout import REPORT
from sim.studies.plan import Plan, Simulate, study_folder
from sim.studies.results import StudyResults, place_of
from sim.studies.study import Study
from sim.studies.sweep import run_plan


def sweep(
    study: Study | Plan | str | Path,
    out: str | Path | Place | None = None,
    *,
    executor: Executor | RunExecutor | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
    simulate: Simulate = simulate_scenario,
    report: bool = True,
) -> StudyResults:
    """Run what is missing of a study (a Study, its file, or a Plan) and return the results.

    `out` is the study's folder or any fsspec address, by default `results/<name>`. `executor` is where the runs are
    made, by default `workers` processes of this machine. Unless `report` is False, the report of a study and its
    points, outcomes and indices as CSV are written as well, of the runs that did not fail.
    Raises ScenarioError for a study that cannot be used, RunError when nothing can be written.
    """
    if isinstance(study, str | Path):
        study = Study.load(study)
    plan = study.plan() if isinstance(study, Study) else study
    results = run_plan(
        plan,
        place_of(out, study_folder(plan.name)),
        executor=executor,
        workers=workers,
        retries=retries,
        progress=progress,
        simulate=simulate,
    )
    results.warn_of_failures()
    if report and isinstance(study, Study):
        write_findings(results)
    return results


def write_findings(results: StudyResults) -> bool:
    """Write report.html and the CSV files of a study; False when no run is finished and there is nothing to write."""
    place = results.place
    if not results.done():
        place.remove(REPORT)  # of what stood here before
        return False
    findings = results.findings
    frames = {
        "points": findings.points,
        "outcomes": findings.values,
        "indices": findings.indices,
        "convergence": findings.convergence,
    }
    for name, frame in frames.items():
        place.write(f"{name}.csv", frame.to_csv(index=False, lineterminator="\n").encode())
    place.write("findings.json", (json.dumps(_finite(_summary(findings)), indent=1) + "\n").encode())
    place.write(REPORT, render_page(findings, results).encode())
    return True


def _summary(findings: Findings) -> dict[str, Any]:
    """Shares of chance, R2, and whether the ranking has converged, by outcome."""
    unit = UNITS[findings.design["kind"]]
    return {
        name: {
            "of_points": found.run_variance.points,
            "common": found.run_variance.common,
            "single": found.run_variance.single,
            **found.r2,
            "verdict": ranking_sentence(found.ranking, unit),
        }
        for name, found in findings.sensitivity.items()
    }


def _finite(node: Any) -> Any:
    """JSON has no NaN: it becomes null."""
    if isinstance(node, dict):
        return {key: _finite(value) for key, value in node.items()}
    return None if isinstance(node, float) and node != node else node
