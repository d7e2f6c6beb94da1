"""Ends of a range that a study's factors could make cross: a least that may come to lie above its most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.core.errors import ScenarioError
from sim.scenario import Scenario
from sim.scenario.document import Document
from sim.scenario.parameters import pairs
from sim.scenario.paths import get_by_path
from sim.scenario.validation import error_at
from sim.studies.factors import Axis

_MAY_CROSS = (
    "{most} must be at least {least} at every point, but is as low as {low:,.12g}{low_by} while {least} is as high as "
    "{high:,.12g}{high_by}; let one factor multiply both, or let their ranges not overlap"
)
_BY = " (factor '{name}')"


def check_crossings(document: Document, base: Scenario, axes: Sequence[Axis]) -> list[ScenarioError]:
    """Pairs of a least and a most that factors which vary apart could make cross, each at the line of a factor.

    Not looked at are an end that several factors touch, a factor that touches both ends, and distributions without
    bounds: these are seen when the points are made.
    """
    values = base.resolved()
    found = []
    for least, most in pairs(Scenario):
        lower, upper = _touching(axes, least), _touching(axes, most)
        guilty = [*upper, *lower]
        if not guilty or len(lower) > 1 or len(upper) > 1 or lower == upper or any(axis.unbounded for axis in guilty):
            continue
        high, low = max(_reached(lower, least, values)), min(_reached(upper, most, values))
        if high > low:
            what = _MAY_CROSS.format(most=most, least=least, low=low, high=high, low_by=_by(upper), high_by=_by(lower))
            found.append(error_at(document, guilty[0].written, what))
    return found


def _touching(axes: Sequence[Axis], path: str) -> list[Axis]:
    return [axis for axis in axes if path in axis.paths]


def _by(axes: Sequence[Axis]) -> str:
    return _BY.format(name=axes[0].name) if axes else ""


def _reached(axes: Sequence[Axis], path: str, values: dict[str, Any]) -> Iterator[float]:
    """The values of a parameter at the ends or levels of the factor that varies it; that of the base without one."""
    for axis in axes:
        for level in axis.levels or axis.values(np.array([0.0, 1.0])):
            yield dict(axis.changes(level, values)).get(path, get_by_path(values, path))
    if not axes:
        yield get_by_path(values, path)
