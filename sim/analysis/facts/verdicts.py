"""Holds the runs of a world against facts: measured means with intervals over seeds, and a verdict for every row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.claims import interval
from sim.analysis.facts.kinds import kinds_of, parameters_naming
from sim.analysis.facts.measures import evaluate, largest_value
from sim.analysis.facts.sample import NotMeasurable, Sample
from sim.analysis.facts.schema import Fact, Row, Scaled

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.facts.read import Facts

INSIDE, OUTSIDE, UNKNOWN = "inside", "outside", "not measurable"
CERTAIN, NOT_CERTAIN = "yes", "no"  # empty where there is no interval over seeds
COLUMNS = (
    "fact", "row", "statement", "unit", "published", "published_low", "published_high", "measured", "low", "high",
    "seeds", "verdict", "certain", "fact_verdict", "kind", "use", "weight", "why", "source",
)  # fmt: skip
LEVEL = 0.95
SCALED_FOR = "{span} for {creators:,} creators"
SCALED_NOTE = (
    "scaled for a world of creators: the nearest figure there is to {n:,} creators is the one for {creators:,}"
)
CLEAR = "a direction: the whole interval over seeds must be inside"
ONE_SEED = "a direction needs the interval of at least two seeds"
SOME_SEEDS = "measured in {n} of {of} runs; otherwise {reason}"
HELD_OUT_NAMED = "held out, yet {naming}"
AT_LEAST, AT_MOST, BETWEEN = "at least {low}", "at most {high}", "{low}-{high}"
VALUE = "{value} (sd {sd})"


@dataclass(frozen=True)
class Measured:
    """A row's number in the runs: the mean, its 95 % interval over seeds (NaN with one), and why some have none."""

    values: tuple[float, ...]
    runs: int
    reason: str
    most: float = math.inf  # that the measure can be

    @property
    def mean(self) -> float:
        """Mean over the runs that have a value; NaN when none has."""
        return float(np.mean(self.values)) if self.values else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the mean by Student's t, cut at what the measure can be, at least 0; NaN for one run."""
        _, _, low, high = interval(np.array(self.values), LEVEL)
        return float(np.maximum(0.0, low)), float(np.minimum(self.most, high))


@dataclass(frozen=True)
class Figure:
    """What a row gave in one run: a value, or NaN with the reason."""

    value: float
    reason: str = ""


def measure_run(facts: Facts, sample: Sample) -> dict[tuple[str, str], Figure]:
    """Every row of every fact in one run, by the names of fact and row."""
    return {
        (name, row.name): _measure(row, sample.with_window(row.window or facts.file.window))
        for name, fact in facts.facts.items()
        for row in fact.rows
    }


def _measure(row: Row, sample: Sample) -> Figure:
    try:
        return Figure(evaluate(row.measure, sample, row.parameters))
    except NotMeasurable as error:
        return Figure(math.nan, str(error))


