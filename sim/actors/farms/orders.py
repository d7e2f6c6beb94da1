"""A farm's orders, and its profit and loss."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np


@dataclass
class Order:
    """One order, paid in advance; `accounts` like in this order, the first `worked` have had their turn."""

    number: int
    tick: int
    creator: int  # who ordered: a creator, or one of `Buyer`
    post: int
    key: int  # of the post: what keys its random numbers, whatever else happens in the world
    grade: str
    package: str
    n_likes: int
    price_cny: float
    payer: int  # ledger handle
    not_before: int  # tick
    late_s: float = 0.0  # second of that tick before which a late order is not begun
    accounts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    worked: int = 0
    delivered: int = 0  # likes really given: banned accounts give none
    first_s: int = -1
    last_s: int = -1


@dataclass
class Books:
    """Profit and loss over some time; money in CNY."""

    orders: int = 0
    likes: int = 0
    revenue: float = 0.0
    sales_cost: float = 0.0
    operations: float = 0.0
    accounts: float = 0.0
    burnt: int = 0

    @property
    def profit(self) -> float:
        """Revenue less all costs, CNY."""
        return self.revenue - self.sales_cost - self.operations - self.accounts

    def plus(self, other: Books) -> Books:
        """The two periods together."""
        return Books(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))
