"""Who arranged likes and is not their creator: known from the order that they were bought with. Truth."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Buyer, Origin
from sim.world.strikes import with_room


class Other(IntEnum):
    """Who bought a like and is not the creator who gains from it."""

    RIVAL = 0  # another creator
    FANS = 1
    EXPERIMENTER = 2


class OrderBuyers:
    """Who placed each order of which likes were given, by its number: a creator, or one of `Buyer`."""

    def __init__(self) -> None:
        self.buyer = np.zeros(0, np.int32)

    def note(self, order: int, buyer: int) -> None:
        """Remember the buyer of an order."""
        self.buyer = with_room(self.buyer, order + 1)
        self.buyer[order] = buyer

    def others_of(self, origin: NDArray[Any], order: NDArray[Any]) -> NDArray[np.int64]:
        """Which `Other` bought each like, by its origin and order (one entry each); -1: none of them."""
        other = np.full(len(origin), -1)
        other[origin == int(Origin.TRIAL)] = Other.EXPERIMENTER
        third = np.flatnonzero(origin == int(Origin.THIRD_PARTY))
        number = order[third]
        known = (number >= 0) & (number < len(self.buyer))  # no other order was noted
        by_fans = third[known][self.buyer[number[known]] == int(Buyer.FANS)]
        other[third], other[by_fans] = Other.RIVAL, Other.FANS
        return other


class OtherCounts:
    """Likes held against creators or posts so far that others bought: a row for each, a column for each `Other`."""

    def __init__(self) -> None:
        self.likes = np.zeros((0, len(Other)), np.int32)

    def add(self, ids: NDArray[Any], likes: NDArray[np.int64]) -> None:
        """Add likes (a row for each of `ids`, which may repeat)."""
        self._grow(ids)
        np.add.at(self.likes, ids, likes)

    def add_each(self, ids: NDArray[Any], other: NDArray[np.int64]) -> None:
        """Add single likes: the id that each is held against and the `Other` who bought it, -1 for none."""
        bought = np.flatnonzero(other >= 0)
        self._grow(ids[bought])
        np.add.at(self.likes, (ids[bought], other[bought]), 1)

    def of(self, ids: NDArray[Any]) -> NDArray[np.int64]:
        """Likes of each of `ids` by `Other`, shape (ids, others)."""
        self._grow(ids)
        return self.likes[ids].astype(np.int64)

    def _grow(self, ids: NDArray[Any]) -> None:
        self.likes = with_room(self.likes, int(ids.max()) + 1 if len(ids) else 0)
