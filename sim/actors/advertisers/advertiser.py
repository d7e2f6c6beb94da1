"""Advertisers: they pay by what they can see, learn from what it brings, and withdraw (S19)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.actors.choice import fermi
from sim.core.money import Purpose
from sim.kernels.spread import trust_sums

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel

VISIBLE, AUDITED = 0, 1


class Advertiser(mesa.Agent):
    """Sponsors creators every week, by visible likes or by audited readings, and learns what each returns."""

    model: EngagementModel

    def __init__(self, model: EngagementModel, number: int) -> None:
        super().__init__(model)
        opts = model.scenario.advertisers
        self.number = number
        self.ledger = model.ledger.open("advertiser", str(number), overdraft=True)
        self.budget = opts.budget_cny_per_week
        self.mode = AUDITED if model.luck.uniform("advertiser", 0, number) < opts.audited_start else VISIBLE
        self.expects = [1.5, 1.5]  # sales per yuan spent, by mode; hopeful until taught
        self.active = True

    def week(self, trust: float) -> None:
        """Spend a week's budget and learn from it."""
        opts, luck, day = self.model.scenario.advertisers, self.model.luck, self.model.clock.day
        if not self.active:
            self.active = luck.uniform("retry", day, self.number) < opts.retry_per_week
            if not self.active:
                return
            self.budget = 0.3 * opts.budget_cny_per_week
        self._choose_mode()
        spent, sold = self._sponsor(trust)
        if spent <= 0.0:
            return
        gain = sold / spent
        past = self.expects[self.mode]
        self.expects[self.mode] = opts.return_memory * past + (1.0 - opts.return_memory) * gain
        step = opts.budget_step if gain > 1.0 else -opts.budget_step
        self.budget = min(4.0 * opts.budget_cny_per_week, self.budget * (1.0 + step))
        if max(self.expects) < opts.withdraw_below:
            self.active = False
            self.expects = [1.0, 1.0]

    def _choose_mode(self) -> None:
        opts, luck, day = self.model.scenario.advertisers, self.model.luck, self.model.clock.day
        better = self.expects[AUDITED] - self.expects[VISIBLE]
        self.mode = AUDITED if luck.uniform("mode", day, self.number) < fermi(better, opts.switch_beta) else VISIBLE

    def _sponsor(self, trust: float) -> tuple[float, float]:
        """Pay the creators whose figures look best, in proportion to them; return (spent, sales)."""
        model, opts, creators = self.model, self.model.scenario.advertisers, self.model.world.creators
        present = model.around.ranking
        if len(present) == 0:
            return 0.0, 0.0
        draws = model.luck.uniform_array(
            "candidates", model.clock.day, np.arange(opts.candidates) + (self.number << 16)
        )
        met = present[(draws * len(present)).astype(np.int64)]
        rows = np.unique(np.concatenate([met, model.agencies.offers(model, self.number)]))
        figure = (creators.visible_ema if self.mode == VISIBLE else creators.finish_ema)[rows]
        best = rows[np.argsort(-figure, kind="stable")[: opts.deals_per_week]]
        figure = np.sort(figure)[::-1][: opts.deals_per_week]
        if figure.sum() <= 0.0:
            return 0.0, 0.0
        fees = opts.audit_cost_cny * len(rows) if self.mode == AUDITED else 0.0
        pot = max(0.0, self.budget - fees)
        model.ledger.transfer(model.party_brands, self.ledger, self.budget, Purpose.ENDOWMENT)
        model.ledger.burn(self.ledger, min(fees, self.budget), Purpose.REVIEW)
        for row, pay in zip(best.tolist(), (pot * figure / figure.sum()).tolist(), strict=True):
            model.ledger.transfer(self.ledger, int(creators.ledger[row]), pay, Purpose.SPONSORSHIP)
            creators.income_week[row] += model.agencies.commission(model, row, pay)
        # what the campaign sells depends on who really reads to the end, whatever was shown (S9)
        sold = float(creators.finish_ema[best].sum()) * 7.0 * opts.value_cny_per_finish * trust
        model.ledger.transfer(model.party_consumers, self.ledger, sold, Purpose.SALES)
        return self.budget, sold


class Advertising:
    """All the advertisers; each buys on its own day of the week."""

    def __init__(self, model: EngagementModel) -> None:
        self.all = [Advertiser(model, number) for number in range(model.scenario.advertisers.n)]

    def pay(self, model: EngagementModel) -> None:
        """Let the advertisers due today sponsor creators."""
        sums = trust_sums(model.world.readers.record)
        trust = math.sqrt(max(0.0, sums[1] / max(1, sums[0]) / 65535))
        for advertiser in self.all:
            if (model.clock.day - advertiser.number) % 7 == 6:
                advertiser.week(trust)

    @property
    def n_active(self) -> int:
        """Advertisers who have not withdrawn."""
        return sum(advertiser.active for advertiser in self.all)

    @property
    def share_audited(self) -> float:
        """Share of the active who choose by audited figures (NaN when nobody is active)."""
        active = [advertiser for advertiser in self.all if advertiser.active]
        return sum(a.mode == AUDITED for a in active) / len(active) if active else math.nan
