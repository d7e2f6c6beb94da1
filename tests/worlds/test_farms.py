"""Paid farms in worlds whose answer is known (S2, S6, S14)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.actors.farms.prices import Pricing, unit_price
from sim.core.enums import Grade, Kind, Origin, Status, Surface
from sim.core.money import Purpose
from sim.plugins.strategies.actions import BuyLikes
from sim.scenario.schema.farms import FarmsSection
from tests.helpers.small_world import quiet_world, rows, tick, to

ALL_GRADES = ("machine", "raised", "real_person")
SMALL = {"machine_accounts": 1200, "raised_accounts": 300, "real_accounts": 40, "delay_share": 0.0}


def market(n=1, **farms):
    """A quiet world with `n` farms and rich creators."""
    model = quiet_world(farms={"n": n, **SMALL, **farms})
    for handle in model.state.world.creators.party.tolist():
        model.state.money.transfer(model.state.money.savings, handle, 1000.0, Purpose.ENDOWMENT)
    return model


def buy(model, n, grade="machine", package="likes", creator=0, post=0):
    return model.actors.market.order(creator, post, BuyLikes(n, grade, package))


def deliver(model, ticks=1):
    """Likes of the next ticks, all together."""
    parts = [tick(model, model.actors.market.deliver) for _ in range(ticks)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def orders(model):
    return model.tables.frame("orders").to_dict("records")


# -- prices


def test_the_article_s_price_list():
    assert 100 * unit_price(100, 1.0, 5.0, 100, 1000) == pytest.approx(1.0)
    assert 1000 * unit_price(1000, 1.0, 5.0, 100, 1000) == pytest.approx(5.0)
    assert unit_price(1, 1.0, 5.0, 100, 1000) == unit_price(100, 1.0, 5.0, 100, 1000)
    assert unit_price(10_000, 1.0, 5.0, 100, 1000) == unit_price(1000, 1.0, 5.0, 100, 1000)


def test_price_tiers_begin_where_the_scenario_says():
    assert unit_price(50, 1.0, 5.0, 50, 5000) == 0.01 and unit_price(5000, 1.0, 5.0, 50, 5000) == 0.005
    assert unit_price(500, 1.0, 5.0, 50, 5000) == pytest.approx((0.01 * 0.005) ** 0.5)  # half-way in the logarithms


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_more_likes_cost_more_in_all_and_less_apiece(a, b):
    a, b = sorted((a, b))
    assert unit_price(b, 1.0, 5.0, 100, 1000) <= unit_price(a, 1.0, 5.0, 100, 1000)
    assert a * unit_price(a, 1.0, 5.0, 100, 1000) <= b * unit_price(b, 1.0, 5.0, 100, 1000) * (1 + 1e-12)


def test_grades_and_packages_have_their_mark_up():
    model = market()
    (farm,) = model.actors.market.open
    machine = farm.price(100, "machine", "likes")
    assert machine == pytest.approx(1.0)
    assert farm.price(100, "raised", "likes") == pytest.approx(2 * machine)
    assert farm.price(100, "real_person", "likes") == pytest.approx(5 * machine)
    assert farm.price(100, "raised", "full") == pytest.approx(6 * machine)
    assert model.actors.market.price_list() == pytest.approx({"machine": 10.0, "raised": 20.0, "real_person": 50.0})


RULES = FarmsSection(price_step=0.1)


def week(pricing, likes, revenue, burnt=0, **change):
    pricing.sell(likes, revenue)
    pricing.burnt += burnt
    pricing.close_week(**({"unit_cost": 0.001, "account_cost": 0.6, "kept_share": 0.75, "opts": RULES} | change))
    return pricing.markup


def test_prices_follow_demand_and_what_is_burnt():
    assert week(Pricing(), 1000, 10.0) == pytest.approx(1.1)  # buyers come
    steady = Pricing(last_likes=1000)
    assert week(steady, 1000, 10.0) == 1.0
    assert week(steady, 500, 5.0) == pytest.approx(0.9)  # buyers stay away
    burnt = Pricing(last_likes=1000)
    assert week(burnt, 1000, 10.0, burnt=100) == pytest.approx(1.1)  # 0.06 lost over a like that brings 0.0075
    assert week(Pricing(), 0, 0.0) == 1.0


def test_a_markup_stays_within_reason():
    dear, cheap = Pricing(), Pricing()
    for k in range(200):
        week(dear, 2 ** min(k, 40), 1.0, burnt=10)
        week(cheap, 0, 0.0)
        cheap.last_likes = 10
    assert (dear.markup, cheap.markup) == (20.0, pytest.approx(0.3))


# -- delivery


def test_a_thousand_likes_in_ten_minutes():
    model = market()
    assert buy(model, 1000)
    likes = deliver(model)
    assert len(likes["account"]) == 1000
    assert len(np.unique(likes["account"])) == 1000
    assert np.ptp(likes["time_s"]) <= 10 * 60
    assert likes["time_s"].min() >= 0 and likes["time_s"].max() < 3600
    assert (likes["origin"] == Origin.FARM).all() and (likes["channel"] == Surface.OUTSIDE).all()
    (order,) = orders(model)
    assert (order["delivered"], order["n_likes"], order["price_cny"]) == (1000, 1000, pytest.approx(5.0))
    assert order["last_s"] - order["first_s"] <= 600


def test_capacity_is_not_exceeded_and_the_rest_waits():
    model = market(likes_per_minute=5.0)
    buy(model, 700)
    counts = [len(deliver(model)["account"]) for _ in range(4)]
    assert sum(counts) == 700
    assert max(counts) <= 5 * 60
    assert counts[0] >= 290 and counts[3] == 0


def test_two_orders_share_the_hour_one_after_the_other():
    model = market()
    buy(model, 500)
    buy(model, 500, post=1, creator=1)
    likes = deliver(model)
    first, second = (likes["time_s"][likes["post"] == post] for post in (0, 1))
    assert len(first) == len(second) == 500
    assert first.max() <= second.min()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 400), st.sampled_from(ALL_GRADES), st.integers(0, 3)), max_size=8))
def test_no_account_likes_a_post_twice_and_money_is_conserved(wishes):
    model = market(n=2)
    for n, grade, post in wishes:
        buy(model, n, grade, post=post, creator=post)
    likes = deliver(model, 3)
    pairs = likes["post"].astype(np.int64) * 10**6 + likes["account"]
    assert len(np.unique(pairs)) == len(pairs)
    model.actors.market.close_day()
    assert model.state.money.total_micro() == 0
    for order in orders(model):
        assert order["delivered"] <= order["n_likes"]
    assert sum(order["delivered"] for order in orders(model)) == len(pairs)


def test_a_second_order_for_a_post_brings_other_accounts():
    model = market()
    buy(model, 200, "raised")
    buy(model, 300, "raised")  # of 300 raised accounts 100 are left
    likes = deliver(model)
    assert len(np.unique(likes["account"])) == len(likes["account"]) == 300
    assert [order["delivered"] for order in orders(model)] == [200, 100]


def test_what_each_grade_looks_like_in_the_log():
    seen = {}
    for grade in ("machine", "raised", "real_person"):
        model = market()
        buy(model, 40, grade)
        likes = deliver(model)
        accounts = model.state.world.accounts
        assert (accounts.grade[likes["account"]] == Grade[grade.upper()]).all()
        assert (likes["ip"] == accounts.ip[likes["account"]]).all()
        assert (likes["device"] == accounts.device[likes["account"]]).all()
        reads = rows(model, Kind.READ)
        seen[grade] = {
            "longest": likes["dwell_s"].max(),
            "devices": len(np.unique(likes["device"])),
            "ips": len(np.unique(likes["ip"])),
            "reads": len(reads["account"]),
            "at_home": np.isin(likes["ip"], accounts.ip[:300]).all(),
            "age": -int(accounts.registered_day[likes["account"]].max()),
        }
    assert seen["machine"]["longest"] == 0 < seen["raised"]["longest"] < 5 < seen["real_person"]["longest"]
    assert [seen[g]["reads"] for g in ("machine", "raised", "real_person")] == [0, 0, 40]
    assert [seen[g]["at_home"] for g in ("machine", "raised", "real_person")] == [False, False, True]
    assert seen["machine"]["devices"] == 2 < seen["raised"]["devices"] == 10 < seen["real_person"]["devices"] == 40
    assert seen["machine"]["ips"] == 1 < seen["raised"]["ips"]
    assert seen["machine"]["age"] < 10 and seen["raised"]["age"] >= 120


def test_the_full_package_comments_shallowly_and_forwards():
    model = market()
    buy(model, 100, "raised", "full")
    deliver(model)
    comments, forwards = rows(model, Kind.COMMENT), rows(model, Kind.FORWARD)
    assert (len(comments["account"]), len(forwards["account"])) == (10, 20)
    assert (comments["aux"] == 1).all()
    assert (comments["origin"] == Origin.FARM).all()


def test_a_package_is_whole_even_when_delivered_in_bits():
    model = market(likes_per_minute=0.1)  # six likes an hour
    buy(model, 30, "raised", "full")
    comments = forwards = 0
    for _ in range(7):
        deliver(model)
        comments += len(rows(model, Kind.COMMENT)["account"])
        forwards += len(rows(model, Kind.FORWARD)["account"])
    assert (comments, forwards) == (3, 6)


def test_most_orders_are_done_within_a_day():
    model = market(delay_share=0.11)
    model.state.world.alive = slice(0, 0)
    at = model.state.world.posts.add(1000, creator=0, key=np.arange(1000))
    model.state.world.alive = slice(0, at.stop)
    for post in range(at.start, at.stop):
        assert buy(model, 1, post=post)
    deliver(model, 24)
    assert 0.85 <= len(orders(model)) / 1000 <= 0.93  # C12: 89 %
    deliver(model, 3 * 24)
    assert len(orders(model)) == 1000


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
    model = market(enter_per_week=0.0, exit_after_weeks=4)
    run_days(model, 27)
    assert len(model.actors.market.open) == 1
    run_days(model, 8)
    assert model.actors.market.open == []
    last = model.tables.frame("farms").iloc[-1]
    assert not last["open"]
    assert last["day"] == 27
    assert model.state.money.total_micro() == 0


def test_a_farm_with_customers_stays_and_draws_another():
    model = market(enter_per_week=1.0, n_max=2)
    run_days(model, 36, sell=500, orders_a_day=8)
    assert len(model.actors.market.open) == 2
    assert sum(model.actors.market.farms[0].weeks) > 0


def test_nobody_enters_a_trade_that_loses():
    model = market(enter_per_week=1.0, n_max=5)
    run_days(model, 13)
    assert len(model.actors.market.farms) == 1


def test_the_trade_comes_back_when_somebody_tries_again():
    model = market(enter_per_week=1.0, exit_after_weeks=1)
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
    model = quiet_world(farms={"n": 1, **SMALL}, probes={"share_posts": 0.5})
    assert buy(model, 50, creator=-1)
    likes = deliver(model)
    assert len(likes["account"]) == 50
    assert model.actors.market.farms[0].today.orders == 0
    assert model.state.money.balance(model.state.money.experimenter) < 0
    model.actors.market.close_day()
    assert model.actors.market.checks == []


def test_farms_numbered_high_keep_out_of_the_readers_addresses():
    from sim.actors.farms.farm import Farm
    from sim.kernels.scales import FARM_FIRST

    model = market()
    for number in (191, 192, 499):
        shelves = Farm(model, number).stock
        accounts = model.state.world.accounts
        assert (accounts.device[shelves["machine"].ids] >= FARM_FIRST).all()
        assert (accounts.ip[shelves["raised"].ids] >= FARM_FIRST).all()


def test_what_is_left_of_an_order_after_four_weeks_is_written_down():
    model = market()
    for post in (0, 1):
        assert buy(model, 100, post=post, creator=post)
        deliver(model, 30)
    to(model, day=20)
    assert buy(model, 50, post=2, creator=2)
    deliver(model, 30)
    posts, given = model.state.world.posts, {order["post"]: order["delivered"] for order in orders(model)}
    posts.likes_by_origin[:3, Origin.FARM] = [given[post] for post in (0, 1, 2)]
    posts.likes_by_origin[1, Origin.ORGANIC] = 7
    posts.discounted[:3] = [0, given[1] // 2, given[2]]  # discounts fall on fake likes first
    to(model, day=30)
    model.finish()
    left = {order["post"]: order["surviving_28d"] for order in orders(model)}
    assert left[0] == given[0] and left[1] == pytest.approx(given[1] - given[1] // 2)
    assert np.isnan(left[2])  # it is ten days old
