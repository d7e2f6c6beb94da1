"""Which of two policies is better, outcome by outcome: all pairs, under common random numbers.

better, worse (higher, lower where neither way is good): the difference is significant at 5 % after Holm's correction
over everything that is tested. no difference that matters: it is within the smallest difference that matters, by two
one-sided tests; that goes before significance, since a difference may be certain and too small to matter. not yet
known: neither; that is no sign of equality. identical: the two policies give the same tables to the bit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.equivalence import LEVEL, equivalence_p, seeds_for_verdict, summarise
from sim.analysis.paired import FEWEST, holm, interval, paired_differences, sign_flip_p

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.outcomes import Outcome

BETTER, WORSE, HIGHER, LOWER = "better", "worse", "higher", "lower"
SAME, OPEN, IDENTICAL = "no difference that matters", "not yet known", "identical"
OPPOSITE = {BETTER: WORSE, WORSE: BETTER, HIGHER: LOWER, LOWER: HIGHER}
COLUMNS = (
    "outcome", "policy_a", "policy_b", "difference", "low", "high", "verdict", "seeds_needed", "n", "smallest", "p",
    "p_holm", "p_equivalence",
)  # fmt: skip
NOT_OF_THE_RUN = ("point", "policy")  # columns of the daily table that differ between policies in any case


class Decision(NamedTuple):
    """A row of numbers decided: see `decide`."""

    verdict: str
    seeds_needed: float


def verdict_table(
    outcomes: Sequence[Outcome],
    policies: Sequence[str],
    rows: Mapping[tuple[str, str], NDArray[np.float64]],
    smallest: Mapping[str, float],
    identical: frozenset[tuple[str, str]] = frozenset(),
) -> pd.DataFrame:
    """What policy_a is beside policy_b, one row for every outcome and pair; policy_b comes first in `policies`.

    `rows` are the values by (outcome, policy), shape (seeds,), NaN where a run has none; `smallest` are the smallest
    differences that matter by outcome. `difference` is policy_a less policy_b with its 95 % interval over the `n` pairs
    that have both values. `seeds_needed` is how many more seeds a verdict takes: 0 when it is known, infinite when it
    takes more than 200 in all, NaN when that cannot be told.
    """
    import pandas as pd

    pairs = [(o, a, b) for o in outcomes for b, a in combinations(policies, 2)]
    found = [paired_differences(rows[o.name, b], rows[o.name, a]) for o, a, b in pairs]
    # a function of other tables may tell policies apart whose days are the same
    same = np.array([(b, a) in identical and not d.any() for (_, a, b), d in zip(pairs, found, strict=True)], bool)
    tests = sum(1 for d, alike in zip(found, same, strict=True) if len(d) >= FEWEST and not alike)
    p = np.array([sign_flip_p(d, tests) for d in found], float)
    p_holm = np.where(same, 1.0, holm(np.where(same, np.nan, p)))
    table = []
    for at, ((outcome, a, b), d) in enumerate(zip(pairs, found, strict=True)):
        margin = smallest[outcome.name]
        # where so few pairs have no p-value, its place in the order is unknown: all rows may come after it
        after = ~same if np.isnan(p[at]) else ~same & (p >= p[at])
        open_tests = max(1, int(after.sum()))
        low, high = interval(d)
        decision = Decision(IDENTICAL, 0.0) if same[at] else decide(d, margin, p_holm[at], open_tests, outcome.better)
        mean = float(d.mean()) if len(d) else float("nan")
        table.append((outcome.name, a, b, mean, low, high, *decision, len(d), margin, 1.0 if same[at] else p[at],
                      p_holm[at], float(equivalence_p(d, margin))))  # fmt: skip
    return pd.DataFrame(table, columns=list(COLUMNS))


def decide(
    d: NDArray[np.float64], margin: float, p_holm: float, open_tests: int, better: str | None = None
) -> Decision:
    """The verdict on paired differences (pairs,), and how many more seeds it takes where it is not known.

    `open_tests` is by how much Holm's correction multiplies the p-value at this place in their order.
    """
    n, mean, sd = (float(each) for each in summarise(d))
    if n >= FEWEST and (bool(equivalence_p(d, margin) < LEVEL) or (mean == 0.0 and sd == 0.0)):
        return Decision(SAME, 0.0)
    if p_holm < LEVEL:
        return Decision(_direction(mean, better), 0.0)
    total = seeds_for_verdict(mean, sd, margin, open_tests)
    return Decision(OPEN, max(1.0, total - n) if total == total else total)


def tests_in(table: pd.DataFrame) -> int:
    """How many rows of a verdict table are tested: those of two different policies with enough pairs."""
    return int(((table["verdict"] != IDENTICAL) & table["p"].notna()).sum())


def identical_policies(daily: pd.DataFrame, policies: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Pairs of policies whose days are the same to the bit under every seed that both have, two seeds at least.

    `daily` has the columns policy and seed; the order within a pair is that of `policies`.
    """
    own = [name for name in daily.columns if name not in NOT_OF_THE_RUN]
    seals: dict[str, dict[Any, str]] = {policy: {} for policy in policies}
    for (policy, seed), days in daily.groupby(["policy", "seed"], sort=False):
        if policy in seals:
            seals[str(policy)][seed] = _seal(days[own])
    found = set()
    for first, second in combinations(policies, 2):
        common = seals[first].keys() & seals[second].keys()
        if len(common) > 1 and all(seals[first][seed] == seals[second][seed] for seed in common):
            found.add((first, second))
    return frozenset(found)


def _seal(days: pd.DataFrame) -> str:
    """A digest of a run's days, bit by bit; columns that have no value at all are left out."""
    digest = hashlib.sha256()
    for name in sorted(days.columns):
        values = days[name].to_numpy()
        if values.dtype.kind == "f":
            if np.isnan(values).all():
                continue  # of a detector that only the other policy has, and that is never on
            values = np.where(np.isnan(values), np.nan, values)
        digest.update(
            str(name).encode() + (values.tobytes() if values.dtype.kind in "iufb" else repr(list(values)).encode())
        )
    return digest.hexdigest()


def _direction(mean: float, better: str | None) -> str:
    """What a significant difference is called."""
    if better is None:
        return HIGHER if mean > 0.0 else LOWER
    return BETTER if (mean > 0.0) == (better == "higher") else WORSE
