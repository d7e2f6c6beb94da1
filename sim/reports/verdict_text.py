"""The verdict of a comparison in words: a paragraph, a matrix and key figures, for its page and for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.attribution import Attribution
from sim.analysis.comparison import Comparison
from sim.analysis.frontier import Against
from sim.analysis.paired import FEWEST
from sim.analysis.verdict import BETTER, HIGHER, IDENTICAL, LOWER, OPEN, OPPOSITE, SAME, WORSE
from sim.charts.compare import frontier
from sim.charts.compare.subjects import Tradeoff
from sim.core.enums import words
from sim.core.formatting import decimals, estimate, join_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.outcomes import Outcome

MOST_NAMED = 3  # policies that a sentence names
WON = "{label}: {policy} is {verdict} than {others}."
WON_BY = "Against {other}, the closest, the difference is {change}, p = {p:.2g} after Holm's correction."
WON_BY_ALONE = "The difference is {change}, p = {p:.2g} after Holm's correction."
ALL_IDENTICAL = "{label}: all policies gave the same runs to the bit, so there is nothing to choose between them."
ALL_SAME = "{label}: no difference that matters between any of the policies (less than {margin}, tested)."
ALL_OPEN = "{label}: not yet known for any pair which policy is {best}; that does not say that they are equal."
UNBEATEN = "{label}: no policy is shown to be {best} than all others; not shown to be {worst} than any: {policies}."
NO_VALUE = "{label}: not defined in enough runs of any two policies, so there is no verdict."
BEATS = "Shown {best}: {pairs}."
SOME_OPEN = "Of {pairs}, {open} {are} not yet known: {seeds}."
MORE = "about {n} more seeds would decide, if differences and their spread stay as they are"
ONE_MORE = "about one more seed would decide, if differences and their spread stay as they are"
TOO_MANY = "it would take more than 200 seeds"
UNTOLD = "how many seeds it takes cannot be told from so few values"
SOME_IDENTICAL = "Identical to the bit: {groups}."
UNEQUAL = "Not all runs have a value: {counts} of {seeds} seeds; pairs without both are left out."
TOO_FEW = (
    "From {seeds} seeds no difference can be shown, however large: that takes at least {enough}. Fewer may show that "
    "there is none that matters."
)
NEED_SEEDS = f"Intervals and tests need {FEWEST} seeds."
NO_INTERVAL = " An interval takes {fewest}."
EFFECTS = (
    "Innocent people hit a day: {innocent}. Cost to the platform in CNY a day, compared with {reference} (below 0 is a"
    " gain): {cost}."
)
NONE_BEATEN = "{label}: no policy is shown to be {best} than another."
ALIKE = "; {n} the same to the bit"
SAME_PAIRS = "No difference that matters: {pairs}."


class PairVerdicts:
    """The verdicts on the main outcome, the first of the comparison."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison, self.outcome = comparison, comparison.outcomes[0]
        frame = comparison.verdict
        rows = frame[frame["outcome"] == self.outcome.name].to_dict("records")
        self.rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in rows]
        self._found: dict[tuple[str, str], dict[str, Any]] = {}
        for row in self.rows:
            a, b = str(row["policy_a"]), str(row["policy_b"])
            self._found[a, b] = row
            turned = {"difference": -row["difference"], "low": -row["high"], "high": -row["low"]}
            self._found[b, a] = row | turned | {"verdict": OPPOSITE.get(row["verdict"], row["verdict"])}

    def compare_pair(self, policy: str, other: str) -> dict[str, Any]:
        """The row of the table that says what `policy` is beside `other`."""
        return self._found[policy, other]

    @property
    def best(self) -> str:
        """What the policy that is looked for is: better, or higher where neither way is good."""
        return BETTER if self.outcome.better else HIGHER

    def pairs(self, verdict: str) -> list[tuple[str, str]]:
        """Pairs of policies with that verdict, each once; for better and higher the winner first."""
        if verdict in OPPOSITE:
            return [pair for pair, row in self._found.items() if row["verdict"] == verdict]
        return [(str(r["policy_a"]), str(r["policy_b"])) for r in self.rows if r["verdict"] == verdict]

    @property
    def unbeaten(self) -> list[str]:
        """Policies that none is shown to be better than."""
        beaten = {loser for _, loser in self.pairs(self.best)}
        return [policy for policy in self.comparison.policies if policy not in beaten]

    @property
    def winner(self) -> str | None:
        """The policy that is shown to be better than every other."""
        policies = self.comparison.policies
        won = dict.fromkeys(policies, 0)
        for first, _ in self.pairs(self.best):
            won[first] += 1
        return next((policy for policy, n in won.items() if n == len(policies) - 1), None)


