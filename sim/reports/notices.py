"""One line for everything that changed nothing, and for worlds that are controls: head of the page, and terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.enums import words
from sim.core.formatting import join_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sim.analysis.comparison import Comparison
    from sim.analysis.findings import Findings
    from sim.charts.run import Run

OF_POLICY = "{policies}: {line}"
OF_ALL = "All policies: {line}"
IDENTICAL = "{policies} are identical to the bit: the same figures on every day under every seed."
NOTHING_CHANGED = "{factors} changed nothing: the same bits at every value under each seed."
DOSES_LOST = (
    "Of {bought:,} likes bought in the trial {gone:,} ({share:.0%}) did not count at the end: "
    "the doses are smaller than they say."
)
FEW_CREATORS = (
    "{creators} creators are too few: their largest hundredth has at most {times} times the reads of the mean (that of "
    "2,000 has 8), so that tails, concentration and what reaches many cannot be seen; firms that go with creators are "
    "rounded."
)
FEW_DAYS = (
    "{days} days are too few: the first {first} fill the world with posts, and creators revise what they do every few "
    "weeks, so that what manipulation does to quality, trust and trade has not come about."
)
TAIL_CREATORS = (
    300  # with them the largest hundredth has 3 times the reads of the mean, with 600 it has 5, with 2,000 8
)
TAIL_TIMES = 3
EFFECT_DAYS = (
    30  # four looks of creators at a peer, at a chance of a third a week, and agencies' first look at the books
)
FILL_DAYS = 7


def size_notices(creators: int | None, days: int | None) -> list[str]:
    """What a world is too small or too short to show; None where a run of an older version does not say."""
    found = []
    if creators is not None and creators < TAIL_CREATORS:
        found.append(FEW_CREATORS.format(creators=creators, times=TAIL_TIMES))
    if days is not None and days < EFFECT_DAYS:
        found.append(FEW_DAYS.format(days=days, first=min(days, FILL_DAYS)))
    return found


def run_notices(run: Run) -> list[str]:
    """Lines for the head of a run's page."""
    creators = run.manifest.get("scenario", {}).get("creators", {}).get("n")
    size = size_notices(creators, run.manifest.get("days"))
    return [*size, *run.manifest.get("notices", ()), *_trial_lines(run.posts)]


def comparison_notices(comparison: Comparison) -> list[str]:
    """Lines for the head of a comparison: each policy's own, and policies that are identical to the bit."""
    own: Mapping[str, list[str]] = comparison.about.get("notices", {})
    by_line: dict[str, list[str]] = {}
    for policy, lines in own.items():
        for line in lines:
            by_line.setdefault(line, []).append(words(policy))
    found = size_notices(comparison.about.get("creators"), comparison.about.get("days"))
    for line, policies in by_line.items():
        everywhere = len(policies) == len(own)
        found.append(
            OF_ALL.format(line=line) if everywhere else OF_POLICY.format(policies=join_words(policies), line=line)
        )
    same = [[words(policy) for policy in group] for group in comparison.identical_groups]
    return found + [IDENTICAL.format(policies=join_words(group)) for group in same]


def study_notices(findings: Findings) -> list[str]:
    """Lines for the head of a study's page: settings that cannot act, and factors that changed no bit."""
    found = size_notices(findings.about.get("creators"), findings.about.get("days"))
    found += findings.about.get("notices", ())
    if len(findings.unchanged):
        found.append(NOTHING_CHANGED.format(factors=join_words([_factor(name) for name in findings.unchanged])))
    return found


def _factor(name: str) -> str:
    return name if "." in name else words(name)


def _trial_lines(posts: pd.DataFrame) -> list[str]:
    """How many of the trial's likes were taken out of the count again."""
    if "dose" not in posts or "dose_counted" not in posts:
        return []
    treated: Any = posts[posts["dose"] > 0]
    bought = int(treated["dose"].sum())
    gone = bought - int(treated["dose_counted"].sum())
    return [DOSES_LOST.format(bought=bought, gone=gone, share=gone / bought)] if gone > 0 else []
