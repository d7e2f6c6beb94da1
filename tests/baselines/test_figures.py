"""Exact figures for a seed. A change here changes published outputs: name it in CHANGELOG.md and renew with

python -m tests.baselines.test_figures
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import EngagementModel, Scenario
from sim.world import World
from sim.world.readers import RECORD

HERE = Path(__file__).parent
KEPT = HERE / "figures.json"
SCENARIOS = sorted(path.stem for path in (HERE.parents[1] / "scenarios").glob("*.yaml"))
SMALL = {"readers.n": 5000, "creators.n": 120}
DAYS = 10


def whole_record(world: World) -> NDArray[Any]:
    """All that a reader is in 32 bytes, as the kept digests take it: the record, and the status of the account."""
    names = list(RECORD.names or ())
    names.insert(names.index("reads_today"), "status")
    fields = [(name, np.uint8 if name == "status" else RECORD[name]) for name in names if name != "spare"]
    whole = np.zeros(len(world.readers), [*fields, ("spare", np.uint16)])
    for name, _ in fields:
        whole[name] = world.reader_status if name == "status" else world.readers.record[name]
    return whole


def figures(name: str) -> dict[str, Any]:
    """Digests of the readers', creators' and posts' columns, and some figures in full, after ten days."""
    path = HERE.parents[1] / "scenarios" / f"{name}.yaml"
    scenario = Scenario.load(path, days=DAYS).with_changes(SMALL)
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
        "readers": digest(whole_record(world), world.readers.follows, world.readers.inbox, world.readers.ring),
        "posts": digest(
            world.posts.reads, world.posts.impressions, world.posts.likes_by_origin, world.posts.discounted
        ),
        "accounts": digest(world.accounts.ip, world.accounts.device, world.accounts.status),
        # money passes through exp and log, whose last bit is the platform's: rounded to a fen
        "money_cny": {purpose: round(cny, 2) for purpose, cny in model.state.money.flows().items()},
        **{name: float(repr(float(last[name]))) for name in kept},
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_figures_of_a_seed_are_the_kept_ones(name: str) -> None:
    assert figures(name) == json.loads(KEPT.read_text())[name]


if __name__ == "__main__":
    KEPT.write_text(json.dumps({name: figures(name) for name in SCENARIOS}, indent=1) + "\n")
