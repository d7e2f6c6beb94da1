"""Outcomes: one number per run, from a measure or a formula over some days, or from a user's function of its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.analysis.formula import columns_in, evaluate
from sim.analysis.outcome_spec import (
    DAYS_KEYS,
    KEYS,
    Kind,
    check_name,
    direction_of,
    find_measure,
    kind_of,
    measures,
    own_measure,
    read_choice,
    read_days,
    read_name,
    read_whole,
    spell_function,
    wrong,
)
from sim.analysis.smallest import margin_of, read_smallest
from sim.core.clock import WEEK_DAYS
from sim.core.enums import words
from sim.core.errors import nearest_name
from sim.core.windows import LAST
from sim.measures.definitions import all_measures
from sim.plugins.registry import name_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

How = Literal["mean", "sum", "last", "change"]
HOW: dict[str, str] = {
    "mean": "mean over the days",
    "sum": "sum over the days",
    "last": "value of the last of the days",
    "change": "mean over the days minus mean over the first seven days of the run",
}
BY_FUNCTION = "as {measure} computes it"


@dataclass(frozen=True)
class Outcome:
    """A measure of the daily table, or a formula of measures, over some days of a run; or a function of its tables.

    `measure` is the name of a measure, a formula, or a function as `file.py:function`; `kind` says which. `function`
    holds a function that was given as an object.
    `days` are the first and the last day counted (from 0); without them, the last `last` days of the run count.
    `better` says which direction is good, if any. `smallest` is the smallest difference that matters, a number or a
    percentage of the reference ("5%"); without it, the measure's own is used (sim.analysis.smallest).
    """

    name: str
    measure: str
    last: int = LAST
    days: tuple[int, int] | None = None
    how: How = "mean"
    label: str = ""
    unit: str = ""
    better: Literal["higher", "lower"] | None = None
    smallest: float | str | None = None
    kind: Kind = "measure"
    function: Callable[..., Any] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, spec: str | Mapping[str, Any] | Callable[..., Any] | Outcome) -> Outcome:
        """An outcome as a study or a command line writes it: a measure, a formula, a function, or a mapping of fields.

        A function may also be given as an object. It is neither imported nor called here.
        Raises ScenarioError with the nearest name; its `keys` name the wrong part of the mapping.
        """
        if isinstance(spec, Outcome):
            return spec
        plain: dict[str, Any] = dict(spec) if isinstance(spec, Mapping) else {"measure": spec}
        for key in plain:
            if key not in KEYS:
                raise wrong("no such key of an outcome", key, nearest_name(str(key), KEYS))
        given = plain.get("measure")
        function = given if callable(given) else None
        if function is not None:
            plain["measure"] = given = spell_function(function)
        kind = kind_of(given)
        key = "measure" if isinstance(spec, Mapping) else ""
        measure = own_measure(plain, kind, key) if kind != "measure" else find_measure(given, key)
        days = read_days(plain.get("days"))
        how: How = read_choice(plain.get("how", "mean"), "how", tuple(HOW))
        return cls(
            name=read_name(plain["name"]) if "name" in plain else measure.name,
            measure=measure.name if kind == "measure" else str(given).strip(),
            last=read_whole(plain.get("last", LAST), "last", 1),
            days=days,
            how=how,
            label=str(plain.get("label") or _label(plain, measure.label, how)),
            unit=str(plain.get("unit", measure.unit)),
            better=read_choice(plain.get("better", direction_of(measure.name)), "better", ("higher", "lower", None)),
            smallest=read_smallest(plain.get("smallest"), key="smallest"),
            kind=kind,
            function=function,
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the daily table that it is computed from; none for a function."""
        if self.kind == "formula":
            return columns_in(self.measure)
        return (self.measure,) if self.kind == "measure" else ()

    def evaluate(self, daily: pd.DataFrame) -> float:
        """The outcome of one run; NaN when it has no such day or measure, or the measure is undefined on all days.

        Functions are not computed from the daily table alone (sim.studies.measure_functions): NaN.
        """
        if not self.columns or any(name not in daily.columns for name in self.columns):
            return float("nan")
        own = self.kind == "formula"
        values = evaluate(self.measure, daily) if own else daily[self.measure].to_numpy(float)
        day = daily["day"].to_numpy()
        first, last = self.days if self.days is not None else (int(day.max()) - self.last + 1, int(day.max()))
        chosen = values[(day >= first) & (day <= last)]
        if self.how == "last":
            return float(chosen[-1]) if len(chosen) else float("nan")
        found = _total(chosen) if self.how == "sum" else _mean(chosen)
        return found - _mean(values[day < WEEK_DAYS]) if self.how == "change" else found

    def margin(self, reference: float, readers: int, creators: int) -> float:
        """The smallest difference that matters, in the outcome's unit; `reference` is its mean under the reference."""
        days = 1
        if self.how == "sum":
            days = self.days[1] - self.days[0] + 1 if self.days is not None else self.last
        measure = self.measure if self.kind == "measure" else ""
        return margin_of(measure, self.smallest, reference, readers, creators, days)

    def window(self, days: int) -> str:
        """Which days of a run of so many days are counted, and how, in words."""
        if self.kind == "function":
            return BY_FUNCTION.format(measure=self.measure)
        last = f"the last {self.last} days" if self.last < days else "the whole run"
        counted = f"days {self.days[0]} to {self.days[1]}" if self.days else last
        how = {"mean": "mean over", "sum": "sum over", "last": "value at the end of", "change": "change to"}
        return f"{how[self.how]} {counted}"

    @property
    def definition(self) -> str:
        """The formula of a user's own outcome, unless the label says it; empty for a measure and for a function."""
        return self.measure if self.kind == "formula" and self.measure != self.label else ""

    @property
    def unit_in_words(self) -> str:
        """The unit to print; empty for a share or an index, or where the label already names what is counted."""
        return "" if self.unit in ("0..1", "-1..1") or self.unit in self.label.lower().split() else self.unit

    def reaches(self, days: int) -> bool:
        """Whether a run of so many days contains the days that are counted."""
        return self.days[1] < days if self.days is not None else True

    def plain(self) -> dict[str, Any]:
        """As a mapping that `of` reads."""
        keys = [key for key in KEYS if self.kind != "function" or key not in DAYS_KEYS]
        found = {key: getattr(self, key) for key in keys if getattr(self, key) is not None}
        return found | ({"days": list(self.days)} if self.days else {})


