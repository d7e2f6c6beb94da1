"""What a measure is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A column of the daily table. `truth` says that no platform could know it."""

    name: str
    unit: str
    formula: str
    label: str
    truth: bool = False
