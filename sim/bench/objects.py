"""The same reader step written the usual way: one Mesa agent for each seat, plain Python attributes.

It makes the decisions of `sim.kernels.read` with the same chances from the same state, post by post, and is
what one would write without a second thought. It is kept to be measured beside the kernel, and is also the
plain account of what a reader does. Visible counts are frozen within a tick, so the order of readers does not
matter: `do` gives the same outcome as the customary `shuffle_do` and is a little faster. One thing differs:
a post met twice in a visit is decided on anew, where the kernel has one draw per visit and post; where posts
are few and often met twice, some percent more are read.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import mesa

from sim.core.enums import N_SURFACES, Kind, Motive, Status, Surface
from sim.kernels.scales import MOST_DEPTH, PERCENT, RING
from sim.world.reader_tables import parts_read, patience

if TYPE_CHECKING:
    from sim.scenario import Scenario


@dataclass(slots=True)
class Post:
    """A post as readers meet it in a tick, with counters of what they did; impressions and reads are of people."""

    id: int
    creator: int
    topic: int
    base: float  # how readily it is opened, on average 1
    proof: float  # relative rise of that by visible likes, at full trust in counts
    liking: float  # chance to like once read
    share: float  # how readily it is passed on, on average 1
    level: float  # quality that the visible count suggests
    quality: float
    silence: float
    from_s: int  # second of the tick from which it is there
    impressions: list[int] = field(default_factory=lambda: [0] * N_SURFACES)
    reads: list[int] = field(default_factory=lambda: [0] * N_SURFACES)
    finishes: int = 0
    dwell_s: float = 0.0


@dataclass(slots=True)
class Met:
    """A post that waits for a reader, and how it came there."""

    post: Post
    surface: Surface
    open_on: float  # chance to open a post of average appeal, at full interest and average zeal
    sender: int = -1  # account that forwarded it
    depth: int = 0  # times passed on
    tie: float = 1.0  # how much more readily it is opened and passed on, since it comes from this friend


@dataclass(slots=True)
class Reading:
    """How an opened post is read, and the pause after it."""

    met: Met
    finished: bool
    part: float
    dwell_s: float
    pause_s: float
    start_s: float = 0.0  # within the tick


@dataclass(slots=True)
class Interaction:
    """One entry of the log."""

    account: int
    post: int
    second: float
    dwell_s: float
    kind: Kind
    surface: Surface
    sender: int
    detail: int = 0
    since_s: float = -1.0  # since the post was opened, -1 when it was not
    depth: int = 0


@dataclass(slots=True)
class ChatLink:
    """A post in a group chat."""

    post: Post
    tick: int
    sender: int
    depth: int


class ObjectModel(mesa.Model):
    """The platform as its readers meet it in one tick."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(rng=seed)
        self.opts, self.surfaces = scenario.readers, scenario.surfaces
        self.finished_percent = scenario.counts.finished_percent  # of a post, from which it counts as finished
        self.tick = 0
        self.tick_s = 3600
        self.burst_ticks = 0
        self.rhythm: list[float] = []
        self.patience = patience(self.opts).tolist()
        self.glances = [part / PERCENT for part in parts_read(self.opts).tolist()]  # of those who do not finish
        self.posts: list[Post] = []
        self.feeds: list[list[Post | None]] = []
        self.evergreen: list[list[Post | None]] = []
        self.chats: list[list[ChatLink]] = []
        self.outside: list[Post] = []
        self.latest: dict[int, tuple[Post | None, int]] = {}  # creator: newest post, tick of it
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
    """A seat of organic readers as an ordinary Mesa agent: its people read alike, and act each on their own."""

    def __init__(self, model: ObjectModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.persons: list[int] = []  # their accounts
        self.status: list[int] = []  # of each
        self.interest: list[float] = []
        self.last_tick = -1
        self.rate = 1.0  # of visits today, against the average
        self.zeal = 1.0  # readiness to open
        self.most = 1  # posts that it opens in this visit
        self.trust_counts = 0.0
        self.trust_platform = 0.0
        self.expect = 0.0
        self.chronotype = 0
        self.pace = 1.0
        self.voices: list[float] = [1.0]  # readiness to like, of each of them
        self.sharing = 1.0  # to forward
        self.expressive = 1.0  # to comment and follow
        self.cell = 0
        self.chat = 0
        self.reads_today = 0
        self.finished_share = 0.0
        self.follow_places = 0
        self.follows: dict[int, float] = {}  # creator: trust
        self.inbox: list[Met] = []
        self.recent: deque[int] = deque(maxlen=RING)

    def step(self) -> None:
        """Perhaps come online, look at every surface, read what was opened."""
        if not self.comes_online():
            return
        opened: list[Met] = []
        self.most = self.random.choice(self.model.patience)
        trust = self.trust_counts
        self.look_at_subscriptions(opened)
        self.look_at_moments(opened)
        self.look_at_chat(opened)
        self.follow_outside_link(opened)
        self.search(opened)
        self.look_at_recommendations(opened)
        self.last_tick = self.model.tick
        begun: list[Reading] = []
        for met in opened:
            if self.reads_today >= self.model.opts.reads_per_day:
                break
            if met.post.id not in self.recent:
                begun.append(self.begin(met))
        self.place_in_tick(begun)
        for reading in begun:
            self.read(reading, trust)

    def comes_online(self) -> bool:
        """Whether this tick brings a visit: likelier shortly after the last one."""
        if min(self.status) >= Status.BANNED:
            return False
        chance = self.model.rhythm[self.chronotype] * self.rate
        if self.last_tick >= 0 and self.model.tick - self.last_tick <= self.model.burst_ticks:
            chance *= 1 + self.model.opts.burst
        return self.random.random() < chance

    # -- what is shown, what is opened

    def meet(self, met: Met, opened: list[Met]) -> None:
        """Be shown a post, and perhaps open it."""
        post = met.post
        post.impressions[met.surface] += len(self.persons)
        chance = post.base * (1 + post.proof * self.trust_counts) * self.interest[post.topic] * self.zeal
        if self.random.random() < chance * met.open_on * met.tie and len(opened) < self.most:
            opened.append(met)

    def look_at_subscriptions(self, opened: list[Met]) -> None:
        """What some of the creators followed published since the last visit."""
        opts, followed = self.model.opts, list(self.follows.items())
        start = self.random.randrange(len(followed)) if followed else 0
        for creator, trust in (followed[start:] + followed[:start])[: opts.follow_window]:
            post, tick = self.model.latest[creator]
            if tick > self.last_tick and post is not None:
                self.meet(Met(post, Surface.SUBSCRIPTION, opts.open_subscription * trust / opts.trust_start), opened)

    def look_at_moments(self, opened: list[Met]) -> None:
        """What friends forwarded."""
        for met in self.inbox:
            self.meet(met, opened)
        self.inbox.clear()

    def look_at_chat(self, opened: list[Met]) -> None:
        """Links shared in the group chat since the last visit."""
        for link in self.model.chats[self.chat]:
            came_after_it = link.tick == self.last_tick and link.sender not in self.persons
            if link.tick > self.last_tick or came_after_it:
                self.meet(Met(link.post, Surface.CHAT, self.model.opts.open_chat, link.sender, link.depth), opened)

    def follow_outside_link(self, opened: list[Met]) -> None:
        """A link met outside the platform."""
        if self.model.outside and self.random.random() < self.model.surfaces.outside_share:
            post = self.random.choice(self.model.outside)
            self.meet(Met(post, Surface.OUTSIDE, self.model.opts.open_outside), opened)

    def search(self, opened: list[Met]) -> None:
        """A result of a search, or an entry of a collection."""
        found = self.model.evergreen[self.cell]
        if found and self.random.random() < self.model.surfaces.search_share:
            post = self.random.choice(found)
            if post is not None:
                self.meet(Met(post, Surface.SEARCH, self.model.opts.open_search), opened)

    def look_at_recommendations(self, opened: list[Met]) -> None:
        """Neighbouring places of the recommendation list, from a random one on."""
        opts, feed = self.model.opts, self.model.feeds[self.cell]
        start = self.random.randrange(len(feed)) if feed else 0
        for q in range(opts.feed_window if feed else 0):
            post = feed[(start + q) % len(feed)]
            if post is not None:
                self.meet(Met(post, Surface.HOT, opts.open_hot), opened)

    # -- what is read, done and believed

    def begin(self, met: Met) -> Reading:
        """Draw how much of an opened post is read, and how long that takes."""
        opts, random, post = self.model.opts, self.random, met.post
        self.recent.append(post.id)
        self.reads_today += 1
        chance = min(opts.finish_max, opts.finish_base + opts.finish_quality * post.quality)
        finished = random.random() < chance * (1 - opts.finish_interest * (1 - self.interest[post.topic]))
        part = 1.0 if finished else random.choice(self.model.glances)
        took = random.uniform(1 - opts.reading_time_spread, 1 + opts.reading_time_spread)
        dwell_s = min(float(opts.longest_reading_s), max(1.0, opts.length_s * part * took / self.pace))
        pause_s = random.expovariate(1 / opts.pause_s) if opts.pause_s else 0.0
        return Reading(met, finished, part, dwell_s, pause_s)

    def read(self, reading: Reading, trust: float) -> None:
        """Read an opened post: dwell, react, and compare experience with expectation."""
        opts, random, met = self.model.opts, self.random, reading.met
        finished, part, dwell_s, start = reading.finished, reading.part, reading.dwell_s, reading.start_s
        post, people = met.post, len(self.persons)
        voice = sum(self.voices) / people
        likes = self.count_acts(post.liking * voice * (opts.glance_like + (1 - opts.glance_like) * part))
        if people == 1 and likes and random.random() < opts.like_unread_share:
            self.like_in_passing(self.persons[0], met, start)
            return
        post.reads[met.surface] += people
        post.finishes += people * (part * PERCENT >= self.model.finished_percent)
        post.dwell_s += people * dwell_s
        self.finished_share += (finished - self.finished_share) / opts.remembered_reads
        self.react(met, likes, finished, start, dwell_s)
        surprise = self.feel(post, trust)
        second = min(start + dwell_s, self.model.tick_s - 1)
        kind = self.follow_or_drop(post, finished, surprise)
        if kind is not None:
            for person in self.persons:
                self.note(person, met, second, dwell_s, kind)

    def count_acts(self, chance: float) -> int:
        """How many of the people of the seat act, each with this chance."""
        if len(self.persons) == 1:
            return int(self.random.random() < chance)
        return int(self.model.rng.binomial(len(self.persons), min(1.0, chance)))

    def actors(self, count: int) -> list[int]:
        """Accounts of so many people of the seat, of those who may act."""
        start, people = self.random.randrange(len(self.persons)), len(self.persons)
        places = ((start + j) % people for j in range(count))
        return [self.persons[at] for at in places if self.status[at] < Status.LIMITED]

    def likers(self, count: int) -> list[int]:
        """Accounts of so many who like, drawn by their readiness, of those who may act.

        Instead of who was drawn before comes the next at the seat who ever likes.
        """
        people, drawn = len(self.persons), []
        for first in self.random.choices(range(people), self.voices, k=count):
            around = (at % people for at in range(first, first + people))
            drawn += [at for at in around if self.voices[at] > 0 and at not in drawn][:1]
        return [self.persons[at] for at in drawn if self.status[at] < Status.LIMITED]

    def note(
        self, person: int, met: Met, second: float, dwell_s: float, kind: Kind, detail: int = 0, depth: int = 0
    ) -> None:
        """Log what somebody did when the reading ended."""
        log = self.model.log
        log.append(
            Interaction(person, met.post.id, second, dwell_s, kind, met.surface, met.sender, detail, dwell_s, depth)
        )

    def like_in_passing(self, person: int, met: Met, second: float) -> None:
        """A like in a list, or on a friend's page: the post was never opened."""
        if self.status[self.persons.index(person)] < Status.LIMITED:
            self.model.log.append(Interaction(person, met.post.id, second, 0.0, Kind.LIKE, met.surface, met.sender))

    def react(self, met: Met, likes: int, finished: bool, start: float, dwell_s: float) -> None:
        """Like, comment and forward."""
        opts, random, post = self.model.opts, self.random, met.post
        last = self.model.tick_s - 1
        second = min(start + dwell_s, last)
        for person in self.likers(likes) if likes else ():
            if len(self.persons) > 1 and random.random() < opts.like_unread_share:
                self.like_in_passing(person, met, start)
                continue
            since = dwell_s if random.random() < opts.like_at_end_share else random.uniform(0, dwell_s)
            at = min(start + since, last)
            self.model.log.append(
                Interaction(person, post.id, at, dwell_s, Kind.LIKE, met.surface, met.sender, 0, since)
            )
        comments = self.count_acts(opts.comment_base * post.quality * self.expressive) if finished else 0
        for person in self.actors(comments) if comments else ():
            stock = random.random() < opts.stock_comment_share
            words = 1 if stock else 1 + int(random.random() * 8 * post.quality)
            self.note(person, met, second, dwell_s, Kind.COMMENT, words)
        forwards = self.count_acts(self.chance_to_forward(met))
        for person in self.actors(forwards) if forwards else ():
            to_chat = random.random() < opts.forward_to_chat
            motive = random.choice((Motive.USEFUL, Motive.SOCIAL)) if to_chat else Motive.AGREEMENT
            self.note(person, met, second, dwell_s, Kind.FORWARD, motive, min(met.depth + 1, MOST_DEPTH))

    def chance_to_forward(self, met: Met) -> float:
        """By one person: more readily what was met through people, and what a near friend forwarded."""
        opts, post = self.model.opts, met.post
        chance = (opts.forward_base + opts.forward_quality * post.quality**2) * post.share * self.sharing
        if met.surface in (Surface.MOMENTS, Surface.CHAT):
            chance *= opts.social
        return chance * met.tie

    def feel(self, post: Post, trust: float) -> float:
        """Compare experience with expectation; return the surprise."""
        opts = self.model.opts
        taste = self.random.uniform(-opts.taste_noise, opts.taste_noise)
        experience = min(1.0, max(0.0, post.quality - post.silence + taste))
        expected = trust * post.level + (1 - trust) * self.expect
        self.expect += (experience - self.expect) * opts.expectation_pace
        surprise = min(1.0, experience + opts.tolerance - expected)
        self.trust_counts = self.revised(self.trust_counts, surprise, opts.trust_gain)
        self.trust_platform = self.revised(self.trust_platform, surprise, opts.trust_gain * opts.platform_trust_pace)
        return surprise

    def follow_or_drop(self, post: Post, finished: bool, surprise: float) -> Kind | None:
        """Trust a followed creator more or less, and drop or take one up."""
        opts = self.model.opts
        if post.creator in self.follows:
            felt = self.revised(self.follows[post.creator], surprise, opts.creator_trust_pace * opts.trust_gain)
            self.follows[post.creator] = felt
            if surprise < 0 and felt < opts.unfollow_below:
                self.unfollow(post.creator)
                return Kind.UNFOLLOW
        elif (
            finished
            and surprise > 0
            and self.follow_places
            and self.random.random() < opts.follow_base * post.quality**2 * self.expressive
        ):
            if len(self.follows) == self.follow_places:
                self.unfollow(min(self.follows, key=self.follows.__getitem__))
            self.follows[post.creator] = opts.trust_start
            self.count_followers(post.creator, len(self.persons))
            return Kind.FOLLOW
        return None

    def place_in_tick(self, readings: list[Reading]) -> None:
        """One reading after the other; a post that comes out after its turn is read at any time from then on."""
        tick_s = self.model.tick_s
        took = sum(reading.dwell_s + reading.pause_s for reading in readings)
        begun = at = self.random.uniform(0, tick_s - took if took <= tick_s else tick_s)
        pace = 1.0 if took <= tick_s else (tick_s - begun) / took
        for reading in readings:
            there = reading.met.post.from_s
            if at < there:
                left = tick_s - there
                reading.start_s = there + self.random.uniform(0, max(left - reading.dwell_s, left / 2))
            else:
                reading.start_s = at
                at += (reading.dwell_s + reading.pause_s) * pace

    def revised(self, trust: float, surprise: float, step: float) -> float:
        """Trust after a surprise: gains close on 1, losses on 0, losses larger."""
        if surprise < 0:
            return max(0.0, trust + trust * surprise * step * self.model.opts.loss_aversion)
        return trust + (1 - trust) * surprise * step

    def unfollow(self, creator: int) -> None:
        """Drop a followed creator."""
        del self.follows[creator]
        self.count_followers(creator, -len(self.persons))

    def count_followers(self, creator: int, people: int) -> None:
        """Note that a creator has so many followers more."""
        self.model.follower_change[creator] = self.model.follower_change.get(creator, 0) + people
