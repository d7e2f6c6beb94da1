"""Advertisers pay by the figures they see, learn what these return, and withdraw (S19)."""

from __future__ import annotations

import numpy as np

from sim.actors.actor import Actor, HasState
from sim.actors.agencies.agencies import McnAgencies
from sim.actors.choice import fermi
from sim.core.clock import WEEK_DAYS
from sim.core.money import Purpose
from sim.kernels.scales import CANDIDATE_BITS

VISIBLE, AUDITED = 0, 1


class Advertiser(Actor):
    """Sponsors creators every week, by visible likes or by audited readings, and learns what each returns."""

    def __init__(self, model: HasState, number: int, agencies: McnAgencies) -> None:
        super().__init__(model)
        state, opts = self.state, self.state.scenario.advertisers
        self.number = number
        self.agencies = agencies
        self.party = state.money.open("advertiser", str(number), overdraft=True)
        self.budget = opts.budget_cny_per_week
        self.mode = AUDITED if state.rng.uniform("advertiser", 0, number) < opts.audited_start else VISIBLE
        # expected sales for each yuan spent, by mode; optimistic at first
        self.expects = [opts.expect_start, opts.expect_start]
        self.active = True
        self.gone = False

    def remove(self) -> None:
        """Withdraw for good."""
        self.active, self.gone = False, True
        super().remove()

    def week(self, trust: float) -> None:
        """Spend a week's budget and learn from it."""
        opts, rng, day = self.state.scenario.advertisers, self.state.rng, self.state.clock.day
        if self.gone:
            return
        if not self.active:
            self.active = rng.uniform("retry", day, self.number) < opts.retry_per_week
            if not self.active:
                return
            self.budget = opts.retry_budget * opts.budget_cny_per_week
        self._choose_mode()
        spent, sold = self._sponsor(trust)
        if spent <= 0.0:
            return
        gain = sold / spent
        past = self.expects[self.mode]
        self.expects[self.mode] = opts.return_memory * past + (1.0 - opts.return_memory) * gain
        step = opts.budget_step if gain > 1.0 else -opts.budget_step
        self.budget = min(opts.budget_max * opts.budget_cny_per_week, self.budget * (1.0 + step))
        if max(self.expects) < opts.withdraw_below:
            self.active = False
            self.expects = [opts.retry_expect, opts.retry_expect]

    def _choose_mode(self) -> None:
        opts, rng, day = self.state.scenario.advertisers, self.state.rng, self.state.clock.day
        better = self.expects[AUDITED] - self.expects[VISIBLE]
        self.mode = AUDITED if rng.uniform("mode", day, self.number) < fermi(better, opts.switch_beta) else VISIBLE

    def _sponsor(self, trust: float) -> tuple[float, float]:
        """Pay the creators whose figures look best, in proportion to them; return (spent, sales)."""
        state, opts, creators = self.state, self.state.scenario.advertisers, self.state.world.creators
        present = state.public.ranking
        if len(present) == 0:
            return 0.0, 0.0
        draws = state.rng.uniform_array(
            "candidates", state.clock.day, np.arange(opts.candidates) + (self.number << CANDIDATE_BITS)
        )
        met = present[(draws * len(present)).astype(np.int64)]
        rows = np.unique(np.concatenate([met, self.agencies.offers(self.number)]))
        # likes that were removed can make a week's average negative: such a creator is worth nothing
        figure = np.maximum(0.0, (creators.visible_ema if self.mode == VISIBLE else creators.finish_ema)[rows])
        best = rows[np.argsort(-figure, kind="stable")[: opts.deals_per_week]]
        figure = np.sort(figure)[::-1][: opts.deals_per_week]
        if figure.sum() <= 0.0:
            return 0.0, 0.0
        fees = opts.audit_cost_cny * len(rows) if self.mode == AUDITED else 0.0
        pot = max(0.0, self.budget - fees)
        state.money.transfer(state.money.brands, self.party, self.budget, Purpose.ENDOWMENT)
        state.money.burn(self.party, min(fees, self.budget), Purpose.REVIEW)
        for row, pay in zip(best.tolist(), (pot * figure / figure.sum()).tolist(), strict=True):
            state.money.transfer(self.party, int(creators.party[row]), pay, Purpose.SPONSORSHIP)
            creators.income_week[row] += self.agencies.commission(row, pay)
        # what the campaign sells depends on who really reads to the end, whatever was shown (S9)
        sold = float(creators.finish_ema[best].sum()) * WEEK_DAYS * opts.value_cny_per_finish * trust
        state.money.transfer(state.money.consumers, self.party, sold, Purpose.SALES)
        return self.budget, sold
