"""At the day's end some people give up their account and others sign up, change their phone, or move house."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Status
from sim.kernels.scales import FULL_16, NEXT_PERSON
from sim.state import State
from sim.world import World
from sim.world.places import count_in


def change_accounts(state: State) -> None:
    """Churn and sign-ups, changes of phones, moves: each of people drawn by the day.

    Creators keep their accounts. Whoever signs up takes the seat of somebody who has left for good, with its habits,
    friends and subscriptions, but no experience of the platform.
    """
    opts = state.scenario.accounts
    leaving = _drawn(state, "churn", opts.sign_ups_per_day)
    if len(leaving):
        _sign_up(state, leaving)
    changing = _drawn(state, "phone change", opts.phone_changes_per_day)
    if len(changing):
        accounts = state.world.readers.persons[changing].astype(np.int64)
        _give_phones(state, accounts, _phones_for(state, "phone change", accounts))
    moving = _drawn(state, "move", opts.moves_per_day)
    if len(moving):
        _move(state, state.world.readers.persons[moving].astype(np.int64))


def _drawn(state: State, stream: str, rate: float) -> NDArray[np.int64]:
    """Places in the list of people, each once, in order; about `rate` of all, and no creators."""
    world, day = state.world, state.clock.day
    n = len(world.readers.persons)
    count = int(n * rate + state.rng.uniform(stream, day, 0))
    bits = state.rng.bits_array(stream, day, 1 + np.arange(count))
    place = np.unique((bits % np.uint64(n)).astype(np.int64))
    drawn: NDArray[np.int64] = place[world.accounts.creator[world.readers.persons[place]] < 0]
    return drawn


def _sign_up(state: State, place: NDArray[np.int64]) -> None:
    """Close the accounts of these people, and open new ones for those who take their seats."""
    world = state.world
    accounts, readers = world.accounts, world.readers
    old = readers.persons[place].astype(np.int64)
    seat, address, region = accounts.seat[old], accounts.address[old], accounts.region[old]
    count_in(world.devices.accounts, accounts.device[old], -1)
    count_in(world.addresses.accounts, address, -1)
    accounts.status[old] = Status.CLOSED
    accounts.seat[old] = -1
    phones = _phones_for(state, "sign up", old)
    entity = accounts.entity[old] + np.uint64(NEXT_PERSON)
    registered = np.full(len(old), state.clock.day + 1)
    new = world.open_accounts(
        phones, address, region, registered, seat=seat, entity=entity, fan_club=accounts.fan_club[old]
    )
    readers.persons[place] = np.arange(new.start, new.stop)
    _forget(state, seat)


def _forget(state: State, seat: NDArray[Any]) -> None:
    """A newcomer believes what everybody believed at the start, and has read nothing.

    Of a seat of several people the beliefs go that part of the way that the newcomers (an entry of `seat` each) are
    of them; what was read and what waits is gone when all of them are new, and then nobody has left.
    """
    opts, readers = state.scenario.readers, state.world.readers
    seats, new = np.unique(seat, return_counts=True)
    people = readers.people[seats]
    start = {
        "trust_counts": round(opts.trust_start * FULL_16),
        "trust_platform": round(opts.trust_start * FULL_16),
        "expect": round(opts.expect_start * FULL_16),
        "finished": state.world.accounts.finished_start,
    }
    for name, value in start.items():
        held = readers.record[name][seats].astype(np.int64)
        readers.record[name][seats] = held + (value - held) * new // people
    emptied = seats[new == people]
    readers.record["inbox_n"][emptied] = 0
    readers.ring[emptied] = 0
    readers.record["left"][emptied] = False


def _phones_for(state: State, stream: str, accounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """A phone for each: mostly new, and else one that still carries somebody else's account."""
    world, day = state.world, state.clock.day
    u = state.rng.uniform_array(f"{stream} used", day, world.accounts.entity[accounts])
    used = np.flatnonzero(u < state.scenario.accounts.used_phone_share)
    first = world.devices.add(len(accounts)).start
    phones = first + np.arange(len(accounts))
    seller = _anybody(state, f"{stream} seller", accounts[used])
    phones[used] = world.accounts.device[seller]
    return phones


def _anybody(state: State, stream: str, accounts: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of `accounts` somebody among the people of the platform."""
    persons = state.world.readers.persons
    bits = state.rng.bits_array(stream, state.clock.day, state.world.accounts.entity[accounts])
    found: NDArray[np.int64] = persons[(bits % np.uint64(len(persons))).astype(np.int64)].astype(np.int64)
    return found


def _give_phones(state: State, accounts: NDArray[np.int64], phones: NDArray[np.int64]) -> None:
    world = state.world
    count_in(world.devices.accounts, world.accounts.device[accounts], -1)
    count_in(world.devices.accounts, phones)
    world.accounts.device[accounts] = phones


def _move(state: State, accounts: NDArray[np.int64]) -> None:
    """Move in with somebody, or into what was somebody's home."""
    world: World = state.world
    host = _anybody(state, "new home", accounts)
    count_in(world.addresses.accounts, world.accounts.address[accounts], -1)
    count_in(world.addresses.accounts, world.accounts.address[host])
    world.accounts.address[accounts] = world.accounts.address[host]
    world.accounts.region[accounts] = world.accounts.region[host]
