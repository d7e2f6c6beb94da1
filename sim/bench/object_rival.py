"""The objects of `sim.bench.objects` run the ticks of a world in columns, and are timed."""

from __future__ import annotations

import time
from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from sim.actors.readers.inputs import outside_links, posts_of_tick
from sim.bench.contest import Measured
from sim.bench.objects import ChatLink, Met, ObjectModel, ObjectReader, Post
from sim.core.enums import Surface
from sim.kernels.scales import BYTE, EXPRESSIVE_ONE, FULL_16, MOST_DEPTH, NEAR, RING, SPEED_ONE
from sim.world.rhythm import visit_chances

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel
    from sim.state import State


class ObjectRival:
    """Lets the objects run the ticks of a world in columns, from the same state as the kernel."""

    def __init__(self, model: EngagementModel, shuffled: bool = True) -> None:
        self.measured = Measured()
        self.twin = ObjectModel(model.scenario, seed=model.state.rng.seed)
        self.twin.shuffled = shuffled
        self.readers = [ObjectReader(self.twin, row) for row in range(len(model.state.world.readers))]

    def compete(self, state: State) -> None:
        """Take over the world's state, untimed, then run the tick."""
        self.take_over_platform(state)
        self.take_over_readers(state)
        wall, cpu = time.perf_counter(), time.thread_time()
        self.twin.step()
        self.measured.cpu_s += time.thread_time() - cpu
        self.measured.wall_s += time.perf_counter() - wall
        self.measured.reader_ticks += len(self.readers)
        self.measured.impressions += sum(sum(post.impressions) for post in self.twin.posts)
        self.measured.reads += sum(sum(post.reads) for post in self.twin.posts)

    def take_over_platform(self, state: State) -> None:
        """Posts, lists, chats and rhythm of the tick."""
        world, clock, twin = state.world, state.clock, self.twin
        table, latest, visits = posts_of_tick(state)
        first = world.alive.start
        twin.posts = posts = [
            Post(
                first + i, p["creator"], p["topic"], p["base"], p["proof"], p["like"], p["share"], p["level"] / BYTE,
                p["quality"] / BYTE, p["silence"] / BYTE, p["from_s"],
            )
            for i, p in enumerate(_plain(table))
        ]  # fmt: skip
        twin.tick, twin.tick_s = clock.tick, clock.tick_s
        twin.burst_ticks = int(twin.opts.burst_h * 3600 // clock.tick_s)
        twin.rhythm = visit_chances(visits, state.scenario.rhythm, clock).tolist()
        twin.feeds = [[posts[i] if i >= 0 else None for i in cell] for cell in state.public.feeds.tolist()]
        twin.evergreen = [[posts[i] if i >= 0 else None for i in cell] for cell in state.public.evergreen.tolist()]
        columns = world.chat_post, world.chat_tick, world.chat_from, world.chat_depth
        twin.chats = [
            [
                ChatLink(posts[post - 1 - first], tick, sender, depth)
                for post, tick, sender, depth in zip(*chat, strict=True)
                if 0 <= post - 1 - first < len(posts)
            ]
            for chat in zip(*(column.tolist() for column in columns), strict=True)
        ]
        twin.outside = [posts[i] for i in outside_links(state, len(posts)).tolist()]
        ticks = world.creators.latest_tick.tolist()
        twin.latest = {c: (posts[p] if p >= 0 else None, ticks[c]) for c, p in enumerate(latest.tolist())}
        twin.log, twin.follower_change = [], {}

    def take_over_readers(self, state: State) -> None:
        """Every reader's state from its row."""
        columns, status = state.world.readers, state.world.accounts.status.tolist()
        persons, edges = columns.persons.tolist(), pairwise(columns.first_person.tolist())
        voices = columns.voices.tolist()
        follows, trust = columns.follows.tolist(), columns.follow_trust.tolist()
        lists = zip(columns.inbox.tolist(), columns.inbox_from.tolist(), columns.ring.tolist(), strict=True)
        more = zip(columns.last_tick.tolist(), columns.rate.tolist(), strict=True)
        for reader, record, (a, b), waiting, (last_tick, rate) in zip(
            self.readers, _plain(columns.record), edges, lists, more, strict=True
        ):
            reader.persons, reader.last_tick, reader.rate = persons[a:b], last_tick, rate
            reader.voices = voices[a:b]
            reader.status = [status[person] for person in reader.persons]
            self._take_over_record(reader, record, state.scenario.graph.chat_size)
            at, n = record["follow_at"], record["follow_n"]
            reader.follows = {follows[j]: trust[j] / BYTE for j in range(at, at + n)}
            self._take_over_lists(reader, record, *waiting, state.world.alive.start)

    def _take_over_record(self, reader: ObjectReader, record: dict[str, Any], chat_size: int) -> None:
        reader.interest = [x / BYTE for x in record["interest"]]
        reader.zeal, reader.sharing = record["zeal"], record["sharing"]
        reader.trust_counts = record["trust_counts"] / FULL_16
        reader.trust_platform = record["trust_platform"] / FULL_16
        reader.expect = record["expect"] / FULL_16
        reader.chronotype = reader.row % len(self.twin.rhythm)
        reader.pace = record["speed"] / SPEED_ONE
        reader.expressive = record["expressive"] / EXPRESSIVE_ONE
        reader.cell = record["cell"]
        reader.chat = reader.row // chat_size
        reader.reads_today = record["reads_today"]
        reader.finished_share = record["finished"] / BYTE
        reader.follow_places = record["follow_places"]

    def _take_over_lists(
        self, reader: ObjectReader, record: dict[str, Any], inbox: list[int], senders: list[int], ring: list[int],
        first: int,
    ) -> None:  # fmt: skip
        """What waits for the reader, and what it read last."""
        posts, opts = self.twin.posts, self.twin.opts
        reader.inbox = []
        for post, sender, way in list(zip(inbox, senders, record["inbox_way"], strict=True))[: record["inbox_n"]]:
            if 0 <= post - 1 - first < len(posts):
                tie = 1 + opts.tie if way & NEAR else 1 - opts.tie
                met = Met(posts[post - 1 - first], Surface.MOMENTS, opts.open_moments, sender, way & MOST_DEPTH, tie)
                reader.inbox.append(met)
        at = record["ring_at"]
        reader.recent = deque((p - 1 for p in ring[at:] + ring[:at] if p), maxlen=RING)


def _plain(table: NDArray[Any]) -> list[dict[str, Any]]:
    """Rows of a structured array as dictionaries of plain Python values."""
    names = table.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in zip(*(table[n].tolist() for n in names), strict=True)]
