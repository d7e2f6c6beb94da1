"""Why honest likes look like bought ones: facts about likes that fool a rule. Truth; no detector sees it.

To add a cause, write a function of `HonestLikes` that says of each like whether it has it, and name it in `CAUSES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import AddressClass
from sim.kernels.scales import WORD_BITS
from sim.state import State
from sim.world import World

COLUMNS = ("account", "post", "time_s", "dwell_s", "since_s", "channel", "address", "device")


@dataclass(frozen=True)
class DayFacts:
    """What the people of a day share: phones (one entry each in `family_phone`, `second_hand`), and who is keen.

    `keen_accounts` has an entry for each account; `keen_places` are those of its people in `Readers.persons`.
    """

    day: int
    family_phone: NDArray[np.bool_]
    second_hand: NDArray[np.bool_]
    keen_accounts: NDArray[np.bool_]
    keen_places: NDArray[np.int64]
    keen_share: float


class HonestLikes:
    """Honest likes of a day, one entry each, in the columns `COLUMNS` of the log; and the facts of the day."""

    def __init__(self, state: State, facts: DayFacts, columns: Mapping[str, NDArray[Any]]) -> None:
        self.world, self.opts, self.facts = state.world, state.scenario.measures, facts
        self.account, self.post, self.time_s = columns["account"], columns["post"], columns["time_s"]
        self.dwell_s, self.since_s = columns["dwell_s"], columns["since_s"]
        self.channel, self.address, self.device = columns["channel"], columns["address"], columns["device"]
        self.address_class: NDArray[Any] = self.world.addresses.kind[self.address]

    def __len__(self) -> int:
        return len(self.account)


def find_day_facts(state: State, before: DayFacts | None = None) -> DayFacts:
    """What the people of a day share; phones change at its end only, and how readily people like never (`before`)."""
    world = state.world
    family, second = _shared_phones(world)
    share = state.scenario.measures.keen_share
    places = before.keen_places if before is not None and before.keen_share == share else _keenest(world, share)
    keenest = np.zeros(world.accounts.n, bool)
    keenest[world.readers.persons[places]] = True
    return DayFacts(state.clock.day, family, second, keenest, places, share)


def _shared_phones(world: World) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Phones with accounts of two people of one home, and phones with accounts of people of different homes."""
    accounts = world.accounts
    shared = np.flatnonzero((world.devices.accounts > 1).take(accounts.device) & (accounts.seat >= 0))
    # one key: sorting by two is several times slower
    pairs = np.sort(accounts.device[shared].astype(np.uint64) << np.uint64(WORD_BITS) | accounts.address[shared])
    device, home = pairs >> np.uint64(WORD_BITS), pairs.astype(np.uint32)
    same_phone = device[1:] == device[:-1]
    same_home = home[1:] == home[:-1]
    family, second = np.zeros(world.devices.n, bool), np.zeros(world.devices.n, bool)
    family[device[1:][same_phone & same_home]] = True
    second[device[1:][same_phone & ~same_home]] = True
    return family, second


def _keenest(world: World, share: float) -> NDArray[np.int64]:
    """Places of the people readiest to like, that share of all; nobody who never likes."""
    voices = world.readers.voices
    if not len(voices):
        return np.zeros(0, np.int64)
    most = max(1, round(share * len(voices)))
    least = np.partition(voices, len(voices) - most)[len(voices) - most]
    return np.flatnonzero((voices >= least) & (voices > 0))


def on_carrier(likes: HonestLikes) -> NDArray[Any]:
    """From an address of a mobile carrier."""
    return np.asarray(likes.address_class == AddressClass.MOBILE)


def at_site(likes: HonestLikes) -> NDArray[Any]:
    """From the address of a campus or an office."""
    return np.asarray(likes.address_class == AddressClass.SITE)


def on_hosted(likes: HonestLikes) -> NDArray[Any]:
    """From the address of a hosting company: a VPN, a company's gateway."""
    return np.asarray(likes.address_class == AddressClass.HOSTED)


def in_shared_home(likes: HonestLikes) -> NDArray[Any]:
    """From a home where two or more accounts are registered."""
    return (likes.address_class == AddressClass.HOME) & (likes.world.addresses.accounts[likes.address] > 1)


def on_family_phone(likes: HonestLikes) -> NDArray[Any]:
    """From a phone that carries accounts of two people of one home."""
    return likes.facts.family_phone[likes.device]


def on_second_hand(likes: HonestLikes) -> NDArray[Any]:
    """From a phone, no shop's, with accounts of people of different homes: it still has its earlier owner's."""
    return likes.facts.second_hand[likes.device] & ~likes.world.devices.shop[likes.device]


def travels(likes: HonestLikes) -> NDArray[Any]:
    """From another region than the account's own, and no hosted address."""
    world = likes.world
    away = world.addresses.region[likes.address] != world.accounts.region[likes.account]
    return away & ~on_hosted(likes)


def looks_shortly(likes: HonestLikes) -> NDArray[Any]:
    """After opening the post for less than `measures.short_look_s`."""
    return (likes.since_s >= 0) & (likes.dwell_s < likes.opts.short_look_s)


def is_unread(likes: HonestLikes) -> NDArray[Any]:
    """Without opening the post."""
    return likes.since_s < 0


def is_keen(likes: HonestLikes) -> NDArray[Any]:
    """By one of those readiest to like (`measures.keen_share`)."""
    return likes.facts.keen_accounts[likes.account]


def on_campus(likes: HonestLikes) -> NDArray[Any]:
    """From the address of a campus, not of an office."""
    return np.asarray(likes.world.addresses.campus[likes.address] >= 0)


def on_shop_phone(likes: HonestLikes) -> NDArray[Any]:
    """From the phone of a shop or an internet cafe."""
    return likes.world.devices.shop[likes.device]


def is_fan(likes: HonestLikes) -> NDArray[Any]:
    """By a member of a fan club."""
    return np.asarray(likes.world.accounts.fan_club[likes.account] >= 0)


def on_event(likes: HonestLikes) -> NDArray[Any]:
    """Under a post about an event, published while it lasted."""
    return likes.world.posts.event[likes.post]


CAUSES: dict[str, Callable[[HonestLikes], NDArray[Any]]] = {
    "carrier": on_carrier,
    "site": at_site,
    "hosted": on_hosted,
    "shared_home": in_shared_home,
    "family_phone": on_family_phone,
    "second_hand_phone": on_second_hand,
    "traveller": travels,
    "short_look": looks_shortly,
    "unread": is_unread,
    "keen": is_keen,
    "campus": on_campus,
    "shop_phone": on_shop_phone,
    "fan_club": is_fan,
    "event": on_event,
}


def causes_of(likes: HonestLikes) -> NDArray[np.uint32]:
    """The causes of each like in one number: bit 0 for `any`, bit k for the k-th of `CAUSES`."""
    found = np.ones(len(likes), np.uint32)
    for bit, cause in enumerate(CAUSES.values(), start=1):
        found |= cause(likes).astype(np.uint32) << np.uint32(bit)
    return found
