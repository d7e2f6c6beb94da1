"""Paid like farms: brokers take orders, bulk accounts deliver them (S2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.ledger import Purpose
from sim.manipulation.actions import BuyLikes
from sim.manipulation.inventory import Inventory
from sim.manipulation.prices import unit_price
from sim.names import Grade, Kind, Origin, Surface

if TYPE_CHECKING:
    from sim.model import EngagementModel

GRADES = {"machine": Grade.MACHINE, "raised": Grade.RAISED, "real_person": Grade.REAL_PERSON}
BLOCK = 1 << 22  # devices and addresses a farm can number
FIRST_BLOCK = 0xD0000000
LAB = 180  # number of the experimenter's supplier, apart from those of the market


@dataclass
class Order:
    """One order in a farm's book."""

    number: int
    tick: int
    creator: int  # -1: the experimenter
    post: int
    grade: str
    package: str
    n_likes: int
    price_cny: float
    payer: int
    not_before: int  # tick
    accounts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    delivered: int = 0
    first_s: int = -1
    last_s: int = -1


@dataclass
class Books:
    """A farm's profit and loss over some time."""

    orders: int = 0
    likes: int = 0
    revenue: float = 0.0
    sales_cost: float = 0.0
    operations: float = 0.0
    accounts: float = 0.0
    burnt: int = 0

    @property
    def profit(self) -> float:
        """Revenue less all costs, CNY."""
        return self.revenue - self.sales_cost - self.operations - self.accounts

    def plus(self, other: Books) -> Books:
        """The two periods together."""
        return Books(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


class Farm(mesa.Agent):
    """A farm with its accounts by grade, devices, addresses, order book, prices and books."""

    model: EngagementModel

    def __init__(self, model: EngagementModel, number: int) -> None:
        super().__init__(model)
        opts = model.scenario.farms
        self.number = number
        self.open = True
        self.ledger = model.ledger.open("farm", str(number), overdraft=True)
        model.ledger.transfer(model.party_savings, self.ledger, opts.capital_cny, Purpose.ENDOWMENT)
        block = FIRST_BLOCK + number * BLOCK
        machine = Inventory(Grade.MACHINE, number, per_device=opts.accounts_per_device, per_ip=opts.accounts_per_ip, block=block)
        raised = Inventory(
            Grade.RAISED, number, per_device=opts.raised_per_device, per_ip=max(1, opts.accounts_per_ip // 6), block=block + BLOCK // 4
        )
        real = Inventory(Grade.REAL_PERSON, number, per_device=1, per_ip=1, block=block + BLOCK // 2)
        self.stock = {"machine": machine, "raised": raised, "real_person": real}
        self.target = {"machine": opts.machine_accounts, "raised": opts.raised_accounts, "real_person": opts.real_accounts}
        self.markup = {grade: 1.0 for grade in GRADES}
        self.survival = 1.0  # share of its likes that customers still saw after a week, moving average
        self.book: list[Order] = []
        self.cursor_s = 0.0  # seconds of this tick already used for delivery
        self.today, self.week, self.total = Books(), Books(), Books()
        self.last_week_likes = 0
        self.losing_weeks = 0
        for grade, count in self.target.items():
            self._buy(grade, count, free=True)

    # -- accounts -----------------------------------------------------------------------------------------

    def _buy(self, grade: str, count: int, free: bool = False) -> None:
        """Buy accounts; the stock a farm starts with is part of its capital."""
        model, opts = self.model, self.model.scenario.farms
        cost = {"machine": opts.machine_cost_cny, "raised": opts.raised_cost_cny, "real_person": opts.real_cost_cny}[grade] * count
        if not free:
            if model.ledger.balance(self.ledger) < cost:
                return
            model.ledger.burn(self.ledger, cost, Purpose.ACCOUNTS)
            self.today.accounts += cost
        homes = None
        if grade == "real_person":
            entity = np.arange(count) + self.stock[grade].bought + self.number * BLOCK
            homes = (model.luck.uniform("homes", 0, entity) * len(model.world.readers)).astype(np.int64)
        age = opts.raised_age_days if grade == "raised" else 900 if grade == "real_person" else 3
        self.stock[grade].buy(model.world, count, model.clock.day, age, homes)

    def replace_burnt(self) -> None:
        """Find out which accounts were banned; replace them while the business pays for it."""
        for grade, stock in self.stock.items():
            self.today.burnt += stock.drop_burnt(self.model.world)
            missing = self.target[grade] - len(stock.ids)
            if missing > 0 and self.losing_weeks < 2:
                cash = max(0.0, self.model.ledger.balance(self.ledger))
                cost = {"machine": 1.0, "raised": 7.0, "real_person": 13.0}[grade] * self.model.scenario.farms.machine_cost_cny
                self._buy(grade, min(missing, int(0.3 * cash / max(cost, 1e-9))))

    def restock(self) -> None:
        """Replace what was burnt without asking what it costs (the experimenter's supplier)."""
        for grade, stock in self.stock.items():
            stock.drop_burnt(self.model.world)
            self._buy(grade, self.target[grade] - len(stock.ids), free=True)

    # -- orders -------------------------------------------------------------------------------------------

    def price(self, n: int, grade: str, package: str) -> float:
        """Price of an order, CNY."""
        opts = self.model.scenario.farms
        factor = {"machine": 1.0, "raised": opts.raised_factor, "real_person": opts.real_factor}[grade]
        factor *= opts.package_factor if package == "full" else 1.0
        return n * unit_price(n, opts.price_per_100_cny, opts.price_per_1000_cny) * factor * self.markup[grade]

    def room(self, grade: str) -> int:
        """Likes it could put under one post: accounts not known to be burnt."""
        return len(self.stock[grade].ids)

    def take(self, order: Order) -> None:
        """Accept a paid order: pick its accounts, one like each."""
        usable = self.stock[order.grade].usable(self.model.world)
        order.accounts = usable[: order.n_likes].copy()
        self.stock[order.grade].turn(len(order.accounts))
        self.book.append(order)
        share = self.model.scenario.farms.sales_share * order.price_cny
        self.model.ledger.burn(self.ledger, share, Purpose.SALES_COST)
        self.today.orders += 1
        self.today.revenue += order.price_cny
        self.today.sales_cost += share

    def deliver(self) -> None:
        """Work through the order book at the farm's pace until the tick is over."""
        self.cursor_s = 0.0
        tick = self.model.clock.tick
        self.book = [order for order in self.book if order.not_before > tick or not self._deliver(order)]

    def _deliver(self, order: Order) -> bool:
        """Deliver what fits into the tick; whether the order is done with."""
        model, clock = self.model, self.model.clock
        if order.post < model.world.alive.start:
            self._settle(order)
            return True
        gap_s = 60.0 / model.scenario.farms.likes_per_minute
        published = int(model.world.posts.published_s[order.post]) - clock.start_s + 20
        start = max(self.cursor_s, float(published))
        count = min(len(order.accounts) - order.delivered, int((clock.tick_s - 1 - start) / gap_s))
        if count > 0:
            accounts = order.accounts[order.delivered : order.delivered + count]
            accounts = accounts[model.world.accounts.status[accounts] == 0]
            times = clock.start_s + start + gap_s * (np.arange(len(accounts)) + 0.5)
            self._like(order, accounts, times.astype(np.int64))
            order.delivered += count
            self.cursor_s = start + gap_s * count
        if order.delivered >= len(order.accounts):
            self._settle(order)
            return True
        return False

    def _like(self, order: Order, accounts: np.ndarray, times: np.ndarray) -> None:
        if len(accounts) == 0:
            return
        model, opts = self.model, self.model.scenario.farms
        world, n = model.world, len(accounts)
        dwell, part = self._look(order, accounts)
        rows = {
            "account": accounts, "post": order.post, "time_s": times, "channel": Surface.OUTSIDE, "dwell_s": dwell,
            "completion": part, "ip": world.accounts.ip[accounts], "device": world.accounts.device[accounts],
            "origin": Origin.FARM,
        }  # fmt: skip
        if order.grade == "real_person":
            world.record(n, kind=Kind.READ, **rows)
        world.record(n, kind=Kind.LIKE, **rows)
        if order.package == "full":
            world.record(n // 10, kind=Kind.COMMENT, aux=1, **_first(rows, n // 10))
            world.record(n // 5, kind=Kind.FORWARD, **_first(rows, n // 5))
        if order.first_s < 0:
            order.first_s = int(times[0])
        order.last_s = int(times[-1])
        cost = opts.operations_cny_per_like * n
        model.ledger.burn(self.ledger, cost, Purpose.OPERATIONS)
        if order.grade == "real_person":
            wages = opts.real_wage_cny_per_like * n
            model.ledger.burn(self.ledger, wages, Purpose.WAGES)
            cost += wages
        self.today.operations += cost
        self.today.likes += n

    def _look(self, order: Order, accounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Dwell (s) and completion (%): machines never look, raised accounts for a moment, people a little."""
        u = self.model.luck.uniform("look", order.number, accounts)
        length = self.model.scenario.readers.length_s
        longest = {"machine": 0.0, "raised": 4.0, "real_person": 45.0}[order.grade]
        dwell = u * longest
        return dwell.astype(np.int64), np.minimum(100, 100 * dwell / length).astype(np.int64)

    def _settle(self, order: Order) -> None:
        """Close an order; what could not be delivered is refunded."""
        missing = order.n_likes - order.delivered
        if missing > 0:
            refund = order.price_cny * missing / order.n_likes
            self.model.ledger.transfer(self.ledger, order.payer, refund, Purpose.LIKES)
            self.today.revenue -= refund
        self.model.tables.add(
            "orders", order=order.number, tick=order.tick, day=order.tick // self.model.clock.ticks_per_day, farm=self.number,
            creator=order.creator, post=order.post, grade=order.grade, package=order.package, n_likes=order.n_likes,
            price_cny=order.price_cny, delivered=order.delivered, first_s=order.first_s, last_s=order.last_s,
        )  # fmt: skip

    # -- the day and the week -----------------------------------------------------------------------------

    def close_day(self) -> None:
        """Pay rent and overhead, count the burnt, write the books; once a week revise prices or give up."""
        opts, day = self.model.scenario.farms, self.model.clock.day
        devices = sum(stock.devices for grade, stock in self.stock.items() if grade != "real_person")
        rent = opts.overhead_cny_per_day + opts.device_rent_cny_per_day * devices
        self.model.ledger.burn(self.ledger, rent, Purpose.OPERATIONS)
        self.today.operations += rent
        self.replace_burnt()
        self._write_row(day)
        if (day - self.number) % 7 == 6:
            self._close_week()

    def _write_row(self, day: int) -> None:
        today, self.today = self.today, Books()
        self.week = self.week.plus(today)
        self.total = self.total.plus(today)
        per_1000 = {grade: self.price(1000, grade, "likes") for grade in GRADES}
        self.model.tables.add(
            "farms", day=day, farm=self.number, open=self.open,
            **{grade: len(stock.ids) for grade, stock in self.stock.items()},
            burnt=today.burnt, orders=today.orders, likes_delivered=today.likes, revenue_cny=today.revenue,
            sales_cost_cny=today.sales_cost, operations_cost_cny=today.operations, accounts_cost_cny=today.accounts,
            profit_cny=today.profit, price_machine_per_1000_cny=per_1000["machine"],
            price_raised_per_1000_cny=per_1000["raised"], price_real_per_1000_cny=per_1000["real_person"],
        )  # fmt: skip

    def _close_week(self) -> None:
        """Cost-plus with an eye on demand (article: price moves with risk and cost)."""
        opts, week = self.model.scenario.farms, self.week
        grown = week.likes > 1.1 * self.last_week_likes
        shrunk = week.likes < 0.9 * self.last_week_likes
        losing = week.profit < 0.0
        for grade in self.markup:
            step = opts.price_step * ((grown or losing and week.burnt > 0) - (shrunk and not week.burnt))
            self.markup[grade] = float(np.clip(self.markup[grade] * (1.0 + step), 0.3, 20.0))
        self.losing_weeks = self.losing_weeks + 1 if losing else 0
        self.last_week_likes = week.likes
        self.week = Books()
        broke = self.model.ledger.balance(self.ledger) < 0.0
        if self.losing_weeks >= opts.exit_after_weeks or broke:
            self.close()

    def close(self) -> None:
        """Give up: open orders are refunded."""
        for order in self.book:
            self._settle(order)
        self.book = []
        self.open = False
        self.remove()


def _first(rows: dict[str, object], count: int) -> dict[str, object]:
    return {name: value[:count] if isinstance(value, np.ndarray) else value for name, value in rows.items()}


class FarmMarket:
    """All farms: where orders go, who enters."""

    def __init__(self, model: EngagementModel) -> None:
        self.farms: list[Farm] = []
        self.orders = 0
        if model.scenario.manipulation.enabled and model.scenario.farms.enabled:
            for _ in range(model.scenario.farms.n):
                self._enter(model)
        # the experimenter's own supplier: outside the market, always open, its burnt accounts replaced for nothing
        self.lab = Farm(model, LAB) if model.scenario.probes.share_posts > 0 else None

    def _enter(self, model: EngagementModel) -> None:
        self.farms.append(Farm(model, len(self.farms)))

    @property
    def open(self) -> list[Farm]:
        """Farms in business, oldest first."""
        return [farm for farm in self.farms if farm.open]

    def price_list(self) -> dict[str, float]:
        """Cheapest price of a small order, CNY per 1000 likes, by grade."""
        farms = self.open
        return {grade: min(farm.price(100, grade, "likes") * 10 for farm in farms) for grade in GRADES} if farms else {}

    def order(self, model: EngagementModel, creator: int, post: int, wish: BuyLikes) -> bool:
        """Place an order with the farm that looks best; False when none serves it or the money is short."""
        farm = self.lab if creator < 0 else self._choose(model, post, wish)
        if farm is None:
            return False
        n = min(wish.n_likes, farm.room(wish.grade))
        if n <= 0:
            return False
        price = farm.price(n, wish.grade, wish.package)
        payer = model.party_experimenter if creator < 0 else int(model.world.creators.ledger[creator])
        if creator >= 0 and model.ledger.balance(payer) < price:
            return False
        model.ledger.transfer(payer, farm.ledger, price, Purpose.LIKES)
        tick, clock = model.clock.tick, model.clock
        late = creator >= 0 and model.luck.one("late", 0, self.orders) < model.scenario.farms.delay_share
        wait = int((1 + 2 * model.luck.one("late", 0, self.orders, 1)) * clock.ticks_per_day) if late else 0
        farm.take(Order(self.orders, tick, creator, post, wish.grade, wish.package, n, price, payer, tick + wait))
        self.orders += 1
        return True

    def _choose(self, model: EngagementModel, post: int, wish: BuyLikes) -> Farm | None:
        """Cheapest after allowing for likes that do not last, with a personal taste for brokers."""
        best, farm = -np.inf, None
        for candidate in self.open:
            if candidate.room(wish.grade) < min(wish.n_likes, 20):
                continue
            price = candidate.price(wish.n_likes, wish.grade, wish.package)
            taste = 0.3 * model.luck.one("broker", post, candidate.number)
            worth = np.log(max(candidate.survival, 0.01)) - np.log(max(price, 1e-9)) + taste
            if worth > best:
                best, farm = float(worth), candidate
        return farm

    def deliver(self, model: EngagementModel) -> None:
        """Every farm with orders works on them."""
        for farm in [*self.farms, self.lab]:
            if farm is not None and farm.book:
                farm.deliver()

    def close_day(self, model: EngagementModel) -> None:
        """Farms close their day; once a week somebody new may enter a paying trade."""
        self._see_survival(model)
        for farm in self.open:
            farm.close_day()
        if self.lab is not None:
            self.lab.restock()
        day, opts = model.clock.day, model.scenario.farms
        if day % 7 == 6 and len(self.open) < opts.n_max and opts.enabled and model.scenario.manipulation.enabled:
            paying = sum(farm.total.profit for farm in self.open) > 0 and all(f.losing_weeks == 0 for f in self.open)
            if paying and self.open and model.luck.one("enter", day, 0) < opts.enter_per_week:
                self._enter(model)

    def _see_survival(self, model: EngagementModel) -> None:
        """Customers see how much of what a farm delivered is still shown."""
        posts, alive = model.world.posts, model.world.alive
        for farm in self.open:
            recent = [order for order in farm.book if order.delivered > 0 and order.post >= alive.start]
            for order in recent:
                kept = 1.0 - posts.discounted[order.post] / max(1, posts.likes[order.post])
                farm.survival += 0.05 * (float(kept) - farm.survival)
