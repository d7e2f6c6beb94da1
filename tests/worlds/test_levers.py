"""Levers of the experimenter: counts hidden or swapped, readers' luck apart from creators', votes against posts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core.clock import DAY_S
from sim.engine.model import EngagementModel
from sim.engine.phases.rank import rank
from sim.scenario import Scenario
from sim.world.observables import view_posts
from sim.world.reader_tables import post_table
from tests.helpers.small_world import publish, quiet_world

SMALL: dict[str, Any] = {"readers.n": 600, "creators.n": 60, "run.days": 4}


def lived(**changes: Any) -> EngagementModel:
    model = EngagementModel(Scenario().with_changes(SMALL | changes), seed=3, threads=1)
    while model.running:
        model.step()
    model.finish()
    return model


def with_likes(**controls: Any) -> EngagementModel:
    """Eight posts of one day with 1, 2, 4, ... likes."""
    model = quiet_world(n_posts=8, controls=controls)
    model.state.world.posts.likes[:] = 2 ** np.arange(8)
    return model


# -- counts that readers do not see ------------------------------------------------------------------------


def test_readers_treat_every_post_as_one_without_likes_and_the_platform_counts_them() -> None:
    seen, unseen, none = with_likes(), with_likes(readers_see_likes=False), with_likes()
    none.state.world.posts.likes[:] = 0
    tables = [post_table(model.state.world, model.scenario.readers, model.clock) for model in (seen, unseen, none)]
    assert (tables[0]["proof"] > 0).all() and (tables[1]["proof"] == 0).all()
    assert tables[1].tobytes() == tables[2].tobytes() != tables[0].tobytes()
    world = unseen.state.world
    assert (view_posts(world, unseen.clock).visible_likes == 2 ** np.arange(8)).all()
    assert (world.displayed_likes(world.alive) == 2 ** np.arange(8)).all()


@pytest.mark.parametrize("seen", [True, False])
def test_what_is_ranked_does_not_hang_on_what_readers_see(seen: bool) -> None:
    model = quiet_world(n_posts=8, controls={"readers_see_likes": seen})
    model.state.world.posts.likes[3] = 1000
    rank(model.state, model.actors)
    slots = model.state.public.feeds[0]
    assert np.bincount(slots[slots >= 0], minlength=8).argmax() == 3


@pytest.mark.parametrize("seen", [True, False])
def test_bought_likes_win_opens_where_readers_see_them(seen: bool) -> None:
    """800 likes a post or none, with lists and Moments in which likes count for nothing, until creators react."""
    trial: dict[str, Any] = {"probes.share_posts": 1.0, "manipulation.enabled": False, "platform.detectors": {}}
    blind = {"controls.feed": "random", "platform.moments_by_likes": 0.0, "controls.readers_see_likes": seen}
    models = [lived(**trial, **blind, **{"probes.doses": [dose], "run.days": 2}) for dose in (0, 800)]
    none, many = (model.state.world.posts for model in models)
    assert many.likes.sum() > 100 * none.likes.sum()
    opened = [posts.reads.sum() / posts.impressions.sum() for posts in (none, many)]
    assert (opened[1] > 1.02 * opened[0]) if seen else (opened[1] == opened[0])
    assert np.array_equal(none.reads, many.reads) != seen


# -- swapped counts ----------------------------------------------------------------------------------------


def test_every_post_shows_what_another_of_its_day_has() -> None:
    model = with_likes(likes_swapped=True)
    world = model.state.world
    shown = world.displayed_likes(world.alive)
    assert sorted(shown.tolist()) == (2 ** np.arange(8)).tolist()
    assert (shown != world.posts.likes).all()
    assert (world.displayed_likes(np.array([5, 2])) == shown[[5, 2]]).all()
    before = world.displayed_posts(world.alive)
    publish(model, [0])
    world.posts.published_s[8] += DAY_S
    assert (world.displayed_posts(slice(0, 8)) == before).all()  # another day's posts change nothing
    assert world.displayed_posts(slice(8, 9)).tolist() == [8]  # there is no other to swap with


def test_readers_see_swapped_counts_and_the_platform_its_own() -> None:
    plain, swapped = with_likes(), with_likes(likes_swapped=True)
    tables = [post_table(model.state.world, model.scenario.readers, model.clock) for model in (plain, swapped)]
    column = next(name for name in tables[0].dtype.names if (tables[0][name] != tables[1][name]).any())
    assert sorted(tables[0][column].tolist()) != tables[1][column].tolist()
    world = swapped.state.world
    assert (view_posts(world, swapped.clock).visible_likes == world.posts.likes).all()
    assert (world.shown_likes(world.alive) == world.posts.likes).all()


def test_what_is_swapped_is_ranked() -> None:
    """A post of a thousand likes among posts without any: another takes most of the hot table."""
    feeds = {}
    for swapped in (False, True):
        model = quiet_world(n_posts=8, controls={"likes_swapped": swapped})
        world = model.state.world
        world.posts.likes[3] = 1000
        rank(model.state, model.actors)
        slots = model.state.public.feeds[0]
        feeds[swapped] = int(np.bincount(slots[slots >= 0], minlength=8).argmax())
        assert world.displayed_likes(world.alive)[feeds[swapped]] == 1000
    assert feeds[False] == 3 != feeds[True]


# -- readers' luck -----------------------------------------------------------------------------------------


def test_readers_have_luck_of_their_own() -> None:
    usual, same, other = lived(), lived(**{"run.reader_seed": 3}), lived(**{"run.reader_seed": 4})
    frames = [model.tables.frame("posts") for model in (usual, same, other)]
    assert frames[0].equals(frames[1])
    first_day = [frame[frame["published_day"] == 0] for frame in frames]
    for column in ("creator", "topic", "quality", "appeal", "effort"):
        assert first_day[0][column].equals(first_day[2][column])
    assert not first_day[0]["reads"].equals(first_day[2]["reads"])
    people = [model.state.world.readers for model in (usual, other)]
    assert (people[0].persons[:500] == people[1].persons[:500]).all()


# -- votes against posts -----------------------------------------------------------------------------------


def test_worse_posts_are_voted_down_and_ranked_by_what_is_left() -> None:
    without, counted = lived(), lived(**{"readers.down_vote_share": 0.5})
    used = lived(**{"readers.down_vote_share": 0.5, "platform.down_votes": True})
    posts = [model.tables.frame("posts") for model in (without, counted, used)]
    assert (posts[0]["down_votes"] == 0).all()
    read = posts[1][posts[1]["reads"] > 200]
    votes = read["down_votes"] / read["reads"]
    assert len(read) > 20
    np.testing.assert_allclose(votes, 0.5 * (1 - read["quality"]), atol=0.12)
    assert posts[0].drop(columns="down_votes").equals(posts[1].drop(columns="down_votes"))  # who looks at them?
    assert not posts[1]["impr_hot"].equals(posts[2]["impr_hot"])
