"""The policy scorecard as text, cell by cell: the page and the terminal show the same cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sim.analysis.comparison import SIGNIFICANT, Comparison
from sim.analysis.verdict import BETTER, WORSE
from sim.core.enums import words
from sim.core.formatting import decimals, estimate

if TYPE_CHECKING:
    from sim.analysis.outcomes import Outcome

Effect = Literal["good", "bad", ""]
EFFECTS: dict[str, Effect] = {BETTER: "good", WORSE: "bad"}
OF_SEEDS = "({n} of {seeds} seeds)"


@dataclass(frozen=True)
class Cell:
    """An outcome under one policy; every text is empty where there is nothing to show.

    `mean` over the seeds; `of_seeds` states how many, where some have no value. `interval` is that of the difference
    from the reference, or, under the reference itself, that of the mean. `change` is the difference, `significant`
    whether it is after Holm's correction, `effect` whether the verdict is better or worse, `of_pairs` of how many
    pairs of runs it is, where some are missing.
    """

    mean: str
    interval: str
    of_seeds: str = ""
    change: str = ""
    significant: bool = False
    effect: Effect = ""
    of_pairs: str = ""


@dataclass(frozen=True)
class Row:
    """An outcome with its cells, one for each policy, the reference first. `window` is the days it covers.

    `definition` is the formula of a user's own outcome, where the label is another.
    """

    label: str
    unit: str
    definition: str
    window: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Scorecard:
    """Outcomes down, policies across; the first policy is the reference."""

    policies: tuple[str, ...]
    rows: tuple[Row, ...]
    seeds: int

    @property
    def windows(self) -> list[str]:
        """The windows of the outcomes, each once."""
        return list(dict.fromkeys(row.window for row in self.rows))


def scorecard_of(comparison: Comparison) -> Scorecard:
    """The scorecard of a comparison."""
    means, differences, seeds = comparison.means(), comparison.by_key(), len(comparison.seeds)
    rows = tuple(
        Row(
            outcome.label,
            outcome.unit_in_words,
            outcome.definition,
            outcome.window(int(comparison.about["days"])),
            tuple(
                _cell(outcome, means[outcome.name, policy], differences.get((outcome.name, policy)), seeds)
                for policy in comparison.policies
            ),
        )
        for outcome in comparison.outcomes
    )
    return Scorecard(tuple(words(policy) for policy in comparison.policies), rows, seeds)


def _cell(outcome: Outcome, mean: Mapping[str, Any], row: Mapping[str, Any] | None, seeds: int) -> Cell:
    places = decimals(mean["low"], mean["high"])
    value, of_seeds = estimate(mean["mean"], places), _of_seeds(mean["n"], seeds)
    if row is None:
        return Cell(value, _interval(mean, places, ""), of_seeds)
    places = decimals(row["low"], row["high"])
    significant = bool(row["p_holm"] < SIGNIFICANT)
    return Cell(
        value,
        _interval(row, places, "+"),
        of_seeds,
        "no difference" if row["mean"] == 0.0 else estimate(row["mean"], places, "+"),
        significant,
        EFFECTS.get(row["verdict"], ""),
        _of_seeds(row["n"], seeds),
    )


def _of_seeds(n: int, seeds: int) -> str:
    return "" if n == seeds else OF_SEEDS.format(n=n, seeds=seeds)


def _interval(row: Mapping[str, Any], places: int | None, sign: str) -> str:
    """The interval, if it has a width."""
    if places is None:
        return ""
    return f"{estimate(row['low'], places, sign)} to {estimate(row['high'], places, sign)}"
