"""What a thread needs to run readers: spans of them, counters, and room for what they do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernels.read import read_posts
from sim.kernels.read_layout import READING_COUNTS, ROW, SURFACES, Chances, Counts, Offers, Seats
from sim.kernels.scales import CHUNK, MOST_OPENED, ROWS_PER_VISIT

SMALLEST_SPAN = 8_000  # readers; a smaller one is not worth another call
MOST_SMALL = 8  # small spans that are cut from the caller's share
# what all calls of the kernel in a tick are given: two keys, rhythm, settings, what there is to be met, and chances
TickArguments = tuple[np.uint64, np.uint64, NDArray[Any], NDArray[Any], Offers, Chances]


class ReaderSpan:
    """Readers [lo, hi) and what they did, in their order."""

    def __init__(self, lo: int, hi: int) -> None:
        self.lo, self.hi = lo, hi
        self.parts: list[NDArray[Any]] = []


def spans(n_readers: int, threads: int) -> list[ReaderSpan]:
    """Readers in spans: a large one for each thread but the caller's, and small ones for whoever is free.

    The caller has other things to do first, and threads may have to wait for their cores.
    """
    n_small = 1 if threads == 1 else max(1, min(MOST_SMALL, n_readers // threads // SMALLEST_SPAN))
    shares = [*[1 / threads] * (threads - 1), *[1 / threads / n_small] * n_small]
    edges = np.concatenate([[0.0], np.cumsum(shares)]) * -(-n_readers // CHUNK)
    bounds = np.minimum(np.rint(edges).astype(int) * CHUNK, n_readers)
    return [ReaderSpan(int(lo), int(hi)) for lo, hi in pairwise(bounds)]


class WorkerBuffer:
    """A thread's buffers: what it counts for the readers it has run (`counts`), and what they do (`rows`).

    Counters are at 0 between ticks: whoever takes what was counted clears them, and sets `counted` back. Where it is
    still set, a tick was broken off.
    """

    def __init__(self, readers: int) -> None:
        self.rows = np.zeros(2 * min(readers + CHUNK, CHUNK) * ROWS_PER_VISIT, ROW)
        self.started = Event()
        self.impressions = 0
        self.room = _counters(0, 0, 0, 0)  # kept from tick to tick: new memory costs more than the counting
        self.counts = self.room  # as much of it as this tick needs
        self.met = np.zeros(0, np.int32)  # room for the posts that were met
        self.counted = False  # whether counters may differ from 0

    def begin(self, n_posts: int, n_creators: int, n_times: int, tick_s: int) -> None:
        """Have counters for a tick of this many posts, creators, lengths of a reading, and seconds."""
        if self.counted:
            for table in self.room:
                table[:] = 0
            self.counted = False
        lengths = n_posts, n_posts, n_creators, n_times, tick_s, MOST_OPENED + 1
        if any(len(table) < n for table, n in zip(self.room, lengths, strict=True)):
            self.room = _counters(2 * n_posts, 2 * n_creators, n_times, tick_s)
            self.met = np.empty(2 * n_posts + 1, np.int32)
        self.counts = Counts(*(table[:n] for table, n in zip(self.room, lengths, strict=True)))
        self.started.clear()
        self.impressions = 0

    def run(self, todo: Iterator[ReaderSpan], seats: Seats, tick: TickArguments) -> None:
        """Run the kernel over spans of readers as long as there are any, emptying the buffer whenever it is full."""
        self.started.set()
        self.counted = True
        for span in todo:
            at = span.lo
            while at < span.hi:
                before_at = at
                at, n_rows, seen = read_posts(seats, at, span.hi, *tick, self.counts, self.rows, 0)
                self.impressions += seen
                span.parts.append(_copy(self.rows[:n_rows]))
                if at == before_at:  # a seat of more people than there is room for
                    self.rows = np.zeros(2 * len(self.rows), ROW)


def _counters(n_posts: int, n_creators: int, n_times: int, tick_s: int) -> Counts:
    return Counts(
        shown=np.zeros((n_posts, SURFACES), np.int32),
        readings=np.zeros((n_posts, READING_COUNTS), np.int32),
        followers=np.zeros((n_creators, 2), np.int64),
        reading_times=np.zeros(n_times, np.int64),
        view_gaps=np.zeros(tick_s, np.int64),
        visits_by_reads=np.zeros(MOST_OPENED + 1, np.int64),
    )


def _copy(rows: NDArray[Any]) -> NDArray[Any]:
    """The same rows elsewhere. They are moved as bytes: NumPy moves records field by field."""
    return rows.view(np.uint8).copy().view(ROW)


def one_after_another(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """All rows in one array, moved as bytes likewise."""
    if len(parts) == 1:
        return parts[0]
    found = np.empty(sum(map(len, parts)), ROW)
    raw, at = found.view(np.uint8), 0
    for part in parts:
        moved = part.view(np.uint8)
        raw[at : at + len(moved)] = moved
        at += len(moved)
    return found
