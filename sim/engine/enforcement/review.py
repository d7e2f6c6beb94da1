"""Reviewers look at cases: for a price, after some days, and sometimes wrongly.

What they say is all that the platform ever learns of the truth, and the error is in it before anybody sees it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import HOUR_S, MINUTE_S
from sim.core.enums import Grade, ReviewReason, Target
from sim.plugins.sanctions.actions import Case
from sim.scenario.schema.review import ReviewSection
from sim.state import State
from sim.world import is_arranged, is_by_creator

Chances = NDArray[np.float64]


class Tier(NamedTuple):
    """One tier of reviewers; `missed` by `Grade`."""

    name: str
    minutes: float
    cny_per_h: float
    days: int
    missed: Chances
    false_alarm: float

    @property
    def price_cny(self) -> float:
        """Price of a case, CNY."""
        return self.minutes * MINUTE_S / HOUR_S * self.cny_per_h

    @classmethod
    def of(cls, opts: ReviewSection, name: str) -> Tier:
        """The tier `crowd` or `expert`."""
        if name == "expert":
            own = opts.expert_minutes, opts.expert_cny_per_h, opts.expert_days
            missed = opts.expert_miss_machine, opts.expert_miss_raised, opts.expert_miss_person
            return cls(name, *own, _by_grade(*missed), opts.expert_false_alarm)
        own = opts.crowd_minutes, opts.crowd_cny_per_h, opts.crowd_days
        missed = opts.crowd_miss_machine, opts.crowd_miss_raised, opts.crowd_miss_person
        return cls(name, *own, _by_grade(*missed), opts.crowd_false_alarm)


def _by_grade(machine: float, raised: float, person: float) -> Chances:
    """Chances to be missed by `Grade`; matrices are raised accounts."""
    missed = np.full(len(Grade), raised)
    missed[[Grade.MACHINE, Grade.PERSON]] = machine, person
    return missed


def review_case(state: State, case: Case, tier_name: str, reason: ReviewReason) -> NDArray[np.bool_]:
    """Let reviewers look at every entry of a case; return which they take for fake. The platform pays and notes it.

    An entry on the ladder for likes is an account, on that for creators a post. The answer is the same for all
    entries of one account (or post).
    """
    tier = Tier.of(state.scenario.review, tier_name)
    ids = case.accounts if case.target is Target.LIKE else case.posts
    distinct, first, back = np.unique(ids, return_index=True, return_inverse=True)
    if case.target is Target.LIKE:
        arranged, missed = _truth_of_accounts(state, distinct, tier, reason)
        entity = state.world.accounts.entity[distinct]
    else:
        arranged, missed = _truth_of_posts(state, distinct, case.creators[first], tier)
        entity = state.world.posts.key[distinct].astype(np.uint64)
    stream = f"{reason.name.lower()} by {tier_name}"
    u = state.rng.uniform_array(stream, state.clock.day, entity, int(case.target))
    is_fake = np.where(2 * arranged >= 1, u >= missed, u < tier.false_alarm)
    post = distinct if case.target is Target.POST else np.full(len(distinct), -1, np.int64)
    _note(state, case.accounts[first], post, is_fake, arranged, tier, reason)
    verdicts: NDArray[np.bool_] = is_fake[back]
    return verdicts


def _truth_of_accounts(
    state: State, accounts: NDArray[Any], tier: Tier, reason: ReviewReason
) -> tuple[Chances, Chances]:
    """Of each account the share of its likes that were arranged, and the chance that this is missed.

    In an audit all its likes are looked at, in a case those that are held against it.
    """
    missed = tier.missed[state.world.accounts.grade[accounts]]
    if reason is not ReviewReason.AUDIT:
        return np.nan_to_num(state.guilt.accounts.arranged_share(accounts)), missed
    likes = state.world.likes
    rows = likes.rows_of_accounts(accounts, state.world.accounts.n)
    at = np.searchsorted(accounts, likes.account[rows])
    return _share(at, is_arranged(likes.origin[rows]), len(accounts)), missed


def _truth_of_posts(state: State, posts: NDArray[Any], creators: NDArray[Any], tier: Tier) -> tuple[Chances, Chances]:
    """Of what is held against each post's creator the share that it arranged, and the chance that this is missed."""
    likes = state.world.likes
    rows = likes.rows_of_posts(posts, state.world.posts.n)
    at, bought = np.searchsorted(posts, likes.post[rows]), is_by_creator(likes.origin[rows])
    missed = tier.missed[state.world.accounts.grade[likes.account[rows]]]
    share = np.nan_to_num(state.guilt.creators.arranged_share(np.maximum(creators, 0)))
    return share, _share(at[bought], missed[bought], len(posts))


def _share(at: NDArray[Any], values: NDArray[Any], n: int) -> Chances:
    """Mean of the values by entry, 0 where there are none."""
    count = np.bincount(at, minlength=n)
    mean: Chances = np.bincount(at, values, n) / np.maximum(1, count)
    return mean


def _note(
    state: State,
    accounts: NDArray[Any],
    posts: NDArray[Any],
    is_fake: NDArray[np.bool_],
    arranged: Chances,
    tier: Tier,
    reason: ReviewReason,
) -> None:
    """Pay for the labels and keep them. Reviews before an action, and appeals, are noted when the answer is there."""
    n, day = len(accounts), state.clock.day
    late = tier.days if reason is ReviewReason.AUDIT else 0
    bought = day + late - tier.days
    if posts[0] < 0:  # what is found out about a post says nothing of its author's other acts
        state.world.labels.add(n, account=accounts, is_fake=is_fake, day_bought=bought, day_known=day + late)
    state.tables.extend(
        "labels", account=accounts.astype(np.int64), post=posts.astype(np.int64), is_fake=is_fake, day_bought=bought,
        day_known=day + late, reason=reason, expert=tier.name == "expert", cost_cny=tier.price_cny,
        arranged_share=arranged,
    )  # fmt: skip
    state.today.labels += n
    state.today.review_h += n * tier.minutes * MINUTE_S / HOUR_S
    state.today.enforcement_cny += n * tier.price_cny
