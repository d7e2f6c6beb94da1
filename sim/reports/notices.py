"""One line for everything that changed nothing, and for worlds that are controls: head of the page, and terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.core.enums import words
from sim.core.formatting import days_of, join_words
from sim.scenario.size import READS_PER_POST, people_for, seats_per_post

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
    "A run of {days} is too short: the first {first} fill the world with posts, and creators revise what they do "
    "every few weeks, so that what manipulation does to quality, trust and trade has not come about."
)
FEW_SEATS = (
    "{seats} seats are too few for {people} people ({each} in a seat): people of a seat open and forward a post "
    "together, and a mean post is read in {read} seats. Reads, likes and forwards come in lumps, so that cascades, and "
    "what comes by friends, may be wrong. Set readers.n to at least {enough}."
)
TAIL_CREATORS = (
    300  # with them the largest hundredth has 3 times the reads of the mean, with 600 it has 5, with 2,000 8
)
TAIL_TIMES = 3
EFFECT_DAYS = (
    30  # four looks of creators at a peer, at a chance of a third a week, and agencies' first look at the books
)
FILL_DAYS = 7
SEAT_PEOPLE = 100  # most in a seat; 59 (10,000 seats for 586,269 people) is the most that was checked against the facts
POST_SEATS = READS_PER_POST / SEAT_PEOPLE  # fewest seats that read a mean post: the same bound for posts of 982 reads


def size_notices(size: Mapping[str, Any]) -> list[str]:
    """What a world is too small or too short to show; an older run does not say all of its size."""
    found = []
    creators, days = size.get("creators"), size.get("days")
    if creators is not None and creators < TAIL_CREATORS:
        found.append(FEW_CREATORS.format(creators=creators, times=TAIL_TIMES))
    if days is not None and days < EFFECT_DAYS:
        found.append(FEW_DAYS.format(days=days_of(days), first=min(days, FILL_DAYS)))
    return found + _few_seats(size)


def _few_seats(size: Mapping[str, Any]) -> list[str]:
    """Whether seats are too coarse: too many people in each, and too few of them for a mean post."""
    if "people" not in size or "seats_per_post" not in size:
        return []
    seats, people, read = size["readers"], size["people"], size["seats_per_post"]
    if people <= SEAT_PEOPLE * seats or read >= POST_SEATS:
        return []
    enough = math.ceil(min(people / SEAT_PEOPLE, seats * POST_SEATS / read))
    numbers = {"seats": seats, "people": people, "each": round(people / seats), "enough": enough}
    return [FEW_SEATS.format(read=f"{read:.1f}", **{name: f"{number:,}" for name, number in numbers.items()})]


def run_notices(run: Run) -> list[str]:
    """Lines for the head of a run's page."""
    size = _size_of_run(run.manifest.get("scenario", {}), run.manifest.get("days"))
    return [*size_notices(size), *run.manifest.get("notices", ()), *_trial_lines(run.posts)]


def _size_of_run(scenario: Mapping[str, Any], days: int | None) -> dict[str, Any]:
    """The size of a run by its manifest; one of a version without people in seats says less."""
    readers, creators = scenario.get("readers", {}), scenario.get("creators", {})
    size = {"creators": creators.get("n"), "days": days}
    if "people" not in readers or "posts_per_day" not in creators:
        return size
    n, posts_per_day = creators["n"], creators["posts_per_day"]
    people = people_for(n, posts_per_day) if readers["people"] is None else readers["people"]
    seats = readers["n"]
    return size | {"readers": seats, "people": people, "seats_per_post": seats_per_post(seats, n, posts_per_day)}


def comparison_notices(comparison: Comparison) -> list[str]:
    """Lines for the head of a comparison: each policy's own, and policies that are identical to the bit."""
    own: Mapping[str, list[str]] = comparison.about.get("notices", {})
    by_line: dict[str, list[str]] = {}
    for policy, lines in own.items():
        for line in lines:
            by_line.setdefault(line, []).append(words(policy))
    found = size_notices(comparison.about)
    for line, policies in by_line.items():
        everywhere = len(policies) == len(own)
        found.append(
            OF_ALL.format(line=line) if everywhere else OF_POLICY.format(policies=join_words(policies), line=line)
        )
    same = [[words(policy) for policy in group] for group in comparison.identical_groups]
    return found + [IDENTICAL.format(policies=join_words(group)) for group in same]


def study_notices(findings: Findings) -> list[str]:
    """Lines for the head of a study's page: settings that cannot act, and factors that changed no bit."""
    found = size_notices(findings.about)
    found += findings.about.get("notices", ())
    if len(findings.unchanged):
        found.append(NOTHING_CHANGED.format(factors=join_words([_factor(name) for name in findings.unchanged])))
    return found


def validation_notices(about: Mapping[str, Any]) -> list[str]:
    """Lines for the head of a page of facts: what the world cannot show, and what was set for the facts."""
    return [*size_notices(about), *about.get("notices", ())]


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
