"""Arbitrary worlds for the reader kernel, and both ways to live through a tick of one: compiled and slow."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from sim.actors.readers.buffers import WorkerBuffer
from sim.core.enums import Status
from sim.kernels import read_layout as layout
from sim.kernels.read import read_posts
from sim.kernels.scales import CHUNK, ROWS_PER_VISIT
from sim.world.reader_tables import slots
from sim.world.readers import Readers
from tests.helpers.oracle_read import Oracle

SETTINGS: dict[str, float] = {
    "tick": 30,
    "tick_s": 3600,
    "burst_ticks": 2,
    "burst": 1.5,
    "follow_window": 10,
    "feed_window": 8,
    "outside_share": 0.3,
    "search_share": 0.4,
    "tie": 0.5,
    "social": 1.2,
    "reads_per_day": 24,
    "chat_size": 16,
    "chat_slots": 2,
    "n_outside": 6,
    "length_s": 150,
    "longest_s": 3600,
    "pace_least": 192,
    "pace_range": 128,
    "finish_least": 128,
    "finish_range": 128,
    "remembered": 16,
    "expect_pace": 2048,
    "creator_pace": 1024,
    "taste": 51,
    "tolerance": 38,
    "gain": 1316,
    "loss": 3948,
    "platform_pace": 90,
    "unfollow_below": 46,
    "chat_share": 90,
    "want_reads": 1,
    "first_id": 100,
    "follow_start": 178,
    "finished_percent": 90,
    "glance_like": 40,
    "like_at_end": 20_000,
    "blank": 100,
    "unread": 9000,
    "short_s": 12,
    "stock": 80,
}


FORWARDS = 0.1  # a read where `everybody_reads_one_post`
LISTS = ("last_tick", "rate", "inbox", "inbox_from", "ring")


def case(
    seed: int, n: int = 260, n_posts: int = 40, n_creators: int = 30, most_people: int = 1, **settings: float
) -> dict[str, Any]:
    """An arbitrary world: every column anywhere in its range, and up to `most_people` at a seat."""
    rng = np.random.default_rng(seed)
    readers = Readers(n, rng.integers(1, most_people + 1, n))
    n_accounts = len(readers.persons) + 30  # some of them are nobody's
    readers.persons[:] = rng.permutation(n_accounts)[: len(readers.persons)]
    for name in kernel_fields(readers):
        column = readers.record[name]
        if column.dtype == np.float32:
            column[:] = rng.choice([0, 0.01, 0.5, 1, 3, 40], n)
        elif column.dtype == np.bool_:
            column[:] = rng.random(n) < 0.3
        else:
            column[:] = rng.integers(0, np.iinfo(column.dtype).max + 1, column.shape)
    set_voices(readers, rng.choice([0, 0.01, 0.5, 1, 3, 40], len(readers.persons)))
    readers.last_tick[:] = rng.integers(-1, 30, n)
    readers.rate[:] = rng.choice([0, 0.3, 1, 8], n)
    status = rng.choice([*[0] * 6, *Status], n_accounts).astype(np.uint8)
    readers.record["speed"] = rng.integers(1, 256, n)
    readers.record["cell"] = rng.integers(0, 8, n)
    readers.record["reads_today"] = rng.integers(0, 26, n)
    readers.record["ring_at"] = rng.integers(0, 16, n)
    readers.record["inbox_n"] = rng.integers(0, 9, n)
    places = rng.choice([0, 1, 5, 23, 30], n)
    readers.make_room_to_follow(places)
    for i, room in enumerate(places.tolist()):
        kept = int(rng.integers(0, room + 1))
        readers.record["follow_n"][i] = kept
        at = int(readers.record["follow_at"][i])
        readers.follows[at : at + kept] = rng.permutation(n_creators)[:kept]
    readers.follow_trust[:] = rng.integers(0, 256, readers.follow_trust.shape)
    readers.inbox[:] = rng.integers(90, 150, readers.inbox.shape)
    readers.inbox_from[:] = rng.integers(-1, n_accounts, readers.inbox_from.shape)
    readers.ring[:] = rng.integers(0, 150, readers.ring.shape)
    posts = np.zeros(n_posts, layout.POST)
    posts["key"] = rng.integers(0, 2**32, n_posts)
    posts["base"] = rng.choice([0, 0.2, 1, 4], n_posts)
    posts["proof"] = rng.choice([0, 0.3, 1.5], n_posts)
    posts["like"] = rng.random(n_posts)
    posts["share"] = rng.choice([0, 0.3, 2], n_posts)
    last = int((SETTINGS | settings)["tick_s"]) - 1
    posts["from_s"] = rng.choice([0, 0, 1, last // 2, last], n_posts)
    posts["creator"] = rng.integers(0, n_creators, n_posts)
    for name in ("topic", "level", "quality", "silence"):
        posts[name] = rng.integers(0, 8 if name == "topic" else 256, n_posts)
    feed = rng.integers(-1, n_posts, (8, 32)).astype(np.int32)
    chats = n // SETTINGS["chat_size"] + 1
    chat_tick = rng.integers(-1, 31, (chats, 2)).astype(np.int32)
    chat_from = rng.integers(-1, n_accounts, (chats, 2)).astype(np.int32)
    for chat in range(0, chats, 2):  # somebody of a seat sent the second link when the seat was last there
        seat = min(SETTINGS["chat_size"] * chat + 3, n - 1)
        chat_tick[chat, 1] = readers.last_tick[seat]
        chat_from[chat, 1] = readers.persons[readers.first_person[seat + 1] - 1]
    tables = {
        "posts": posts,
        "feed": feed,
        "evergreen": rng.integers(-1, n_posts, (8, 12)).astype(np.int32),
        "rhythm": rng.random(8),
        "latest_tick": rng.integers(0, 31, n_creators).astype(np.int32),
        "latest_post": rng.integers(-1, n_posts, n_creators).astype(np.int32),
        "open_on": np.array([0.003, 0.5, 0.1, 0.3, 0.4, 0.6]),
        "chat_post": rng.integers(0, 160, (chats, 2)).astype(np.uint32),
        "chat_tick": chat_tick,
        "chat_from": chat_from,
        "chat_depth": rng.integers(0, 128, (chats, 2)).astype(np.uint8),
        "patience": rng.integers(1, 17, 256),
        "pauses": rng.choice([0, 3, 40, 900], 256),
        "glances": rng.integers(1, 100, 256),
        "outside": rng.integers(0, n_posts, SETTINGS["n_outside"]).astype(np.int32),
        "finish": rng.integers(0, 65536, 256),
        "comment": rng.random(256),
        "forward": rng.random(256),
        "follow": rng.random(256),
    }
    keys = tuple(int(k) for k in rng.integers(0, 2**63, 2))
    return {
        "readers": readers,
        "status": status,
        "tables": tables,
        "settings": SETTINGS | settings,
        "keys": keys,
        "n_creators": n_creators,
    }


def everybody_reads_one_post(
    people: int = 3, like: float = 0.3, seats: int = 3000, **settings: float
) -> dict[str, Any]:
    """All seats come online, find one post that a far friend forwarded, and read it to the end."""
    c = case(
        2,
        n=seats,
        n_posts=1,
        **{"n_outside": 0, "unread": 0, "glance_like": 256, "want_reads": 1, "social": 4.0, "tie": 0.5, **settings},
    )
    readers, tables, posts = Readers(seats, np.full(seats, people)), c["tables"], c["tables"]["posts"]
    record = readers.record
    readers.rate[:], record["zeal"], record["voice"], record["sharing"], record["expressive"] = 1, 1, 1, 1, 128
    record["interest"], record["trust_counts"], record["speed"] = 255, 65535, 32
    readers.make_room_to_follow(np.full(seats, 5))
    record["inbox_n"], readers.inbox[:, 0], readers.inbox_from[:, 0] = 1, c["settings"]["first_id"] + 1, 5
    posts["base"], posts["proof"], posts["share"], posts["from_s"] = 1, 0, 1, 0
    posts["quality"], posts["level"], posts["silence"], posts["like"] = 255, 0, 0, like
    tables |= {"rhythm": np.ones(8), "outside": tables["outside"][:0], "evergreen": tables["evergreen"][:, :0]}
    tables |= {"feed": tables["feed"][:, :0], "open_on": np.full(6, 2.0)}
    tables["chat_tick"][:], tables["latest_tick"][:] = -1, -1
    tables |= {"finish": np.full(256, 1 << 20), "follow": np.ones(256)}
    tables |= {"comment": np.full(256, 0.2), "forward": np.full(256, FORWARDS / 2)}
    return c | {"readers": readers, "status": np.zeros(seats * people, np.uint8)}


def set_voices(readers: Readers, voices: np.ndarray) -> None:
    """Give each person a readiness to like, and each seat the mean of its people's."""
    for i, (a, b) in enumerate(pairwise(readers.first_person)):
        readers.voice_sums[a:b] = np.cumsum(voices[a:b])
        readers.record["voice"][i] = voices[a:b].mean()


