"""Readers come online on threads: tables for the kernel, and what becomes of what they did."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import numpy as np

from sim.actors.readers.buffers import ReaderSpan, TickArguments, WorkerBuffer, one_after_another, spans
from sim.actors.readers.inputs import draw_moods, outside_links, posts_of_tick
from sim.actors.readers.settings import kernel_settings, open_chances
from sim.core.cores import MOST_THREADS, usable_cores
from sim.core.enums import N_SURFACES, Kind, Origin
from sim.core.errors import RunError
from sim.core.random_streams import stream_key
from sim.kernels.count import add_counts, add_followers
from sim.kernels.parts import bounds_of_parts
from sim.kernels.read_layout import ORGANIC, READ, ROW, SURFACES, UNFOLLOW, Chances, Offers, Seats
from sim.state import State
from sim.world.reader_tables import by_quality, parts_read, patience, pauses, slots
from sim.world.rhythm import visit_chances

FORKED = "the process was forked in the middle of a tick, and the readers' threads are not in the new one"
COUNTED = ("impressions", "reads", "finishes", "dwell_s", "short_reads")
COUNTED_UNLIKED = ("unliked_hot_impressions", "unliked_hot_reads", "unliked_reads")
WORTH_PARTS = 300  # entries (forwards, seats); to divide fewer between threads costs more than it brings
NO_THREADS = "threads: must be a whole number in 1..{most}, got {given!r}"
WORTH_A_THREAD = 20_000  # readers; below that a second thread costs more than it brings
Result = TypeVar("Result")


class ReaderWorkers:
    """Runs the reader kernel once a tick, on threads.

    Holds only buffers: nothing in it needs to survive a checkpoint, and the number of threads changes no bit.
    `log_reads` asks for organic reads in the log although no detector needs them. RunError for a number of threads that
    is none.
    """

    def __init__(self, n_readers: int, threads: int | None = None, log_reads: bool = False) -> None:
        if threads is not None and not (type(threads) is int and 1 <= threads <= MOST_THREADS):
            raise RunError(NO_THREADS.format(most=MOST_THREADS, given=threads))
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
            buffer.begin(n_posts, world.creators.n, len(world.reading_times), state.clock.tick_s)
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
        bounds = bounds_of_parts(n, self.parts_worth(n))
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
            habits = patience(opts), pauses(opts), open_chances(opts), parts_read(opts), *by_quality(opts)
            self.fixed = Chances(*habits), kernel_settings(state)
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
            counts, creators = buffer.counts, world.creators
            world.reads += add_counts(counts, buffer.met, *columns, *waiting, *counted)
            add_followers(counts.followers, creators.followers, creators.followers_lost)
            world.reading_times += counts.reading_times
            world.view_gaps += counts.view_gaps
            world.visits_by_reads += counts.visits_by_reads
            counts.reading_times[:] = counts.view_gaps[:] = counts.visits_by_reads[:] = 0
            buffer.counted = False
            self.impressions += buffer.impressions
        done = one_after_another([part for span in self.spans for part in span.parts])
        if len(done) == 0:
            return
        world.log.add(
            len(done),
            time_s=state.clock.start_s + done["second"].astype(np.int64),
            device=world.accounts.device.take(done["account"]),
            origin=Origin.ORGANIC,
            **{name: done[name] for name in ROW.names or () if name != "second"},
        )


# the kernel has these as plain numbers
assert (Kind.READ, Kind.UNFOLLOW, Origin.ORGANIC, N_SURFACES) == (READ, UNFOLLOW, ORGANIC, SURFACES)
