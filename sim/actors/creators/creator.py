"""Creators: they publish, look at their numbers, look at their peers, and revise what they do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mesa

from sim.actors.choice import fermi, log_payoff
from sim.actors.creators.effort import EffortLearner, revised
from sim.plugins.strategies.actions import AskGroup, AskMatrix, BuyLikes
from sim.plugins.strategies.observation import CreatorObservation
from sim.world.build import SLOT_SPAN

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel
    from sim.engine.phases.public import Surroundings


class Creator(mesa.Agent):
    """An individual or merchant creator; its numbers are row `row` of `model.world.creators`.

    Any column can be read as an attribute: `creator.skill`, `creator.followers`, ...
    """

    model: EngagementModel

    def __init__(self, model: EngagementModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        columns = model.world.creators
        self.entity = int(columns.slot[row]) + int(columns.generation[row]) * SLOT_SPAN
        self.learner = EffortLearner()
        # what else it could do with its week, CNY
        self.outside = 2.0 * model.scenario.creators.outside_cny * model.luck.uniform("outside option", 0, self.entity)
        self.signs: dict[int, int] = {}  # open try-outs: post id -> sign

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        try:
            return own["model"].world.creators._data[name][own["row"]].item()
        except KeyError:
            raise AttributeError(f"a creator has no {name!r}") from None

    def set(self, **values: Any) -> None:
        """Write columns of this creator's row."""
        for name, value in values.items():
            self.model.world.creators._data[name][self.row] = value

    # -- publishing ---------------------------------------------------------------------------------------

    def published(self, post: int, sign: int, around: Surroundings) -> None:
        """A post is out, made with more (`sign` 1) or less (-1) effort than usual: do what the strategy plans."""
        self.signs[post] = sign
        strategy = self.model.scenario.strategies[int(self.model.world.creators.strategy[self.row])]
        if strategy.channel != "none" and self.model.scenario.manipulation.enabled:
            self._push(post, strategy, around)

    def _push(self, post: int, strategy: Any, around: Surroundings) -> None:
        model = self.model
        budget = model.scenario.creators.budget_share * max(0.0, model.ledger.balance(self.ledger))
        budget /= max(1.0, 7.0 * self.posts_per_day)
        luck = model.luck.uniform("plan", int(model.world.creators.n_posts[self.row]), self.entity)
        for action in strategy.plan(self._sees(around), budget, luck):
            if isinstance(action, BuyLikes):
                before = model.ledger.balance(self.ledger)
                if model.market.order(model, self.row, post, action):
                    self.set(
                        ever_manipulated=True, spent_week=self.spent_week + before - model.ledger.balance(self.ledger)
                    )
            elif isinstance(action, AskGroup) and self.group >= 0:
                model.circles.ask(model, self.row, post)
                self.set(ever_manipulated=True)
            elif isinstance(action, AskMatrix) and self.mcn >= 0:
                model.agencies.ask(model, self.row, post)
                self.set(ever_manipulated=True)

    def _sees(self, around: Surroundings) -> CreatorObservation:
        row, columns = self.row, self.model.world.creators
        rate = max(0.2, 7.0 * float(columns.posts_per_day[row]))
        return CreatorObservation(
            followers=int(columns.followers[row]),
            recent_reads=float(columns.reads_week[row]) / rate,
            recent_likes=float(columns.visible_week[row]) / rate,
            peer_likes=around.peer_likes,
            hot_threshold_guess=around.hot_guess,
            price_per_1000_cny=around.prices,
            survival=around.survival,
            anxiety=float(columns.anxiety[row]),
            merchant=bool(columns.merchant[row]),
            in_group=bool(columns.group[row] >= 0),
            in_mcn=bool(columns.mcn[row] >= 0),
            income_week_cny=float(columns.income_week[row]),
        )

    # -- learning -----------------------------------------------------------------------------------------

    def look_at_numbers(self, post: int, visible_likes: int, reads: int) -> None:
        """A post is a few days old: was the extra effort, or the effort spared, worth it?

        The more anxious the creator, the more it reads success off the like count instead of the reads (S10, S18).
        """
        sign = self.signs.pop(post, 0)
        if sign:
            self.learner.learn(self._success(visible_likes, reads), sign)

    def _success(self, visible_likes: float, reads: float) -> float:
        """Success as the creator feels it, in log units."""
        anxiety = self.anxiety
        return anxiety * math.log1p(visible_likes) + (1.0 - anxiety) * math.log1p(reads)

    def revise(self, around: Surroundings) -> None:
        """Once a week: settle what the week was worth, adjust effort, perhaps do as a peer does, perhaps quit."""
        opts = self.model.scenario.creators
        recognition = opts.recognition_cny * self._success(max(0.0, self.visible_week), self.reads_week)
        week = self.income_week - self.spent_week + recognition
        payoff = week if self.payoff == 0.0 else opts.payoff_memory * self.payoff + (1.0 - opts.payoff_memory) * week
        self._revise_effort(opts)
        self.set(payoff=payoff)
        draw = self.model.luck.uniform("revise", self.model.clock.day, self.entity)
        if draw < opts.revise_per_week and self.model.scenario.manipulation.enabled:
            self._compare(around, payoff)
        weeks = (self.model.clock.day - self.born_day) // 7
        tired = weeks >= 3 and payoff < self.outside
        if tired and self.model.luck.uniform("quit", self.model.clock.day, self.entity) < opts.quit_per_week:
            self.quit()
        self.set(income_week=0.0, spent_week=0.0, visible_week=0.0, reads_week=0.0, punished_week=0)

    def _revise_effort(self, opts: Any) -> None:
        """Log success is worth the week's income (a tenth more of it brings a tenth more money) and the recognition."""
        gradient = self.learner.gradient(opts.effort_experiment)
        posts = 7.0 * self.posts_per_day
        worth = max(0.0, self.income_week) + opts.recognition_cny
        cost = 2.0 * opts.effort_cost_cny * self.effort * posts
        self.set(effort=revised(self.effort, gradient * worth, cost, opts.effort_pace))

    def _compare(self, around: Surroundings, payoff: float) -> None:
        opts, luck, day = self.model.scenario.creators, self.model.luck, self.model.clock.day
        if luck.uniform("revise", day, self.entity, 1) < opts.imitation_error:
            self.adopt(luck.integer("revise", day, self.entity, len(self.model.scenario.strategies), 2))
            return
        peer = around.peer_of(self.row, luck.uniform("revise", day, self.entity, 3))
        if peer < 0:
            return
        columns = self.model.world.creators
        theirs = int(columns.strategy[peer])
        seen = log_payoff(float(columns.payoff[peer])) + opts.peer_noise * luck.normal("revise", day, self.entity, 5)
        advantage = seen - log_payoff(payoff)
        if theirs != 0:
            advantage -= opts.fear_weight * around.punished_share[theirs]
            if self.strategy == 0:
                advantage -= self.integrity
        elif self.strategy != 0:
            advantage += opts.fear_weight * around.punished_share[self.strategy]
            if self.punished_week:
                advantage += opts.fear_weight * 0.5
        if luck.uniform("revise", day, self.entity, 7) < fermi(advantage, opts.imitation_beta):
            self.adopt(theirs)

    def adopt(self, strategy: int) -> None:
        """Change strategy, leaving and joining what goes with it; stay as before when nobody takes it in."""
        if strategy == self.strategy:
            return
        model = self.model
        channel = model.scenario.strategies[strategy].channel
        if channel == "mutual_aid" and not model.scenario.mutual_aid.enabled:
            return
        if channel == "farm" and not model.scenario.farms.enabled:
            return
        if channel == "mcn" and not model.agencies.sign(model, self.row):
            return
        if self.mcn >= 0 and channel != "mcn":
            model.agencies.release(model, self.row)
        if self.group >= 0:
            model.circles.leave(model, self.row)
        if channel == "mutual_aid":
            model.circles.join(model, self.row)
        self.set(strategy=strategy)

    def quit(self) -> None:
        """Give up; the followers are lost and somebody new tries tomorrow."""
        model = self.model
        if self.mcn >= 0:
            model.agencies.release(model, self.row)
        if self.group >= 0:
            model.circles.leave(model, self.row)
        self.set(present=False, quit_day=model.clock.day)
        self.remove()
