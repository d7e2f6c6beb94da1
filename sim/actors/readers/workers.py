"""Readers come online on threads: tables for the kernel, spans of readers, and what they did."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from threading import Event
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.actors.readers.inputs import draw_moods, outside_links, posts_of_tick
from sim.actors.readers.settings import kernel_settings, open_chances
from sim.core.cores import usable_cores
from sim.core.enums import N_SURFACES, Kind, Origin
from sim.core.errors import RunError
from sim.core.random_streams import stream_key
from sim.kernels.count import add_counts, add_followers
from sim.kernels.read import read_posts
from sim.kernels.read_layout import (
    LOST,
    ORGANIC,
    READ,
    READING_COUNTS,
    ROW,
    SURFACES,
    UNFOLLOW,
    WON,
    Chances,
    Counts,
    Offers,
    Seats,
)
from sim.kernels.scales import CHUNK, ROWS_PER_VISIT
from sim.state import State
from sim.world.reader_tables import by_quality, parts_read, slots
from sim.world.rhythm import visit_chances

FORKED = "the process was forked in the middle of a tick, and the readers' threads are not in the new one"
WORTH_A_SPAN = 8_000  # readers; a smaller one is not worth another call
MOST_SMALL = 8
COUNTED = ("impressions", "reads", "finishes", "dwell_s", "short_reads")
COUNTED_UNLIKED = ("unliked_hot_impressions", "unliked_hot_reads", "unliked_reads")
WORTH_PARTS = 300  # entries (forwards, seats); to divide fewer between threads costs more than it brings
WORTH_A_THREAD = 20_000  # readers; below that a second thread costs more than it brings
Result = TypeVar("Result")
# what all calls of the kernel in a tick are given: two keys, rhythm, settings, what there is to be met, and chances
TickArguments = tuple[np.uint64, np.uint64, NDArray[Any], NDArray[Any], Offers, Chances]


class WorkerBuffer:
    """A thread's buffers: what it counts for the readers it has run, and room for what they do.

    Counters are at 0 between ticks: whoever takes what was counted clears them, and sets `counted` back. Where it is
    still set, a tick was broken off.
    """

    def __init__(self, readers: int) -> None:
        self.rows = np.zeros(2 * min(readers + CHUNK, CHUNK) * ROWS_PER_VISIT, ROW)
        self.started = Event()
        self.impressions = 0
        self.room = _counters(0)  # kept from tick to tick: new memory costs more than the counting
        self.counts = self.room
        self.change = np.zeros((0, 2), np.int64)
        self.reading_times = np.zeros(0, np.int64)
        self.counted = False

    def begin(self, n_posts: int, n_creators: int, n_times: int) -> None:
        """Have counters for a tick of this many posts, creators and lengths of a reading."""
        if self.counted:
            for table in self.room:
                table[:] = 0
            self.change[:] = 0
            self.reading_times[:] = 0
            self.counted = False
        if n_posts > len(self.room.shown):
            self.room = _counters(2 * n_posts)
        self.counts = Counts(*(table[:n_posts] for table in self.room))
        if n_creators > len(self.change):
            self.change = np.zeros((n_creators, 2), np.int64)
        if n_times > len(self.reading_times):
            self.reading_times = np.zeros(n_times, np.int64)
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
                counters = self.counts, self.change, self.reading_times
                at, n_rows, seen = read_posts(seats, at, span.hi, *tick, *counters, self.rows, 0)
                self.impressions += seen
                span.parts.append(_copy(self.rows[:n_rows]))
                if at == before_at:  # a seat of more people than there is room for
                    self.rows = np.zeros(2 * len(self.rows), ROW)


def _counters(n_posts: int) -> Counts:
    return Counts(*(np.zeros((n_posts, columns), np.int32) for columns in (SURFACES, READING_COUNTS)))


class ReaderSpan:
    """Readers [lo, hi) and what they did, in their order."""

    def __init__(self, lo: int, hi: int) -> None:
        self.lo, self.hi = lo, hi
        self.parts: list[NDArray[Any]] = []


def spans(n_readers: int, threads: int) -> list[ReaderSpan]:
    """Readers in spans: a large one for each thread but the caller's, and small ones for whoever is free.

    The caller has other things to do first, and threads may have to wait for their cores.
    """
    rest = 1 if threads == 1 else max(1, min(MOST_SMALL, n_readers // threads // WORTH_A_SPAN))
    shares = [*[1 / threads] * (threads - 1), *[1 / threads / rest] * rest]
    edges = np.concatenate([[0.0], np.cumsum(shares)]) * -(-n_readers // CHUNK)
    bounds = np.minimum(np.rint(edges).astype(int) * CHUNK, n_readers)
    return [ReaderSpan(int(lo), int(hi)) for lo, hi in pairwise(bounds)]


class ReaderWorkers:
    """Runs the reader kernel once a tick, on threads.

    Holds only buffers: nothing in it needs to survive a checkpoint, and the number of threads changes no bit.
    `log_reads` asks for organic reads in the log although no detector needs them.
    """

    def __init__(self, n_readers: int, threads: int | None = None, log_reads: bool = False) -> None:
        self.log_reads = log_reads
        self.n_readers = n_readers
        self.threads = threads or max(1, min(usable_cores(), n_readers // WORTH_A_THREAD))
        self.spans = spans(n_readers, self.threads)
        self.buffers = [WorkerBuffer(n_readers) for _ in range(self.threads)]  # the first is the caller's own
        self.pool: ThreadPoolExecutor | None = None
        self.process = 0  # whose the pool's threads are: a forked process has the pool and none of them
        self.running: list[Future[None]] = []
        self.running_in = 0  # the process in which they were started
        self.todo: Iterator[ReaderSpan] = iter(())
        self.arguments: tuple[Any, Any] | None = None
        self.impressions = 0  # of the last tick
        self.fixed: tuple[Any, ...] | None = None  # tables and numbers that stay the same

    def __getstate__(self) -> dict[str, Any]:
        return {"n_readers": self.n_readers, "threads": self.threads, "log_reads": self.log_reads}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self.__init__(**kept)  # type: ignore[misc]

    def wants_reads(self, state: State) -> bool:
        """Whether somebody needs organic reads in the log."""
        detectors = state.policy.detectors.values()
        return self.log_reads or any(d.needs_reads for d in detectors if d is not None)

    def start(self, state: State) -> None:
        """Send the readers into the tick; they act on other cores while the caller goes on."""
        world = state.world
        n_posts = world.alive.stop - world.alive.start
        self.impressions = 0
        self.running = []
        self.arguments = None
        if state.clock.starts_day:
            draw_moods(state)
        if n_posts == 0:
            return
        seats, tick = self._arguments(state, self.wants_reads(state))
        for buffer in self.buffers:
            buffer.begin(n_posts, world.creators.n, state.scenario.readers.longest_reading_s + 1)
        for span in self.spans:
            span.parts = []
        self.arguments = (seats, tick)
        self.todo = iter(self.spans)
        if self.threads == 1:
            return
        self.running = [self._pool().submit(buffer.run, self.todo, seats, tick) for buffer in self.buffers[1:]]
        self.running_in = os.getpid()
        for buffer in self.buffers[1:]:
            buffer.started.wait()  # else the caller would keep the interpreter to itself and nothing would overlap

    def finish(self, state: State) -> None:
        """Work along on the readers who are left; counts go to the posts, interactions to the log."""
        if self.arguments is None:
            return
        if self.running and self.running_in != os.getpid():
            raise RunError(FORKED)
        self.buffers[0].run(self.todo, *self.arguments)
        for done in self.running:
            done.result()
        self._gather(state)

    def _pool(self) -> ThreadPoolExecutor:
        """The other threads."""
        if self.pool is None or self.process != os.getpid():
            self.pool, self.process = ThreadPoolExecutor(self.threads - 1), os.getpid()
        return self.pool

    def parts_worth(self, entries: int) -> int:
        """In how many parts to divide compiled work on so many entries between the threads."""
        return self.threads if entries >= WORTH_PARTS else 1

    def run_calls(self, calls: list[Callable[[], Result]]) -> list[Result]:
        """What the calls return; the caller makes the first, other threads the rest at the same time."""
        others = [self._pool().submit(call) for call in calls[1:]]
        return [call() for call in calls[:1]] + [other.result() for other in others]

    def run_in_parts(self, function: Callable[..., Any], n: int, *arguments: Any) -> None:
        """Call `function` with bounds [first, last) and the other arguments, over `n` entries, on all threads."""
        parts = self.parts_worth(n)
        bounds = pairwise(n * part // parts for part in range(parts + 1))
        self.run_calls([partial(function, *each, *arguments) for each in bounds])

    def run(self, state: State) -> None:
        """Let all readers act in the tick."""
        self.start(state)
        self.finish(state)

    def _arguments(self, state: State, want_reads: bool) -> tuple[Seats, TickArguments]:
        """Arguments of the kernel before and after the bounds of the span."""
        world, opts, clock = state.world, state.scenario.readers, state.clock
        readers, seed, tick = world.readers, state.reader_rng.seed, clock.tick
        if self.fixed is None:
            self.fixed = Chances(open_chances(opts), parts_read(opts), *by_quality(opts)), kernel_settings(state)
        chances, settings = self.fixed
        table, latest, visits = posts_of_tick(state)
        outside = outside_links(state, len(table))
        settings["tick"], settings["first_id"] = tick, world.alive.start
        settings["n_outside"], settings["want_reads"] = len(outside), want_reads
        rhythm = visit_chances(visits, state.scenario.rhythm, clock)
        offers = Offers(
            table, world.creators.latest_tick, latest, *slots(table, state.public.feeds, opts.feed_window),
            state.public.evergreen, world.chat_post, world.chat_tick, world.chat_from, world.chat_depth, outside,
        )  # fmt: skip
        keys = np.uint64(stream_key(seed, "online", tick)), np.uint64(stream_key(seed, "read", tick))
        return readers.seats(world.accounts.status), (*keys, rhythm, settings, offers, chances)

    def _gather(self, state: State) -> None:
        world = state.world
        posts, alive = world.posts, world.alive
        columns = [getattr(posts, name)[alive] for name in COUNTED]
        counted = [getattr(posts, name)[alive] for name in COUNTED_UNLIKED]
        waiting = posts.likes_by_origin[alive], posts.published_tick[alive], state.clock.tick
        for buffer in self.buffers:
            world.reads += add_counts(buffer.counts, *columns, *waiting, *counted)
            add_followers(
                buffer.change[: world.creators.n], WON, LOST, world.creators.followers, world.creators.followers_lost
            )
            world.reading_times += buffer.reading_times
            buffer.reading_times[:] = 0
            buffer.counted = False
            self.impressions += buffer.impressions
        done = _one_after_another([part for span in self.spans for part in span.parts])
        if len(done) == 0:
            return
        world.log.add(
            len(done),
            time_s=state.clock.start_s + done["second"].astype(np.int64),
            device=world.accounts.device.take(done["account"]),
            origin=Origin.ORGANIC,
            **{name: done[name] for name in ROW.names or () if name != "second"},
        )


def _copy(rows: NDArray[Any]) -> NDArray[Any]:
    """The same rows elsewhere. They are moved as bytes: NumPy moves records field by field."""
    return rows.view(np.uint8).copy().view(ROW)


def _one_after_another(parts: list[NDArray[Any]]) -> NDArray[Any]:
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


# the kernel has these as plain numbers
assert (Kind.READ, Kind.UNFOLLOW, Origin.ORGANIC, N_SURFACES) == (READ, UNFOLLOW, ORGANIC, SURFACES)
