"""Burnt accounts, refunds and the trade of farms in worlds whose answer is known (S2, S6, S14)."""

import numpy as np
import pytest

from sim.core.enums import AddressClass, Removal, Status
from sim.core.money import Purpose
from sim.engine.phases.read import collect
from sim.measures.snapshots import survival_of_day
from tests.helpers.farm_market import SMALL, buy, deliver, market, orders
from tests.helpers.small_world import per_1000, quiet_world, tick, to

# -- burnt accounts, refunds


def test_burnt_accounts_never_like_and_their_likes_are_refunded():
    model = market()
    (farm,) = model.actors.market.open
    purse = int(model.state.world.creators.party[0])
    before = model.state.money.balance(purse)
    buy(model, 1000)
    banned = farm.book[0].accounts[::4].copy()
    model.state.world.accounts.status[banned] = Status.BANNED
    likes = deliver(model)
    assert len(likes["account"]) == 750
    assert not np.isin(likes["account"], banned).any()
    assert model.state.money.balance(purse) == pytest.approx(before - 5.0 * 0.75)
    assert orders(model)[0]["delivered"] == 750


def test_limited_accounts_rest():
    model = market()
    (farm,) = model.actors.market.open
    model.state.world.accounts.status[farm.stock["machine"].ids[:1000]] = Status.LIMITED
    buy(model, 1000)
    assert len(deliver(model)["account"]) == 200
    model.actors.market.close_day()
    assert len(farm.stock["machine"].ids) == 1200  # limited is not lost
    assert farm.today.burnt == 0


def test_people_are_hired_as_long_as_there_are_any_and_paid_for_when_they_come():
    model = market(real_accounts=290)
    world, (farm,) = model.state.world, model.actors.market.open
    stock = farm.stock["real_person"]
    assert len(set(stock.ids.tolist())) == 290
    world.accounts.status[stock.ids[:30]] = Status.BANNED  # ten others are left in a world of 300 people
    model.actors.market.close_day()
    assert len(set(stock.ids.tolist())) == 270 and (world.accounts.status[stock.ids] == Status.ACTIVE).all()
    cost = model.scenario.farms.real_cost_cny
    assert model.state.money.burnt(Purpose.ACCOUNTS) == pytest.approx(10 * cost)
    model.actors.market.close_day()
    assert model.state.money.burnt(Purpose.ACCOUNTS) == pytest.approx(10 * cost)


def test_burnt_accounts_are_replaced_and_paid_for():
    model = market()
    (farm,) = model.actors.market.open
    stock = farm.stock["machine"]
    model.state.world.accounts.status[stock.ids[:100]] = Status.BANNED
    accounts = model.state.world.accounts.n
    model.actors.market.close_day()
    assert len(stock.ids) == 1200 and stock.burnt == 100
    assert model.state.world.accounts.n == accounts + 100
    assert (model.state.world.accounts.status[stock.ids] == Status.ACTIVE).all()
    assert model.state.money.burnt(Purpose.ACCOUNTS) == pytest.approx(100 * model.scenario.farms.machine_cost_cny)
    (row,) = model.tables.frame("farms").to_dict("records")
    assert (row["burnt"], row["accounts_cost_cny"]) == (100, pytest.approx(60.0))


def test_an_order_for_a_post_that_is_gone_is_refunded():
    model = market()
    purse = int(model.state.world.creators.party[0])
    before = model.state.money.balance(purse)
    buy(model, 100)
    model.state.world.alive = slice(4, 4)
    assert len(deliver(model)["account"]) == 0
    assert model.state.money.balance(purse) == pytest.approx(before)
    assert orders(model)[0]["delivered"] == 0


def test_who_cannot_pay_gets_nothing():
    model = market()
    purse = int(model.state.world.creators.party[0])
    model.state.money.burn(purse, model.state.money.balance(purse), Purpose.EFFORT)
    assert not buy(model, 100)
    assert len(deliver(model)["account"]) == 0


def test_nobody_to_buy_from():
    model = quiet_world()
    assert not buy(model, 100)
    assert model.actors.market.price_list() == model.actors.market.survival() == {}


# -- the trade


def run_days(model, days, sell=0, orders_a_day=1, burn=0.0):
    """Days of a given demand; a share of the machine accounts is burnt every day."""
    for _ in range(days):
        for farm in model.actors.market.open:
            ids = farm.stock["machine"].ids
            model.state.world.accounts.status[ids[: int(burn * len(ids))]] = Status.BANNED
        first = model.state.world.posts.n
        if sell:
            key = first + np.arange(orders_a_day)
            model.state.world.posts.add(orders_a_day, creator=0, key=key, published_s=model.clock.start_s)
            model.state.world.alive = slice(first, first + orders_a_day)
            for post in key.tolist():
                buy(model, sell, post=post, creator=post % 8)
        deliver(model, 23)
        model.actors.market.close_day()
        tick(model, lambda: None)


def test_a_farm_without_customers_closes():
    model = market(enter_per_1000_creators=0.0, exit_after_weeks=4)
    run_days(model, 27)
    assert len(model.actors.market.open) == 1
    run_days(model, 8)
    assert model.actors.market.open == []
    last = model.tables.frame("farms").iloc[-1]
    assert not last["open"]
    assert last["day"] == 27
    assert model.state.money.total_micro() == 0