def paragraph(comparison: Comparison) -> str:
    """What the comparison shows about its main outcome, at what price, and what is not known."""
    verdicts = PairVerdicts(comparison)
    asides = (too_few_seeds(comparison), _open(verdicts), _identical(verdicts), _unequal(verdicts))
    return " ".join(filter(None, (*_finding(verdicts), *asides, _effects(comparison))))


def key_figures(comparison: Comparison) -> list[tuple[str, str]]:
    """Five figures that a command prints at its end: what each is called, and its value."""
    if isinstance(comparison, Attribution):
        rows = comparison.by_key()
        policy = comparison.policies[1]
        return [(o.label, change_of(rows[o.name, policy], o)) for o in comparison.outcomes[:5]]
    verdicts, outcome = PairVerdicts(comparison), comparison.outcomes[0]
    undecided, alike = verdicts.pairs(OPEN), len(verdicts.pairs(IDENTICAL))
    apart = len(verdicts.rows) - alike
    decided = f"{apart - len(undecided)} of {apart} on {outcome.label}" if apart else "none to decide"
    return [
        (outcome.label, _finding(verdicts)[0].removeprefix(f"{outcome.label}: ")),
        ("Pairs decided", decided + (ALIKE.format(n=alike) if alike else "")),
        ("Seeds", f"{len(comparison.seeds)}; " + (_seeds(verdicts) if undecided else "no more are needed for that")),
        ("Innocent people hit a day", _priced(comparison, "innocent")),
        ("Cost to the platform, CNY a day", _priced(comparison, "cost")),
    ]


def counts(comparison: Comparison) -> str:
    """How many verdicts of all outcomes are of which kind, in words."""
    found = comparison.verdict["verdict"]
    kinds = {
        "better, worse": (BETTER, WORSE, HIGHER, LOWER),
        "with no difference that matters": (SAME,),
        IDENTICAL: (IDENTICAL,),
    }
    parts = [(kind, int(found.isin(names).sum())) for kind, names in kinds.items()]
    return "; ".join(f"{n} {kind}" for kind, n in parts if n) or "more seeds are needed"


# -- sentences ---------------------------------------------------------------------------------------------------


def _finding(verdicts: PairVerdicts) -> list[str]:
    """What is shown about the main outcome; the first sentence starts with its label."""
    outcome, rows = verdicts.outcome, verdicts.rows
    label, kinds = outcome.label, {row["verdict"] for row in rows}
    best, policies = verdicts.best, verdicts.comparison.policies
    if kinds == {IDENTICAL}:
        return [ALL_IDENTICAL.format(label=label)]
    if all(row["n"] == 0 for row in rows):
        return [NO_VALUE.format(label=label)]
    if kinds <= {SAME, IDENTICAL}:
        margin = verdicts.comparison.smallest[outcome.name]
        return [ALL_SAME.format(label=label, margin=with_unit(f"{margin:.3g}", outcome))]
    if kinds <= {OPEN, IDENTICAL}:
        return [ALL_OPEN.format(label=label, best=best)]
    winner = verdicts.winner
    if winner is not None:
        others = [policy for policy in policies if policy != winner]
        closest = min(others, key=lambda other: abs(verdicts.compare_pair(winner, other)["difference"]))
        row = verdicts.compare_pair(winner, closest)
        won_by = WON_BY if len(others) > 1 else WON_BY_ALONE
        named = _named(others) if len(others) <= MOST_NAMED else f"all {len(others)} others"
        return [
            WON.format(label=label, policy=words(winner), verdict=best, others=named),
            won_by.format(other=words(closest), change=change_of(_as_mean(row), outcome), p=row["p_holm"]),
        ]
    shown = verdicts.pairs(best)
    found = UNBEATEN.format(label=label, best=best, worst=OPPOSITE[best], policies=_named(verdicts.unbeaten))
    if not shown:
        found = NONE_BEATEN.format(label=label, best=best)
    same = [f"{words(b)} and {words(a)}" for a, b in verdicts.pairs(SAME)]
    better = [f"{words(a)} than {words(b)}" for a, b in shown]
    return [
        found,
        *([BEATS.format(best=best, pairs=_first(better))] if better else []),
        *([SAME_PAIRS.format(pairs=_first(same))] if same else []),
    ]


