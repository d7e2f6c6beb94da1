"""Paid farms in worlds whose answer is known (S2, S6, S14)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.actors.farms.prices import Pricing, unit_price
from sim.core.enums import Grade, Kind, Origin, Referrer, Surface
from sim.scenario.schema.farms import FarmsSection
from tests.helpers.farm_market import buy, deliver, market, orders
from tests.helpers.small_world import rows

GRADES = {"machine": Grade.MACHINE, "raised": Grade.RAISED, "real_person": Grade.PERSON}
ALL_GRADES = ("machine", "raised", "real_person")

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
    assert (likes["origin"] == Origin.FARM).all()
    opts, shares = model.scenario.farms, np.bincount(likes["channel"], minlength=6) / 1000
    outside = 1 - opts.hot_share - opts.subscription_share - opts.chat_share - opts.search_share
    expected = [opts.subscription_share, 0.0, opts.hot_share, opts.chat_share, outside, opts.search_share]
    assert shares == pytest.approx(expected, abs=0.06)
    blank = likes["referrer"][likes["channel"] == Surface.OUTSIDE] == Referrer.BLANK
    assert blank.mean() == pytest.approx(opts.blank_referrer_share, abs=0.1)
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
        model = market(device_spread=1.0, ip_spread=1.0)
        buy(model, 40, grade)
        likes = deliver(model)
        accounts = model.state.world.accounts
        assert (accounts.grade[likes["account"]] == GRADES[grade]).all()
        assert (likes["device"] == accounts.device[likes["account"]]).all()
        reads = rows(model, Kind.READ)
        seen[grade] = {
            "longest": likes["dwell_s"].max(),
            "devices": len(np.unique(likes["device"])),
            "addresses": len(np.unique(accounts.address[likes["account"]])),
            "reads": len(reads["account"]),
            "lived_by": (accounts.seat[likes["account"]] >= 0).all(),
            "age": -int(accounts.registered_day[likes["account"]].max()),
        }
    assert seen["machine"]["longest"] == 0 < seen["raised"]["longest"] < 5 < seen["real_person"]["longest"]
    assert [seen[g]["reads"] for g in ("machine", "raised", "real_person")] == [0, 0, 40]
    assert [seen[g]["lived_by"] for g in ("machine", "raised", "real_person")] == [False, False, True]
    assert seen["machine"]["devices"] == 2 < seen["raised"]["devices"] == 10 < seen["real_person"]["devices"] == 40
    assert seen["machine"]["addresses"] < seen["raised"]["addresses"] < seen["real_person"]["addresses"]
    assert seen["machine"]["age"] < 120 <= seen["raised"]["age"]


def test_the_device_of_a_hired_person_is_its_own_phone():
    model = market()
    buy(model, 40, "real_person")
    likes = deliver(model)
    accounts = model.state.world.accounts
    assert (likes["device"] == accounts.device[likes["account"]]).all()
    assert (model.state.world.devices.accounts[likes["device"]] <= 5).all()


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
