"""What all creators can see of the world around them, gathered once a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel

PEER_SPAN = 15  # how far up and down the table of followers a creator looks for peers (assumed)
MEMORY = 0.8  # what a day leaves of the memory of who was punished (assumed)


@dataclass
class Surroundings:
    """Public knowledge of the day.

    `peer_likes`: upper-quartile visible likes of recent posts; `hot_guess`: likes that posts on the recommendation
    list show at the lower quartile; `prices`: CNY per 1000 likes by grade; `survival`: share of them said to last;
    `punished_share`: share of the creators on each strategy who felt an enforcement action in the last weeks;
    `ranking`: present creators by followers.
    """

    peer_likes: float = 5.0
    hot_guess: float = 50.0
    prices: dict[str, float] = field(default_factory=dict)
    survival: dict[str, float] = field(default_factory=dict)
    punished_share: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))
    ranking: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    place: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    def peer_of(self, row: int, luck: float) -> int:
        """A creator of similar following (within `PEER_SPAN` places), or -1 when there is none."""
        n = len(self.ranking)
        if n < 2 or row >= len(self.place) or self.place[row] < 0:
            return -1
        here = int(self.place[row])
        lo, hi = max(0, here - PEER_SPAN), min(n - 1, here + PEER_SPAN)
        pick = lo + int(luck * (hi - lo))
        return int(self.ranking[pick + (pick >= here)])


def look_around(model: EngagementModel) -> None:
    """Refresh `model.around` at the end of a day, and the like count that looks like a hit."""
    around, world, clock = model.around, model.world, model.clock
    posts, alive, creators = world.posts, world.alive, world.creators
    visible = posts.likes[alive] - posts.discounted[alive]
    age_h = (clock.start_s - posts.published_s[alive]) / 3600
    recent = visible[age_h < 72]
    if len(recent) >= 20:
        around.peer_likes = float(np.quantile(recent, 0.75))
        world.reference_likes += 0.15 * (max(8.0, float(np.quantile(recent, 0.98))) - world.reference_likes)
    listed = np.unique(model.feeds)
    if len(listed) > 1 and len(visible):
        around.hot_guess = float(np.quantile(visible[listed], 0.25))
    around.prices = model.market.price_list()
    around.survival = model.market.survival()
    present = np.flatnonzero(creators.present)
    around.ranking = present[np.argsort(-creators.followers[present], kind="stable")]
    around.place = np.full(creators.n, -1, np.intp)
    around.place[around.ranking] = np.arange(len(around.ranking))
    n = len(model.scenario.strategies)
    strategy = creators.strategy[present]
    on = np.bincount(strategy, minlength=n)
    hit = np.bincount(strategy, creators.punished_week[present] > 0, n)
    share = np.divide(hit, on, out=np.zeros(n), where=on > 0)
    before = around.punished_share if len(around.punished_share) == n else np.zeros(n)
    around.punished_share = MEMORY * before + (1 - MEMORY) * share
