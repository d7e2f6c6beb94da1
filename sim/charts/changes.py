"""Changes of policy with the letters that stand for them in charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class LetteredChange:
    """A change of policy: its letter in the charts, its day (from 0), what changes."""

    letter: str
    day: int
    text: str


def letter_changes(changes: Iterable[tuple[int, str]]) -> tuple[LetteredChange, ...]:
    """Changes given as day and text with letters A, B, ... in order of day; changes of one day share a letter."""
    by_day: dict[int, list[str]] = {}
    for day, text in changes:
        by_day.setdefault(day, []).append(text)
    return tuple(LetteredChange(_letter(i), day, "; ".join(by_day[day])) for i, day in enumerate(sorted(by_day)))


def _letter(i: int) -> str:
    return chr(ord("A") + i) if i < 26 else str(i + 1)
