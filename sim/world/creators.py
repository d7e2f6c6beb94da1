"""Columns of the creators; `sim.actors.creators.creator.Creator` agents are views on these rows."""

from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.kernels.scales import SLOT_SPAN
from sim.world.columns import Columns, Spec


def creator_entities(slots: NDArray[np.integer], generations: ArrayLike) -> NDArray[np.int64]:
    """By what the random numbers of creators are keyed, by slot and generation."""
    found: NDArray[np.int64] = slots + np.asarray(generations, np.int64) * SLOT_SPAN
    return found


class Creators(Columns):
    """Creator columns. Row = creator id; a creator who quits keeps the row and a newcomer gets a new one.

    `slot` and `generation` key a creator's random numbers, so that creators who quit elsewhere do not change them.
    Money is in CNY; `*_week` columns are sums since the creator's last revision of what it does.
    """

    spec: ClassVar[Spec] = {
        "slot": (np.int32, (), 0),
        "generation": (np.int32, (), 0),
        "account": (np.int32, (), 0),
        "born_day": (np.int32, (), 0),
        "present": (np.bool_, (), True),  # has not quit and is not banned
        "quit_day": (np.int32, (), -1),
        "replaced": (np.bool_, (), False),
        "merchant": (np.bool_, (), False),
        "topic": (np.uint8, (), 0),
        "talent": (np.float32, (), 0.0),  # 0..1
        "skill": (np.float32, (), 0.0),  # 0..1
        "effort": (np.float32, (), 0.0),  # 0..1
        "popularity": (np.float32, (), 0.0),  # 0..1: weight by which readers choose whom to follow at the start
        "posts_per_day": (np.float32, (), 0.0),
        "integrity": (np.float32, (), 0.0),  # perceived weekly cost of manipulating, in units of log payoff
        "anxiety": (np.float32, (), 0.0),  # weight of visible counts in the perceived payoff, 0..1
        "strategy": (np.int16, (), 0),  # index into scenario.strategies; 0 is honest
        "ever_manipulated": (np.bool_, (), False),
        "followers": (np.int32, (), 0),
        "followers_lost": (np.int64, (), 0),  # so far: people who dropped it, also for want of room on their list
        "mcn": (np.int32, (), -1),
        "group": (np.int32, (), -1),
        "latest_post": (np.int32, (), -1),
        "latest_tick": (np.int32, (), -1),
        "n_posts": (np.int32, (), 0),
        "payoff": (np.float64, (), 0.0),  # CNY per week, moving average, as the creator perceives it
        "income_week": (np.float64, (), 0.0),
        "effort_due": (np.float64, (), 0.0),  # CNY, cost of today's work, paid at the day's end
        "spent_week": (np.float64, (), 0.0),
        "visible_week": (np.float64, (), 0.0),  # visible likes gained
        "reads_week": (np.float64, (), 0.0),
        "reads_ema": (np.float64, (), 0.0),  # a day, moving average over a week; likewise the next two
        "visible_ema": (np.float64, (), 0.0),
        "finish_ema": (np.float64, (), 0.0),
        "punished_week": (np.int32, (), 0),  # enforcement actions felt since the last revision
        "exposed_week": (np.int32, (), 0),  # of these, actions that everybody was told of
        "punished_total": (np.int32, (), 0),
        "strikes": (np.int32, (), 0),
        "moments_visibility": (np.float32, (), 1.0),  # share of forwards of its posts that Moments delivers
        "moments_until": (np.int32, (), -1),  # tick at which the reduction ends
        # what its posts have taught it of effort, see `sim.actors.creators.effort`
        "effort_posts": (np.int64, (), 0),  # posts judged
        "effort_mean": (np.float64, (), 0.0),  # of their success, log units, moving average
        "effort_slope": (np.float64, (), 0.0),  # (success - mean) x direction of the trial, moving average
        "effort_weight": (np.float64, (), 0.0),  # that this average has so far, 0..1
        "usual_likes": (np.float64, (), -1.0),  # that its posts show for which it bought none; -1: no such post yet
        "party": (np.int32, (), -1),  # handle in the money ledger
    }

    def entities(self, rows: NDArray[np.integer]) -> NDArray[np.int64]:
        """By what the random numbers of the creators `rows` are keyed."""
        return creator_entities(self.slot[rows], self.generation[rows])

    def entity_of(self, row: int) -> int:
        """Likewise of one creator."""
        return int(self.entities(np.array([row]))[0])