def kernel_fields(readers: Readers) -> list[str]:
    return [name for name in readers.record.dtype.names or () if name != "spare"]


def run_kernel(c: dict[str, Any], pieces: int = 1, capacity: int | None = None) -> dict[str, Any]:
    """The kernel over `pieces` runs of readers, emptying a buffer of `capacity` rows whenever it is full."""
    readers, t = c["readers"], c["tables"]
    settings = np.zeros(1, layout.SETTINGS)
    for name, value in c["settings"].items():
        settings[name] = value
    posts = t["posts"]
    laid = slots(posts, t["feed"], c["settings"]["feed_window"])
    chats = (t[name] for name in ("chat_post", "chat_tick", "chat_from", "chat_depth"))
    offers = layout.Offers(posts, t["latest_tick"], t["latest_post"], *laid, t["evergreen"], *chats, t["outside"])
    habits = t["patience"], t["pauses"], t["open_on"]
    chances = layout.Chances(*habits, t["glances"], t["finish"], t["comment"], t["forward"], t["follow"])
    buffer = WorkerBuffer(0)
    buffer.begin(len(posts), c["n_creators"], int(settings["longest_s"][0]) + 1, int(settings["tick_s"][0]))
    counts = buffer.counts
    rows = np.zeros(capacity or CHUNK * ROWS_PER_VISIT, layout.ROW)
    written, impressions = [], 0
    bounds = np.linspace(0, len(readers), pieces + 1).astype(int)
    for lo, hi in pairwise(bounds):
        at = int(lo)
        while at < hi:
            at, n, seen = read_posts(
                readers.seats(c["status"]), at, int(hi), *map(np.uint64, c["keys"]), t["rhythm"], settings, offers,
                chances, counts, rows, 0,
            )  # fmt: skip
            written += [tuple(int(x) for x in row) for row in rows[:n]]
            impressions += seen
    return {
        **{name: table.tolist() for name, table in counts._asdict().items()},
        "rows": written,
        "impressions": impressions,
        **_state(readers),
    }


