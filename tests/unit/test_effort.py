"""How creators learn how much effort pays: on posts whose success is known."""

from __future__ import annotations

import pytest

from sim.actors.creators.effort import EffortLearner, revise_effort

SIZE = 0.15


def learner(**changes: float) -> EffortLearner:
    """One as the parameters make it, with changes."""
    usual = {"memory": 0.97, "prior": 1.0, "prior_posts": 10.0, "surprise_max": 2.0}
    return EffortLearner(**usual | changes)


def taught(of: EffortLearner, per_effort: float, posts: int = 2000) -> EffortLearner:
    """After so many posts, each a trial in turn, whose success rises by `per_effort` for each unit of effort."""
    for k in range(posts):
        direction = 1 if k % 2 else -1
        of.learn(5.0 + per_effort * SIZE * direction, direction)
    return of


@pytest.mark.parametrize("per_effort", [0.0, 0.5, 3.0, -1.0])
def test_what_effort_brings_is_learnt(per_effort: float) -> None:
    assert taught(learner(), per_effort).gradient(SIZE) == pytest.approx(per_effort, abs=0.05)


def test_a_beginner_believes_what_it_believed() -> None:
    assert learner(prior=1.7).gradient(SIZE) == 1.7
    few = taught(learner(), 0.0, posts=10).gradient(SIZE)
    assert few == pytest.approx(0.5, abs=0.01)  # ten posts weigh as much as the belief


def test_without_trials_nothing_is_learnt() -> None:
    assert taught(learner(prior=0.4), 3.0).gradient(0.0) == 0.4


def test_one_extreme_post_counts_no_more_than_the_most() -> None:
    moderate, extreme = learner(), learner()
    for of, success in ((moderate, 7.0), (extreme, 500.0)):
        of.learn(5.0, -1)
        of.learn(success, 1)
    assert extreme.slope == moderate.slope


def test_effort_goes_up_where_it_pays_and_stays_in_its_range() -> None:
    step = {"pace": 0.05, "softness": 2.0, "least": 0.02}
    assert revise_effort(0.5, gain_cny=9.0, cost_cny=3.0, **step) > 0.5 > revise_effort(0.5, 3.0, 9.0, **step)
    assert revise_effort(0.5, 3.0, 3.0, **step) == 0.5
    assert (
        revise_effort(0.99, 1e9, 1e-9, **step) == 1.0
        and revise_effort(0.03, 0.0, 9.0, **(step | {"pace": 5.0})) == 0.02
    )
    assert revise_effort(0.5, 1.0, 0.0, **step) == pytest.approx(0.55)  # effort that costs nothing
