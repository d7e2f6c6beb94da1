"""A finished run: its tables as pandas frames, and its manifest."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from sim.core.errors import RunError
from sim.runs.manifest import MANIFEST, read_manifest
from sim.scenario import Scenario
from sim.scenario.build import from_document
from sim.scenario.document import Document

if TYPE_CHECKING:
    import pandas as pd


class Frames(Protocol):
    """Where frames come from: memory or disk."""

    def frame(self, name: str) -> pd.DataFrame:
        """The table `name`."""
        ...


GONE = "{folder}: its {file} is gone"
DAMAGED = "{folder}: its {file} is damaged: it cannot be read as Parquet"


class ParquetFrames:
    """Tables of a finished run on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def frame(self, name: str) -> pd.DataFrame:
        """The table `name`; RunError when its file is gone or damaged."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        file = self.folder / f"{name}.parquet"
        try:
            frame: pd.DataFrame = pq.read_table(file).to_pandas()
        except FileNotFoundError:
            raise RunError(GONE.format(folder=self.folder, file=file.name)) from None
        except pa.ArrowInvalid:
            raise RunError(DAMAGED.format(folder=self.folder, file=file.name)) from None
        return frame


class RunResult:
    """The tables and the manifest of a run. A table is read when it is first asked for, and kept.

    `path` is None when the run was kept in memory only.
    """

    def __init__(
        self, manifest: dict[str, Any], frames: Frames, path: Path | None = None, base: Path | None = None
    ) -> None:
        self.manifest = manifest
        self.path = path
        self.frames = frames
        self.base = base
        self._kept: dict[str, pd.DataFrame] = {}

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Load a finished run from its folder; RunError when the folder holds none."""
        path = Path(folder)
        if path.name.startswith(".") or not (path / MANIFEST).is_file():
            if not path.exists():
                raise RunError(f"{path}: there is no such folder")
            raise RunError(
                f"{path}: not a finished run (no {MANIFEST}); `gresham resume` goes on with an interrupted one"
            )
        return cls(read_manifest(path), ParquetFrames(path), path)

    def table(self, name: str) -> pd.DataFrame:
        """The table `name`; RunError when the run has none."""
        if name not in self.manifest["tables"]:
            raise RunError(f"this run has no table '{name}'; it has {', '.join(self.manifest['tables'])}")
        if name not in self._kept:
            self._kept[name] = self.frames.frame(name)
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
        """One row for every account, post or creator that a detector flagged: day, detector, who, score."""
        return self.table("verdicts")

    @property
    def actions(self) -> pd.DataFrame:
        """One row for every sanction that the platform applied."""
        return self.table("actions")

    @property
    def honest_mistakes(self) -> pd.DataFrame:
        """One row for every detector and cause: honest likes judged, flagged, and flagged by mistake."""
        return self.table("mistakes")

    @property
    def punished_creators(self) -> pd.DataFrame:
        """One row for every detector and cause: creators hit, and hit though innocent."""
        return self.table("punished_creators")

    def events(self, day: int | None = None, truth: bool = False) -> pd.DataFrame:
        """The interaction log of one day or of all; `truth` adds what was behind. Needs a run with events.

        The columns of truth are `origin`, `order`, and `account_row` and `post_row`, the names in other tables.
        """
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
            known = read("truth").drop_columns(["event"])
            for column in known.column_names:
                table = table.append_column(column, known[column])
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
        """The scenario, rebuilt from the manifest; ScenarioError when its plug-ins cannot be imported."""
        return from_document(Scenario, Document(self.manifest["scenario"]), self.base)

    def __repr__(self) -> str:
        where = str(self.path) if self.path else "in memory"
        return f"{type(self).__name__}({self.name}, seed {self.seed}, {self.manifest['days']} days, {where})"