def _label(plain: Mapping[str, Any], measure: str, how: str) -> str:
    """The label of an outcome in reports when none is given."""
    if "name" in plain:
        return words(str(plain["name"]))
    return measure + {"sum": ", sum", "change": ", change"}.get(how, "")


def evaluate_runs(
    daily: pd.DataFrame,
    outcomes: tuple[Outcome, ...],
    factors: tuple[str, ...] = (),
    measured: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Outcomes of every run in a tidy daily table: point, repetition, seed, factors, one column per outcome.

    `measured` holds what functions returned: point, repetition, one column for each; NaN for a run that it lacks.
    """
    import pandas as pd

    own = [each.name for each in outcomes if each.kind == "function"]
    returned: dict[Any, dict[str, Any]] = {}
    if measured is not None and own:
        places = zip(measured["point"], measured["repetition"], strict=True)
        returned = dict(zip(places, measured[own].to_dict("records"), strict=True))  # type: ignore[arg-type]
    rows = []
    for (point, repetition), days in daily.groupby(["point", "repetition"], sort=True):
        row = {
            "point": point,
            "repetition": repetition,
            "seed": days["seed"].iloc[0],
            **{name: days[name].iloc[0] for name in factors},
        }
        given = returned.get((point, repetition), {})
        row |= {each.name: each.evaluate(days) for each in outcomes}
        rows.append(row | {name: given.get(name, float("nan")) for name in own})
    columns = ["point", "repetition", "seed", *factors, *(each.name for each in outcomes)]
    return pd.DataFrame(rows, columns=columns)


def check_measured(outcomes: tuple[Outcome, ...], scenario: Scenario) -> None:
    """Check before any run that the scenario's runs will measure what the outcomes need; ScenarioError if not."""
    detectors: dict[str, None] = {}
    for _, policy in scenario.policies():
        detectors |= dict.fromkeys(policy.detectors)
    known = {m.name for m in all_measures(tuple(detectors), tuple(name_of(s) for s in scenario.strategies))}
    for each in outcomes:
        check_name(each.name, known)
        for column in each.columns:
            if column not in known:
                raise wrong(f"'{column}' is not measured in '{scenario.name}'", "", nearest_name(column, known))
        if not each.reaches(scenario.run.days):
            raise wrong(
                f"'{each.name}' asks for day {(each.days or (0, 0))[1]}, but the run has {scenario.run.days}", ""
            )


def _mean(values: np.ndarray) -> float:
    good = values[~np.isnan(values)]
    return float(good.mean()) if len(good) else float("nan")


def _total(values: np.ndarray) -> float:
    good = values[~np.isnan(values)]
    return float(good.sum()) if len(good) else float("nan")


_SCORECARD = (
    "exposure_quality",
    "read_quality",
    "honest_survival",
    "share_manipulating_creators",
    "platform_trust",
    "active_reader_share",
    "creator_income_cny",
    "farm_profit_cny",
    "readers_sanctioned",
    "innocent_punished_share",
    "enforcement_cost_cny",
    "platform_revenue_cny",
)
__all__ = ["HOW", "Outcome", "check_measured", "evaluate_runs", "measures", "scorecard"]


def scorecard(last: int = LAST) -> tuple[Outcome, ...]:
    """The outcomes of the policy scorecard, over the last days of a run."""
    return tuple(Outcome.of({"measure": name, "last": last}) for name in _SCORECARD)