def test_a_farm_with_customers_stays_and_draws_another():
    model = market(enter_per_1000_creators=per_1000(1), n_max_per_1000_creators=per_1000(2))
    run_days(model, 36, sell=500, orders_a_day=8)
    assert len(model.actors.market.open) == 2
    assert sum(model.actors.market.farms[0].weeks) > 0


def test_nobody_enters_a_trade_that_loses():
    model = market(enter_per_1000_creators=per_1000(1), n_max_per_1000_creators=per_1000(5))
    run_days(model, 13)
    assert len(model.actors.market.farms) == 1


def test_the_trade_comes_back_when_somebody_tries_again():
    model = market(enter_per_1000_creators=per_1000(1), exit_after_weeks=1)
    run_days(model, 7)
    assert len(model.actors.market.farms) == 2 and len(model.actors.market.open) == 1


def test_burning_raises_the_price():
    calm, hunted = market(), market()
    run_days(calm, 28, sell=300)
    run_days(hunted, 28, sell=300, burn=0.05)
    price = [model.actors.market.farms[0].price(100, "machine", "likes") for model in (calm, hunted)]
    assert price[1] > price[0]
    assert (
        hunted.actors.market.farms[0].pricing["raised"].markup == calm.actors.market.farms[0].pricing["raised"].markup
    )


def test_word_gets_round_of_likes_that_vanish():
    model = market(n=2)
    first, second = model.actors.market.farms
    for post in range(3):
        buy(model, 100, post=post)
    deliver(model)
    served = [order["farm"] for order in orders(model)]
    model.state.world.posts.discounted[:] = 100
    to(model, day=1)
    model.actors.market.close_day()
    assert first.reputation["machine"] == second.reputation["machine"] == 1.0  # nobody has looked yet
    to(model, day=3)
    model.actors.market.close_day()
    for farm in (first, second):
        n = served.count(farm.number)
        assert farm.reputation == {"machine": pytest.approx(0.9**n), "raised": 1.0, "real_person": 1.0}
    first.reputation["machine"], second.reputation["machine"] = 0.2, 0.9
    assert model.actors.market.survival()["machine"] == 0.9
    assert buy(model, 100, post=3) and second.book and not first.book


def test_the_experimenter_has_a_supplier_of_its_own():
    model = quiet_world(farms={"n_per_1000_creators": 1.0, **SMALL}, probes={"share_posts": 0.5})
    assert buy(model, 50, creator=-1)
    likes = deliver(model)
    assert len(likes["account"]) == 50
    assert model.actors.market.farms[0].today.orders == 0
    assert model.state.money.balance(model.state.money.experimenter) < 0
    model.actors.market.close_day()
    assert model.actors.market.checks == []


def test_farms_of_any_number_have_phones_and_lines_of_their_own():
    from sim.actors.farms.farm import Farm

    model = market(mobile_share=0.0)
    accounts = model.state.world.accounts
    lived_by = accounts.seat >= 0
    taken = [set(column[lived_by].tolist()) for column in (accounts.device, accounts.address)]
    for number in (191, 192, 499):
        shelves = Farm(model, number).stock
        ids = np.concatenate([shelves["machine"].ids, shelves["raised"].ids])
        for column, before in zip((accounts.device, accounts.address), taken, strict=True):
            theirs = set(column[ids].tolist())
            assert theirs and not theirs & before
            before |= theirs


def test_a_farm_whose_phones_have_cards_shares_carriers_addresses_with_honest_people():
    model = market(mobile_share=1.0)
    world, ids = model.state.world, model.actors.market.open[0].stock["machine"].ids
    start = world.shared.start
    theirs = world.accounts.address[ids]
    assert (world.addresses.kind[theirs] == AddressClass.MOBILE).all()
    assert ((theirs >= start[0]) & (theirs < start[-1])).all()


def test_what_is_left_of_an_order_after_four_weeks_is_written_down():
    model = market()

    def give():
        model.actors.market.deliver()
        collect(model.state, model.actors)

    for post, n in ((0, 100), (1, 100), (2, 50)):
        to(model, day=20 if post == 2 else post)
        assert buy(model, n, post=post, creator=post)
        for _ in range(20):
            tick(model, give)
    given = {order["post"]: order["delivered"] for order in orders(model)}
    rows = model.state.world.likes.rows_of_posts([1], model.state.world.posts.n)
    model.state.world.remove_likes(rows[: given[1] // 2], Removal.PURGED)
    model.state.world.remove_likes(model.state.world.likes.rows_of_posts([2], 4), Removal.PURGED)
    to(model, day=28)
    survival_of_day(model.state)
    to(model, day=29)
    survival_of_day(model.state)
    to(model, day=30)
    model.finish()
    left = {order["post"]: order["surviving_28d"] for order in orders(model)}
    assert left[0] == given[0] and left[1] == pytest.approx(given[1] - given[1] // 2)
    assert np.isnan(left[2])  # it is ten days old
