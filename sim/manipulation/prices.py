"""The tiered price list of likes."""

from __future__ import annotations

import math


def unit_price(n_likes: int, per_100_cny: float, per_1000_cny: float) -> float:
    """Price of one like in an order of `n_likes`, CNY: falling in log steps from the small tier to the large one.

    The article's tiers are 100 likes for 1 yuan and 1000 for 5.
    """
    small, large = per_100_cny / 100.0, per_1000_cny / 1000.0
    if n_likes <= 100:
        return small
    if n_likes >= 1000:
        return large
    part = math.log10(n_likes / 100.0)
    return math.exp(math.log(small) + part * (math.log(large) - math.log(small)))
