"""A finished run: its tables as pandas frames, its manifest, its figures and report."""

from __future__ import annotations

import html
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.core.errors import RunError
from sim.runs import manifest as manifests

if TYPE_CHECKING:
    import pandas as pd

    from sim.charts.figures import Figures
    from sim.scenario import Scenario


class Frames(Protocol):
    """Where frames come from: memory or disk."""

    def frame(self, name: str) -> pd.DataFrame:
        """The table `name`."""
        ...


class ParquetFrames:
    """Tables of a finished run on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def frame(self, name: str) -> pd.DataFrame:
        """The table `name`."""
        import pyarrow.parquet as pq

        frame: pd.DataFrame = pq.read_table(self.folder / f"{name}.parquet").to_pandas()
        return frame


class Result:
    """What a run left. Tables are read when first asked for and kept.

    `path` is None when the run was kept in memory only.
    """

    def __init__(
        self, manifest: dict[str, Any], frames: Frames, path: Path | None = None, base: Path | None = None
    ) -> None:
        self.manifest = manifest
        self.path = path
        self._frames = frames
        self._base = base
        self._kept: dict[str, pd.DataFrame] = {}

    @classmethod
    def load(cls, folder: str | Path) -> Result:
        """A finished run from its folder; RunError when it is none."""
        path = Path(folder)
        if path.name.startswith(".") or not (path / manifests.NAME).is_file():
            if not path.exists():
                raise RunError(f"{path}: there is no such folder")
            raise RunError(
                f"{path}: not a finished run (no {manifests.NAME}); `gresham resume` goes on with an interrupted one"
            )
        return cls(manifests.read(path), ParquetFrames(path), path)

    def table(self, name: str) -> pd.DataFrame:
        """The table `name`; RunError when the run has none."""
        if name not in self.manifest["tables"]:
            raise RunError(f"this run has no table '{name}'; it has {', '.join(self.manifest['tables'])}")
        if name not in self._kept:
            self._kept[name] = self._frames.frame(name)
        return self._kept[name]

    @property
    def daily(self) -> pd.DataFrame:
        """One row a day: every measure."""
        return self.table("daily")

    @property
    def twin_daily(self) -> pd.DataFrame | None:
        """`daily` of the twin world, where nobody manipulates; None when it was not run."""
        return self.table("twin_daily") if "twin_daily" in self.manifest["tables"] else None

    @property
    def creators(self) -> pd.DataFrame:
        """One row for every present creator and week."""
        return self.table("creators")

    @property
    def posts(self) -> pd.DataFrame:
        """One row for every post."""
        return self.table("posts")

    @property
    def orders(self) -> pd.DataFrame:
        """One row for every order taken by a farm."""
        return self.table("orders")

    @property
    def groups(self) -> pd.DataFrame:
        """One row for every mutual-aid group and day."""
        return self.table("groups")

    @property
    def farms(self) -> pd.DataFrame:
        """One row for every farm and day."""
        return self.table("farms")

    @property
    def verdicts(self) -> pd.DataFrame:
        """What detectors held against whom."""
        return self.table("verdicts")

    @property
    def actions(self) -> pd.DataFrame:
        """What the platform did to whom."""
        return self.table("actions")

    def events(self, day: int | None = None, truth: bool = False) -> pd.DataFrame:
        """The interaction log of one day or of all; `truth` adds the true origin. Needs a run with events."""
        import pyarrow.parquet as pq

        if self.path is None or not self.manifest.get("events"):
            raise RunError("this run kept no interaction log; run it with events")
        files = "day-*.parquet" if day is None else f"day-{day:04d}.parquet"

        def read(name: str) -> Any:
            found = sorted((self.path / name).glob(files)) if self.path else []
            if not found:
                raise RunError(f"there is no day {day} in this run")
            return pq.read_table(found)

        table = read("events")
        if truth:
            table = table.append_column("origin", read("truth")["origin"])
        frame: pd.DataFrame = table.to_pandas()
        return frame

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return str(self.manifest["name"])

    @property
    def seed(self) -> int:
        """The seed."""
        return int(self.manifest["seed"])

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario, rebuilt from the manifest."""
        from sim.scenario import Scenario

        return Scenario.model_validate(self.manifest["scenario"], context={"base": self._base})

    @cached_property
    def figures(self) -> Figures:
        """The charts: `result.figures.timeline().show()`."""
        from sim.charts.figures import Figures

        return Figures(self)

    def report(self, path: str | Path) -> Path:
        """Write the report: one HTML file that needs no network."""
        from sim.reports.run_report import write_report

        return write_report(self, Path(path))

    def __repr__(self) -> str:
        where = str(self.path) if self.path else "in memory"
        return f"Result({self.name}, seed {self.seed}, {self.manifest['days']} days, {where})"

    def _repr_html_(self) -> str:
        from sim.charts.summary import tiles

        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(t.label)}</th><td>{html.escape(t.value)}</td>"
            f"<td style='color:#666'>{html.escape(t.note)}</td></tr>"
            for t in tiles(self.daily, self.twin_daily)
        )
        title = f"{html.escape(self.name)}, seed {self.seed}, {self.manifest['days']} days"
        return f"<table><caption style='text-align:left;font-weight:600'>{title}</caption>{rows}</table>"
