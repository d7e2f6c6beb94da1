"""The reader phase once more, slowly: plain Python integers, one reader after the other, written from the rules.

The compiled kernel must agree with it to the bit.
"""

from __future__ import annotations

from typing import Any

MASK64, MASK32 = (1 << 64) - 1, (1 << 32) - 1
NO_CREATOR = 0xFFFF
READ, LIKE, COMMENT, FORWARD, FOLLOW, UNFOLLOW = range(6)
SUBSCRIPTION, MOMENTS, HOT, CHAT, OUTSIDE = range(5)


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


class Oracle:
    """Holds copies of the kernel's inputs as Python lists; `live(i)` lets one reader live through the tick."""

    def __init__(
        self, readers: dict[str, Any], tables: dict[str, Any], settings: dict[str, int], keys: tuple[int, int]
    ) -> None:
        self.readers, self.t, self.s, self.keys = readers, tables, settings, keys
        self.counts = [[0] * 12 for _ in tables["posts"]]
        self.pages = [[0] * (len(cell) // 8) for cell in tables["feed"]]
        self.change = [0] * len(tables["latest_post"])
        self.rows: list[tuple[int, ...]] = []
        self.impressions = 0

    def live(self, i: int) -> None:
        r = self.readers["record"][i]
        if self.readers["status"][i] >= 2:
            return
        if mix(self.keys[0] ^ i) >> 41 >= self.t["rhythm"][r["chronotype"]] * r["activity"]:
            return
        self.key = mix(self.keys[1] ^ i)
        opened = self._browse(i, r)
        r["last_tick"] = self.s["tick"]
        for p, surface in opened:
            if r["reads_today"] >= self.s["reads_per_day"]:
                break
            post_id = p + self.s["first_id"]
            if post_id + 1 in self.readers["ring"][i]:
                continue
            self._read(i, r, p, surface, self._trust8)

    # -- what is shown, what is opened

    def _chance(self, p: int, r: Any) -> int:
        post = self.t["posts"][p]
        return (post["base"] + (post["proof"] * self._trust8 >> 8)) * r["interest"][post["topic"]]

    def _opens(self, p: int, chance: int) -> bool:
        return mix32(self.t["posts"][p]["key"] ^ (self.key & MASK32)) < chance

    def _browse(self, i: int, r: Any) -> list[tuple[int, int]]:
        s, t, gain = self.s, self.t, self.t["surface_gain"]
        self._trust8 = r["trust_counts"] >> 8
        met: list[tuple[int, int, int]] = []
        for c, trust in zip(self.readers["follows"][i], self.readers["follow_trust"][i], strict=True):
            if c == NO_CREATOR:
                break
            if t["latest_tick"][c] > r["last_tick"]:
                met.append((t["latest_post"][c], SUBSCRIPTION, gain[SUBSCRIPTION] * trust))
        waiting = self.readers["inbox"][i][: r["inbox_n"]]
        met += [(entry - 1 - s["first_id"], MOMENTS, gain[MOMENTS] * 256) for entry in waiting]
        r["inbox_n"] = 0
        chat = i // s["chat_size"]
        for post, tick in zip(t["chat_post"][chat], t["chat_tick"][chat], strict=True):
            if tick > r["last_tick"]:
                met.append((post - 1 - s["first_id"], CHAT, gain[CHAT] * 256))
        if t["outside"] and self.key >> 48 < s["outside_threshold"]:
            met.append((t["outside"][(self.key >> 32) % len(t["outside"])], OUTSIDE, gain[OUTSIDE] * 256))
        opened: list[tuple[int, int]] = []
        for p, surface, weight in met:
            if 0 <= p < len(t["posts"]):
                self.counts[p][surface] += 1
                self.impressions += 1
                if self._opens(p, self._chance(p, r) * weight >> 16):
                    opened.append((p, surface))
        opened = opened[: s["reads_per_session"]]
        return self._feed(r, opened)

    def _feed(self, r: Any, opened: list[tuple[int, int]]) -> list[tuple[int, int]]:
        s, cell = self.s, r["cell"]
        if r["last_tick"] < 0 or s["tick"] // s["refresh_ticks"] != r["last_tick"] // s["refresh_ticks"]:
            r["cursor"] = 0
        page = r["cursor"]
        pages = min(r["pages"], len(self.pages[cell]) - page)
        for q in range(page, page + max(0, pages)):
            self.pages[cell][q] += 1
            self.impressions += 8
            for p in self.t["feed"][cell][8 * q : 8 * q + 8]:
                if self._opens(p, self._chance(p, r)) and len(opened) < s["reads_per_session"]:
                    opened.append((p, HOT))
        if pages > 0:
            r["cursor"] = page + pages
        return opened

    # -- what is read, done and believed

    def _read(self, i: int, r: Any, p: int, surface: int, trust8: int) -> None:
        s, t, post = self.s, self.t, self.t["posts"][p]
        post_id, q8, voice = p + s["first_id"], post["quality"], r["expressive"]
        self.readers["ring"][i][r["ring_at"]] = post_id + 1
        r["ring_at"] = (r["ring_at"] + 1) % 8
        r["reads_today"] += 1
        a = mix(self.key ^ (post["key"] << 20))
        b = mix(a ^ 1)
        finished = (a & 0xFFFF) * 256 < t["finish"][q8] * (128 + r["interest"][post["topic"]] // 2)
        part = 100 if finished else 4 + (a >> 16 & 63)
        dwell = max(1, s["length_s"] * part * 32 * (192 + (a >> 22 & 127)) // (25600 * r["speed"]))
        dwell = min(dwell, 3600)
        left = s["tick_s"] - post["from_s"]
        second = post["from_s"] + ((b >> 32) * max(left - dwell, left // 2) >> 32)
        self.counts[p][5 + surface] += 1
        self.counts[p][10] += part >= s["finished_percent"]
        self.counts[p][11] += dwell
        r["finished"] = (r["finished"] * 15 + 255 * finished) // 16
        done = min(second + dwell, s["tick_s"] - 1)

        def put(kind: int, at: int, aux: int = 0) -> None:
            self.rows.append((i, post_id, at, dwell, kind, surface, part, aux))

        if s["want_reads"]:
            put(READ, second)
        if self.readers["status"][i] == 0:
            c, d = mix(a ^ 2), mix(a ^ 3)
            if (c & 0xFFFFFF) << 7 < post["like"] * voice:
                put(LIKE, done)
            if finished and (c >> 24 & 0xFFFFFF) << 7 < t["comment"][q8] * voice:
                put(COMMENT, done, 1 + (c >> 48 & 7) * q8 // 255)
            if (d & 0xFFFFFF) << 7 < t["forward"][q8] * voice:
                put(FORWARD, done, 1 + (d >> 33 & 1) if (d >> 24 & 0xFF) < s["chat_share"] else 0)
        noise = ((a >> 32 & 511) * s["taste"] >> 8) - s["taste"]
        experience = min(255, max(0, q8 - post["silence"] + noise))
        expected = (trust8 * post["level"] + (255 - trust8) * (r["expect"] >> 8)) >> 8
        r["expect"] += ((experience << 8) - r["expect"]) >> 5
        surprise = min(255, experience + s["tolerance"] - expected)
        pace = s["platform_pace"]
        r["trust_counts"] = self._surprised(r["trust_counts"], surprise, s["gain"], s["loss"])
        r["trust_platform"] = self._surprised(
            r["trust_platform"], surprise, s["gain"] * pace >> 8, s["loss"] * pace >> 8
        )
        self._follow(i, post, surprise, finished, (b & 0xFFFFFF) << 7 < t["follow"][q8] * voice, put, done)

    @staticmethod
    def _surprised(trust: int, d: int, gain: int, loss: int) -> int:
        trust = trust - (trust * -d * loss >> 24) if d < 0 else trust + ((65535 - trust) * d * gain >> 24)
        return min(65535, max(0, trust))

    def _follow(self, i: int, post: Any, surprise: int, finished: bool, willing: bool, put: Any, done: int) -> None:
        s, follows, trust = self.s, self.readers["follows"][i], self.readers["follow_trust"][i]
        kept = follows.index(NO_CREATOR) if NO_CREATOR in follows else len(follows)
        if post["creator"] in follows[:kept]:
            at = follows.index(post["creator"])
            if surprise < 0:
                trust[at] -= trust[at] * -surprise * s["loss"] >> 22
            else:
                trust[at] += (255 - trust[at]) * surprise * s["gain"] >> 22
            if surprise < 0 and trust[at] < s["unfollow_below"]:
                self.change[post["creator"]] -= 1
                follows[at : kept - 1] = follows[at + 1 : kept]
                trust[at : kept - 1] = trust[at + 1 : kept]
                follows[kept - 1] = NO_CREATOR
                put(UNFOLLOW, done)
        elif finished and surprise > 0 and willing:
            if kept == len(follows):
                kept = min(range(kept), key=lambda j: trust[j])
                self.change[follows[kept]] -= 1
            follows[kept], trust[kept] = post["creator"], s["follow_start"]
            self.change[post["creator"]] += 1
            put(FOLLOW, done)
