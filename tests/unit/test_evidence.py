"""The scripts that look for leaks and hold an honest world against figures: on rows with a known answer."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from sim.core.enums import Kind, Surface

EVIDENCE = Path(__file__).parents[2] / "scenarios" / "evidence"
SEEDS = [1, 2, 3, 4]


@pytest.fixture
def leaks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EVIDENCE))
    return importlib.import_module("leaks")


@pytest.fixture
def honest_world(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EVIDENCE))
    return importlib.import_module("honest_world")


def likes(n: int = 2000) -> pd.DataFrame:
    """Likes, half of them fake, whose columns say nothing."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"seed": np.repeat(SEEDS, n // len(SEEDS)), "fake": np.arange(n) % 2 == 0})
    for name in ("account", "session", "time_s", "parent", "author", "dwell_s", "since_s", "event"):
        rows[name] = rng.integers(0, 1000, n)
    for name in ("referrer", "region", "address_class", "completion", "registered_day"):
        rows[name] = rng.integers(0, 3, n)
    return rows.assign(channel=np.where(rng.random(n) < 1 / 2, Surface.CHAT, Surface.HOT))


def test_a_tree_finds_a_column_that_tells_and_none_in_noise(leaks: ModuleType) -> None:
    rows = likes().assign(tells=lambda frame: frame.fake * 10 + frame.time_s % 10)
    assert leaks.score(rows, ("tells",), SEEDS) == [1.0, 1.0]
    assert all(abs(area - 0.5) < 0.08 for area in leaks.score(rows, ("account",), SEEDS))


def test_purity_counts_the_honest_rows_that_share_a_value(leaks: ModuleType) -> None:
    rows = likes()
    # all fakes come through chats, and one honest like in fifty
    honest = np.flatnonzero(~rows.fake)
    rows.loc[rows.fake, "channel"] = Surface.CHAT
    rows.loc[honest, "channel"] = Surface.HOT
    rows.loc[honest[::50], "channel"] = Surface.CHAT
    found = leaks.purity_table({"like": leaks.add_behaviour(rows)})
    row = found[(found.column == "channel") & (found.value == "CHAT")].iloc[0]
    assert (row.share_of_fakes, row.share_of_honest, row.honest_for_each_fake) == pytest.approx((1.0, 0.02, 0.02))
    assert row.purity_equal_weights == pytest.approx(1 / 1.02)
    assert row.verdict == "LEAK: pure"
    assert set(found[found.column == "region"].verdict) == {"kept"}


def test_an_account_is_fake_from_half_of_its_likes_on(leaks: ModuleType) -> None:
    rows = leaks.add_behaviour(likes(8)).assign(seed=1, account=[7, 7, 7, 8, 8, 8, 9, 9])
    for name in (*leaks.IDENTIFIERS, *leaks.PLACES):
        rows[name] = rows.get(name, 0)
    rows["fake"] = [True, False, True, False, False, True, True, False]
    assert leaks.to_accounts(rows).fake.tolist() == [True, False, True]


def test_places_of_rows_in_their_tick_and_second(leaks: ModuleType) -> None:
    places = importlib.import_module("like_rows").add_places
    read, like = Kind.READ, Kind.LIKE
    events = pd.DataFrame({"event": range(5), "time_s": [10, 10, 10, 99, 3700], "kind": [like, read, read, like, read]})
    found = places(events, 3600)
    assert found.in_day.tolist() == [0, 1, 2, 3, 4]
    assert found.in_tick.tolist() == [0, 1, 2, 3, 0]
    assert found.in_tick_share.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1, 0])
    assert (found.rank_in_second[:3] * 3).astype(int).tolist() == [0, 1, 2]
    assert found.like_before[1] == 1  # the row before is a like, the one after is not


def test_figures_of_an_honest_world(honest_world: ModuleType) -> None:
    rows = pd.DataFrame(
        {
            "kind": [Kind.LIKE] * 10 + [Kind.READ] * 4,
            "since_s": [3, 7, -1, 80, 80, 80, 100, 100, 100, 100] + [0] * 4,
            "dwell_s": [100] * 10 + [14, 15, 2, 90],
            "account_row": [1] * 6 + [2] * 3 + [3] + [4] * 4,
            "account": [1] * 6 + [2] * 3 + [3] + [4] * 4,
            "channel": [Surface.CHAT] * 5 + [Surface.HOT] * 9,
            "address": [5] * 14,
            "address_class": [0] * 14,
            "time_s": [0] * 14,
        }
    )
    found = honest_world.figures_of(rows, people=100)
    assert (found["within_5s"], found["within_10s"], found["without_view"]) == pytest.approx((0.1, 0.2, 0.1))
    assert found["median_s"] == 80
    assert found["short_visits"] == 1 / 2
    assert (found["top_1"], found["top_10"], found["none"]) == pytest.approx((0.6, 1.0, 0.97))
    assert (found["by_chat"], found["per_address_median"]) == (0.5, 3)
    assert honest_world.verdict("within_5s", 0.055) == "near" and honest_world.verdict("within_5s", 0.2) == "OFF"
