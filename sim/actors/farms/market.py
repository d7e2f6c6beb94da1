"""The market of bought likes: where orders go, how brokers' names spread, who enters the trade (S2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from sim.actors.farms.farm import GRADES, LAB, Farm
from sim.actors.farms.orders import Order
from sim.core.money import Purpose
from sim.plugins.strategies.actions import BuyLikes

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel

SEEN_AFTER_DAYS = 3  # when a buyer looks whether the likes are still there (assumed)
MEMORY = 0.9  # weight of the past in what is said of a farm, per order looked at (assumed)
TASTE = 0.3  # how far apart in log price two brokers may be liked for no reason (assumed)
LEAST_ROOM = 20  # a farm with fewer accounts than this (or than ordered) does not offer itself


class Watched(NamedTuple):
    """A finished order whose buyer will look again."""

    day: int
    farm: int
    grade: str
    post: int
    delivered: int


class FarmMarket:
    """All farms, and the experimenter's own supplier `lab`, which stands outside the market."""

    def __init__(self, model: EngagementModel) -> None:
        self.farms: list[Farm] = []
        self.orders = 0
        self.profit_today = 0.0  # CNY, all farms
        self.watched: list[Watched] = []
        if model.scenario.manipulation.enabled and model.scenario.farms.enabled:
            for _ in range(model.scenario.farms.n):
                self._enter(model)
        # always open, its burnt accounts replaced for nothing
        self.lab = Farm(model, LAB) if model.scenario.probes.share_posts > 0 else None

    def _enter(self, model: EngagementModel) -> None:
        self.farms.append(Farm(model, len(self.farms)))

    @property
    def open(self) -> list[Farm]:
        """Farms in business, oldest first."""
        return [farm for farm in self.farms if farm.open]

    def price_list(self) -> dict[str, float]:
        """Cheapest price of a small order, CNY per 1000 likes, by grade; empty when no farm is open."""
        farms = self.open
        if not farms:
            return {}
        return {grade: min(farm.price(100, grade, "likes") * 10 for farm in farms) for grade in GRADES}

    def survival(self) -> dict[str, float]:
        """Share of bought likes that is said to last, by grade: the best farm's; empty when none is open."""
        farms = self.open
        return {grade: max(farm.survival[grade] for farm in farms) for grade in GRADES} if farms else {}

    # -- orders -------------------------------------------------------------------------------------------

    def order(self, model: EngagementModel, creator: int, post: int, wish: BuyLikes) -> bool:
        """Place an order with the farm that looks best; False when none serves it or the money is short.

        `creator` -1 is the experimenter, who has a supplier of its own and its orders worked on at once.
        """
        farm = self.lab if creator < 0 else self._choose(model, post, wish)
        n = min(wish.n_likes, farm.room(wish.grade)) if farm is not None else 0
        if farm is None or n <= 0:
            return False
        price = farm.price(n, wish.grade, wish.package)
        payer = model.party_experimenter if creator < 0 else int(model.world.creators.ledger[creator])
        if creator >= 0 and model.ledger.balance(payer) < price:
            return False
        model.ledger.transfer(payer, farm.ledger, price, Purpose.LIKES)
        tick, key = model.clock.tick, int(model.world.posts.key[post])
        wait = self._wait(model, key) if creator >= 0 else 0
        farm.take(
            Order(
                self.orders,
                tick,
                creator,
                post,
                key,
                wish.grade,
                wish.package,
                n,
                price,
                payer,
                not_before=tick + wait,
            )
        )
        self.orders += 1
        return True

    @staticmethod
    def _wait(model: EngagementModel, key: int) -> int:
        """Ticks until an order is begun: most at once, some one to three days later (C12)."""
        if model.luck.uniform("late", 0, key) >= model.scenario.farms.delay_share:
            return 0
        return int((1 + 2 * model.luck.uniform("late", 0, key, 1)) * model.clock.ticks_per_day)

    def _choose(self, model: EngagementModel, post: int, wish: BuyLikes) -> Farm | None:
        """Cheapest after allowing for likes that do not last, with a personal taste for brokers."""
        best, farm = -math.inf, None
        key = int(model.world.posts.key[post])
        for candidate in self.open:
            if candidate.room(wish.grade) < min(wish.n_likes, LEAST_ROOM):
                continue
            price = candidate.price(wish.n_likes, wish.grade, wish.package)
            taste = TASTE * model.luck.uniform("broker", key, candidate.number)
            worth = taste + math.log(max(candidate.survival[wish.grade], 0.01)) - math.log(max(price, 1e-9))
            if worth > best:
                best, farm = worth, candidate
        return farm

    def deliver(self, model: EngagementModel) -> None:
        """Every farm with orders works on them."""
        for farm in self.farms:
            if farm.book:
                for order in farm.deliver():
                    if order.delivered:
                        day = model.clock.day + SEEN_AFTER_DAYS
                        seen = Watched(day, farm.number, order.grade, order.post, order.delivered)
                        self.watched.append(seen)
        if self.lab is not None and self.lab.book:
            self.lab.deliver()

    # -- the day ------------------------------------------------------------------------------------------

    def close_day(self, model: EngagementModel) -> None:
        """Buyers look at what is left of their likes, farms close their day, somebody may enter the trade."""
        self._see_survival(model)
        self.profit_today = 0.0
        for farm in self.open:
            self.profit_today += farm.close_day()
        if self.lab is not None:
            self.lab.restock()
        opts = model.scenario.farms
        if model.clock.day % 7 == 6 and opts.enabled and model.scenario.manipulation.enabled:
            luck = model.luck.uniform("enter", model.clock.day, 0)
            if len(self.open) < opts.n_max and luck < opts.enter_per_week and self.looks_paying:
                self._enter(model)

    @property
    def looks_paying(self) -> bool:
        """Whether a newcomer sees a reason to try: a trade that earns, or one that nobody is left in.

        The demand for numbers does not go away with the farms (S18); whether it can be served again is
        found out only by trying.
        """
        farms = self.open
        earned = sum(sum(farm.weeks[-4:]) for farm in farms)
        return not farms or (earned > 0 and all(farm.losing_weeks == 0 for farm in farms))

    def _see_survival(self, model: EngagementModel) -> None:
        """Buyers count what is still shown of what was delivered, and word gets round."""
        day, discounted = model.clock.day, model.world.posts.discounted
        for seen in self.watched:
            if seen.day <= day:
                kept = 1.0 - min(1.0, float(discounted[seen.post]) / seen.delivered)
                said = self.farms[seen.farm].survival
                said[seen.grade] += (1.0 - MEMORY) * (kept - said[seen.grade])
        self.watched = [seen for seen in self.watched if seen.day > day]
