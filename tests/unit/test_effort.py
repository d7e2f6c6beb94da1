"""How creators learn how much effort pays: on posts whose success is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.actors.creators.effort import gradients, learn_from_posts, perceive_success, revise_effort
from sim.scenario.schema.creators import CreatorsSection
from sim.world.creators import Creators

SIZE = 0.15


def section(**changes: Any) -> CreatorsSection:
    """Parameters with these changes."""
    usual = {
        "effort_memory": 0.97,
        "effort_prior": 1.0,
        "effort_prior_posts": 10.0,
        "surprise_max": 2.0,
        "effort_experiment": SIZE,
        "effort_pace": 0.05,
        "effort_softness": 2.0,
        "effort_min": 0.02,
    }
    return CreatorsSection(**usual | changes)


def creators(n: int = 1) -> Creators:
    """So many who know nothing yet."""
    made = Creators()
    made.add(n)
    return made


def taught(opts: CreatorsSection, per_effort: float, posts: int = 2000) -> float:
    """What is learnt of so many posts, each a trial in turn, whose success rises so for each unit of effort."""
    pupil = creators()
    directions = [1 if k % 2 else -1 for k in range(posts)]
    successes = [5.0 + per_effort * SIZE * direction for direction in directions]
    learn_from_posts(pupil, [0] * posts, directions, successes, opts)
    return gradients(pupil, np.array([0]), opts).item()


@pytest.mark.parametrize("per_effort", [0.0, 0.5, 3.0, -1.0])
def test_what_effort_brings_is_learnt(per_effort: float) -> None:
    assert taught(section(), per_effort) == pytest.approx(per_effort, abs=0.05)


def test_a_beginner_believes_what_it_believed() -> None:
    assert gradients(creators(), np.array([0]), section(effort_prior=1.7)) == [1.7]
    # ten posts weigh as much as the belief
    assert taught(section(), 0.0, posts=10) == pytest.approx(0.5, abs=0.01)


def test_without_trials_nothing_is_learnt() -> None:
    assert taught(section(effort_prior=0.4, effort_experiment=0.0), 3.0) == 0.4


def test_one_extreme_post_counts_no_more_than_the_most() -> None:
    both = creators(2)
    learn_from_posts(both, [0, 1, 0, 1], [-1, -1, 1, 1], [5.0, 5.0, 7.0, 500.0], section())
    moderate, extreme = both.effort_slope
    assert extreme == moderate > 0


def test_creators_learn_apart_and_in_the_order_of_their_posts() -> None:
    opts, mixed, alone = section(), creators(2), [creators(), creators()]
    authors, directions, successes = [0, 1, 1, 0, 1], [1, -1, 1, -1, -1], [3.0, 5.0, 6.0, 2.0, 4.0]
    learn_from_posts(mixed, authors, directions, successes, opts)
    for row in (0, 1):
        own = [k for k, author in enumerate(authors) if author == row]
        learn_from_posts(alone[row], [0] * len(own), [directions[k] for k in own], [successes[k] for k in own], opts)
        for name in ("effort_posts", "effort_mean", "effort_slope", "effort_weight"):
            assert getattr(mixed, name)[row] == getattr(alone[row], name)[0] != 0


def test_the_anxious_look_at_likes_and_others_at_reads() -> None:
    anxiety, likes, reads = np.array([0, 1, 0.5], np.float32), np.array([0, 9, 9]), np.array([99, 99, 99])
    assert perceive_success(anxiety, likes, reads) == pytest.approx([np.log(100), np.log(10), np.log(1000) / 2])


def test_effort_goes_up_where_it_pays_and_stays_in_its_range() -> None:
    def revised(effort: float, gain: float, cost: float, **changes: Any) -> float:
        return revise_effort(*(np.array([value]) for value in (effort, gain, cost)), section(**changes)).item()

    assert revised(0.5, 9.0, 3.0) > 0.5 > revised(0.5, 3.0, 9.0)
    assert revised(0.5, 3.0, 3.0) == 0.5
    assert revised(0.99, 1e9, 1e-9) == 1.0 and revised(0.03, 0.0, 9.0, effort_pace=5.0) == 0.02
    assert revised(0.5, 1.0, 0.0) == pytest.approx(0.55)  # effort that costs nothing
