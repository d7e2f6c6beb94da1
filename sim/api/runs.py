"""Run one scenario, or go on with an interrupted run, and write its report."""

from __future__ import annotations

import html
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.runs.loop import Options
from sim.runs.progress import Wanted
from sim.runs.result import RunResult
from sim.runs.run import resume_run, run_scenario
from sim.scenario import Scenario
from sim.scenario.load import scenario_of
from sim.scenario.memory import check_memory

if TYPE_CHECKING:
    from sim.charts.figures import Figures

REPORT = "report.html"
_ROW = "<tr><th style='text-align:left'>{label}</th><td>{value}</td><td style='color:#666'>{note}</td></tr>"
_TABLE = (
    "<table><caption style='text-align:left;font-weight:600'>{name}, seed {seed}, {days} days</caption>{rows}</table>"
)


class Result(RunResult):
    """A finished run with its tables, its figures and its report.

    Raises RunError for a table or a figure that the run does not have.
    """

    @classmethod
    def of(cls, run: RunResult) -> Result:
        """The same run, with figures and report."""
        return cls(run.manifest, run.frames, run.path, run.base)

    @cached_property
    def figures(self) -> Figures:
        """The charts: `result.figures.timeline().show()`."""
        # figures need plotly and pandas, and many runs draw none
        from sim.charts.figures import Figures

        return Figures(self)

    def report(self, path: str | Path) -> Path:
        """Write the report to `path`: one HTML file that needs no network. Returns the path."""
        # a run in memory writes no page
        from sim.reports.run_report import write_report

        return write_report(self, Path(path))

    def _repr_html_(self) -> str:
        # tiles need plotly and pandas; only a notebook shows them here
        from sim.charts.summary import make_tiles

        rows = "".join(
            _ROW.format(label=html.escape(tile.label), value=html.escape(tile.value), note=html.escape(tile.note))
            for tile in make_tiles(self.daily, self.twin_daily)
        )
        return _TABLE.format(name=html.escape(self.name), seed=self.seed, days=self.manifest["days"], rows=rows)


def run(
    scenario: Scenario | str | Path,
    *,
    seed: int | None = None,
    days: int | None = None,
    set: dict[str, Any] | None = None,
    out: str | Path | None = None,
    events: bool = False,
    checkpoint_every: int | None = None,
    threads: int | None = None,
    twin: bool | None = None,
    progress: Wanted = "auto",
) -> Result:
    """Run a scenario and return its result.

    `set` overrides parameters by dotted path. `out` is the folder in which the run folder is made, with tables,
    manifest and report; without it nothing is written to disk. `events` keeps the whole interaction log,
    `checkpoint_every` (days) lets an interrupted run be resumed; both need `out`. `threads` changes the speed only.
    `twin` also runs the same seed in a world where nobody manipulates, to compare with; by default when `out` is given.
    Raises ScenarioError, and RunError when the disk refuses, the machine has too little memory or a finished run would
    lose its twin.
    """
    resolved = scenario_of(scenario, seed=seed, days=days, set=set)
    check_memory(resolved)  # before any folder is made
    options = Options(events, checkpoint_every, threads, out is not None if twin is None else twin, progress)
    return Result.of(run_scenario(resolved, options, None if out is None else Path(out), _write_report))


def resume(
    folder: str | Path, *, threads: int | None = None, progress: Wanted = "auto", anyway: bool = False
) -> Result:
    """Go on with an interrupted run from its last checkpoint; the tables have the same bits as without interruption.

    `folder` is the run's final name or its hidden partial folder. A finished run is just loaded.
    Raises RunError when there is no such run, or it has no checkpoint, or it was begun by other code or versions,
    unless `anyway`: then the manifest is marked.
    """
    made = resume_run(folder, threads=threads, progress=progress, write_pages=_write_report, anyway=anyway)
    return Result.of(made)


def _write_report(run: RunResult, folder: Path) -> None:
    Result.of(run).report(folder / REPORT)
