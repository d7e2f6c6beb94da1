"""Outcomes: one number of a run each, taken from its daily table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.analysis.smallest import margin_of, read_smallest
from sim.core.enums import words
from sim.core.errors import ScenarioError, nearest_name, shown
from sim.core.windows import LAST, WEEK
from sim.measures.definitions import Measure, all_measures
from sim.plugins.registry import name_of, table

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

How = Literal["mean", "sum", "last", "change"]
HOW: dict[str, str] = {
    "mean": "mean over the days",
    "sum": "sum over the days",
    "last": "value of the last of the days",
    "change": "mean over the days less mean over the first seven days of the run",
}
KEYS = ("measure", "name", "last", "days", "how", "label", "unit", "better", "smallest")
HIGHER = (
    "exposure_quality", "read_quality", "quality_reach_correlation", "published_quality", "honest_survival",
    "platform_trust", "count_trust", "active_reader_share", "mean_effort", "mean_skill",
    "creator_income_cny", "platform_revenue_cny", "n_advertisers",
)  # fmt: skip
LOWER = (
    "share_manipulating_creators", "share_fake_likes", "share_fake_visible_likes", "honest_quit",
    "advertising_cny_per_1000_good_reads", "innocent_punished_share", "readers_sanctioned",
    "enforcement_cost_cny", "farm_profit_cny", "n_farms", "n_groups",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """A measure of the daily table over some days of a run.

    `days` are the first and the last day counted (from 0); without them the last `last` days of the run.
    `better` says which way is good, if either is. `smallest` is the smallest difference that matters, a number or a
    percentage of the reference ("5%"); without it that of the measure (sim.analysis.smallest).
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

    @classmethod
    def of(cls, spec: str | Mapping[str, Any] | Outcome) -> Outcome:
        """An outcome as a study or a command line writes it: a measure's name, or a mapping of the fields.

        Raises ScenarioError with the nearest name; its `keys` say which part of the mapping is at fault.
        """
        if isinstance(spec, Outcome):
            return spec
        plain = {"measure": spec} if isinstance(spec, str) else dict(spec)
        for key in plain:
            if key not in KEYS:
                raise _wrong("no such key of an outcome", key, nearest_name(str(key), KEYS))
        measure = _measure(plain.get("measure"), "" if isinstance(spec, str) else "measure")
        days = _days(plain.get("days"))
        how: How = _one_of(plain.get("how", "mean"), "how", tuple(HOW))
        return cls(
            name=str(plain.get("name", measure.name)),
            measure=measure.name,
            last=_whole(plain.get("last", LAST), "last", 1),
            days=days,
            how=how,
            label=str(plain.get("label") or _label(plain, measure.label, how)),
            unit=str(plain.get("unit", measure.unit)),
            better=_one_of(plain.get("better", _better(measure.name)), "better", ("higher", "lower", None)),
            smallest=read_smallest(plain.get("smallest"), key="smallest"),
        )

    def evaluate(self, daily: pd.DataFrame) -> float:
        """The outcome of one run; NaN when it has no such day or measure, or the measure is undefined on all days."""
        if self.measure not in daily.columns:
            return float("nan")
        values, day = daily[self.measure].to_numpy(float), daily["day"].to_numpy()
        first, last = self.days if self.days is not None else (int(day.max()) - self.last + 1, int(day.max()))
        chosen = values[(day >= first) & (day <= last)]
        if self.how == "last":
            return float(chosen[-1]) if len(chosen) else float("nan")
        found = _total(chosen) if self.how == "sum" else _mean(chosen)
        return found - _mean(values[day < WEEK]) if self.how == "change" else found

    def margin(self, reference: float, readers: int, creators: int) -> float:
        """The smallest difference that matters, in the outcome's unit; `reference` is its mean under the reference."""
        days = 1
        if self.how == "sum":
            days = self.days[1] - self.days[0] + 1 if self.days is not None else self.last
        return margin_of(self.measure, self.smallest, reference, readers, creators, days)

    @property
    def window(self) -> str:
        """Which days are counted, and how, in words."""
        days = f"days {self.days[0]} to {self.days[1]}" if self.days else f"the last {self.last} days"
        how = {"mean": "mean over", "sum": "sum over", "last": "value at the end of", "change": "change to"}
        return f"{how[self.how]} {days}"

    @property
    def told_unit(self) -> str:
        """The unit to be told; none for a share or an index, or where the label names what is counted."""
        return "" if self.unit in ("0..1", "-1..1") or self.unit in self.label.lower().split() else self.unit

    def reaches(self, days: int) -> bool:
        """Whether a run of so many days has the days asked for."""
        return self.days[1] < days if self.days is not None else True

    def plain(self) -> dict[str, Any]:
        """As a mapping that `of` reads."""
        found = {key: getattr(self, key) for key in KEYS if getattr(self, key) is not None}
        return found | ({"days": list(self.days)} if self.days else {})


