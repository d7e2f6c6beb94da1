"""The compiled reader phase against a slow one in plain Python, to the bit."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.kernels import read as kernel
from sim.world.readers import Readers
from tests.helpers.oracle_read import Oracle

SETTINGS = {
    "tick": 30,
    "tick_s": 3600,
    "refresh_ticks": 8,
    "reads_per_session": 5,
    "reads_per_day": 24,
    "chat_size": 16,
    "chat_slots": 2,
    "outside_threshold": 20_000,
    "n_outside": 6,
    "length_s": 150,
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
}


def case(seed: int, n: int = 200, n_posts: int = 40, n_creators: int = 30, **settings: int) -> dict[str, Any]:
    """An arbitrary world: every column anywhere in its range."""
    rng = np.random.default_rng(seed)
    readers = Readers(n)
    for name in kernel_fields(readers):
        column = readers.record[name]
        top = 2**31 if column.dtype == np.int32 else np.iinfo(column.dtype).max + 1
        column[:] = rng.integers(0, top, column.shape)
    readers.record["last_tick"] = rng.integers(-1, 30, n)
    status = rng.choice([0, 0, 0, 0, 1, 2, 3], n).astype(np.uint8)
    readers.record["chronotype"] = rng.integers(0, 8, n)
    readers.record["pages"] = rng.integers(0, 4, n)
    readers.record["cursor"] = rng.integers(0, 5, n)
    readers.record["speed"] = rng.integers(1, 256, n)
    readers.record["cell"] = rng.integers(0, 8, n)
    readers.record["reads_today"] = rng.integers(0, 26, n)
    readers.record["ring_at"] = rng.integers(0, 8, n)
    readers.record["inbox_n"] = rng.integers(0, 5, n)
    for i in range(n):
        kept = int(rng.choice([0, 5, 23, 24]))
        readers.follows[i, :kept] = rng.permutation(n_creators)[:kept]
    readers.follow_trust[:] = rng.integers(0, 256, readers.follow_trust.shape)
    readers.inbox[:] = rng.integers(90, 150, readers.inbox.shape)
    readers.ring[:] = rng.integers(0, 150, readers.ring.shape)
    posts = np.zeros(n_posts, kernel.POST)
    posts["key"] = rng.integers(0, 2**32, n_posts)
    posts["base"] = rng.integers(0, 2**22, n_posts)
    posts["proof"] = rng.integers(0, 2**22, n_posts)
    posts["like"] = rng.integers(0, 2**24, n_posts)
    posts["creator"] = rng.integers(0, n_creators, n_posts)
    for name in ("topic", "level", "quality", "silence"):
        posts[name] = rng.integers(0, 8 if name == "topic" else 256, n_posts)
    feed = rng.integers(0, n_posts, (8, 32)).astype(np.int32)
    chats = n // 16 + 1
    tables = {
        "posts": posts,
        "feed": feed,
        "rhythm": rng.integers(0, 65536, 8),
        "latest_tick": rng.integers(0, 31, n_creators).astype(np.int32),
        "latest_post": rng.integers(-1, n_posts, n_creators).astype(np.int32),
        "surface_gain": np.array([800, 3000, 256, 1800, 4000]),
        "chat_post": rng.integers(0, 160, (chats, 2)).astype(np.uint32),
        "chat_tick": rng.integers(-1, 31, (chats, 2)).astype(np.int32),
        "outside": rng.integers(0, n_posts, SETTINGS["n_outside"]).astype(np.int32),
        "finish": rng.integers(0, 65536, 256),
        "comment": rng.integers(0, 2**24, 256),
        "forward": rng.integers(0, 2**24, 256),
        "follow": rng.integers(0, 2**24, 256),
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


def kernel_fields(readers: Readers) -> list[str]:
    return [name for name in readers.record.dtype.names or () if name != "spare"]


def run_kernel(c: dict[str, Any], pieces: int = 1, capacity: int | None = None) -> dict[str, Any]:
    """The kernel over `pieces` runs of readers, emptying a buffer of `capacity` rows whenever it is full."""
    readers, t = c["readers"], c["tables"]
    settings = np.zeros(1, kernel.SETTINGS)
    for name, value in c["settings"].items():
        settings[name] = value
    posts, feed = t["posts"], t["feed"]
    counts = np.zeros((len(posts), kernel.N_COUNTS), np.int32)
    pages = np.zeros((8, feed.shape[1] // 8), np.int64)
    change = np.zeros(c["n_creators"], np.int64)
    rows = np.zeros(capacity or kernel.CHUNK * kernel.ROWS_PER_VISIT, kernel.ROW)
    written, impressions = [], 0
    bounds = np.linspace(0, len(readers), pieces + 1).astype(int)
    for lo, hi in pairwise(bounds):
        at = int(lo)
        while at < hi:
            at, n, seen = kernel.read_posts(
                readers.record,
                c["status"],
                readers.follows,
                readers.follow_trust,
                readers.inbox,
                readers.ring,
                at,
                int(hi),
                np.uint64(c["keys"][0]),
                np.uint64(c["keys"][1]),
                t["rhythm"],
                settings,
                t["latest_tick"],
                t["latest_post"],
                posts,
                feed,
                posts["key"][feed],
                posts["base"][feed],
                posts["proof"][feed],
                posts["topic"][feed].astype(np.uint64) * np.uint64(8),
                t["surface_gain"],
                t["chat_post"],
                t["chat_tick"],
                t["outside"],
                t["finish"],
                t["comment"],
                t["forward"],
                t["follow"],
                counts,
                pages,
                change,
                rows,
                0,
            )
            written += [tuple(int(x) for x in row) for row in rows[:n]]
            impressions += seen
    return {
        "counts": counts.tolist(),
        "pages": pages.tolist(),
        "change": change.tolist(),
        "rows": written,
        "impressions": impressions,
        **state(readers),
    }


def state(readers: Readers) -> dict[str, Any]:
    out = {name: readers.record[name].tolist() for name in kernel_fields(readers)}
    return out | {name: getattr(readers, name).tolist() for name in ("follows", "follow_trust", "ring")}


def run_oracle(c: dict[str, Any]) -> dict[str, Any]:
    readers = c["readers"]
    names = kernel_fields(readers)
    record = [{name: row[name].tolist() for name in names} for row in readers.record]
    lists = {name: getattr(readers, name).tolist() for name in ("follows", "follow_trust", "inbox", "ring")}
    posts = [dict(zip(c["tables"]["posts"].dtype.names, row.tolist(), strict=True)) for row in c["tables"]["posts"]]
    tables = {k: v.tolist() for k, v in c["tables"].items() if k != "posts"} | {"posts": posts}
    oracle = Oracle({"record": record, "status": c["status"].tolist(), **lists}, tables, c["settings"], c["keys"])
    for i in range(len(record)):
        oracle.live(i)
    return {
        "counts": oracle.counts,
        "pages": oracle.pages,
        "change": oracle.change,
        "rows": oracle.rows,
        "impressions": oracle.impressions,
        **{name: [row[name] for row in record] for name in names},
        **{name: lists[name] for name in ("follows", "follow_trust", "ring")},
    }


def assert_agree(slow: dict[str, Any], fast: dict[str, Any]) -> None:
    for name, value in slow.items():
        assert fast[name] == value, name


@pytest.mark.parametrize("seed", range(12))
def test_the_kernel_agrees_with_the_oracle(seed):
    slow, fast = run_oracle(case(seed)), run_kernel(case(seed))
    assert_agree(slow, fast)
    assert slow["rows"] and slow["impressions"] > 500  # something happened
    assert {row[4] for row in slow["rows"]} >= {0, 1, 2, 3}


@pytest.mark.parametrize(
    "changes",
    [
        {"want_reads": 0},
        {"n_outside": 0},
        {"reads_per_session": 1},
        {"reads_per_day": 1},
        {"first_id": 0},
        {"tick": 32, "refresh_ticks": 1},
        {"taste": 0, "tolerance": 0},
        {"finished_percent": 40},
    ],
)
def test_it_agrees_under_other_settings(changes):
    def made() -> dict[str, Any]:
        c = case(99, **changes)
        if "n_outside" in changes:
            c["tables"]["outside"] = c["tables"]["outside"][:0]
        return c

    assert_agree(run_oracle(made()), run_kernel(made()))


def test_any_cut_of_the_readers_gives_the_same():
    whole = run_kernel(case(5))
    for pieces in (2, 3, 7):
        assert_agree(whole, run_kernel(case(5), pieces))


def test_a_full_buffer_loses_nothing():
    """With room for one chunk only, a second chunk must wait until the rows are fetched."""
    n = kernel.CHUNK + 700
    whole = run_kernel(case(3, n=n), capacity=4 * kernel.CHUNK * kernel.ROWS_PER_VISIT)
    assert_agree(whole, run_kernel(case(3, n=n), capacity=kernel.CHUNK * kernel.ROWS_PER_VISIT))


def test_banned_readers_and_those_who_left_do_nothing_and_limited_ones_only_read():
    c = case(8)
    status = c["status"]
    before = c["readers"].record.copy()
    fast = run_kernel(c)
    away = status >= 2
    assert (c["readers"].record[away] == before[away]).all()
    acts = {row[0] for row in fast["rows"] if row[4] in (1, 2, 3)}
    assert not acts & set(np.flatnonzero(status > 0).tolist())


def test_no_index_leaves_its_array():
    """The same cases with numba's bounds checks on, in a process of its own."""
    agree = "t.assert_agree(t.run_oracle(t.case(s)), t.run_kernel(t.case(s)))"
    code = f"import tests.unit.test_read_kernel as t\nfor s in range(3): {agree}"
    root = str(Path(__file__).parents[2])
    env = os.environ | {
        "NUMBA_BOUNDSCHECK": "1",
        "PYTHONPATH": root,
        "NUMBA_CACHE_DIR": os.path.join(root, ".numba-checked"),
    }
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
