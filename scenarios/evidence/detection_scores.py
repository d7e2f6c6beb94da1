"""What every shipped detector scores in a world where nothing follows from it, with the truth beside each score.

The detectors run in shadow (their ladders are empty) with their thresholds at the least they may have, so that the
flags hold nearly all scores. A run is kept as one file in `results/`; its name holds the digests of scenario and code.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from kept import load_kept

from sim import EngagementModel, Scenario
from sim.core.clock import WEEK_DAYS
from sim.core.enums import Grade, Kind, Origin, Target
from sim.measures.causes import COLUMNS, HonestLikes, causes_of, find_day_facts
from sim.measures.confusion import is_pushed
from sim.plugins.detectors import TABLE
from sim.plugins.detectors.detector import DAY, TICK

HONEST, MACHINE, RAISED, REAL, MUTUAL_AID, MATRIX, FULL, BOUGHT = KINDS = (
    "honest", "machine", "raised", "real", "mutual_aid", "matrix", "full", "bought",
)  # fmt: skip
OF_GRADE = {Grade.MACHINE: MACHINE, Grade.RAISED: RAISED, Grade.PERSON: REAL, Grade.MATRIX: MATRIX}


class Rule(NamedTuple):
    """What a rule is after (`KINDS`), and the score that says nothing against whom it is given to."""

    targets: tuple[str, ...]
    nothing: float


RULES: dict[str, Rule] = {
    "ip_burst": Rule((MACHINE, RAISED), 1.0),
    "region_jump": Rule((MACHINE, RAISED), 0.0),
    "device": Rule((MACHINE, RAISED), 1.0),
    "no_read_like": Rule((MACHINE, RAISED, MATRIX), 0.0),
    "blank_referrer": Rule((MACHINE, RAISED), 0.0),
    "session_likes": Rule((MUTUAL_AID, MATRIX, REAL), 1.0),
    "stock_comments": Rule((FULL,), 0.0),
    "star_forwards": Rule((FULL,), 0.0),
    "like_read_mismatch": Rule((BOUGHT, FULL, MUTUAL_AID, MATRIX), 0.0),
    "keen_likes": Rule((MACHINE, RAISED, MATRIX), 0.0),
    "lockstep": Rule((MACHINE, RAISED, MUTUAL_AID, MATRIX), 0.0),
}


def shadow_world(scenario: str, days: int, readers: int) -> Scenario:
    """A scenario that ships, with every shipped detector at its least threshold and no ladder."""
    least = {name: {"threshold": least_threshold(name)} for name in RULES}
    changes: dict[str, Any] = {"readers.n": readers, "platform.like_ladder": [], "platform.creator_ladder": []}
    for name, options in least.items():
        changes[f"platform.detectors.{name}"] = options
    return Scenario.load(scenario, days=days, set=changes)


def least_threshold(name: str) -> float:
    """The lower end of the range of a detector's threshold."""
    return float(TABLE[name].__dataclass_fields__["threshold"].metadata["ge"])


def load_scores(scenario: Scenario, seed: int, keep: Path) -> pd.DataFrame:
    """Scores of one run, from its file in `keep`, or by running it."""
    return load_kept(keep, scenario, seed, ("scores",), lambda: {"scores": run_scores(scenario, seed)})["scores"]


