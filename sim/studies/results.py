"""The folder of a study: its runs, and the merged tables of all runs with the factors as columns."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.findings import Findings
from sim.core.errors import RunError
from sim.plugins.data_files import changed_files
from sim.runs.manifest import MANIFEST
from sim.runs.storage import Place
from sim.studies.failures import Failure, RunsFailedWarning, describe_failures, read_failures
from sim.studies.layout import MEASURED, RECORD, REPORT, RUNS
from sim.studies.measure_functions import ONE_RUN, MeasureFunction
from sim.studies.merge import damaged_runs, merge_table, write_rows
from sim.studies.plan import RunJob
from sim.studies.record import StudyRecord, StudyRun
from sim.studies.run_tables import TablesOfRun

if TYPE_CHECKING:
    import pandas as pd

OTHER_KIND = "{address}: not the folder of {what}"
FEWER = "{address}: results are made from fewer runs than were asked for ({short})"
SHORT = "{point}: {n} of {of}"
MOST_SHORT = 8
NONE_DONE = "{address}: no run of it is finished, so it has no tables{why}"


def place_of(out: str | Path | Place | None, name: str) -> Place:
    """Where the results of the study `name` go: `out`, or a folder in `results/`."""
    return out if isinstance(out, Place) else Place(out if out is not None else Path("results") / name)


class StudyResults(StudyRecord):
    """The runs of a study, all or those finished so far.

    `failures` are the runs that failed at every try.
    """

    def __init__(self, record: dict[str, Any], place: Place, failures: tuple[Failure, ...] = ()) -> None:
        super().__init__(record)
        self.place = place
        self.failures = failures

    @classmethod
    def load(cls, out: str | Path | Place) -> StudyResults:
        """Load a study from its folder, finished or not; RunError when the folder holds none."""
        place = out if isinstance(out, Place) else Place(out)
        try:
            record = json.loads(place.read(RECORD))
            lacking = [name for name in ("name", "points", "seeds", "factors", "keep", "code") if name not in record]
            if lacking:
                raise ValueError
        except FileNotFoundError:
            raise RunError(f"{place.address}: not a study folder (no {RECORD})") from None
        except (ValueError, TypeError):
            raise RunError(f"{place.address}: its {RECORD} is not a study's") from None
        return cls(record, place, read_failures(place))

    @property
    def has_report(self) -> bool:
        """Whether the folder holds a report."""
        return self.place.exists(REPORT)

    @property
    def points(self) -> pd.DataFrame:
        """One row per point: point, factors."""
        import pandas as pd

        return pd.DataFrame(self._points())

    @cached_property
    def findings(self) -> Findings:
        """Outcomes and sensitivity indices; RunError when these are not the runs of a study file."""
        self.expect(("study",), "a study file")
        return Findings(self.record, self)

    def expect(self, kinds: tuple[str, ...], what: str) -> None:
        """Raise RunError when the folder is of another kind than `what` (kinds as in study.json)."""
        if self.record["about"].get("kind") not in kinds:
            raise RunError(OTHER_KIND.format(address=self.place.address, what=what))

    def finished(self) -> frozenset[str]:
        """Keys of the runs that are finished, with every table that is kept."""
        names = frozenset(self.place.list(RUNS))
        files = (MANIFEST, *(f"{table}.parquet" for table in self.stored))
        keys = {name.split("/")[1] for name in names}
        return frozenset(key for key in keys if all(f"{RUNS}/{key}/{file}" in names for file in files))

    def done(self) -> list[StudyRun]:
        """The runs that the study asks for and that are finished, by point and repetition."""
        finished = self.finished()
        return [row for row in self.rows() if row.key in finished]

    def manifest(self, key: str) -> dict[str, Any]:
        """The manifest of a run."""
        found: dict[str, Any] = json.loads(self.place.read(f"{RUNS}/{key}/{MANIFEST}"))
        return found

    def outdated(self, jobs: Sequence[RunJob]) -> list[str]:
        """Keys of the finished runs among `jobs` whose plug-ins read files that are no longer the same."""
        finished = self.finished()
        own = {job.key: job for job in jobs if job.key in finished and job.scenario.plugin_code()}
        return [key for key, job in own.items() if changed_files(self._files(key), job.scenario.base)]

    def _files(self, key: str) -> dict[str, str]:
        """The files that a run's plug-ins read, with digests; none when its manifest cannot be read."""
        try:
            return dict(self.manifest(key).get("files", {}))
        except (ValueError, AttributeError, TypeError):
            return {}

    def table(self, name: str = "daily") -> pd.DataFrame:
        """A table of all finished runs together, tidy: point, repetition, seed, factors, and its own columns.

        `measured` holds what the functions of outcomes returned, a column for each.
        """
        import pyarrow.parquet as pq

        if name not in self.keep and not (name == MEASURED and self.functions):
            raise RunError(f"this study kept no table '{name}'; it kept {', '.join(self.keep)}")
        if not self.done():
            raise RunError(NONE_DONE.format(address=self.place.address, why=describe_failures(self.failures)))
        frame: pd.DataFrame = pq.read_table(io.BytesIO(self.place.read(f"{name}.parquet"))).to_pandas()
        return frame

    def warn_of_failures(self) -> None:
        """Warn (RunsFailedWarning) of runs that failed for good: how many, of which points, the cause, the command."""
        if not self.failures:
            return
        done = [row.point for row in self.done()]
        short = [
            SHORT.format(point=", ".join(map(str, p["factors"].values())) or p["point"], n=done.count(p["point"]),
                         of=len(self.seeds))
            for p in self.record["points"]
            if done.count(p["point"]) < len(self.seeds)
        ]  # fmt: skip
        more = [f"and {len(short) - MOST_SHORT} more"] if len(short) > MOST_SHORT else []
        message = FEWER.format(address=self.place.address, short="; ".join([*short[:MOST_SHORT], *more]))
        warnings.warn(message + describe_failures(self.failures), RunsFailedWarning, stacklevel=3)

    def runs(self) -> pd.DataFrame:
        """One row per finished run: point, repetition, seed, factors, key, wall_s."""
        import pandas as pd

        found = [
            {**row.columns(), "key": row.key, "wall_s": self.manifest(row.key)["timings"]["wall_s"]}
            for row in self.done()
        ]
        return pd.DataFrame(found, columns=["point", "repetition", "seed", *self.factors, "key", "wall_s"])

    def merge(self) -> frozenset[str]:
        """Merge the tables of all finished runs, in the order of the study; keys of the runs with damaged tables.

        When a run is damaged nothing is written. When no run is finished there are no merged tables.
        """
        runs = self.done()
        damaged = damaged_runs(self.place, self.stored, runs)
        if not damaged and runs:
            for name in self.keep:
                merge_table(self.place, name, runs)
            write_rows(self.place, "runs", [{**run.columns(), "key": run.key} for run in runs])
            write_rows(self.place, "points", self._points())
        if not runs:
            for name in (*self.keep, "runs", "points", MEASURED):
                self.place.remove(f"{name}.parquet")
        return damaged

    def measure(self, functions: Sequence[MeasureFunction]) -> None:
        """Ask the functions of outcomes for every finished run, and write `measured.parquet`.

        Raises PluginAnswerError, with no such table left, for what a function returns and must not.
        """
        self.place.remove(f"{MEASURED}.parquet")
        runs = self.done()
        if functions and runs:
            write_rows(self.place, MEASURED, [{**run.columns(), **self._measured(functions, run)} for run in runs])

    def check_functions(self, functions: Sequence[MeasureFunction], key: str) -> None:
        """Ask the functions for one finished run, twice each."""
        run = next(row for row in self.rows() if row.key == key)
        self._measured(functions, run, twice=True)

    def _measured(self, functions: Sequence[MeasureFunction], run: StudyRun, twice: bool = False) -> dict[str, float]:
        label = ONE_RUN.format(factors=", ".join(map(str, run.factors.values())) or run.point, seed=run.seed)
        tables = TablesOfRun(self.place, run.key)
        return {each.name: each.evaluate(tables, label, twice) for each in functions}

    def _points(self) -> list[dict[str, Any]]:
        return [{"point": p["point"], **p["factors"]} for p in self.record["points"]]
