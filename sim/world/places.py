"""Phones and network addresses, numbered as they come into use, with how many accounts each carries."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.world.columns import Columns, Spec


class Devices(Columns):
    """Phones; `accounts` counts those registered on each and not closed. `shop` (truth): anybody may use it."""

    spec: ClassVar[Spec] = {"accounts": (np.int32, (), 0), "shop": (np.bool_, (), False)}


class Addresses(Columns):
    """Network addresses: what the platform can look up of each, and how many open accounts registered there.

    `campus` is truth: the number of the campus that the address belongs to, -1 for none.
    """

    spec: ClassVar[Spec] = {
        "kind": (np.uint8, (), 0),  # sim.core.enums.AddressClass
        "region": (np.uint8, (), 0),
        "accounts": (np.int32, (), 0),
        "campus": (np.int16, (), -1),
    }


def count_in(column: NDArray[Any], numbers: NDArray[Any], by: int = 1) -> None:
    """Add `by` to the entry of each number (a number may stand there more than once)."""
    if len(numbers):
        np.add.at(column, numbers.astype(np.intp), column.dtype.type(by))  # of any other type it is ten times slower
