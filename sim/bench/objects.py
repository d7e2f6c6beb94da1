"""The same reader step written the usual way: one Mesa agent per reader, plain Python attributes.

It makes the decisions of `sim.kernels.read` with the same chances from the same state, post by post, and is
what one would write without a second thought. It is kept to be measured beside the kernel, and is also the
plain account of what a reader does. Visible counts are frozen within a tick, so the order of readers does not
matter: `do` gives the same outcome as the customary `shuffle_do` and is a little faster. One thing differs:
a post met twice in a visit is decided on anew, where the kernel has one draw per visit and post; where posts
are few and often met twice, some percent more are read.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.actors.readers.workers import outside_links
from sim.bench.contest import Measured
from sim.core.enums import N_SURFACES, Kind, Motive, Status, Surface
from sim.kernels.scales import ONE_24, PAGE, PERCENT
from sim.world.reader_tables import parts_read, post_table
from sim.world.readers import MAX_FOLLOWS, NO_CREATOR, RING
from sim.world.rhythm import visit_chances

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel
    from sim.scenario.schema.readers import ReadersSection
    from sim.state import State


@dataclass(slots=True)
class Post:
    """A post as readers meet it in a tick, with counters of what they did."""

    id: int
    creator: int
    topic: int
    base: float  # chance to open on the hot surface at full interest
    proof: float  # what visible likes add to it at full trust in counts
    liking: float  # chance to like once read
    level: float  # quality that the visible count suggests
    quality: float
    silence: float
    from_s: int  # second of the tick from which it is there
    impressions: list[int] = field(default_factory=lambda: [0] * N_SURFACES)
    reads: list[int] = field(default_factory=lambda: [0] * N_SURFACES)
    finishes: int = 0
    dwell_s: float = 0.0


@dataclass(slots=True)
class Interaction:
    """One entry of the log."""

    account: int
    post: int
    second: float
    dwell_s: float
    kind: Kind
    surface: Surface
    detail: int = 0
    since_s: float = -1.0  # since the post was opened, -1 when it was not


class ObjectModel(mesa.Model):
    """The platform as its readers meet it in one tick."""

    def __init__(self, opts: ReadersSection, seed: int) -> None:
        super().__init__(rng=seed)
        self.opts = opts
        self.tick = 0
        self.tick_s = 3600
        self.refresh_ticks = 1
        self.outside_share = 0.0
        self.finished_percent = PERCENT  # of a post read, from which it counts as read to the end
        self.rhythm: list[float] = []
        self.glances = [part / PERCENT for part in parts_read(opts).tolist()]  # of those who do not finish
        self.posts: list[Post] = []
        self.feeds: list[list[Post]] = []
        self.chats: list[list[tuple[Post, int]]] = []
        self.outside: list[Post] = []
        self.latest: dict[int, tuple[Post | None, int]] = {}  # creator: newest post, tick of it
        self.surface_gain: dict[Surface, float] = {}
        self.log: list[Interaction] = []
        self.follower_change: dict[int, int] = {}
        self.shuffled = True

    def step(self) -> None:
        """Let all readers live through the tick."""
        readers = self.agents_by_type[ObjectReader]
        if self.shuffled:
            readers.shuffle_do("step")
        else:
            readers.do("step")


class ObjectReader(mesa.Agent):
    """An organic reader as an ordinary Mesa agent."""

    def __init__(self, model: ObjectModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.interest: list[float] = []
        self.last_tick = -1
        self.trust_counts = 0.0
        self.trust_platform = 0.0
        self.expect = 0.0
        self.activity = 1.0
        self.chronotype = 0
        self.pages = 0
        self.cursor = 0
        self.pace = 1.0
        self.voice = 1.0  # readiness to like
        self.expressive = 1.0  # to comment, forward and follow
        self.cell = 0
        self.chat = 0
        self.status = Status.ACTIVE
        self.reads_today = 0
        self.finished_share = 0.0
        self.follows: dict[int, float] = {}  # creator: trust
        self.inbox: list[Post] = []
        self.recent: deque[int] = deque(maxlen=RING)

    def step(self) -> None:
        """Perhaps come online, look at every surface, read what was opened."""
        if not self.comes_online():
            return
        opened: list[tuple[Post, Surface]] = []
        trust = self.trust_counts
        self.look_at_subscriptions(opened)
        self.look_at_moments(opened)
        self.look_at_chat(opened)
        self.follow_outside_link(opened)
        self.look_at_recommendations(opened)
        self.last_tick = self.model.tick
        for post, surface in opened:
            if self.reads_today >= self.model.opts.reads_per_day:
                break
            if post.id not in self.recent:
                self.read(post, surface, trust)

    def comes_online(self) -> bool:
        """Whether this tick brings a visit."""
        if self.status in (Status.BANNED, Status.LEFT):
            return False
        return self.random.random() < self.model.rhythm[self.chronotype] * self.activity

    def meet(self, post: Post, surface: Surface, opened: list[tuple[Post, Surface]], gain: float) -> None:
        """Be shown a post, and perhaps open it."""
        post.impressions[surface] += 1
        chance = (post.base + post.proof * self.trust_counts) * self.interest[post.topic] * gain
        if self.random.random() < chance and len(opened) < self.model.opts.reads_per_session:
            opened.append((post, surface))

    def look_at_subscriptions(self, opened: list[tuple[Post, Surface]]) -> None:
        """What followed creators published since the last visit."""
        gain = self.model.surface_gain[Surface.SUBSCRIPTION]
        for creator, trust in self.follows.items():
            post, tick = self.model.latest[creator]
            if tick > self.last_tick and post is not None:
                self.meet(post, Surface.SUBSCRIPTION, opened, gain * trust)

    def look_at_moments(self, opened: list[tuple[Post, Surface]]) -> None:
        """What friends forwarded."""
        for post in self.inbox:
            self.meet(post, Surface.MOMENTS, opened, self.model.surface_gain[Surface.MOMENTS])
        self.inbox.clear()

    def look_at_chat(self, opened: list[tuple[Post, Surface]]) -> None:
        """Links shared in the group chat since the last visit."""
        for post, tick in self.model.chats[self.chat]:
            if tick > self.last_tick:
                self.meet(post, Surface.CHAT, opened, self.model.surface_gain[Surface.CHAT])

    def follow_outside_link(self, opened: list[tuple[Post, Surface]]) -> None:
        """A link met outside the platform."""
        if self.model.outside and self.random.random() < self.model.outside_share:
            post = self.random.choice(self.model.outside)
            self.meet(post, Surface.OUTSIDE, opened, self.model.surface_gain[Surface.OUTSIDE])

    def look_at_recommendations(self, opened: list[tuple[Post, Surface]]) -> None:
        """Pages of the recommendation list, from where the reader stopped."""
        refresh = self.model.refresh_ticks
        if self.last_tick < 0 or self.model.tick // refresh != self.last_tick // refresh:
            self.cursor = 0
        feed = self.model.feeds[self.cell]
        pages = max(0, min(self.pages, len(feed) // PAGE - self.cursor))
        for post in feed[self.cursor * PAGE : (self.cursor + pages) * PAGE]:
            self.meet(post, Surface.HOT, opened, 1.0)
        self.cursor += pages

    def read(self, post: Post, surface: Surface, trust: float) -> None:
        """Read an opened post: dwell, react, and compare experience with expectation."""
        opts, random = self.model.opts, self.random
        self.recent.append(post.id)
        self.reads_today += 1
        chance = min(opts.finish_max, opts.finish_base + opts.finish_quality * post.quality)
        finished = random.random() < chance * (0.5 + 0.5 * self.interest[post.topic])
        part = 1.0 if finished else random.choice(self.model.glances)
        dwell_s = min(3600.0, max(1.0, opts.length_s * part * random.uniform(0.75, 1.25) / self.pace))
        start = self.begins_at(post, dwell_s)
        second = min(start + dwell_s, self.model.tick_s - 1)
        likes = random.random() < post.liking * self.voice * (opts.glance_like + (1 - opts.glance_like) * part)
        if likes and random.random() < opts.like_unread_share:
            # a like in a list, or on a friend's page: the post was never opened
            if self.status == Status.ACTIVE:
                self.model.log.append(Interaction(self.row, post.id, start, 0.0, Kind.LIKE, surface))
            return
        post.reads[surface] += 1
        post.finishes += part * PERCENT >= self.model.finished_percent
        post.dwell_s += dwell_s
        self.finished_share += (finished - self.finished_share) / 16

        def note(kind: Kind, detail: int = 0) -> None:
            self.model.log.append(Interaction(self.row, post.id, second, dwell_s, kind, surface, detail, dwell_s))

        if self.status == Status.ACTIVE:
            if likes:
                since = dwell_s if random.random() < opts.like_at_end_share else random.uniform(0, dwell_s)
                at = min(start + since, self.model.tick_s - 1)
                self.model.log.append(Interaction(self.row, post.id, at, dwell_s, Kind.LIKE, surface, 0, since))
            if finished and random.random() < opts.comment_base * post.quality * self.expressive:
                stock = random.random() < opts.stock_comment_share
                note(Kind.COMMENT, 1 if stock else 1 + int(random.random() * 8 * post.quality))
            forward = opts.forward_base + opts.forward_quality * post.quality**2
            if random.random() < forward * self.expressive:
                to_chat = random.random() < opts.forward_to_chat
                note(
                    Kind.FORWARD,
                    random.choice((Motive.USEFUL, Motive.SOCIAL)) if to_chat else Motive.AGREEMENT,
                )

        taste = random.uniform(-opts.taste_noise, opts.taste_noise)
        experience = min(1.0, max(0.0, post.quality - post.silence + taste))
        expected = trust * post.level + (1 - trust) * self.expect
        self.expect += (experience - self.expect) / 32
        surprise = min(1.0, experience + opts.tolerance - expected)
        self.trust_counts = self.revised(self.trust_counts, surprise, opts.trust_gain)
        self.trust_platform = self.revised(self.trust_platform, surprise, opts.trust_gain * opts.platform_trust_pace)
        if post.creator in self.follows:
            felt = self.revised(self.follows[post.creator], surprise, 4 * opts.trust_gain)
            self.follows[post.creator] = felt
            if surprise < 0 and felt < opts.unfollow_below:
                self.unfollow(post.creator)
                note(Kind.UNFOLLOW)
        elif finished and surprise > 0 and random.random() < opts.follow_base * post.quality**2 * self.expressive:
            if len(self.follows) == MAX_FOLLOWS:
                self.unfollow(min(self.follows, key=self.follows.__getitem__))
            self.follows[post.creator] = opts.trust_start
            self.model.follower_change[post.creator] = self.model.follower_change.get(post.creator, 0) + 1
            note(Kind.FOLLOW)

    def begins_at(self, post: Post, dwell_s: float) -> float:
        """Second of the tick at which a reading begins: once the post is there, and so that it can end in the tick."""
        left = self.model.tick_s - post.from_s
        return post.from_s + self.random.uniform(0, max(left - dwell_s, left / 2))

    def revised(self, trust: float, surprise: float, step: float) -> float:
        """Trust after a surprise: gains close on 1, losses on 0, losses larger."""
        if surprise < 0:
            return max(0.0, trust + trust * surprise * step * self.model.opts.loss_aversion)
        return trust + (1 - trust) * surprise * step

    def unfollow(self, creator: int) -> None:
        """Drop a followed creator."""
        del self.follows[creator]
        self.model.follower_change[creator] = self.model.follower_change.get(creator, 0) - 1


class ObjectRival:
    """Lets the objects run the ticks of a world in columns, from the same state as the kernel."""

    def __init__(self, model: EngagementModel, shuffled: bool = True) -> None:
        self.measured = Measured()
        self.twin = ObjectModel(model.scenario.readers, seed=model.state.rng.seed)
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
        world, surfaces, clock, twin = state.world, state.scenario.surfaces, state.clock, self.twin
        opts = twin.opts
        first = world.alive.start
        table = post_table(world, opts)
        table["from_s"] = np.maximum(0, world.posts.published_s[world.alive] - clock.start_s)
        twin.posts = [
            Post(
                first + i, int(p["creator"]), int(p["topic"]), int(p["base"]) / ONE_24, int(p["proof"]) / ONE_24,
                int(p["like"]) / ONE_24, p["level"] / 255, p["quality"] / 255, p["silence"] / 255, p["from_s"],
            )
            for i, p in enumerate(_plain(table))
        ]  # fmt: skip
        posts = twin.posts
        twin.tick, twin.tick_s = clock.tick, clock.tick_s
        twin.refresh_ticks = max(1, surfaces.feed_refresh_h * 3600 // clock.tick_s)
        twin.outside_share = surfaces.outside_share
        twin.finished_percent = state.scenario.counts.finished_percent
        chances = visit_chances(
            opts.sessions_per_day, state.scenario.rhythm, clock.ticks_per_day, clock.hour, clock.weekday
        )
        twin.rhythm = [int(chance) / 65536 for chance in chances]
        twin.feeds = [[posts[i] for i in cell] for cell in state.public.feeds.tolist()]
        twin.chats = [
            [
                (posts[p - 1 - first], tick)
                for p, tick in zip(ids, ticks, strict=True)
                if 0 <= p - 1 - first < len(posts)
            ]
            for ids, ticks in zip(world.chat_post.tolist(), world.chat_tick.tolist(), strict=True)
        ]
        twin.outside = [posts[i] for i in outside_links(state, len(posts)).tolist()]
        newest = np.where(world.creators.present, world.creators.latest_post - first, -1).tolist()
        ticks = world.creators.latest_tick.tolist()
        twin.latest = {c: (posts[p] if p >= 0 else None, ticks[c]) for c, p in enumerate(newest)}
        base = max(opts.open_hot, 1e-6)
        twin.surface_gain = {
            Surface.SUBSCRIPTION: opts.open_subscription / base / opts.trust_start,
            Surface.MOMENTS: opts.open_moments / base,
            Surface.HOT: 1.0,
            Surface.CHAT: opts.open_chat / base,
            Surface.OUTSIDE: opts.open_outside / base,
        }
        twin.log, twin.follower_change = [], {}

    def take_over_readers(self, state: State) -> None:
        """Every reader's state from its row."""
        columns, posts, first = state.world.readers, self.twin.posts, state.world.alive.start
        chat_size = state.scenario.graph.chat_size
        rows = zip(
            self.readers, _plain(columns.record), columns.follows.tolist(), columns.follow_trust.tolist(),
            columns.inbox.tolist(), columns.ring.tolist(),
            state.world.accounts.status[columns.first_accounts].tolist(), strict=True,
        )  # fmt: skip
        for reader, record, follows, trust, inbox, ring, status in rows:
            reader.interest = [x / 255 for x in record["interest"]]
            reader.last_tick = record["last_tick"]
            reader.trust_counts = record["trust_counts"] / 65535
            reader.trust_platform = record["trust_platform"] / 65535
            reader.expect = record["expect"] / 65535
            reader.activity = record["activity"] / 128
            reader.chronotype = record["chronotype"]
            reader.pages, reader.cursor = record["pages"], record["cursor"]
            reader.pace = record["speed"] / 32
            reader.voice = record["voice"] / 128
            reader.expressive = record["expressive"] / 128
            reader.cell = record["cell"]
            reader.chat = reader.row // chat_size
            reader.status = Status(status)
            reader.reads_today = record["reads_today"]
            reader.finished_share = record["finished"] / 255
            n = follows.index(NO_CREATOR) if NO_CREATOR in follows else len(follows)
            reader.follows = {c: t / 255 for c, t in zip(follows[:n], trust[:n], strict=True)}
            waiting = (p - 1 - first for p in inbox[: record["inbox_n"]])
            reader.inbox = [posts[i] for i in waiting if 0 <= i < len(posts)]
            at = record["ring_at"]
            reader.recent = deque((p - 1 for p in ring[at:] + ring[:at] if p), maxlen=RING)


def _plain(table: NDArray[Any]) -> list[dict[str, Any]]:
    """Rows of a structured array as dictionaries of plain Python values."""
    names = table.dtype.names or ()
    return [dict(zip(names, row, strict=True)) for row in zip(*(table[n].tolist() for n in names), strict=True)]
