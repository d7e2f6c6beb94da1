"""One sentence on whether the order of the factors has converged."""

from __future__ import annotations

from collections.abc import Callable

from sim.analysis.ranking import Ranking

TOO_FEW = "There are too few {unit} to see whether the order of the factors has converged."
NO_EFFECT = "No factor changes the outcome."
NOTHING = "No factor has a significant effect: with {size} {unit} every interval contains 0."
LARGEST = "The ranking has not converged: the largest index, of {first}, is not significant; ask for more {unit}."
ONE = "The ranking is stable: {first} is the only {important} factor, and has been since {since} of {size} {unit}."
STABLE = "The ranking of the important factors is stable: {factors}, unchanged since {since} of {size} {unit}{overlap}."
CHANGING = (
    "The ranking has not converged: {first} and {second} changed places between {previous} and {size} {unit} "
    "(their intervals {overlap}); ask for more {unit} before relying on their order."
)


def ranking_sentence(ranking: Ranking, unit: str, name: Callable[[str], str] = str) -> str:
    """The ranking in words; `unit` is what the design consists of, `name` gives the words for a factor."""
    factors = [name(factor) for factor in ranking.factors]
    first, second = [*factors, "", ""][:2]
    overlapping = ranking.overlapping
    if ranking.state == "changing":
        overlap = "no longer overlap" if overlapping is None else "overlap, so they may be equally important"
    else:
        overlap = (
            f", though the intervals of {name(overlapping[0])} and {name(overlapping[1])} overlap"
            if overlapping
            else ""
        )
    template = {
        "too few parts": TOO_FEW,
        "no effect": NO_EFFECT,
        "nothing significant": NOTHING,
        "largest not significant": LARGEST,
        "one factor": ONE,
        "stable": STABLE,
        "changing": CHANGING,
    }[ranking.state]
    return template.format(
        unit=unit, size=ranking.size, previous=ranking.previous, since=ranking.since, first=first, second=second,
        factors=", ".join(factors), important="significant" if ranking.only else "important", overlap=overlap,
    )  # fmt: skip
