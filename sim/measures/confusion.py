"""How often detectors are right, judged by the truth, which they cannot see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Origin, Target
from sim.core.ordering import distinct, distinct_with_places
from sim.core.sorted_lookup import find_sorted
from sim.core.table_schema import detector_column
from sim.kernels.scales import N_CONFUSION
from sim.measures.formulas import ratio
from sim.plugins.detectors.detector import TICK
from sim.state import State
from sim.world import is_arranged
from sim.world.judged_likes import find_judged_likes

if TYPE_CHECKING:
    from sim.plugins.detectors.flags import Flags


class Likes(NamedTuple):
    """Likes, one entry each; `row` is that of the log, or of the table of all likes."""

    row: NDArray[Any]
    account: NDArray[Any]
    post: NDArray[Any]
    origin: NDArray[Any]


class Confusion:
    """Counts of a day for one detector: flagged fake, flagged genuine, all fake, all genuine."""

    def __init__(self) -> None:
        self.counts = np.zeros(N_CONFUSION, np.int64)

    def add(self, flagged_fake: int, flagged: int, fake: int, judged: int) -> None:
        """Add a tick."""
        self.counts += (flagged_fake, flagged - flagged_fake, fake, judged - fake)

    def rates(self, label: str) -> dict[str, float]:
        """Precision, recall and false-positive rate of the day."""
        hit, wrong, fake, genuine = self.counts.tolist()
        return {
            detector_column(label, "precision"): ratio(hit, hit + wrong),
            detector_column(label, "recall"): ratio(hit, fake),
            detector_column(label, "fpr"): ratio(wrong, genuine),
        }


class JudgedAccounts:
    """The accounts whose likes are judged in a tick and which of them are guilty, found once for all who ask."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._found: dict[str, tuple[NDArray[Any], NDArray[np.bool_]]] = {}

    def of(self, cadence: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """The accounts that gave the likes of the tick, day or week, in order, and whether each is guilty."""
        if cadence not in self._found:
            self._found[cadence] = find_guilty(likes_of(self.state, cadence))
        return self._found[cadence]


def judge(state: State, verdicts: Flags, into: Confusion, accounts: JudgedAccounts | None = None) -> None:
    """Compare one detector's verdicts of the tick with the truth (`accounts`: who is judged, if that is known).

    What counts as judged is every like of the tick, every account that liked, or every post that was liked; for what
    looks at accounts or posts once a day or a week, in that time.
    """
    if verdicts.target is Target.ACCOUNT:
        _judge_accounts(accounts or JudgedAccounts(state), verdicts, into)
        return
    likes = likes_of(state, TICK if verdicts.target is Target.LIKE else verdicts.cadence)
    judged = _liked(likes, verdicts.target)
    fake = _is_fake(state, verdicts.target, judged)
    hit = _is_fake(state, verdicts.target, verdicts.ids)
    into.add(int(hit.sum()), len(verdicts.ids), int(fake.sum()), len(judged))


def _judge_accounts(accounts: JudgedAccounts, verdicts: Flags, into: Confusion) -> None:
    known, guilty = accounts.of(verdicts.cadence)
    at, found = find_sorted(known, verdicts.ids)
    into.add(int(guilty[at[found]].sum()), len(verdicts.ids), int(guilty.sum()), len(known))


def find_guilty(likes: Likes) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """The accounts that gave these likes, in order, and whether at least half of each one's were arranged."""
    known, back = distinct_with_places(likes.account)
    guilty: NDArray[np.bool_] = 2 * np.bincount(back, is_arranged(likes.origin)) >= np.bincount(back)
    return known, guilty


def likes_of(state: State, cadence: str) -> Likes:
    """The likes of the tick, or of the day or week that ends with it."""
    source, rows = find_judged_likes(state.world, state.clock, cadence)
    return Likes(rows, source.account.take(rows), source.post.take(rows), source.origin.take(rows))


def _liked(likes: Likes, target: Target) -> NDArray[Any]:
    if target is Target.LIKE:
        return likes.row
    return distinct(likes.post)


def _is_fake(state: State, target: Target, ids: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether likes (rows of the log) or posts are fake, by the truth."""
    return is_arranged(state.world.log.origin[ids]) if target is Target.LIKE else is_pushed(state, ids)


def is_pushed(state: State, posts: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each post has `measures.pushed_likes` arranged likes or more so far."""
    bought = state.world.posts.likes_by_origin[posts, Origin.ORGANIC + 1 :].sum(axis=1)
    return np.asarray(bought >= state.scenario.measures.pushed_likes)
