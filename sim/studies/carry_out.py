"""A study carried out: its plan swept, and what was found written beside the runs as a report and as CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.runs.storage import Place
from sim.studies.plan import Plan, Simulate
from sim.studies.results import REPORT, Swept
from sim.studies.study import Study

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sim.runs.progress import Wanted
    from sim.studies.executors.local import Crew


def sweep(
    study: Study | Plan | str | Path,
    out: str | Path | Place | None = None,
    *,
    executor: Executor | Crew | None = None,
    workers: int | None = None,
    retries: int = 2,
    progress: Wanted = "auto",
    simulate: Simulate | None = None,
    report: bool = True,
) -> Swept:
    """Run what is missing of a study (a Study, its file, or a Plan) and return what it left.

    `out` is the study's folder or any fsspec address, by default `results/<name>`. `executor` is any
    `concurrent.futures.Executor`, or a crew; by default `workers` processes of this machine. The report of a study,
    and its points, outcomes and indices as CSV, are written as well, whatever the runs that failed.
    Raises ScenarioError for a study that cannot be used, RunError when nothing can be written.
    """
    from sim.studies.dispatcher import sweep as sweep_plan
    from sim.studies.job import simulate_scenario

    if isinstance(study, str | Path):
        study = Study.load(study)
    plan = study.plan() if isinstance(study, Study) else study
    swept = sweep_plan(
        plan,
        out if out is not None else Path("results") / folder_name(plan.name),
        executor=executor,
        workers=workers,
        retries=retries,
        progress=progress,
        simulate=simulate or simulate_scenario,
    )
    if report and isinstance(study, Study):
        write_findings(swept)
    return swept


def folder_name(name: str) -> str:
    """A study's name as a folder."""
    return "".join(c if c.isalnum() or c in "._-" else "_" for c in name) or "study"


def write_findings(swept: Swept) -> bool:
    """Write report.html and the CSV files of a study; False when no run is finished, and there is nothing to tell."""
    from sim.analysis.findings import Findings
    from sim.reports.study_report import page

    if not swept.done():
        swept.place.remove(REPORT)  # of what stood here before
        return False
    findings = Findings(swept)
    frames: dict[str, Any] = {
        "points": findings.points,
        "outcomes": findings.values,
        "indices": findings.indices,
        "convergence": findings.convergence,
    }
    for name, frame in frames.items():
        swept.place.write(f"{name}.csv", frame.to_csv(index=False).encode())
    luck = {name: {"of_points": f.luck.points, "common": f.luck.common, "single": f.luck.single, **f.r2,
                   "verdict": f.verdict} for name, f in findings.sensitivity.items()}  # fmt: skip
    swept.place.write("findings.json", (json.dumps(_finite(luck), indent=1) + "\n").encode())
    swept.place.write(REPORT, page(findings).encode())
    return True


def _finite(node: Any) -> Any:
    """What JSON has no word for becomes null."""
    if isinstance(node, dict):
        return {key: _finite(value) for key, value in node.items()}
    return None if isinstance(node, float) and node != node else node
