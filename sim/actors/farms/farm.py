"""Paid like farms: bulk accounts, devices, addresses, an order book and its profit and loss (S2)."""

from __future__ import annotations

import numpy as np

from sim.actors.actor import Actor, HasState
from sim.actors.farms.delivery import Batch, deliver_likes, first_second
from sim.actors.farms.orders import Books, Order
from sim.actors.farms.prices import Pricing, list_price
from sim.actors.farms.tactics import Tactics
from sim.core.clock import WEEK_DAYS
from sim.core.enums import Grade, Status
from sim.core.money import Purpose
from sim.kernels.scales import EXPERIMENTAL_FARM, PER_THOUSAND, TINY
from sim.scenario.schema.farms import FarmsSection
from sim.world.inventory import Inventory, Sharing

GRADES = {"machine": Grade.MACHINE, "raised": Grade.RAISED, "real_person": Grade.PERSON}


class Farm(Actor):
    """A farm with its accounts by grade, devices, addresses, order book, prices, tactics and books.

    `reputation` is by grade the share of its likes that customers still saw some days later, as far as buyers know.
    """

    def __init__(self, model: HasState, number: int) -> None:
        super().__init__(model)
        state, opts = self.state, self.state.scenario.farms
        self.number = number
        self.open = True
        self.party = state.money.open("farm", str(number), overdraft=True)
        state.money.transfer(state.money.savings, self.party, opts.capital_cny, Purpose.ENDOWMENT)
        self.stock = {grade: Inventory(kind, number) for grade, kind in GRADES.items()}
        self.target = {
            "machine": opts.machine_accounts,
            "raised": opts.raised_accounts,
            "real_person": opts.real_accounts,
        }
        if number == EXPERIMENTAL_FARM:  # it can deliver what the experimenter buys
            probes = state.scenario.probes
            self.target[probes.grade] = max(self.target[probes.grade], probes.most_likes)
        self.account_cost = {
            "machine": opts.machine_cost_cny,
            "raised": opts.raised_cost_cny,
            "real_person": opts.real_cost_cny,
        }
        self.pricing = {grade: Pricing() for grade in GRADES}
        self.reputation = dict.fromkeys(GRADES, 1.0)
        self.tactics = Tactics.of(opts)
        self.book: list[Order] = []
        self.used: dict[int, np.ndarray] = {}  # by post: accounts that have already liked it
        self.today, self.week = Books(), Books()
        self.weeks: list[float] = []  # profit of each week so far
        self.losing_weeks = 0
        for grade, count in self.target.items():
            self._buy(grade, count, free=True)

    # -- accounts -----------------------------------------------------------------------------------------

    def _buy(self, grade: str, count: int, free: bool = False) -> None:
        """Buy accounts; the initial stock is free, as part of the farm's capital."""
        state, opts = self.state, self.state.scenario.farms
        if count <= 0:
            return
        if grade == "real_person":
            count = self.stock[grade].hire(state.world, state.rng, count)
        else:
            self.stock[grade].buy(state.world, state.rng, count, state.clock.day, sharing_of(grade, opts))
        if not free:
            cost = self.account_cost[grade] * count
            state.money.burn(self.party, cost, Purpose.ACCOUNTS)
            self.today.accounts += cost

    def replace_burnt(self) -> None:
        """Find out which accounts were banned; replace them while the business pays for it."""
        opts = self.state.scenario.farms
        for grade, stock in self.stock.items():
            self._pass_checks(grade)
            burnt = stock.drop_burnt(self.state.world)
            self.today.burnt += burnt
            self.pricing[grade].burnt += burnt
            missing = self.target[grade] - len(stock.ids)
            if missing > 0 and self.losing_weeks < opts.replace_weeks:
                cash = max(0.0, self.state.money.balance(self.party))
                affordable = int(opts.replace_cash_share * cash / max(self.account_cost[grade], TINY))
                self._buy(grade, min(missing, affordable))

    def _pass_checks(self, grade: str) -> None:
        """Have gated accounts verified where that is cheaper than new ones, as far as the money goes."""
        opts, state = self.state.scenario.farms, self.state
        held = self.stock[grade].gated(state.world)
        if grade == "real_person" or len(held) == 0 or opts.check_cost_cny >= self.account_cost[grade]:
            return
        cash = max(0.0, state.money.balance(self.party))
        passed = held[: int(opts.replace_cash_share * cash / max(opts.check_cost_cny, TINY))]
        state.world.accounts.status[passed] = Status.ACTIVE
        cost = opts.check_cost_cny * len(passed)
        state.money.burn(self.party, cost, Purpose.ACCOUNTS)
        self.today.accounts += cost

    def restock(self) -> None:
        """Replace what was burnt without asking what it costs (the experimenter's supplier)."""
        for grade, stock in self.stock.items():
            stock.drop_burnt(self.state.world)
            self._buy(grade, self.target[grade] - len(stock.ids), free=True)
        self._forget_posts()

    # -- orders -------------------------------------------------------------------------------------------

    def price(self, n: int, grade: str, package: str) -> float:
        """Price of an order, CNY."""
        return list_price(n, grade, package, self.state.scenario.farms) * self.pricing[grade].markup

    def room(self, grade: str) -> int:
        """Likes it could put under one post: accounts not known to be burnt."""
        return len(self.stock[grade].ids)

    def take(self, order: Order) -> None:
        """Accept a paid order: pick its accounts, one like each, none that was on the post before."""
        before = self.used.get(order.post)
        order.accounts = self._pick(order, before)
        self.used[order.post] = order.accounts if before is None else np.concatenate([before, order.accounts])
        self.stock[order.grade].turn(len(order.accounts))
        self.book.append(order)
        share = self.state.scenario.farms.sales_share * order.price_cny
        self.state.money.burn(self.party, share, Purpose.SALES_COST)
        self.today.orders += 1
        self.today.revenue += order.price_cny
        self.today.sales_cost += share
        self.pricing[order.grade].sell(order.n_likes, order.price_cny)

    def _pick(self, order: Order, before: np.ndarray | None) -> np.ndarray:
        """The next accounts in rotation, at most one a like, that have not been on the post (`before`: for the farm).

        They are tried in blocks of the size wanted, since most farms keep many more than an order needs. Accounts that
        were bought like nothing but what the farm has them like; only people have likes of their own.
        """
        world, picked, missing = self.state.world, [np.zeros(0, np.int64)], order.n_likes
        for block in self.stock[order.grade].blocks_in_turn(order.n_likes):
            free = world.may_act(block)
            if order.grade == "real_person":
                free &= ~world.likes.has(block, order.post)
            if before is not None:
                free &= ~np.isin(block, before)
            picked.append(block[free][:missing])
            missing -= len(picked[-1])
            if missing == 0:
                break
        return np.concatenate(picked)

    def deliver(self, batches: list[Batch]) -> list[Order]:
        """Work through the order book at the farm's pace until the tick is over; return what was finished.

        The likes given are added to `batches`.
        """
        tick, alive, cursor_s = self.state.clock.tick, self.state.world.alive.start, 0.0
        hidden = self.state.world.posts.hidden
        finished: list[Order] = []
        kept: list[Order] = []
        due = [(first_second(self.state, order, self.tactics), order) for order in self.book]
        for first_s, order in sorted(due, key=lambda each: max(0.0, each[0])):
            if order.post >= alive and order.not_before <= tick and not hidden[order.post]:
                start_s = max(cursor_s, first_s)
                likes, used_s = deliver_likes(self.state, order, self.tactics, start_s, batches)
                cursor_s = max(cursor_s, used_s)
                self._pay_for(order.grade, likes)
            done = order.post < alive or hidden[order.post] or order.worked >= len(order.accounts)
            (finished if done else kept).append(order)
        self.book = kept
        for order in finished:
            self._settle(order)
        return finished

    def _pay_for(self, grade: str, likes: int) -> None:
        """Pay the running cost of likes, and the wages of real people."""
        opts, ledger = self.state.scenario.farms, self.state.money
        cost = opts.operations_cny_per_like * likes
        wages = opts.real_wage_cny_per_like * likes if grade == "real_person" else 0.0
        ledger.burn(self.party, cost, Purpose.OPERATIONS)
        if wages:
            ledger.burn(self.party, wages, Purpose.WAGES)
        self.today.operations += cost + wages
        self.today.likes += likes

    def _settle(self, order: Order) -> None:
        """Close an order; what could not be delivered is refunded."""
        missing = order.n_likes - order.delivered
        if missing > 0:
            refund = order.price_cny * missing / order.n_likes
            self.state.money.transfer(self.party, order.payer, refund, Purpose.LIKES)
            self.today.revenue -= refund
            self.pricing[order.grade].sell(-missing, -refund)
        plain = ("tick", "creator", "post", "grade", "package", "n_likes", "price_cny", "delivered")
        self.state.tables.add(
            "orders",
            order=order.number,
            day=order.tick // self.state.clock.ticks_per_day,
            farm=self.number,
            **{name: getattr(order, name) for name in plain},
            first_s=order.first_s,
            last_s=order.last_s,
        )

    # -- the day and the week -----------------------------------------------------------------------------

    def close_day(self) -> float:
        """Pay rent and overhead, count the burnt; once a week revise prices or give up; write the books.

        Returns the day's profit in CNY.
        """
        opts, day = self.state.scenario.farms, self.state.clock.day
        devices = sum(stock.devices for grade, stock in self.stock.items() if grade != "real_person")
        rent = opts.overhead_cny_per_day + opts.device_rent_cny_per_day * devices
        self.state.money.burn(self.party, rent, Purpose.OPERATIONS)
        self.today.operations += rent
        self.replace_burnt()
        self._forget_posts()
        self.week = self.week.plus(self.today)
        if (day - self.number) % WEEK_DAYS == WEEK_DAYS - 1:
            self._close_week()
        self._write_row(day)
        profit = self.today.profit
        self.today = Books()
        return profit

    def _forget_posts(self) -> None:
        alive = self.state.world.alive.start
        self.used = {post: accounts for post, accounts in self.used.items() if post >= alive}

    def _write_row(self, day: int) -> None:
        today = self.today
        per_1000 = {grade: self.price(PER_THOUSAND, grade, "likes") for grade in GRADES}
        self.state.tables.add(
            "farms",
            day=day,
            farm=self.number,
            open=self.open,
            **{grade: len(stock.ids) for grade, stock in self.stock.items()},
            burnt=sum(stock.burnt for stock in self.stock.values()),
            orders=today.orders,
            likes_delivered=today.likes,
            revenue_cny=today.revenue,
            sales_cost_cny=today.sales_cost,
            operations_cost_cny=today.operations,
            accounts_cost_cny=today.accounts,
            profit_cny=today.profit,
            price_machine_per_1000_cny=per_1000["machine"],
            price_raised_per_1000_cny=per_1000["raised"],
            price_real_per_1000_cny=per_1000["real_person"],
        )

    def _close_week(self) -> None:
        """Revise the prices of each grade by what it brought; close after losing money for long."""
        opts, kept_share = self.state.scenario.farms, 1.0 - self.state.scenario.farms.sales_share
        for grade, pricing in self.pricing.items():
            wage = opts.real_wage_cny_per_like if grade == "real_person" else 0.0
            cost = opts.operations_cny_per_like + wage
            pricing.close_week(cost, self.account_cost[grade], kept_share, opts)
        self.weeks.append(self.week.profit)
        self.losing_weeks = self.losing_weeks + 1 if self.week.profit < 0.0 else 0
        self.week = Books()
        if self.losing_weeks >= opts.exit_after_weeks or self.state.money.balance(self.party) < 0.0:
            self.remove()

    def remove(self) -> None:
        """Leave the market: open orders are refunded."""
        if not self.open:
            return
        for order in self.book:
            self._settle(order)
        self.book = []
        self.open = False
        super().remove()


def sharing_of(grade: str, opts: FarmsSection) -> Sharing:
    """How a farm's accounts of a grade share phones and addresses, and how old they are when they start to work."""
    per_device, per_address = opts.accounts_per_device, opts.accounts_per_ip
    oldest, youngest = opts.machine_age_days, opts.machine_age_min_days
    if grade == "raised":
        per_device, per_address = opts.raised_per_device, max(1, opts.accounts_per_ip // opts.raised_ip_divisor)
        oldest, youngest = opts.raised_age_days, opts.raised_age_min_days
    spreads = opts.device_spread, opts.ip_spread
    return Sharing(per_device, per_address, opts.mobile_share, opts.hosted_share, youngest, oldest, *spreads)
