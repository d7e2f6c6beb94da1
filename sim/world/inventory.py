"""A stock of accounts that are bought or hired, used in rotation, banned and replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import AddressClass, Grade, Status, Surface
from sim.world.sizes import draw_sizes

if TYPE_CHECKING:
    from sim.core.random_streams import RandomStreams
    from sim.world import World


class Sharing(NamedTuple):
    """How bought accounts share phones and addresses, and how old they are.

    Single phones carry from `per_device` / `device_spread` to `per_device` * `device_spread` accounts, even on a
    logarithmic scale; likewise addresses. Of the addresses a share `mobile` are carriers', which honest people use too,
    a share `hosted` are rented from hosting companies, and the rest are lines of homes. Ages are even between `age_min`
    and `age_max` days.
    """

    per_device: int
    per_address: int
    mobile: float
    hosted: float
    age_min: int
    age_max: int
    device_spread: float = 1.0
    address_spread: float = 1.0


class Inventory:
    """One owner's accounts of one grade, used in rotation so that an order gets distinct ones."""

    def __init__(self, grade: Grade, owner: int) -> None:
        self.grade = grade
        self.owner = owner  # entity of its random numbers
        self.ids = np.zeros(0, np.int64)
        self.bought = 0
        self.burnt = 0
        self.next = 0
        self.per_device = 1

    def buy(self, world: World, rng: RandomStreams, count: int, day: int, sharing: Sharing) -> None:
        """Add new accounts, on phones and behind addresses that no others of this stock have."""
        if count <= 0:
            return
        self.per_device = sharing.per_device
        index = np.arange(count)
        phone = self._shared(rng, "phone", count, sharing.per_device, sharing.device_spread)
        device = world.devices.add(int(phone[-1]) + 1).start + phone
        at = self._shared(rng, "line", count, sharing.per_address, sharing.address_spread)
        address, region = self._addresses(world, rng, int(at[-1]) + 1, sharing)
        u = rng.uniform_array(f"age {self.grade}", self.owner, self.bought + index)
        age = sharing.age_min + (u * (1 + sharing.age_max - sharing.age_min)).astype(np.int64)
        added = world.open_accounts(device, address[at], region[at], day - age, grade=self.grade)
        self._take(np.arange(added.start, added.stop))

    def hire(self, world: World, rng: RandomStreams, count: int) -> int:
        """Take on people: readers whom this owner does not employ yet, as far as there are any; return how many."""
        persons = world.readers.persons
        entity = self.bought + np.arange(count)
        u = rng.uniform_array(f"hire {self.grade}", self.owner, entity)
        drawn = persons[(u * len(persons)).astype(np.int64)].astype(np.int64)
        _, first = np.unique(drawn, return_index=True)
        drawn = drawn[np.sort(first)]
        drawn = drawn[~np.isin(drawn, self.ids) & world.may_act(drawn)]
        if len(drawn) < count:  # some were drawn twice, or work here already: others, in an order that is drawn too
            others = persons[world.may_act(persons)].astype(np.int64)
            others = others[~np.isin(others, np.concatenate([self.ids, drawn]))]
            order = rng.permutation(f"hire {self.grade}", self.owner, others, 1)
            drawn = np.concatenate([drawn, others[order[: count - len(drawn)]]])
        self._take(drawn)
        self.bought += count - len(drawn)
        return len(drawn)

    def _take(self, ids: NDArray[Any]) -> None:
        self.ids = np.concatenate([self.ids, ids])
        self.bought += len(ids)

    def _shared(self, rng: RandomStreams, stream: str, count: int, mean: float, spread: float) -> NDArray[np.int64]:
        """The number, from 0 on, of the phone or address that each of `count` new accounts has."""
        sizes = draw_sizes(
            mean / spread,
            mean * spread,
            count,
            lambda k: rng.uniform(f"{stream} {self.grade}", self.owner, self.bought + k),
        )
        numbers: NDArray[np.int64] = np.repeat(np.arange(len(sizes)), sizes)
        return numbers

    def _addresses(
        self, world: World, rng: RandomStreams, count: int, sharing: Sharing
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Addresses and their regions: those of carriers exist already, the others are new."""
        u, v = (rng.uniform_array(f"rent {self.grade}", self.owner, self.bought + np.arange(count), k) for k in (0, 1))
        start = world.shared.start
        mobile = u < sharing.mobile
        found = start[0] + (v * (start[-1] - start[0])).astype(np.int64)
        hosted = u[~mobile] < sharing.mobile + sharing.hosted
        regions = (v[~mobile] * (len(start) - 1)).astype(np.uint8)
        kind = np.where(hosted, AddressClass.HOSTED, AddressClass.HOME)
        new = world.addresses.add(len(regions), kind=kind, region=regions)
        found[~mobile] = np.arange(new.start, new.stop)
        return found, world.addresses.region[found]

    def drop_burnt(self, world: World) -> int:
        """Forget accounts that were banned, given up, or bought and held up by a check; return how many were lost.

        Whoever thinks a check worth its price has had it passed before.
        """
        status = world.accounts.status[self.ids]
        waiting = (status == Status.GATED) & (self.grade != Grade.PERSON)
        gone = (status == Status.BANNED) | (status == Status.CLOSED) | waiting
        lost = int(((status == Status.BANNED) | waiting).sum())
        if gone.any():
            self.ids = self.ids[~gone]
            self.burnt += lost
            self.next = self.next % max(1, len(self.ids))
        return lost

    def gated(self, world: World) -> NDArray[np.int64]:
        """Accounts that must pass a check before they can act."""
        held: NDArray[np.int64] = self.ids[world.accounts.status[self.ids] == Status.GATED]
        return held

    @property
    def in_turn(self) -> NDArray[np.int64]:
        """All accounts in rotation order."""
        start = self.next % max(1, len(self.ids))
        return np.concatenate([self.ids[start:], self.ids[:start]])

    def blocks_in_turn(self, size: int) -> Iterator[NDArray[np.int64]]:
        """Likewise, `size` of them at a time, since most need a few."""
        n = len(self.ids)
        first = self.next % max(1, n)
        for start in range(first, first + n, size):
            lo, hi = start, min(start + size, first + n)
            if lo >= n:
                yield self.ids[lo - n : hi - n]
            elif hi <= n:
                yield self.ids[lo:hi]
            else:
                yield np.concatenate([self.ids[lo:], self.ids[: hi - n]])

    def usable(self, world: World) -> np.ndarray:
        """Accounts that may like now, in rotation order."""
        turned = self.in_turn
        able: np.ndarray = turned[world.accounts.status[turned] == int(Status.ACTIVE)]
        return able

    def turn(self, used: int) -> None:
        """Move the rotation on."""
        self.next = (self.next + used) % max(1, len(self.ids))

    @property
    def devices(self) -> int:
        """Phones kept running."""
        return -(-len(self.ids) // self.per_device)


def draw_channels(u: NDArray[np.float64], shares: Mapping[Surface, Any], rest: Surface) -> NDArray[np.uint8]:
    """Where each act (one of `u`, 0..1, each) meets its post: on a surface by its share, or else on `rest`.

    A share is one for all acts, or an array of one for each.
    """
    channel = np.full(len(u), int(rest), np.uint8)
    before: Any = 0.0
    for surface, share in shares.items():
        channel[(u >= before) & (u < before + share)] = int(surface)
        before = before + share
    return channel
