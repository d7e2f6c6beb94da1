"""Which posts people link to elsewhere: those with many forwards, the new ones, and none that is hidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.actors.readers.inputs import outside_links
from sim.core.clock import DAY_S
from sim.engine.model import EngagementModel


def model_with_posts(ages_days: list[float], forwards: list[int], fade_days: float = 0.5) -> EngagementModel:
    """A world whose posts that can be met are of these ages, with so many forwards."""
    changes = {"readers.n": 200, "readers.people": 200, "creators.n": 20}
    changes |= {"surfaces.outside_fade_days": fade_days, "surfaces.outside_links": 4000}
    model = EngagementModel("baseline", seed=1, threads=1, **changes)
    now, n = 40 * DAY_S, len(ages_days)
    model.state.clock = replace(model.clock, tick=40 * model.clock.ticks_per_day)
    seconds = now - (np.array(ages_days) * DAY_S).astype(np.int64)
    rows = model.state.world.posts.add(n, creator=np.arange(n), published_s=seconds, forwards=forwards)
    model.state.world.alive = slice(rows.start, rows.stop)
    return model


def shares(model: EngagementModel, n: int) -> np.ndarray:
    """Share of the links to each post, drawn as often as there is room for."""
    links = outside_links(model.state, 4000)
    return np.bincount(links, minlength=n) / max(1, len(links))


def test_links_go_with_forwards_and_fade_with_age() -> None:
    found = shares(model_with_posts([0, 0, 0.5, 1.0], [0, 3, 3, 8]), 4)
    weights = np.array([1, 4, 4 / 4, 9 / 9])  # (0.5 / (0.5 + age))^2
    assert found == pytest.approx(weights / weights.sum(), abs=0.03)


def test_hidden_posts_are_not_linked_to() -> None:
    model = model_with_posts([0, 0], [5, 5])
    posts = model.state.world.posts
    posts.hidden[model.state.world.alive.start] = True
    assert shares(model, 2).tolist() == [0, 1]
    posts.hidden[model.state.world.alive] = True
    assert len(outside_links(model.state, 2)) == 0


def test_where_all_posts_are_old_the_least_old_is_still_linked_to() -> None:
    found = shares(model_with_posts([20, 27], [0, 0], fade_days=0.01), 2)
    assert found.sum() == pytest.approx(1)
