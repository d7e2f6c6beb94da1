"""Exact figures for a seed. A change here changes published outputs: name it in CHANGELOG.md and renew with

python -m tests.baselines.test_figures
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from sim import EngagementModel, Scenario
from sim.world.likes import LikeTable

HERE = Path(__file__).parent
KEPT = HERE / "figures.json"
SCENARIOS = sorted(path.stem for path in (HERE.parents[1] / "scenarios").glob("*.yaml"))
SMALL = {"readers.n": 5000, "creators.n": 120}
MANY_PEOPLE = 350_000  # ten times the usual, where a scenario has people of its own number
DAYS = 10
READERS = ("record", "follows", "inbox", "inbox_from", "ring", "persons", "voice_sums")
ACCOUNTS = ("address", "device", "region", "registered_day", "status", "standing_at_midnight", "seat")


def figures(name: str) -> dict[str, Any]:
    """Digests of the readers', creators' and posts' columns, and some figures in full, after ten days."""
    path = HERE.parents[1] / "scenarios" / f"{name}.yaml"
    scenario = Scenario.load(path, days=DAYS)
    crowded = {} if scenario.readers.people is None else {"readers.people": MANY_PEOPLE}
    scenario = scenario.with_changes(SMALL | crowded)
    model = EngagementModel(scenario, seed=1, threads=1)
    while model.running:
        model.step()
    world, last = model.state.world, model.tables.frame("daily").iloc[-1]

    def digest(*columns: Any) -> str:
        bits = hashlib.sha256()
        for column in columns:
            bits.update(column.tobytes())
        return bits.hexdigest()[:16]

    kept = ("exposure_quality", "share_manipulating_creators", "share_fake_likes", "platform_trust", "likes_organic")
    return {
        "readers": digest(*(getattr(world.readers, name) for name in READERS)),
        "posts": digest(
            world.posts.reads, world.posts.impressions, world.posts.likes_by_origin, world.posts.discounted
        ),
        "likes": digest(*(getattr(world.likes, name) for name in LikeTable.spec)),
        "accounts": digest(*(getattr(world.accounts, name) for name in ACCOUNTS)),
        # money passes through exp and log, whose last bit is the platform's: rounded to a fen
        "money_cny": {purpose: round(cny, 2) for purpose, cny in model.state.money.flows().items()},
        **{name: float(repr(float(last[name]))) for name in kept},
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_figures_of_a_seed_are_the_kept_ones(name: str) -> None:
    assert figures(name) == json.loads(KEPT.read_text())[name]


if __name__ == "__main__":
    KEPT.write_text(json.dumps({name: figures(name) for name in SCENARIOS}, indent=1) + "\n")
