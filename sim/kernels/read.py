"""The reader phase, compiled: who comes online, what is shown, opened, read, liked, forwarded, believed.

Visits go through it in batches, pass by pass: `read_visits` begins them, `read_offers` lists what they meet and opens
posts, `read_begin` says how long each is read and when, `read_acts` counts and acts, `read_trust` learns. So each pass
can ask for the memory that the next one needs. All chance is a hash of (key of the tick, reader, post), chances are
sums and products in double precision, which every machine rounds alike, and everything a reader changes is its own row,
so any split over threads or batches gives the same bits. What it reads and writes is laid out in `read_layout`.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import uint64

from sim.kernels.compiled import njit
from sim.kernels.ends import smaller
from sim.kernels.mix import mix
from sim.kernels.read_acts import read_opened
from sim.kernels.read_layout import OFFER, READING, VISIT, Scratch
from sim.kernels.read_offers import ask_for_readings, count_recommended, list_offers, open_offers, open_recommended
from sim.kernels.read_visits import begin_visits, count_that_fit, list_online
from sim.kernels.scales import BATCH, CHUNK, MOST_MET, MOST_OPENED, MOST_WINDOW

__all__ = ["begin_day", "read_posts"]


@njit(cache=True, nogil=True)
def begin_day(record, rate, key, moods):
    """How often each reader visits today, against the average: its activity times a mood, drawn from `moods`.

    Whoever has left does not come.
    """
    for i in range(rate.shape[0]):
        r = record[i]
        rate[i] = 0.0 if r.left else r.activity * moods[mix(key ^ uint64(i)) % uint64(moods.shape[0])]


def read_posts(
    seats,  # Seats; those that visit are changed
    lo,
    hi,
    key_online,
    key_read,
    rhythm,  # (chronotypes,) chance of a visit at average activity; a seat's type is its number modulo theirs
    settings,  # (1,) SETTINGS
    met,  # Offers
    chances,  # Chances
    counts,  # Counts, added to
    rows,  # (capacity,) ROW
    n_rows,
):
    """Let seats [lo, hi) live through one tick; return (first seat not visited, rows written, impressions).

    Stops before a seat whose rows might not fit; the caller empties `rows` and calls again.
    """
    scratch = _make_scratch(met.entry.shape, int(settings["follow_window"][0]), int(settings["feed_window"][0]))
    return _read_posts(
        seats, lo, hi, key_online, key_read, rhythm, settings, met, chances, scratch, counts, rows, n_rows
    )


def _make_scratch(slots, follow_window, feed_window):
    """Memory for a call of the kernel, which would take long to compile there; `slots` is the shape of the lists."""
    hits = np.zeros(MOST_WINDOW, np.bool_)
    return Scratch(
        starts=np.zeros((slots[0], max(0, slots[1] - feed_window)), np.int64),
        who=np.empty(CHUNK, np.int64),
        visits=np.empty(BATCH, VISIT),
        offers=np.empty(BATCH * (follow_window + MOST_MET), OFFER),
        opened=np.empty((BATCH, MOST_OPENED), OFFER),
        readings=np.empty(MOST_OPENED, READING),
        places=np.empty(MOST_WINDOW + 1, np.uint64),
        hits=hits,
        eights=hits.view(np.uint64),
    )


@njit(cache=True, nogil=True)
def _read_posts(seats, lo, hi, key_online, key_read, rhythm, settings, met, chances, scratch, counts, rows, n_rows):
    """As `read_posts`, with a `Scratch`."""
    s = settings[0]
    starts, who, visits, opened = scratch.starts, scratch.who, scratch.visits, scratch.opened
    impressions = 0
    stopped = hi
    for first in range(lo, hi, CHUNK):
        n_who = list_online(seats, first, smaller(first + CHUNK, hi), key_online, rhythm, s, who)
        at = 0
        while at < n_who:
            now = who[at : smaller(at + BATCH, n_who)]
            n = count_that_fit(seats.first_person, now, rows.shape[0] - n_rows)
            if n == 0:
                stopped = who[at]
                break
            batch = visits[:n]
            begin_visits(seats, now[:n], key_read, s, chances.patience, batch)
            list_offers(seats, met, chances, s, batch, scratch.places, scratch.offers)
            impressions += open_offers(met.posts, batch, scratch.offers, counts.shown, opened)
            open_recommended(met, chances, s, batch, scratch.hits, scratch.eights, starts, opened)
            ask_for_readings(seats, batch, opened, counts.readings)
            n_rows = read_opened(seats, met.posts, chances, s, batch, opened, scratch.readings, counts, rows, n_rows)
            at += n
        if stopped < hi:
            break
    impressions += count_recommended(met.entry, s.feed_window, starts, counts.shown)
    return stopped, n_rows, impressions
