"""A small world in which nothing happens unless a test makes it: posts by hand, no readers' visits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.core.enums import Kind
from sim.engine.model import EngagementModel
from sim.scenario import Scenario

QUIET_CREATORS = 8


def per_1000(n: float, creators: int = QUIET_CREATORS) -> float:
    """The parameter for every 1,000 creators that gives `n` in a world of so many."""
    return 1000 * n / creators


def quiet_world(n_creators: int = QUIET_CREATORS, n_posts: int = 4, seed: int = 1, **sections: Any) -> EngagementModel:
    """300 readers, one at each seat, creators who are all honest, and a post each by the first `n_posts` of them."""
    raw: dict[str, Any] = {
        "run": {"days": 400},
        "readers": {"n": 300},
        "creators": {"n": n_creators, "manipulating_start": 0.0},
        "mutual_aid": {"members_start": 0.0},
        "farms": {"n_per_1000_creators": 0},
        "mcn": {"n_per_1000_creators": 0},
        "advertisers": {"n_per_1000_creators": 0},
    }
    for name, values in sections.items():
        raw[name] = raw.get(name, {}) | values
    raw["readers"].setdefault("people", raw["readers"]["n"])
    model = EngagementModel(Scenario.model_validate(raw), seed=seed)
    publish(model, range(n_posts))
    return model


def publish(model: EngagementModel, rows: Any) -> list[int]:
    """A post now by each of the creators `rows`; ids."""
    rows = np.asarray(list(rows))
    posts = model.state.world.posts
    at = posts.add(
        len(rows),
        key=posts.n + np.arange(len(rows)) + 7919,
        creator=rows,
        published_tick=model.clock.tick,
        published_s=model.clock.start_s,
    )
    model.state.world.alive = slice(model.state.world.alive.start, posts.n)
    return list(range(at.start, at.stop))


def to(model: EngagementModel, *, day: int, hour: int = 0) -> None:
    """Set the clock."""
    ticks = model.clock.ticks_per_day
    model.state.clock = replace(model.clock, tick=day * ticks + hour * ticks // 24)


def rows(model: EngagementModel, kind: Kind = Kind.LIKE) -> dict[str, np.ndarray]:
    """The tick's rows of one kind, by column."""
    log = model.state.world.log
    mask = log.kind == kind
    return {name: getattr(log, name)[mask] for name in log.spec}


def tick(model: EngagementModel, act: Any) -> dict[str, np.ndarray]:
    """Clear the log, let `act()` write into it, and go on to the next tick; the likes written."""
    model.state.world.log.clear()
    act()
    likes = {name: column.copy() for name, column in rows(model).items()}
    model.state.clock = replace(model.clock, tick=model.clock.tick + 1)
    return likes
