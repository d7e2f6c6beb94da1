"""Prices of likes: the tiers of the list, and how a farm moves them week by week."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.kernels.scales import PER_THOUSAND, PERCENT
from sim.scenario.schema.farms import FarmsSection


def unit_price(n_likes: int, per_100_cny: float, per_1000_cny: float, small_order: int, large_order: int) -> float:
    """Price of one like in an order of `n_likes`, CNY: falls in log steps from the small tier to the large.

    Up to `small_order` likes it is that of 100, from `large_order` on that of 1000. The article's tiers are 100 likes
    for 1 yuan and 1000 for 5.
    """
    small, large = per_100_cny / PERCENT, per_1000_cny / PER_THOUSAND
    if n_likes <= small_order:
        return small
    if n_likes >= large_order:
        return large
    part = math.log10(n_likes / small_order) / math.log10(large_order / small_order)
    return math.exp(math.log(small) + part * (math.log(large) - math.log(small)))


def list_price(n_likes: int, grade: str, package: str, opts: FarmsSection) -> float:
    """Price of an order by the list that all farms start from, CNY."""
    factor = {"machine": 1.0, "raised": opts.raised_factor, "real_person": opts.real_factor}[grade]
    factor *= opts.package_factor if package == "full" else 1.0
    tiers = opts.small_order, opts.large_order
    return n_likes * unit_price(n_likes, opts.price_per_100_cny, opts.price_per_1000_cny, *tiers) * factor


@dataclass
class Pricing:
    """A farm's mark-up on the list for one grade, and the week it is judged by (money in CNY).

    `loss_per_like` is what banned accounts cost to replace, spread over the likes sold, as a moving average:
    that is how detection comes to be paid for by the buyers (article: the risk costs of brushing rise).
    """

    markup: float = 1.0
    likes: int = 0
    last_likes: int = 0
    revenue: float = 0.0
    burnt: int = 0
    loss_per_like: float = 0.0

    def sell(self, likes: int, revenue: float) -> None:
        """Note an order (or, negative, a refund)."""
        self.likes += likes
        self.revenue += revenue

    def close_week(self, unit_cost: float, account_cost: float, kept_share: float, opts: FarmsSection) -> None:
        """Set prices at cost plus a mark-up that follows demand.

        Up when buyers come in growing numbers, or when what the brokers leave of the price (`kept_share`)
        does not cover the running cost of a like (`unit_cost`) and the accounts lost over it; otherwise down
        when buyers stay away.
        """
        if self.burnt or self.likes:
            loss = self.burnt * account_cost / max(1, self.likes)
            self.loss_per_like += (1.0 - opts.loss_memory) * (loss - self.loss_per_like)
        short = self.likes > 0 and kept_share * self.revenue < self.likes * (unit_cost + self.loss_per_like)
        grown, shrunk = (
            self.likes > opts.grown_factor * self.last_likes,
            self.likes < opts.shrunk_factor * self.last_likes,
        )
        move = opts.price_step if grown or short else -opts.price_step if shrunk else 0.0
        self.markup = min(opts.markup_max, max(opts.markup_min, self.markup * (1.0 + move)))
        self.last_likes, self.likes, self.revenue, self.burnt = self.likes, 0, 0.0, 0
