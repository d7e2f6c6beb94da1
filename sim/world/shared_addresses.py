"""Addresses that strangers share: those of carriers, and hosted ones; and who is behind which at a moment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import AddressClass
from sim.core.random_streams import RandomStreams, stream_key
from sim.kernels.addresses import Shares, fill_addresses
from sim.kernels.scales import ONE_16, ONE_32

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.scenario import Scenario
    from sim.scenario.schema.accounts import AccountsSection
    from sim.world import World


class SharedAddresses(NamedTuple):
    """Rows of `Addresses`: carriers' by region (`start`, regions + 1), and hosted ones (`first_proxy`, `proxies`).

    `weight` (one a carrier's address) is the cumulative share of the region's people behind it, in units of 2**-32.
    """

    start: NDArray[np.int64]
    weight: NDArray[np.uint64]
    first_proxy: int
    proxies: int


def add_shared_addresses(
    world: World, opts: AccountsSection, rng: RandomStreams, region: NDArray[np.uint8]
) -> SharedAddresses:
    """Add carriers' addresses until all people of a region (one entry of `region` each) fit, and the hosted ones.

    People behind an address are log-uniform from `carrier_min` to `carrier_max`.
    """
    people = np.bincount(region, minlength=opts.regions)
    start, weight = [world.addresses.n], []
    spread = math.log(max(opts.carrier_max, opts.carrier_min) / opts.carrier_min)
    for number, count in enumerate(people.tolist()):
        sizes: list[float] = []
        while sum(sizes) < count or not sizes:
            u = rng.uniform("carriers", number, len(sizes))
            sizes.append(opts.carrier_min * math.exp(spread * u))
        total = math.fsum(sizes)
        weight += [min(1.0, sum(sizes[: k + 1]) / total) for k in range(len(sizes))]
        start.append(start[-1] + len(sizes))
        world.addresses.add(len(sizes), kind=AddressClass.MOBILE, region=number)
    proxies = max(1, round(opts.proxy_share * len(region) / opts.proxy_size))
    where = rng.bits_array("proxies", 0, np.arange(proxies)) % np.uint64(opts.regions)
    first = world.addresses.add(proxies, kind=AddressClass.HOSTED, region=where.astype(np.uint8)).start
    return SharedAddresses(np.array(start), (np.array(weight) * ONE_32).astype(np.uint64), first, proxies)


def find_addresses(
    world: World, scenario: Scenario, seed: int, clock: Clock, account: NDArray[Any], time_s: NDArray[Any]
) -> NDArray[np.uint32]:
    """The address that each account is online from at a second: home, campus or office, carrier, or a hosted one.

    Accounts without a seat use the address that they were bought with.
    """
    opts, shared, accounts = scenario.accounts, world.shared, world.accounts
    found = np.empty(len(account), np.uint32)
    fill_addresses(
        account, time_s, accounts.entity, accounts.seat, accounts.address, accounts.region, world.readers.site,
        shared.start, shared.weight, np.uint64(stream_key(seed, "online from", 0)),
        Shares(
            work=clock.weekday < scenario.rhythm.first_day_off,
            site_from_h=opts.site_from_h,
            site_until_h=opts.site_until_h,
            site=round(opts.site_presence * ONE_16),
            mobile=round(opts.mobile_share * ONE_16),
            away=round(opts.away_share * ONE_16),
            proxy=round(opts.proxy_share * ONE_16),
            carrier_hours=opts.carrier_hours,
            first_proxy=shared.first_proxy,
            proxies=shared.proxies,
        ),
        found,
    )  # fmt: skip
    return found