def judge_facts(
    facts: Facts,
    runs: Sequence[Mapping[tuple[str, str], Figure]],
    creators: int,
    sources: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row for each measured row of each fact, in the file's order, and one for a fact without any; see `COLUMNS`.

    `runs` are those of one scenario of so many `creators` under several seeds (`measure_run`). `sources` are those of
    the parameters, by path.
    """
    import pandas as pd

    kinds, naming = kinds_of(facts.facts, sources), parameters_naming(facts.facts, sources)
    found: list[dict[str, Any]] = []
    for name, fact in facts.facts.items():
        rows = [_judge_row(row, [run[name, row.name] for run in runs], creators) for row in fact.rows] or [
            _unmeasured(fact)
        ]
        verdict = verdict_of_rows(row["verdict"] for row in rows)
        about = {"fact": name, "statement": fact.statement, "fact_verdict": verdict, "kind": kinds[name],
                 "use": fact.use, "weight": fact.weight, "source": fact.source}  # fmt: skip
        for row in rows:
            why = [row["why"], fact.why, _naming(fact, naming.get(name, ""))]
            found.append({**row, **about, "why": "; ".join(dict.fromkeys(filter(None, why)))})
    return pd.DataFrame(found, columns=list(COLUMNS))


def verdict_of_rows(verdicts: Iterable[str]) -> str:
    """The verdict on a fact: outside when a row is, inside when all are, and otherwise not measurable."""
    found = set(verdicts)
    if OUTSIDE in found:
        return OUTSIDE
    return UNKNOWN if UNKNOWN in found else INSIDE


def _naming(fact: Fact, naming: str) -> str:
    return HELD_OUT_NAMED.format(naming=naming) if naming and fact.use == "held_out" else naming


def _unmeasured(fact: Fact) -> dict[str, Any]:
    """The row of a fact of which nothing is measured."""
    nan = math.nan
    return {"row": "", "unit": "", "published": "", "published_low": nan, "published_high": nan, "measured": nan,
            "low": nan, "high": nan, "seeds": 0, "verdict": UNKNOWN, "certain": "",
            "why": fact.not_measurable}  # fmt: skip


def _judge_row(row: Row, figures: Sequence[Figure], creators: int) -> dict[str, Any]:
    values = tuple(each.value for each in figures if not math.isnan(each.value))
    reason = next((each.reason for each in figures if math.isnan(each.value)), "")
    measured = Measured(values, len(figures), reason, largest_value(row.measure))
    span, published, scaled = _wanted(row, creators)
    low, high = measured.interval
    verdict, remark = _verdict(row, measured, span)
    partly = 0 < len(measured.values) < measured.runs
    notes = [
        remark,
        SOME_SEEDS.format(n=len(measured.values), of=measured.runs, reason=measured.reason) if partly else "",
        scaled,
        row.why,
    ]
    ends = [math.nan if end is None else end for end in span]
    return {"row": row.name, "unit": row.unit, "published": published, "published_low": ends[0],
            "published_high": ends[1], "measured": measured.mean, "low": low, "high": high,
            "seeds": len(measured.values), "verdict": verdict,
            "certain": "" if verdict == UNKNOWN else _certain(measured.interval, span),
            "why": "; ".join(filter(None, notes))}  # fmt: skip


def _verdict(row: Row, measured: Measured, span: tuple[float | None, float | None]) -> tuple[str, str]:
    """The verdict on a row, and a remark on it."""
    if not measured.values:
        return UNKNOWN, measured.reason
    low, high = measured.interval if row.clear else (measured.mean, measured.mean)
    if math.isnan(low):
        return UNKNOWN, ONE_SEED
    above = span[0] is None or low >= span[0]
    below = span[1] is None or high <= span[1]
    return INSIDE if above and below else OUTSIDE, CLEAR if row.clear else ""


def _certain(measured: tuple[float, float], span: tuple[float | None, float | None]) -> str:
    """Whether the 95 % interval lies on one side of each end of the published one; empty where there is none."""
    low, high = measured
    if math.isnan(low):
        return ""
    return NOT_CERTAIN if any(end is not None and low < end < high for end in span) else CERTAIN


def _wanted(row: Row, creators: int) -> tuple[tuple[float | None, float | None], str, str]:
    """What the row is held against, as an interval and in words, and a remark on how it was scaled."""
    nearest = nearest_scaled(row.scaled, creators)
    published = row.published
    words = _published_words(row)
    if nearest is None:
        return published or (None, None), words, ""
    low, high = nearest.interval
    span = SCALED_FOR.format(span=span_words(low, high), creators=nearest.creators)
    note = SCALED_NOTE.format(n=creators, creators=nearest.creators) if nearest.creators != creators else ""
    return (low, high), "; ".join(filter(None, (words, span))), note


def nearest_scaled(scaled: Sequence[Scaled], creators: int) -> Scaled | None:
    """The statement for the number of creators nearest in proportion, the smaller of two; None without any."""
    ordered = sorted(scaled, key=lambda each: (abs(math.log(each.creators / creators)), each.creators))
    return ordered[0] if ordered else None


def _published_words(row: Row) -> str:
    if row.value is not None:
        return VALUE.format(value=f"{row.value:g}", sd=f"{row.sd:g}")
    if row.interval is not None:
        return span_words(row.interval[0], row.interval[1])
    return ""


def span_words(low: float | None, high: float | None) -> str:
    """An interval in words; an end may be open."""
    if low is None:
        return AT_MOST.format(high=f"{high:g}")
    if high is None:
        return AT_LEAST.format(low=f"{low:g}")
    return BETWEEN.format(low=f"{low:g}", high=f"{high:g}")
