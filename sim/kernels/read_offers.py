"""Compiled: what visitors are offered, and which posts they open."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import float64, int32, int64, uint32, uint64

from sim.kernels.compiled import njit_inline, njit_inner
from sim.kernels.ends import smaller
from sim.kernels.mix import mix, mix_32, place_in, unit_24
from sim.kernels.prefetch import prefetch, prefetch_to_write
from sim.kernels.read_layout import CHAT, HOT, LINKED, MOMENTS, OUTSIDE, SCROLLED, SEARCH, SEARCHED, SUBSCRIPTION
from sim.kernels.scales import CACHE_LINE, FOLLOWS_IN_LINE, HITS_IN_WORD, NEAR, ONE_32

# of the types that `_offer` is compiled for
FROM_FOLLOWED, FROM_FRIENDS, FROM_CHAT, FROM_OUTSIDE, FROM_SEARCH = map(
    np.uint8, (SUBSCRIPTION, MOMENTS, CHAT, OUTSIDE, SEARCH)
)
NOBODY, NO_WAY = np.int32(-1), np.uint8(0)


@njit_inline()
def interest_in(taste, topic):
    """Interest (0..255) in a topic out of the eight packed into `taste`."""
    return (taste >> (uint64(topic) << uint64(3))) & uint64(0xFF)


@njit_inline()
def _offer(n, offers, posts, post, surface, parent, way, chance):
    """Write offer number `n`, and ask for the post."""
    prefetch(posts, post, 0)
    o = offers[n]
    o.post = post
    o.surface = surface
    o.parent = parent
    o.way = way
    o.chance = chance
    return n + uint64(1)


@njit_inline()
def _is_unseen(tick, last, sender, seats, me):
    """Whether a link came since the last visit: links of a tick come after its visits, but one's own are known."""
    if tick != last or tick < int64(0):
        return tick > last
    at, end = seats.first_person[me], seats.first_person[me + uint64(1)]
    while at < end and seats.persons[at] != sender:
        at += 1
    return at == end


@njit_inner()
def list_offers(seats, met, chances, s, visits, hits, offers):
    """List in `offers` (dtype `OFFER`) what waits for each of the `visits`, one visit after the other.

    These are the newest posts of some creators followed, friends' forwards, links in the group chat, from outside and
    by search; `visits` keep where theirs end, and inboxes are emptied.
    """
    record, lists, follows, follow_trust = seats.record, seats.lists, seats.follows, seats.follow_trust
    posts, latest_tick, latest_post = met.posts, met.latest_tick, met.latest_post
    evergreen, outside = met.evergreen, met.outside
    chat_post, chat_tick, chat_from, chat_depth = met.chat_post, met.chat_tick, met.chat_from, met.chat_depth
    open_on = chances.open_on
    window, links = uint64(s.follow_window), uint64(s.chat_slots)
    n = uint64(0)
    for w in range(visits.shape[0]):
        v = visits[w]
        me, k, last = v.seat, v.key, v.last
        r = record[me]
        at, size = uint64(r.follow_at), uint64(r.follow_n)
        found = uint64(0)
        j = uint64(v.look_at)
        for _ in range(smaller(window, size)):
            hits[found] = at + j  # without a branch, which nobody could predict
            found += uint64(latest_tick[follows[at + j]] > last)
            j = j + uint64(1) if j + uint64(1) < size else uint64(0)
        for j in range(found):
            c = follows[hits[j]]
            chance = open_on[SUBSCRIPTION] * float64(follow_trust[hits[j]])
            offers[n].place = hits[j] - at
            n = _offer(n, offers, posts, int64(latest_post[c]), FROM_FOLLOWED, NOBODY, NO_WAY, chance)
        waiting = lists[me]
        for j in range(r.inbox_n):
            p = int64(waiting.inbox[j]) - 1 - s.first_id
            way = r.inbox_way[j]
            chance = open_on[MOMENTS] * (1.0 + s.tie if way & NEAR else 1.0 - s.tie)
            n = _offer(n, offers, posts, p, FROM_FRIENDS, waiting.inbox_from[j], way, chance)
        r.inbox_n = 0
        chat = uint32(me) // uint32(s.chat_size)
        for j in range(links):
            p = int64(chat_post[chat, j]) - 1 - s.first_id
            _offer(n, offers, posts, p, FROM_CHAT, chat_from[chat, j], chat_depth[chat, j], open_on[CHAT])
            n += uint64(_is_unseen(int64(chat_tick[chat, j]), last, chat_from[chat, j], seats, me))
        if s.n_outside > 0 and unit_24(mix(k ^ uint64(LINKED))) < s.outside_share:
            p = int64(outside[(k >> uint64(FOLLOWS_IN_LINE)) % uint64(s.n_outside)])
            n = _offer(n, offers, posts, p, FROM_OUTSIDE, NOBODY, NO_WAY, open_on[OUTSIDE])
        g = mix(k ^ uint64(SEARCHED))
        if evergreen.shape[1] > 0 and unit_24(g) < s.search_share:
            slot = (g & uint64(0xFFFFFF)) * uint64(evergreen.shape[1]) >> uint64(24)
            n = _offer(n, offers, posts, int64(evergreen[v.cell, slot]), FROM_SEARCH, NOBODY, NO_WAY, open_on[SEARCH])
        v.offers = n


