"""Compiled: the network address that somebody is online from."""

# mypy: disable-error-code="no-untyped-def"

from typing import NamedTuple

from numba import int64, uint64

from sim.kernels.compiled import njit, njit_inline
from sim.kernels.ends import smaller
from sim.kernels.mix import mix
from sim.kernels.prefetch import prefetch
from sim.kernels.scales import AHEAD, NEXT_PERSON

HOUR_S, DAY_S = 3600, 86_400


class Shares(NamedTuple):
    """Where people are online from; shares are out of 65536. `work` says that it is a working day."""

    work: bool
    site_from_h: int
    site_until_h: int
    site: int
    mobile: int
    away: int
    proxy: int
    carrier_hours: int
    first_proxy: int
    proxies: int


@njit_inline()
def _carrier(start, weight, region, draw):
    """The carrier's address of a region that a draw of 32 bits falls on."""
    lo, hi = start[region], start[region + 1] - 1
    first = start[0]
    while lo < hi:
        mid = (lo + hi) // 2
        if weight[mid - first] <= draw:
            lo = mid + 1
        else:
            hi = mid
    return lo


@njit(cache=True, nogil=True)
def fill_addresses(account, time_s, entity, seat, home, region, site, start, weight, key, shares, found):
    """Write the address (uint32) that each account is online from at each second.

    A person behind a proxy always is; one who is away for a day uses a carrier of another region; the others are at
    their `site` (an entry a person) at work hours with chance `shares.site`, on their carrier's network with chance
    `shares.mobile`, or at home. Each draw belongs to (account), (account, day), (account, hours) or (account, second).
    """
    regions = start.shape[0] - 1
    rows = account.shape[0]
    places = uint64(NEXT_PERSON - 1)
    for i in range(rows):
        ahead = account[smaller(i + AHEAD, rows - 1)]
        prefetch(entity, ahead, 0)
        prefetch(seat, ahead, 0)
        prefetch(home, ahead, 0)
        prefetch(region, ahead, 0)
        who = account[i]
        if seat[who] < 0:
            found[i] = home[who]
            continue
        h = mix(key ^ entity[who])
        if (h & uint64(0xFFFF)) < uint64(shares.proxy):
            found[i] = shares.first_proxy + int64((h >> uint64(16)) % uint64(shares.proxies))
            continue
        day, hour = time_s[i] // DAY_S, time_s[i] % DAY_S // HOUR_S
        of_day = mix(h ^ uint64(day))
        period = mix(of_day ^ uint64(1 + hour // shares.carrier_hours))
        draw = period >> uint64(32)
        of_carrier = int64(-1)  # the region whose carrier it is, if any
        if (of_day & uint64(0xFFFF)) < uint64(shares.away):
            of_carrier = int64((of_day >> uint64(16)) % uint64(regions))
        else:
            now = mix(of_day ^ (uint64(time_s[i]) << uint64(8)))
            there = site[entity[who] & places]
            at_work = shares.work and shares.site_from_h <= hour < shares.site_until_h
            if there >= 0 and at_work and (now & uint64(0xFFFF)) < uint64(shares.site):
                found[i] = there
                continue
            if ((now >> uint64(16)) & uint64(0xFFFF)) < uint64(shares.mobile):
                of_carrier = int64(region[who])
        found[i] = _carrier(start, weight, of_carrier, draw) if of_carrier >= 0 else home[who]
