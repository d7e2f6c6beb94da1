"""The market for bought likes: who gets an order, farms' reputations, entry (S2)."""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import numpy as np

from sim.actors.actor import HasState
from sim.actors.farms.delivery import Batch, write_batches
from sim.actors.farms.farm import GRADES, Farm
from sim.actors.farms.orders import Order
from sim.actors.farms.prices import list_price
from sim.core.enums import Buyer
from sim.core.money import Purpose
from sim.kernels.scales import EXPERIMENTAL_FARM, PER_THOUSAND, TINY
from sim.plugins.strategies.actions import BuyLikes
from sim.scenario.size import PER_1000, count_per_creators


class SurvivalCheck(NamedTuple):
    """A finished order whose buyer will look again."""

    day: int
    farm: int
    grade: str
    post: int
    delivered: int


class FarmMarket:
    """All farms, and the experimenter's own supplier `experimental_supplier`, which stands outside the market."""

    def __init__(self, model: HasState) -> None:
        self.state = model.state
        self._new_farm = partial(Farm, model)
        self.farms: list[Farm] = []
        self.orders = 0
        self.checks: list[SurvivalCheck] = []
        if self.state.scenario.manipulation.enabled and self.state.scenario.farms.enabled:
            for _ in range(self._count(self.state.scenario.farms.n_per_1000_creators)):
                self._enter()
        # always open; its banned accounts are replaced free of charge
        self.experimental_supplier = self._new_farm(EXPERIMENTAL_FARM) if self.state.scenario.probes.is_on else None

    def _count(self, per_1000: float) -> int:
        """So many farms go with the creators of this world."""
        return count_per_creators(per_1000, self.state.scenario.creators.n)

    def _enter(self) -> None:
        self.farms.append(self._new_farm(len(self.farms)))

    @property
    def open(self) -> list[Farm]:
        """Farms in business, oldest first."""
        return [farm for farm in self.farms if farm.open]

    def price_list(self) -> dict[str, float]:
        """Cheapest price of a small order, CNY per 1000 likes, by grade; empty when no farm is open."""
        farms = self.open
        if not farms:
            return {}
        small = self.state.scenario.farms.small_order
        per_order = PER_THOUSAND / small
        return {grade: min(farm.price(small, grade, "likes") * per_order for farm in farms) for grade in GRADES}

    def survival(self) -> dict[str, float]:
        """Share of bought likes that is said to last, by grade: the best farm's; empty when none is open."""
        farms = self.open
        return {grade: max(farm.reputation[grade] for farm in farms) for grade in GRADES} if farms else {}

    # -- orders -------------------------------------------------------------------------------------------

    def order(self, buyer: int, post: int, wish: BuyLikes) -> int:
        """Place an order with the farm that looks best; return the likes ordered.

        None (0) when no farm serves it or the money is short. `buyer` is a creator or one of `Buyer`; the experimenter
        has a supplier of its own and its orders worked on at once.
        """
        is_trial = buyer == Buyer.EXPERIMENTER
        key = int(self.state.world.posts.key[post])
        farm = self.experimental_supplier if is_trial else self._choose(key, wish)
        n = min(wish.n_likes, farm.room(wish.grade)) if farm is not None else 0
        if farm is None or n <= 0:
            return 0
        price = farm.price(n, wish.grade, wish.package)
        payer = self._payer(buyer)
        if buyer >= 0 and self.state.money.balance(payer) < price:
            return 0
        self.state.money.transfer(payer, farm.party, price, Purpose.LIKES)
        tick = self.state.clock.tick
        wait = 0 if is_trial else self._wait(key)
        farm.take(
            Order(
                self.orders,
                tick,
                buyer,
                post,
                key,
                wish.grade,
                wish.package,
                n,
                price,
                payer,
                not_before=tick + wait,
                late_s=self._late_s(key) if wait else 0.0,
            )
        )
        self.orders += 1
        if buyer == int(self.state.world.posts.creator[post]):
            self.state.world.posts.ordered[post] += n
        return n

    def _payer(self, buyer: int) -> int:
        """Whose money is spent: fans' is that of consumers."""
        money = self.state.money
        if buyer >= 0:
            return int(self.state.world.creators.party[buyer])
        return money.experimenter if buyer == Buyer.EXPERIMENTER else money.consumers

    def _wait(self, key: int) -> int:
        """Ticks until an order is begun: most at once, some days later (C12)."""
        opts = self.state.scenario.farms
        if self.state.rng.uniform("late", 0, key) >= opts.delay_share:
            return 0
        days = opts.delay_min_days + opts.delay_range_days * self.state.rng.uniform("late", 0, key, 1)
        return int(days * self.state.clock.ticks_per_day)

    def _late_s(self, key: int) -> float:
        """The second of a tick at which a late order is begun."""
        return self.state.clock.tick_s * self.state.rng.uniform("late", 0, key, 2)

    def _choose(self, key: int, wish: BuyLikes) -> Farm | None:
        """Cheapest after allowing for likes that do not last, with a personal taste for brokers (`key` of the post)."""
        best, farm, opts, grade = -math.inf, None, self.state.scenario.farms, wish.grade
        listed = list_price(wish.n_likes, grade, wish.package, opts)
        least, taste, lasting_min = min(wish.n_likes, opts.least_room), opts.broker_taste, opts.survival_min
        farms = self.open
        drawn = self.state.rng.uniform_array("broker", key, [farm.number for farm in farms]).tolist()
        log = math.log
        for candidate, u in zip(farms, drawn, strict=True):
            if len(candidate.stock[grade].ids) < least:  # its room, without a call
                continue
            price, lasting = listed * candidate.pricing[grade].markup, candidate.reputation[grade]
            lasting, price = lasting if lasting > lasting_min else lasting_min, price if price > TINY else TINY
            worth = taste * u + log(lasting) - log(price)
            if worth > best:
                best, farm = worth, candidate
        return farm

    def deliver(self) -> None:
        """Let every farm work on its orders."""
        batches: list[Batch] = []
        for farm in self.farms:
            if farm.book:
                for order in farm.deliver(batches):
                    if order.delivered:
                        day = self.state.clock.day + self.state.scenario.farms.seen_after_days
                        seen = SurvivalCheck(day, farm.number, order.grade, order.post, order.delivered)
                        self.checks.append(seen)
        if self.experimental_supplier is not None and self.experimental_supplier.book:
            self.experimental_supplier.deliver(batches)
        write_batches(self.state, batches)

    # -- the day ------------------------------------------------------------------------------------------

    def close_day(self) -> None:
        """Buyers check their likes, farms close their day, and a new farm may enter."""
        self._check_survival()
        profit = 0.0
        for farm in self.open:
            profit += farm.close_day()
        self.state.today.farm_profit_cny = profit
        if self.experimental_supplier is not None:
            self.experimental_supplier.restock()
        opts = self.state.scenario.farms
        if self.state.clock.ends_week and opts.enabled and self.state.scenario.manipulation.enabled:
            self._let_enter()

    def _let_enter(self) -> None:
        """Newcomers of a week: as many as go with the creators, chance decides on the broken one, up to the most."""
        if not self.looks_paying:
            return
        opts, creators = self.state.scenario.farms, self.state.scenario.creators.n
        u = self.state.rng.uniform("enter", self.state.clock.day, 0)
        wanted = int(opts.enter_per_1000_creators * creators / PER_1000 + u)
        room = self._count(opts.n_max_per_1000_creators) - len(self.open)
        for _ in range(min(wanted, room)):
            self._enter()

    @property
    def looks_paying(self) -> bool:
        """Whether entry looks profitable: the farms earn, or no farm is left.

        The demand for numbers does not go away with the farms (S18); whether it can be served again is
        found out only by trying.
        """
        farms, weeks = self.open, self.state.scenario.farms.enter_weeks
        earned = sum(sum(farm.weeks[-weeks:]) for farm in farms)
        return not farms or (earned > 0 and all(farm.losing_weeks == 0 for farm in farms))

    def _check_survival(self) -> None:
        """Buyers look at the visible count of the post; what they find makes the farm's reputation.

        They see one number. What the author's posts show for which nothing was bought they take for the part of it that
        is not the farm's, so that they err, and cannot tell likes removed in silence from likes never given.
        """
        day, world = self.state.clock.day, self.state.world
        memory = self.state.scenario.farms.reputation_memory
        due = [check for check in self.checks if check.day <= day]
        self.checks = [check for check in self.checks if check.day > day]
        if not world.likes_shown:
            return  # a control world: there is nothing to look at
        shown = world.shown_likes(np.array([check.post for check in due], np.int64)).tolist()
        for check, visible in zip(due, shown, strict=True):
            author = world.posts.creator[check.post]
            usual = max(0.0, float(world.creators.usual_likes[author]))
            kept = min(1.0, max(0.0, (visible - usual) / check.delivered))
            reputation = self.farms[check.farm].reputation
            reputation[check.grade] += (1.0 - memory) * (kept - reputation[check.grade])