def run_scores(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Run a world; one row a rule and thing judged: its score (NaN: none or below the least threshold) and the truth.

    `kind` is one of `KINDS`; `causes` (bits as in `causes_of`) are those of the honest likes that it is made of. Things
    are likes, accounts in a tick or day, and posts in a tick.
    """
    model = EngagementModel(scenario, seed=seed, threads=1)
    found: list[pd.DataFrame] = []
    days: list[pd.DataFrame] = []  # likes of the last week, a frame a tick
    facts = find_day_facts(model.state)
    while model.running:
        clock = model.clock
        if clock.tick % clock.ticks_per_day == 0:
            facts = find_day_facts(model.state)
        model.step()
        days = [each for each in days if len(each) and each.day.iloc[0] > clock.day - WEEK_DAYS]
        days.append(likes_of_tick(model, facts).assign(day=clock.day))
        judged: dict[tuple[Target, str], pd.DataFrame] = {}
        for flags in model.state.platform.flags:
            kind = flags.target, flags.cadence
            if kind not in judged:
                looked = {TICK: 0, DAY: 1}.get(flags.cadence, WEEK_DAYS)
                recent = days[-1:] if looked == 0 else [each for each in days if _within(each, clock.day, looked)]
                judged[kind] = things_judged(model, flags.target, pd.concat(recent))
            found.append(with_scores(flags, judged[kind]).assign(day=clock.day))
    scores = pd.concat(found, ignore_index=True).assign(seed=seed)
    scores["kind"] = pd.Categorical(scores.kind, KINDS)
    scores["rule"] = scores.rule.astype("category")
    model.finish()
    gc.collect()
    return scores


def _within(likes: pd.DataFrame, day: int, days: int) -> bool:
    return len(likes) > 0 and int(likes.day.iloc[0]) > day - days


def likes_of_tick(model: EngagementModel, facts: Any) -> pd.DataFrame:
    """Likes of the tick just carried out, by row of the log: account, post, kind, and causes of the honest ones."""
    state = model.state
    log, accounts = state.world.log, state.world.accounts
    row = np.flatnonzero(log.kind == Kind.LIKE)
    columns = {name: getattr(log, name)[row] for name in COLUMNS}
    origin, grade = log.origin[row], accounts.grade[log.account[row]]
    kind = np.full(len(row), HONEST, object)
    for each in Grade:
        kind[(origin != Origin.ORGANIC) & (grade == each)] = OF_GRADE[each]
    kind[origin == Origin.MUTUAL_AID], kind[origin == Origin.MATRIX] = MUTUAL_AID, MATRIX
    causes = causes_of(HonestLikes(state, facts, columns))
    causes[kind != HONEST] = 0
    return pd.DataFrame({"row": row, "account": columns["account"], "post": columns["post"], "kind": kind,
                         "causes": causes})  # fmt: skip


def things_judged(model: EngagementModel, target: Target, likes: pd.DataFrame) -> pd.DataFrame:
    """Everything that a rule could flag in its time (its id is the index): kind, and causes of its honest likes."""
    if target is Target.LIKE:
        return likes.set_index("row")[["kind", "causes"]]
    by_account = target is Target.ACCOUNT
    kind = kinds_of_accounts(likes) if by_account else kinds_of_posts(model, likes)
    causes = likes.groupby("account" if by_account else "post").causes.agg(np.bitwise_or.reduce)
    return pd.DataFrame({"kind": kind, "causes": causes})


def with_scores(flags: Any, things: pd.DataFrame) -> pd.DataFrame:
    """What a rule judged, with its scores."""
    score = pd.Series(flags.scores, index=flags.ids).reindex(things.index)
    return things.assign(score=score, rule=flags.detector).reset_index(drop=True)


def kinds_of_accounts(likes: pd.DataFrame) -> pd.Series:
    """Honest where fewer than half of an account's likes were arranged; else the kind of most of the arranged ones."""
    fake = likes[likes.kind != HONEST]
    arranged = fake.groupby("account").size()
    counts = fake.groupby(["account", "kind"]).size().reset_index(name="n")
    most = counts.sort_values("n", kind="stable").drop_duplicates("account", keep="last").set_index("account").kind
    given = likes.groupby("account").size()
    guilty = 2 * arranged.reindex(given.index, fill_value=0) >= given
    return most.reindex(given.index).where(guilty, HONEST)


def kinds_of_posts(model: EngagementModel, likes: pd.DataFrame) -> pd.Series:
    """Honest where a post is not pushed; else what most of its arranged likes are, or full with a full package."""
    state = model.state
    post = np.unique(likes.post)
    by_origin = state.world.posts.likes_by_origin[post].copy()
    by_origin[:, Origin.ORGANIC] = 0
    names = np.full(len(Origin), BOUGHT, object)
    names[Origin.MUTUAL_AID], names[Origin.MATRIX] = MUTUAL_AID, MATRIX
    kind = names[by_origin.argmax(axis=1)]
    orders = state.tables["orders"].arrays()
    kind[np.isin(post, orders["post"][orders["package"] == "full"])] = FULL
    kind[~is_pushed(state, post)] = HONEST
    return pd.Series(kind, index=post)