@njit_inner()
def open_offers(posts, visits, offers, shown, opened):
    """Let each visitor open what it is offered, as far as it has patience (`opened`, by visit).

    Return impressions of people.
    """
    n_alive = posts.shape[0]
    impressions = 0
    begin = 0
    for w in range(visits.shape[0]):
        v = visits[w]
        k32 = uint32(v.key)
        taste, people, zeal, trust, most = v.taste, v.people, v.zeal, v.trust, v.most
        n = 0
        for j in range(begin, v.offers):
            o = offers[j]
            p = o.post
            if p < 0 or p >= n_alive:
                continue  # its post is no longer shown anywhere
            shown[p, o.surface] += people
            impressions += people
            post = posts[p]
            chance = float64(post.base) * (1.0 + float64(post.proof) * trust)
            chance *= float64(interest_in(taste, post.topic)) * zeal * o.chance
            if float64(mix_32(post.key ^ k32)) < chance * ONE_32 and n < most:
                opened[w, n] = offers[j]
                n += 1
        begin = v.offers
        v.opened = n
    return impressions


@njit_inner()
def open_recommended(met, chances, s, visits, hits, eights, starts, opened):
    """Let each visitor look at neighbouring slots of its recommendation list, from a random place, and open some.

    `hits`, False beyond the window, says which; `eights` is the same memory, eight slots a number. `starts` (cells,
    slots) counts people by the slot they begin with: `count_recommended` makes impressions of it.
    """
    entry, key, base, proof, shift = met.entry, met.key, met.base, met.proof, met.shift
    open_on = chances.open_on[HOT]
    n_slots = starts.shape[1]
    if n_slots == 0:
        return
    window = uint64(s.feed_window)  # read once, else the loop over it could not be vectorised
    for w in range(visits.shape[0]):
        v = visits[w]
        k32 = uint32(v.key)
        taste, zeal, trust = v.taste, v.zeal, v.trust
        cell = uint64(v.cell)
        at = uint64(place_in(mix(v.key ^ uint64(SCROLLED)), n_slots))
        starts[cell, at] += v.people
        for q in range(window):
            slot = at + q
            chance = float64(base[cell, slot]) * (1.0 + float64(proof[cell, slot]) * trust)
            interest = float64(int32((taste >> shift[cell, slot]) & uint64(0xFF)))
            hits[q] = float64(mix_32(key[cell, slot] ^ k32)) < chance * interest * zeal * open_on * ONE_32
        found = False
        for q in range((window + uint64(HITS_IN_WORD - 1)) // uint64(HITS_IN_WORD)):
            found |= eights[q] != uint64(0)
        if found:
            n, most = v.opened, v.most
            for q in range(window):
                if hits[q] and n < most:
                    o = opened[w, n]
                    o.post = entry[cell, at + q]
                    o.surface = HOT
                    o.parent = -1
                    o.way = 0
                    n += 1
            v.opened = n


@njit_inner()
def ask_for_readings(seats, visits, opened, readings):
    """Ask for the memory that readings of opened posts are going to need."""
    record, lists, follows, follow_trust = seats.record, seats.lists, seats.follows, seats.follow_trust
    for w in range(visits.shape[0]):
        v = visits[w]
        if v.opened > 0:
            me = v.seat
            prefetch_to_write(lists, me, CACHE_LINE)
            at, size = uint64(record[me].follow_at), uint64(record[me].follow_n)
            if size > 0:
                for place in range(at, at + size, uint64(FOLLOWS_IN_LINE)):
                    prefetch(follows, place, 0)
                prefetch(follows, at + size - uint64(1), 0)
                prefetch(follow_trust, at, 0)
            for j in range(v.opened):
                prefetch_to_write(readings, opened[w, j].post, 0)
                prefetch_to_write(readings, opened[w, j].post, CACHE_LINE)


@njit_inner()
def count_recommended(entry, window, starts, shown):
    """Add to `shown` the people who looked at each slot, in stretches of `window` from where they began.

    Return their impressions. `starts` (cells, slots) says how many began at each.
    """
    n_slots = starts.shape[1]
    impressions = 0
    if n_slots == 0:
        return impressions  # nobody filled `entry`
    for cell in range(starts.shape[0]):
        people = 0
        for at in range(n_slots + window):
            if at < n_slots:
                people += starts[cell, at]
            if at >= window:
                people -= starts[cell, at - window]
            p = entry[cell, at]
            if p >= 0:
                shown[p, HOT] += people
                impressions += people
    return impressions
