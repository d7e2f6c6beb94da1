"""Phones of shops and internet cafes, which many strangers use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.world.places import count_in
from sim.world.sizes import draw_sizes

if TYPE_CHECKING:
    from sim.core.random_streams import RandomStreams
    from sim.scenario.schema.crowds import CrowdsSection
    from sim.world import World


def add_shops(world: World, opts: CrowdsSection, rng: RandomStreams) -> None:
    """Let a share of people, `shop_share`, use shops' phones; customers of one live in one region if they can."""
    accounts, devices = world.accounts, world.devices
    persons = world.readers.persons
    place = np.arange(len(persons))
    chosen = np.flatnonzero(rng.uniform_array("shop", 0, place) < opts.shop_share)
    if len(chosen) == 0:
        return
    customers = persons[chosen[np.argsort(accounts.region[persons[chosen]], kind="stable")]].astype(np.int64)
    sizes = draw_sizes(opts.shop_min, opts.shop_max, len(customers), lambda k: rng.uniform("shops", 0, k))
    first = devices.add(len(sizes), shop=True).start
    count_in(devices.accounts, accounts.device[customers], -1)
    accounts.device[customers] = first + np.repeat(np.arange(len(sizes)), sizes)
    count_in(devices.accounts, accounts.device[customers])
