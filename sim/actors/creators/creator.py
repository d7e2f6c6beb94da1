"""Creators: they push what they publish, look at their peers, and change what they do."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np

from sim.actors.actor import IS_FIXED, NO_FIT, Actor, HasState, check_values, unknown_attribute
from sim.actors.agencies.agencies import McnAgencies
from sim.actors.choice import fermi, log_payoff
from sim.actors.creators.rows import write_creators
from sim.actors.farms.market import FarmMarket
from sim.actors.groups.groups import MutualAidGroups
from sim.core.clock import WEEK_DAYS
from sim.core.enums import N_TOPICS
from sim.plugins.calls import plan_actions
from sim.plugins.strategies.actions import AskGroup, AskMatrix, BuyLikes
from sim.plugins.strategies.observation import CreatorObservation
from sim.plugins.strategies.strategies import work_factor
from sim.world.creators import Creators

FEWEST_POSTS = 0.2  # a week, to divide by
# what other columns, agents and tables refer to a creator by
FIXED = ("row", "slot", "generation", "account", "party", "born_day", "group", "mcn", "present")
STRATEGY = "the number of a strategy, 0..{last}"
SHARE, NOT_NEGATIVE = (0, 1), (0, math.inf)
RANGES = (
    dict.fromkeys(("talent", "skill", "effort", "popularity", "anxiety", "moments_visibility"), SHARE)
    | dict.fromkeys(("posts_per_day", "followers", "reads_week", "n_posts", "strikes"), NOT_NEGATIVE)
    | {"topic": (0, N_TOPICS - 1)}
)
RANGE = "in {low}..{high}"


class Creator(Actor):
    """An individual or merchant creator; its numbers are row `row` of `state.world.creators`.

    Any column can be read and set as an attribute: `creator.skill`, `creator.followers`, ... The columns that the rest
    of the world refers to (`FIXED`) can only be read.
    """

    def __init__(
        self, model: HasState, market: FarmMarket, agencies: McnAgencies, groups: MutualAidGroups, row: int
    ) -> None:
        super().__init__(model)
        self.__dict__["row"] = row
        self.market, self.agencies, self.groups = market, agencies, groups
        state = self.state
        self.entity = state.world.creators.entity_of(row)
        # outside option: what a week would bring elsewhere, CNY
        self.outside = 2.0 * state.scenario.creators.outside_cny * state.rng.uniform("outside option", 0, self.entity)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        try:
            return own["state"].world.creators._data[name].item(own["row"])
        except KeyError:
            known = [*own, *Creators.spec]
            raise unknown_attribute(self, name, known) from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIXED:
            raise AttributeError(IS_FIXED.format(kind="Creator", name=name))
        if name not in Creators.spec:
            super().__setattr__(name, value)
            return
        check_values(name, value, self.state.world.creators._data[name].dtype)
        if name == "strategy":
            self._check_strategy(value)
        low, high = RANGES.get(name, (-math.inf, math.inf))
        if not low <= value <= high:
            raise ValueError(NO_FIT.format(name=name, expected=RANGE.format(low=low, high=high), value=value))
        self.set(**{name: value})

    def _check_strategy(self, number: Any) -> None:
        last = len(self.state.scenario.strategies) - 1
        if not isinstance(number, Integral | np.integer) or not 0 <= int(number) <= last:
            raise ValueError(NO_FIT.format(name="strategy", expected=STRATEGY.format(last=last), value=number))

    def check_settable(self, name: str, value: Any) -> None:
        """As of any actor; a column that is nearly called so is named."""
        if name not in self.__dict__ and not callable(getattr(type(self), name, None)):
            raise unknown_attribute(self, name, [*self.__dict__, *Creators.spec])
        super().check_settable(name, value)

    def set(self, **values: Any) -> None:
        """Write columns of this creator's row as they are; what is set as an attribute is checked first."""
        for name, value in values.items():
            if name not in Creators.spec:
                raise unknown_attribute(self, name, Creators.spec)
            self.state.world.creators._data[name][self.row] = value

    # -- publishing ---------------------------------------------------------------------------------------

    def push(self, post: int) -> None:
        """Push a new post as the strategy plans; it is not asked whether the world allows manipulation.

        ValueError for a post that is not its own.
        """
        state, columns, row = self.state, self.state.world.creators, self.row
        known = isinstance(post, Integral | np.integer) and state.world.alive.start <= post < state.world.posts.n
        if not known or state.world.posts.creator[post] != row:
            raise ValueError(NO_FIT.format(name="post", expected="one of its own that is still shown", value=post))
        strategy = state.scenario.strategies[columns.strategy[row]]
        party, rate = int(columns.party[row]), float(columns.posts_per_day[row]) * work_factor(strategy, "rate_factor")
        budget = state.scenario.creators.budget_share * max(0.0, state.money.balance(party))
        budget /= max(1.0, WEEK_DAYS * rate)
        u = state.rng.uniform("plan", int(columns.n_posts[row]), self.entity)
        for action in plan_actions(strategy, self._observe(rate), budget, u, state.clock.day):
            if isinstance(action, BuyLikes):
                before = state.money.balance(party)
                if self.market.order(row, post, action):
                    self.set(ever_manipulated=True, spent_week=self.spent_week + before - state.money.balance(party))
            elif isinstance(action, AskGroup) and columns.group[row] >= 0:
                self.groups.request_likes(row, post)
                self.set(ever_manipulated=True)
            elif isinstance(action, AskMatrix) and columns.mcn[row] >= 0:
                self.agencies.request_likes(row, post)
                self.set(ever_manipulated=True)

    def _observe(self, posts_a_day: float) -> CreatorObservation:
        row, columns, public = self.row, self.state.world.creators, self.state.public
        rate = max(FEWEST_POSTS, WEEK_DAYS * posts_a_day)
        return CreatorObservation(
            followers=int(columns.followers[row]),
            recent_reads=float(columns.reads_week[row]) / rate,
            recent_likes=float(columns.visible_week[row]) / rate,
            peer_likes=public.peer_likes,
            hot_threshold_guess=public.hot_guess,
            price_per_1000_cny=public.prices,
            survival=public.survival,
            anxiety=float(columns.anxiety[row]),
            merchant=bool(columns.merchant[row]),
            in_group=bool(columns.group[row] >= 0),
            in_mcn=bool(columns.mcn[row] >= 0),
            income_week_cny=float(columns.income_week[row]),
        )

    # -- learning -----------------------------------------------------------------------------------------

    def compare(self, payoff: float) -> None:
        """Perhaps copy a peer that does better than `payoff`, CNY a week, or try out any strategy by mistake."""
        opts, rng, day = self.state.scenario.creators, self.state.rng, self.state.clock.day
        if rng.uniform("revise", day, self.entity, 1) < opts.imitation_error:
            self.adopt(rng.integer("revise", day, self.entity, len(self.state.scenario.strategies), 2))
            return
        if not self.state.scenario.controls.imitation:
            return
        public = self.state.public
        span = max(1, round(opts.peer_share * opts.n))
        peer = public.peer_of(self.row, span, rng.uniform("revise", day, self.entity, 3))
        if peer < 0:
            return
        columns = self.state.world.creators
        theirs = int(columns.strategy[peer])
        theirs_seen = log_payoff(float(columns.payoff[peer]), opts.payoff_scale_cny) + opts.peer_noise * rng.normal(
            "revise", day, self.entity, 5
        )
        advantage = theirs_seen - log_payoff(payoff, opts.payoff_scale_cny)
        if theirs != 0:
            advantage -= opts.fear_weight * public.punished_share[theirs]
            if self.strategy == 0:
                advantage -= self.integrity
        elif self.strategy != 0:
            advantage += opts.fear_weight * public.punished_share[self.strategy]
            if self.punished_week:
                advantage += opts.fear_weight * opts.punished_now
        if rng.uniform("revise", day, self.entity, 7) < fermi(advantage, opts.imitation_beta):
            self.adopt(theirs)

    def adopt(self, strategy: int) -> None:
        """Change strategy, and leave and join groups and agencies accordingly, if there is room.

        Who has left the platform changes nothing. ValueError for what is no number of a strategy.
        """
        self._check_strategy(strategy)
        if strategy == self.strategy or not self.present:
            return
        state = self.state
        channel = state.scenario.strategies[strategy].channel
        if channel == "mutual_aid" and not state.scenario.mutual_aid.enabled:
            return
        if channel == "farm" and not state.scenario.farms.enabled:
            return
        if channel == "mcn" and not self.agencies.sign(self.row):
            return
        if self.mcn >= 0 and channel != "mcn":
            self.agencies.release(self.row)
        if self.group >= 0:
            self.groups.leave(self.row)
        if channel == "mutual_aid":
            self.groups.join(self.row)
        self.set(strategy=strategy)

    def remove(self) -> None:
        """Leave the platform, agency and group included; a newcomer takes the place tomorrow.

        The last state, with the agency and the group that are left, becomes a row of the table `creators`.
        """
        if not self.present:
            return
        write_creators(self.state, np.array([self.row]), self.state.clock.day, present=False)
        if self.mcn >= 0:
            self.agencies.release(self.row)
        if self.group >= 0:
            self.groups.leave(self.row)
        self.state.world.accounts.creator[self.account] = -1  # the person goes on as a reader
        self.set(present=False, quit_day=self.state.clock.day)
        super().remove()
