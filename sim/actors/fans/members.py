"""Who is a member of which fan club."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state import State
from sim.world.sizes import spread_sizes


def found_clubs(state: State) -> list[tuple[int, NDArray[np.int64]]]:
    """The star (a creator) of each club and its members (places among the people), until enough people are members.

    The most followed creators have a club each. Nobody is in two clubs, or in that of oneself. The number of the club
    is written to the members' accounts.
    """
    opts, world = state.scenario.crowds, state.world
    persons, accounts = world.readers.persons, world.accounts
    wanted = round(opts.fan_share * len(persons))
    sizes = spread_sizes(opts.fan_club_min, opts.fan_club_max, wanted)
    most = np.iinfo(accounts.fan_club.dtype).max
    stars = np.argsort(-world.creators.followers, kind="stable")[: min(len(sizes), most)].tolist()
    clubs: list[tuple[int, NDArray[np.int64]]] = []
    for number, (star, size) in enumerate(zip(stars, sizes, strict=False)):
        members = _draw_members(state, number, star, size)
        accounts.fan_club[persons[members]] = number
        clubs.append((star, members))
    return clubs


def _draw_members(state: State, club: int, star: int, size: int) -> NDArray[np.int64]:
    """Places in order: followers of the star from one campus, then other followers, then anybody."""
    world, rng = state.world, state.rng
    persons, accounts = world.readers.persons, world.accounts
    seat = accounts.seat[persons]
    free = (accounts.fan_club[persons] < 0) & (accounts.creator[persons] != star)
    follows = free & world.readers.seats_following(star)[seat]
    campus = np.where(world.readers.site >= 0, world.addresses.campus[world.readers.site], -1)
    students = np.flatnonzero(follows & (campus >= 0))
    home = campus[students[rng.integer("campus of fans", 0, club, len(students))]] if len(students) else 0
    members = np.zeros(0, np.int64)
    local = round(state.scenario.crowds.fan_local_share * size)
    for group, most in ((follows & (campus == home), local), (follows, size), (free, size)):
        if len(members) >= most:
            continue  # in a large world it takes long to put everybody in an order
        drawn = np.setdiff1d(np.flatnonzero(group), members, assume_unique=True)
        order = rng.permutation("fans", club, drawn)
        members = np.concatenate([members, drawn[order[: max(0, most - len(members))]]])
    return np.sort(members)