def _first(pairs: Sequence[str]) -> str:
    """The first pairs by name, and how many more there are."""
    more = [f"{len(pairs) - MOST_NAMED} more pairs"] if len(pairs) > MOST_NAMED else []
    return join_words([*pairs[:MOST_NAMED], *more])


def too_few_seeds(comparison: Comparison) -> str:
    """That no difference could have been shown, where seeds are so few; it stands beside the verdict it explains."""
    seeds, enough = len(comparison.seeds), comparison.seeds_needed
    if seeds >= enough:
        return ""
    return TOO_FEW.format(seeds=seeds, enough=enough) + (NO_INTERVAL.format(fewest=FEWEST) if seeds < FEWEST else "")


def _open(verdicts: PairVerdicts) -> str:
    undecided = len(verdicts.pairs(OPEN))
    if not undecided:
        return ""
    are = "is" if undecided == 1 else "are"
    pairs = "1 pair" if len(verdicts.rows) == 1 else f"{len(verdicts.rows)} pairs"
    return SOME_OPEN.format(pairs=pairs, open=undecided, are=are, seeds=_seeds(verdicts))


def _seeds(verdicts: PairVerdicts) -> str:
    return seeds_told([row for row in verdicts.rows if row["verdict"] == OPEN])


def seeds_told(undecided: Sequence[dict[str, Any]]) -> str:
    """How many seeds it takes to decide these rows of the table `verdict`."""
    needed = [row["seeds_needed"] for row in undecided]
    known = [each for each in needed if each == each]
    if not known:
        return UNTOLD
    if max(known) == float("inf"):
        return TOO_MANY
    return ONE_MORE if max(known) == 1 else MORE.format(n=int(max(known)))


def _identical(verdicts: PairVerdicts) -> str:
    pairs = verdicts.pairs(IDENTICAL)
    if not pairs or len(pairs) == len(verdicts.rows):
        return ""
    groups = [_named(group) for group in verdicts.comparison.identical_groups]
    return SOME_IDENTICAL.format(groups="; ".join(groups))


def _unequal(verdicts: PairVerdicts) -> str:
    comparison, name = verdicts.comparison, verdicts.outcome.name
    have = {policy: int((row == row).sum()) for policy in comparison.policies for row in [comparison.row(policy, name)]}
    lacking = [f"{words(policy)} has {n}" for policy, n in have.items() if n < len(comparison.seeds)]
    return UNEQUAL.format(counts=join_words(lacking), seeds=len(comparison.seeds)) if lacking else ""


def _effects(comparison: Comparison) -> str:
    if not frontier.applies(Tradeoff(comparison, "cost")):
        return ""
    reference = words(comparison.reference)
    return EFFECTS.format(
        innocent=_priced(comparison, "innocent"), cost=_priced(comparison, "cost"), reference=reference
    )


def _priced(comparison: Comparison, against: Against) -> str:
    """What every policy has of it, in their order; of many only the least and the most."""
    if not frontier.applies(Tradeoff(comparison, against)):
        return "unknown"
    rows = frontier.table(Tradeoff(comparison, against)).dropna(subset=["x"])
    words_of = frontier.figures(comparison, against)
    names = [str(policy) for policy in rows["policy"]]
    if against == "cost":
        names = [policy for policy in names if policy != comparison.reference]
    if len({words_of[policy] for policy in names}) == 1 and len(names) > 1:
        return f"{words_of[names[0]]} under each"
    if len(names) > MOST_NAMED:
        x = rows.set_index("policy").loc[names, "x"]
        names = [str(x.idxmin()), str(x.idxmax())]
    return ", ".join(f"{words_of[policy]} under {words(policy)}" for policy in names) or "unknown"


# -- words -------------------------------------------------------------------------------------------------------


def _as_mean(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"mean": row["difference"]}


def change_of(row: dict[str, Any], outcome: Outcome) -> str:
    """A difference with its unit and interval."""
    if row["mean"] != row["mean"]:
        return "unknown"
    places = decimals(row["low"], row["high"])
    words_of = with_unit("no difference" if row["mean"] == 0.0 else estimate(row["mean"], places, "+"), outcome)
    if places is None:
        return words_of
    return f"{words_of} ({estimate(row['low'], places, '+')} to {estimate(row['high'], places, '+')})"


def with_unit(words_of: str, outcome: Outcome) -> str:
    """A figure with the unit of its outcome, where it has one."""
    return f"{words_of} {outcome.unit_in_words}" if outcome.unit_in_words and words_of != "no difference" else words_of


def _named(policies: Sequence[str]) -> str:
    return join_words([words(policy) for policy in policies])
