"""Who is a member of which fan club."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state import State
from sim.world.sizes import draw_sizes


def found_clubs(state: State) -> list[tuple[int, NDArray[np.int64]]]:
    """The star (a creator) of each club and its members (places among the people), until enough people are members.

    The most followed creators have a club each. Members are drawn among the star's followers, and then among others;
    nobody is in two clubs, or in that of oneself. The number of the club is written to the members' accounts.
    """
    opts, world, rng = state.scenario.crowds, state.world, state.rng
    persons, accounts = world.readers.persons, world.accounts
    wanted = round(opts.fan_share * len(persons))
    sizes = draw_sizes(opts.fan_club_min, opts.fan_club_max, wanted, lambda k: rng.uniform("fan clubs", 0, k))
    most = np.iinfo(accounts.fan_club.dtype).max
    stars = np.argsort(-world.creators.followers, kind="stable")[: min(len(sizes), most)].tolist()
    clubs: list[tuple[int, NDArray[np.int64]]] = []
    for number, (star, size) in enumerate(zip(stars, sizes, strict=False)):
        free = (accounts.fan_club[persons] < 0) & (accounts.creator[persons] != star)
        follows = (world.readers.follows == star).any(axis=1)[accounts.seat[persons]]
        members = np.zeros(0, np.int64)
        for group in (follows, ~follows):
            drawn = np.flatnonzero(free & group)
            order = rng.permutation("fans", number, drawn)
            members = np.concatenate([members, drawn[order[: size - len(members)]]])
            if len(members) == size:
                break
        members = np.sort(members)
        accounts.fan_club[persons[members]] = number
        clubs.append((star, members))
    return clubs