def _state(readers: Readers) -> dict[str, Any]:
    out = {name: readers.record[name].tolist() for name in kernel_fields(readers)}
    return out | {"last_tick": readers.last_tick.tolist(), "ring": readers.ring.tolist()} | _follow_lists(readers)


def _follow_lists(readers: Readers) -> dict[str, list[list[int]]]:
    """Whom each reader follows, and how far it trusts each, with the free places at the end."""
    ends = np.cumsum(readers.record["follow_places"].astype(int))[:-1]
    lists = {name: np.split(getattr(readers, name), ends) for name in ("follows", "follow_trust")}
    return {name: [each.tolist() for each in found] for name, found in lists.items()}


def run_oracle(c: dict[str, Any]) -> dict[str, Any]:
    readers = c["readers"]
    names = kernel_fields(readers)
    record = [{name: row[name].tolist() for name in names} for row in readers.record]
    lists = {name: getattr(readers, name).tolist() for name in LISTS} | _follow_lists(readers)
    posts = [dict(zip(c["tables"]["posts"].dtype.names, row.tolist(), strict=True)) for row in c["tables"]["posts"]]
    tables = {k: v.tolist() for k, v in c["tables"].items() if k != "posts"} | {"posts": posts}
    people = {"status": c["status"].tolist(), "persons": np.split(readers.persons, readers.first_person[1:-1])}
    people["voice_sums"] = np.split(readers.voice_sums, readers.first_person[1:-1])
    people |= {name: [each.tolist() for each in people[name]] for name in ("persons", "voice_sums")}
    oracle = Oracle({"record": record, **people, **lists}, tables, c["settings"], c["keys"])
    for i in range(len(record)):
        oracle.live(i)
    return {
        "shown": oracle.shown,
        "readings": oracle.readings,
        "followers": oracle.change,
        "visits_by_reads": oracle.visits_by_reads,
        "reading_times": oracle.reading_times,
        "view_gaps": oracle.view_gaps,
        "rows": oracle.rows,
        "impressions": oracle.impressions,
        **{name: [row[name] for row in record] for name in names},
        **{name: lists[name] for name in ("last_tick", "follows", "follow_trust", "ring")},
    }


def assert_agree(slow: dict[str, Any], fast: dict[str, Any]) -> None:
    for name, value in slow.items():
        assert fast[name] == value, name
