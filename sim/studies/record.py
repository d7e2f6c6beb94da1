"""What a study asks for, as its study.json says: points, seeds, tables, and so its runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StudyRun:
    """One run that a study asks for. `key` names its content and its folder."""

    point: int
    repetition: int
    seed: int
    factors: dict[str, Any]
    key: str

    def columns(self) -> dict[str, Any]:
        """The columns that stand in front of a table's own."""
        return {"point": self.point, "repetition": self.repetition, "seed": self.seed, **self.factors}


class StudyRecord:
    """A study as it was asked for. `record` is study.json: name, description, factors, seeds, keep, about, points."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    @property
    def name(self) -> str:
        """Name of the study."""
        return str(self.record["name"])

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(self.record["factors"])

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, one for each repetition."""
        return tuple(self.record["seeds"])

    @property
    def keep(self) -> tuple[str, ...]:
        """Names of the tables kept of each run."""
        return tuple(self.record["keep"])

    @property
    def stored(self) -> tuple[str, ...]:
        """Names of the tables kept with each run; some may not be among those that are merged."""
        return tuple(self.record.get("stored", self.record["keep"]))

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the outcomes that functions compute from the tables of each run."""
        return tuple(self.record.get("functions", ()))

    def rows(self) -> list[StudyRun]:
        """Every run that the study asks for, by point and repetition."""
        return [
            StudyRun(p["point"], repetition, seed, p["factors"], f"{p['digest']}-{seed}-{self.record['code']}")
            for p in self.record["points"]
            for repetition, seed in enumerate(self.record["seeds"])
        ]