def _label(plain: Mapping[str, Any], measure: str, how: str) -> str:
    """What an outcome is called in a report when its label is not given."""
    if "name" in plain:
        return words(str(plain["name"]))
    return measure + {"sum": ", sum", "change": ", change"}.get(how, "")


def evaluate_runs(daily: pd.DataFrame, outcomes: tuple[Outcome, ...], factors: tuple[str, ...] = ()) -> pd.DataFrame:
    """Outcomes of every run in a tidy daily table: point, repetition, seed, factors, one column per outcome."""
    import pandas as pd

    rows = []
    for (point, repetition), days in daily.groupby(["point", "repetition"], sort=True):
        row = {
            "point": point,
            "repetition": repetition,
            "seed": days["seed"].iloc[0],
            **{name: days[name].iloc[0] for name in factors},
        }
        rows.append(row | {each.name: each.evaluate(days) for each in outcomes})
    columns = ["point", "repetition", "seed", *factors, *(each.name for each in outcomes)]
    return pd.DataFrame(rows, columns=columns)


def check_measured(outcomes: tuple[Outcome, ...], scenario: Scenario) -> None:
    """Whether a scenario's runs will have what the outcomes need; ScenarioError if not, before anything is run."""
    detectors: dict[str, None] = {}
    for _, policy in scenario.policies():
        detectors |= dict.fromkeys(policy.detectors)
    known = {m.name for m in all_measures(tuple(detectors), tuple(name_of(s) for s in scenario.strategies))}
    for each in outcomes:
        if each.measure not in known:
            raise _wrong(
                f"'{each.measure}' is not measured in '{scenario.name}'", "", nearest_name(each.measure, known)
            )
        if not each.reaches(scenario.run.days):
            raise _wrong(
                f"'{each.name}' asks for day {(each.days or (0, 0))[1]}, but the run has {scenario.run.days}", ""
            )


@cache
def measures() -> dict[str, Measure]:
    """Every measure that a scenario of the shipped plug-ins can have, by name."""
    return {m.name: m for m in all_measures(tuple(table("detection")), tuple(table("strategy")))}


def _measure(name: Any, key: str) -> Measure:
    known = measures()
    if not isinstance(name, str) or not name:
        raise _wrong("must name a measure of the daily table", "measure")
    if name in known:
        return known[name]
    if name.endswith(("_precision", "_recall", "_false_positive_rate")) or name.startswith("share_strategy_"):
        return Measure(name, "0..1", "", name.replace("_", " "), True)  # of a plug-in from a user's own file
    raise _wrong(f"there is no outcome '{name}'", key, nearest_name(name, known))


def _better(name: str) -> Literal["higher", "lower"] | None:
    if name in HIGHER or name.endswith(("_precision", "_recall")):
        return "higher"
    return "lower" if name in LOWER or name.endswith("_false_positive_rate") else None


def _days(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    if not (isinstance(value, list | tuple) and len(value) == 2):
        raise _wrong(f"must be the first and the last day, such as [46, 59], not {shown(value)}", "days")
    first, last = _whole(value[0], "days", 0), _whole(value[1], "days", 0)
    if last < first:
        raise _wrong(f"the last day ({last}) is before the first ({first})", "days")
    return first, last


def _whole(value: Any, key: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise _wrong(f"must be a whole number of days, at least {least}, not {shown(value)}", key)
    return value


def _one_of(value: Any, key: str, known: tuple[Any, ...]) -> Any:
    if value not in known:
        words = [each for each in known if each]
        raise _wrong(f"must be one of {', '.join(words)}, not {shown(value)}", key, nearest_name(str(value), words))
    return value


def _wrong(what: str, key: Any, nearest: str | None = None) -> ScenarioError:
    return ScenarioError(what, path=(key,) if key != "" else (), file="outcome", nearest=nearest)


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
