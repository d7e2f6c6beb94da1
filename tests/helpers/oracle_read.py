"""The reader phase once more, slowly: plain Python integers, one reader after the other, written from the rules.

The compiled kernel must agree with it to the bit.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from typing import Any

MASK64, MASK32 = (1 << 64) - 1, (1 << 32) - 1
NO_CREATOR = 0xFFFF
READ, LIKE, COMMENT, FORWARD, FOLLOW, UNFOLLOW = range(6)
SUBSCRIPTION, MOMENTS, HOT, CHAT, OUTSIDE, SEARCH = range(6)
LIMITED, BANNED = 1, 3
OWN, STOCK = 1, 2
LINK, BLANK = 1, 2
NOBODY = -1
NEAR, MOST_DEPTH = 0x80, 0x7F
EXPECTED_MOST = 16.0  # acts expected of the people drawn for at once


def mix(x: int) -> int:
    x = (x + 0x9E3779B97F4A7C15) & MASK64
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK64
    return x ^ (x >> 31)


def mix32(x: int) -> int:
    x &= MASK32
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & MASK32
    x = ((x ^ (x >> 15)) * 0x846CA68B) & MASK32
    return x ^ (x >> 16)


def acts_of(bits: int, people: int, chance: int) -> int:
    """How many of `people` act, each with `chance` (2**31 is 1): the quantile of a Binomial at 24 random bits.

    Large seats are drawn for in parts, each with bits of its own.
    """
    if people == 1:
        return int((bits & 0xFFFFFF) << 7 < chance)
    p = chance / 2**31
    if p >= 1:
        return people
    acts = 0
    while p > 0 and people > 0:
        size = min(people, max(1, int(EXPECTED_MOST / p)))
        u, k, below = (bits & 0xFFFFFF) / 2**24, 0, (1 - p) ** size
        while u >= below and k < size:
            k += 1
            below += math.comb(size, k) * p**k * (1 - p) ** (size - k)
        acts, people, bits = acts + k, people - size, mix(bits)
    return acts


def unit(bits: int) -> float:
    return (bits >> 40) / 2**24


def certain(chance: float) -> int:
    return int(min(1.0, chance) * 2**31)


class Oracle:
    """Holds copies of the kernel's inputs as Python lists; `live(i)` lets one reader live through the tick."""

    def __init__(
        self, readers: dict[str, Any], tables: dict[str, Any], settings: dict[str, Any], keys: tuple[int, int]
    ) -> None:
        self.readers, self.t, self.s, self.keys = readers, tables, settings, keys
        self.shown = [[0] * 6 for _ in tables["posts"]]
        self.readings = [[0] * 19 for _ in tables["posts"]]
        self.change = [[0, 0] for _ in tables["latest_post"]]  # followers won and lost
        self.visits_by_reads = [0] * 17  # by how many posts are read
        self.reading_times = [0] * (settings["longest_s"] + 1)
        self.view_gaps = [0] * settings["tick_s"]
        self.rows: list[tuple[int, ...]] = []
        self.impressions = 0

    def live(self, i: int) -> None:
        r, s = self.readers["record"][i], self.s
        self.persons = self.readers["persons"][i]
        self.voice_sums = self.readers["voice_sums"][i]
        self.people = len(self.persons)
        if min(self.readers["status"][person] for person in self.persons) >= BANNED:
            return
        chance = self.readers["rate"][i] * self.t["rhythm"][i % 8]
        self.since = self.readers["last_tick"][i]
        if self.since >= 0 and s["tick"] - self.since <= s["burst_ticks"]:
            chance *= 1.0 + s["burst"]
        if unit(mix(self.keys[0] ^ i)) >= chance:
            return
        self.key = mix(self.keys[1] ^ i)
        self._trust8 = r["trust_counts"] >> 8
        self._trust = r["trust_counts"] / 65535
        self._zeal = r["zeal"] / 255
        self.readers["last_tick"][i] = s["tick"]
        begun: list[dict[str, Any]] = []
        for p, surface, parent, way in self._browse(i, r):
            if r["reads_today"] >= s["reads_per_day"]:
                break
            if p + s["first_id"] + 1 not in self.readers["ring"][i]:
                begun.append(self._begin(i, r, p, surface, parent, way))
        self._place(begun)
        read = [reading for reading in begun if self._read(i, r, reading)]
        self.visits_by_reads[len(read)] += self.people
        in_turn = [reading["second"] for reading in read if not reading["apart"]]
        for before, after in pairwise(in_turn):
            self.view_gaps[after - before] += self.people

    # -- what is shown, what is opened

    def _opens(self, p: int, r: Any, open_on: float) -> bool:
        post = self.t["posts"][p]
        chance = post["base"] * (1.0 + post["proof"] * self._trust)
        chance *= r["interest"][post["topic"]] * self._zeal * open_on
        return mix32(post["key"] ^ (self.key & MASK32)) < chance * 2**32

    def _waiting(self, i: int, r: Any) -> list[tuple[int, int, int, int, float]]:
        """Entry, surface, account that forwarded it, how it came, chance to open it at average appeal."""
        s, t, lists, open_on = self.s, self.t, self.readers, self.t["open_on"]
        met: list[tuple[int, int, int, int, float]] = []
        follows, trust = lists["follows"][i][: r["follow_n"]], lists["follow_trust"][i]
        if follows:
            start = (mix(self.key ^ 1) >> 32) * len(follows) >> 32
            for j in range(min(s["follow_window"], len(follows))):
                at = (start + j) % len(follows)
                c = follows[at]
                if t["latest_tick"][c] > self.since:
                    met.append((t["latest_post"][c], SUBSCRIPTION, NOBODY, 0, open_on[SUBSCRIPTION] * trust[at]))
        for slot in range(r["inbox_n"]):
            way = r["inbox_way"][slot]
            tie = 1.0 + s["tie"] if way & NEAR else 1.0 - s["tie"]
            entry = lists["inbox"][i][slot] - 1 - s["first_id"]
            met.append((entry, MOMENTS, lists["inbox_from"][i][slot], way, open_on[MOMENTS] * tie))
        r["inbox_n"] = 0
        chat = i // s["chat_size"]
        for slot in range(s["chat_slots"]):
            tick, sender = t["chat_tick"][chat][slot], t["chat_from"][chat][slot]
            if tick > self.since or (tick == self.since >= 0 and sender not in self.persons):
                entry = t["chat_post"][chat][slot] - 1 - s["first_id"]
                met.append((entry, CHAT, t["chat_from"][chat][slot], t["chat_depth"][chat][slot], open_on[CHAT]))
        if t["outside"] and unit(mix(self.key ^ 2)) < s["outside_share"]:
            met.append((t["outside"][(self.key >> 32) % len(t["outside"])], OUTSIDE, NOBODY, 0, open_on[OUTSIDE]))
        found = t["evergreen"][r["cell"]]
        bits = mix(self.key ^ 3)
        if found and unit(bits) < s["search_share"]:
            met.append((found[(bits & 0xFFFFFF) * len(found) >> 24], SEARCH, NOBODY, 0, open_on[SEARCH]))
        return met

    def _browse(self, i: int, r: Any) -> list[tuple[int, int, int, int]]:
        opened: list[tuple[int, int, int, int]] = []
        met = self._waiting(i, r)
        slots = self.t["feed"][r["cell"]]
        if slots:
            at = (mix(self.key ^ 4) >> 32) * len(slots) >> 32
            seen = [slots[(at + q) % len(slots)] for q in range(self.s["feed_window"])]
            met += [(p, HOT, NOBODY, 0, self.t["open_on"][HOT]) for p in seen]
        for p, surface, sender, way, open_on in met:
            if 0 <= p < len(self.t["posts"]):
                self.shown[p][surface] += self.people
                self.impressions += self.people
                if self._opens(p, r, open_on):
                    opened.append((p, surface, sender, way))
        return opened[: self.t["patience"][self.key >> 56]]

    # -- what is read, done and believed

    def _begin(self, i: int, r: Any, p: int, surface: int, parent: int, way: int) -> dict[str, Any]:
        """How much of a post is read, how long that takes, and the pause after it."""
        s, t, post = self.s, self.t, self.t["posts"][p]
        post_id, q8 = p + s["first_id"], post["quality"]
        self.readers["ring"][i][r["ring_at"]] = post_id + 1
        r["ring_at"] = (r["ring_at"] + 1) % 16
        r["reads_today"] += 1
        a = mix(self.key ^ (post["key"] << 20))
        b = mix(a ^ 1)
        finished = (a & 0xFFFF) * 256 < t["finish"][q8] * (
            s["finish_least"] + (r["interest"][post["topic"]] * s["finish_range"] >> 8)
        )
        part = 100 if finished else t["glances"][a >> 16 & 255]
        pace = s["pace_least"] + ((a >> 24 & 127) * s["pace_range"] >> 7)
        dwell = max(1, s["length_s"] * part * 32 * pace // (25600 * r["speed"]))
        dwell = min(dwell, s["longest_s"])
        pause = t["pauses"][b >> 8 & 0xFF]
        return {
            "p": p, "surface": surface, "parent": parent, "way": way, "draw": a, "finished": finished, "part": part,
            "dwell": dwell, "pause": pause,
        }  # fmt: skip

    def _place(self, begun: list[dict[str, Any]]) -> None:
        """One reading after the other, closer where time is short; a post that comes out after its turn at any time."""
        tick_s = self.s["tick_s"]
        spans = [reading["dwell"] + reading["pause"] for reading in begun]
        took = sum(spans) - begun[-1]["pause"] if begun else 0
        fits = took <= tick_s
        begins = (mix(self.key ^ 5) >> 32) * (tick_s - took + 1 if fits else tick_s) >> 32
        since = 0
        for reading, span in zip(begun, spans, strict=True):
            turn = min(begins + (since if fits else since * (tick_s - begins) // took), tick_s - 1)
            there = self.t["posts"][reading["p"]]["from_s"]
            reading["apart"] = turn < there
            if turn < there:
                left = tick_s - there
                latest = max(1, left - reading["dwell"], left // 2)
                reading["second"] = there + ((mix(reading["draw"] ^ 5) >> 32) * latest >> 32)
            else:
                reading["second"] = turn
                since += span

    def _read(self, i: int, r: Any, reading: dict[str, Any]) -> bool:
        """Whether the post is read, and not only liked in passing."""
        s, t = self.s, self.t
        p, surface, parent, way, a, finished, part, dwell, _, _, second = reading.values()
        post, b = t["posts"][p], mix(a ^ 1)
        post_id, q8 = p + s["first_id"], post["quality"]
        came = 0
        if surface == OUTSIDE:
            came = BLANK if (b >> 24 & 0xFF) < s["blank"] else LINK
        self.met = (post_id, parent, surface, came)
        like_bits = mix(a ^ 2)
        willing = s["glance_like"] + (256 - s["glance_like"]) * part // 100
        likes = acts_of(like_bits, self.people, certain(post["like"] * r["voice"] * (willing / 256)))
        if self.people == 1 and likes and self._in_passing(mix(like_bits ^ 1)):
            self._like_in_passing(self.persons[0], second)
            return False
        for column, more in ((surface, 1), (6 + surface, part >= s["finished_percent"]), (12 + surface, dwell)):
            self.readings[p][column] += self.people * more
        self.readings[p][18] += self.people * (dwell < s["short_s"])
        self.reading_times[dwell] += self.people
        r["finished"] = (r["finished"] * (s["remembered"] - 1) + 255 * finished) // s["remembered"]
        self.reading = (dwell, part)
        if s["want_reads"]:
            for person in self.persons:
                self._put(person, READ, second, 0)
        done = min(second + dwell, s["tick_s"] - 1)
        forward = t["forward"][q8] * post["share"] * r["sharing"]
        if surface in (MOMENTS, CHAT):
            forward *= s["social"]
        if surface == MOMENTS:
            forward *= 1.0 + s["tie"] if way & NEAR else 1.0 - s["tie"]
        self.depth = min((way & MOST_DEPTH) + 1, MOST_DEPTH)
        self._react(r, q8, finished, second, done, a, likes, forward)
        self._feel(i, r, post, q8, finished, unit(b) < t["follow"][q8] * (r["expressive"] / 128), done, a)
        return True

    def _put(self, person: int, kind: int, at: int, since: int, aux: int = 0, comment: int = 0, depth: int = 0) -> None:
        post_id, parent, surface, came = self.met
        dwell, part = self.reading
        self.rows.append((person, post_id, at, since, parent, dwell, kind, surface, part, aux, comment, depth, came))

    def _in_passing(self, bits: int) -> bool:
        return (bits >> 16 & 0xFFFF) < self.s["unread"]

    def _like_in_passing(self, person: int, at: int) -> None:
        post_id, parent, surface, came = self.met
        if self.readers["status"][person] < LIMITED:
            self.rows.append((person, post_id, at, -1, parent, 0, LIKE, surface, 0, 0, 0, 0, came))

    def _actors(self, bits: int, count: int) -> list[tuple[int, int]]:
        """People who act and may, with bits of each: from a random place on, one after the other round the seat."""
        chosen = [(self.persons[((bits >> 40) + j) % self.people], mix(bits ^ (1 + j))) for j in range(count)]
        return [(person, own) for person, own in chosen if self.readers["status"][person] < LIMITED]

    def _likers(self, bits: int, count: int) -> list[tuple[int, int]]:
        """People who like and may, with bits of each: drawn by their readiness, and each of them once.

        Instead of who was drawn before comes the next round the seat who ever likes.
        """
        silent = [b <= a for a, b in zip([0.0, *self.voice_sums], self.voice_sums, strict=False)]
        chosen: list[int] = []
        for j in range(count):
            drawn = (mix(mix(bits ^ (1 + j))) & 0xFFFFFF) / 2**24 * self.voice_sums[-1]
            at = bisect_right(self.voice_sums, drawn)
            round_the_seat = [(at + q) % self.people for q in range(self.people)]
            chosen += [place for place in round_the_seat if not silent[place] and place not in chosen][:1]
        of_each = [(self.persons[place], mix(bits ^ (1 + j))) for j, place in enumerate(chosen)]
        return [(person, own) for person, own in of_each if self.readers["status"][person] < LIMITED]

    def _react(
        self, r: Any, q8: int, finished: bool, second: int, done: int, a: int, likes: int, forward: float
    ) -> None:
        s, t, dwell, mood = self.s, self.t, self.reading[0], r["expressive"] / 128
        for person, own in self._likers(mix(a ^ 2), likes):
            if self.people > 1 and self._in_passing(own):
                self._like_in_passing(person, second)
            else:
                at_end = (own >> 32 & 0xFFFF) < s["like_at_end"]
                since = dwell if at_end else (own & 0xFFFF) * (dwell + 1) >> 16
                self._put(person, LIKE, min(second + since, s["tick_s"] - 1), since)
        if finished:
            bits = mix(a ^ 4)
            for person, own in self._actors(bits, acts_of(bits, self.people, certain(t["comment"][q8] * mood))):
                stock = (own & 0xFF) < s["stock"]
                depth = 1 if stock else 1 + (own >> 48 & 7) * q8 // 255
                self._put(person, COMMENT, done, dwell, depth, STOCK if stock else OWN)
        bits = mix(a ^ 3)
        for person, own in self._actors(bits, acts_of(bits, self.people, certain(forward))):
            motive = 1 + (own >> 33 & 1) if (own >> 24 & 0xFF) < s["chat_share"] else 0
            self._put(person, FORWARD, done, dwell, motive, 0, self.depth)

    def _feel(self, i: int, r: Any, post: Any, q8: int, finished: bool, willing: bool, done: int, a: int) -> None:
        s, trust8 = self.s, self._trust8
        noise = ((a >> 32 & 511) * s["taste"] >> 8) - s["taste"]
        experience = min(255, max(0, q8 - post["silence"] + noise))
        expected = (trust8 * post["level"] + (255 - trust8) * (r["expect"] >> 8)) >> 8
        r["expect"] += ((experience << 8) - r["expect"]) * s["expect_pace"] >> 16
        surprise = min(255, experience + s["tolerance"] - expected)
        pace = s["platform_pace"]
        r["trust_counts"] = self._surprised(r["trust_counts"], surprise, s["gain"], s["loss"])
        r["trust_platform"] = self._surprised(
            r["trust_platform"], surprise, s["gain"] * pace >> 8, s["loss"] * pace >> 8
        )
        self._follow(i, post, surprise, finished and willing, done)

    @staticmethod
    def _surprised(trust: int, d: int, gain: int, loss: int) -> int:
        trust = trust - (trust * -d * loss >> 24) if d < 0 else trust + ((65535 - trust) * d * gain >> 24)
        return min(65535, max(0, trust))

    def _follow(self, i: int, post: Any, surprise: int, willing: bool, done: int) -> None:
        s, r, follows, trust = (
            self.s,
            self.readers["record"][i],
            self.readers["follows"][i],
            self.readers["follow_trust"][i],
        )
        kept = r["follow_n"]
        kind = None
        if post["creator"] in follows[:kept]:
            at = follows.index(post["creator"])
            if surprise < 0:
                trust[at] -= trust[at] * -surprise * s["loss"] * s["creator_pace"] >> 32
            else:
                trust[at] += (255 - trust[at]) * surprise * s["gain"] * s["creator_pace"] >> 32
            trust[at] = min(255, max(0, trust[at]))
            if surprise < 0 and trust[at] < s["unfollow_below"]:
                self.change[post["creator"]][1] += self.people
                follows[at : kept - 1] = follows[at + 1 : kept]
                trust[at : kept - 1] = trust[at + 1 : kept]
                follows[kept - 1] = NO_CREATOR
                r["follow_n"] -= 1
                kind = UNFOLLOW
        elif willing and surprise > 0 and follows:
            if kept == len(follows):
                kept = min(range(kept), key=lambda j: trust[j])
                self.change[follows[kept]][1] += self.people
            else:
                r["follow_n"] += 1
            follows[kept], trust[kept] = post["creator"], s["follow_start"]
            self.change[post["creator"]][0] += self.people
            kind = FOLLOW
        if kind is not None:
            for person in self.persons:
                self._put(person, kind, done, self.reading[0])
