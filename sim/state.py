"""What the phases of a tick share. Each part is written by the phases that declare it (`sim.engine.tick`).

Threads, buffers and agents stay out, so that a state pickles whole: a checkpoint is a state and its actors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import Clock
from sim.core.enums import N_TOPICS
from sim.core.money import MoneyLedger
from sim.core.random_streams import RandomStreams
from sim.core.tables import Tables
from sim.plugins.detectors.flags import Flags
from sim.plugins.ranking.policy import RankingPolicy
from sim.plugins.sanctions.actions import EnforcementAction
from sim.scenario import Scenario
from sim.scenario.schema.platform import PlatformSection
from sim.world import World
from sim.world.arrangers import OrderBuyers, OtherCounts
from sim.world.score_book import ScoreBook
from sim.world.strikes import ActCounts, LikeCounts, Strikes


@dataclass
class PublicInformation:
    """What everybody can see.

    `feeds`: the recommendation lists, (reader cells, slots) of entries in the posts alive, in random order, -1 where
    there is no post; `evergreen`: likewise what search finds, of no slots before there is anything; `peer_likes`:
    upper-quartile visible likes of recent posts; `hot_guess`: likes that the posts in the slots of the recommendation
    lists show at a quantile; `prices`: CNY per 1000 likes by grade; `survival`: share of bought likes believed to
    last, by grade; `punished_share`: share of the creators on each strategy who felt an enforcement action in the
    last weeks; `ranking`: present creators by followers; `place`: each creator's place in it, -1 for those who are
    gone.
    """

    feeds: NDArray[np.int32] = field(default_factory=lambda: np.zeros((N_TOPICS, 0), np.int32))
    evergreen: NDArray[np.int32] = field(default_factory=lambda: np.zeros((N_TOPICS, 0), np.int32))
    peer_likes: float = 0.0
    hot_guess: float = 0.0
    prices: dict[str, float] = field(default_factory=dict)
    survival: dict[str, float] = field(default_factory=dict)
    punished_share: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    ranking: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    place: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    def peer_of(self, row: int, span: int, u: float) -> int:
        """A creator of similar following (within `span` places), or -1 when there is none; `u` in [0, 1)."""
        n = len(self.ranking)
        if n < 2 or row >= len(self.place) or self.place[row] < 0:
            return -1
        here = int(self.place[row])
        lo, hi = max(0, here - span), min(n - 1, here + span)
        pick = lo + int(u * (hi - lo))
        return int(self.ranking[pick + (pick >= here)])


@dataclass
class Yardstick:
    """The score `value` that counts as high (V of the hot table), and the ranking policy whose scores it is about."""

    value: float
    ranking: RankingPolicy


@dataclass
class PlatformRecords:
    """What the platform knows beyond the public counters: the tick's flags and actions, strikes.

    `account_likes`: how many likes of each account were flagged;
    `pending`: decisions on their way (`sim.engine.enforcement.pending.Pending`); `has_shadowbans`: an action was
    silent; `releases`: ticks at which limits and reductions end;
    `flagged_today`: arrays of accounts whose likes were flagged since midnight; `thresholds` and `scored`: by detector
    what it is held to where thresholds follow a budget, and this week's scores (`sim.engine.enforcement.budget`);
    `fitted`: by label a detector that learns, and what its `fit` returned last, of a user's own as a pickle;
    `yardstick`: None before the first ranking; `purged_s`: when it last took past likes out, -1: never; `evergreen`:
    posts that search finds, (reader cells, slots) of ids.
    """

    flags: list[Flags] = field(default_factory=list)
    actions: list[EnforcementAction] = field(default_factory=list)
    account_strikes: Strikes = field(default_factory=Strikes)
    creator_strikes: Strikes = field(default_factory=Strikes)
    account_likes: LikeCounts = field(default_factory=LikeCounts)
    pending: list[Any] = field(default_factory=list)
    has_shadowbans: bool = False
    releases: list[int] = field(default_factory=list)
    flagged_today: list[NDArray[Any]] = field(default_factory=list)
    thresholds: dict[str, tuple[Any, float]] = field(default_factory=dict)
    scored: dict[str, ScoreBook] = field(default_factory=dict)
    fitted: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    yardstick: Yardstick | None = None
    purged_s: int = -1
    evergreen: NDArray[np.int32] = field(default_factory=lambda: np.zeros((N_TOPICS, 0), np.int32))


@dataclass
class Guilt:
    """Truth about what was punished: acts held against accounts, creators and posts, and the arranged ones of them.

    No detector, ranking policy or ladder sees it; complaints and measures depend on it. `posts` holds flagged likes
    (their number the platform knows: a part of the ladder for creators), `charged` those of them that
    were held against creators. For creators and posts those count as arranged that the creator arranged itself;
    `creators_by_others` and the like hold those that somebody else bought.
    """

    accounts: ActCounts = field(default_factory=ActCounts)
    creators: ActCounts = field(default_factory=ActCounts)
    posts: ActCounts = field(default_factory=ActCounts)
    charged: ActCounts = field(default_factory=ActCounts)
    creators_by_others: OtherCounts = field(default_factory=OtherCounts)
    posts_by_others: OtherCounts = field(default_factory=OtherCounts)
    charged_by_others: OtherCounts = field(default_factory=OtherCounts)


class Surviving:
    """Likes of each order that still counted four weeks after they were given (truth, for the table of orders)."""

    def __init__(self) -> None:
        self.likes = np.zeros(0, np.int64)

    def add(self, orders: NDArray[Any], alive: NDArray[Any]) -> None:
        """Count likes: the order of each, and whether it still counts."""
        if len(orders) and int(orders.max()) >= len(self.likes):
            more = max(int(orders.max()) + 1, 2 * len(self.likes)) - len(self.likes)
            self.likes = np.concatenate([self.likes, np.zeros(more, np.int64)])
        np.add.at(self.likes, orders, alive.astype(np.int64))

    def of(self, orders: NDArray[Any]) -> NDArray[np.int64]:
        """Likes of each order."""
        self.add(orders, np.zeros(len(orders), np.int64))
        found: NDArray[np.int64] = self.likes[orders]
        return found


Hit = tuple[NDArray[Any], NDArray[np.bool_]]


class Punished(NamedTuple):
    """Creators hit by one action, one entry each, and what was held against each by then (truth).

    `rule`: the detector whose flags led to it; `given`: hit for likes that its own account gave. `acts` are the likes
    under its posts that were held against it, `own` those of them that it had arranged, and `by_others` (creators,
    `Other`) those that others had bought.
    """

    creators: NDArray[Any]
    innocent: NDArray[np.bool_]
    rule: NDArray[np.str_]
    given: NDArray[np.bool_]
    acts: NDArray[np.int64]
    own: NDArray[np.int64]
    by_others: NDArray[np.int64]


@dataclass
class Today:
    """Sums of the day under way; the tick starts a new one every day.

    `creators` hit by enforcement, for each action an array of them and whether each is innocent; `accounts`: likewise
    accounts hit for likes that they gave; `punished`: of the same creators, why.
    """

    ads_cny: float = 0.0  # paid by advertisers for reads
    platform_ads_cny: float = 0.0  # of that, what the platform keeps
    creators_paid_cny: float = 0.0
    enforcement_cny: float = 0.0
    review_h: float = 0.0  # of reviewers and of support
    labels: int = 0  # cases that reviewers looked at
    appeals: int = 0  # decided
    overturned: int = 0  # of these, in favour of whoever was hit
    complaints: int = 0  # calls of support by people who were hit
    farm_profit_cny: float = 0.0  # all farms
    creators: list[Hit] = field(default_factory=list)
    accounts: list[Hit] = field(default_factory=list)
    punished: list[Punished] = field(default_factory=list)


@dataclass
class State:
    """All that phases may touch. `scenario`, `rng`, `clock`, `policy` and `today` are set by the tick alone."""

    scenario: Scenario
    rng: RandomStreams
    clock: Clock
    policy: PlatformSection
    world: World
    money: MoneyLedger = field(default_factory=MoneyLedger)
    public: PublicInformation = field(default_factory=PublicInformation)
    platform: PlatformRecords = field(default_factory=PlatformRecords)
    guilt: Guilt = field(default_factory=Guilt)
    buyers: OrderBuyers = field(default_factory=OrderBuyers)
    surviving: Surviving = field(default_factory=Surviving)
    today: Today = field(default_factory=Today)
    tables: Tables = field(default_factory=Tables)

    @property
    def reader_rng(self) -> RandomStreams:
        """Random numbers of what readers do in the run: apart from all others where `run.reader_seed` is given."""
        seed = self.scenario.run.reader_seed
        return self.rng if seed is None else RandomStreams(seed)

    def start_tick(self) -> None:
        """Empty the log and put the policy of the day in force; on the first tick of a day its sums begin anew."""
        self.world.log.clear()
        self.policy = self.scenario.policy_on(self.clock.day)
        if self.clock.tick % self.clock.ticks_per_day == 0:
            self.today = Today()

    def end_tick(self) -> None:
        """Move the clock on."""
        self.clock = self.clock.next()
