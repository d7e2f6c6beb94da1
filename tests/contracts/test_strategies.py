"""What every strategy must do, and what the shipped ones want (S1, S2, S3, S18)."""

import dataclasses
import pickle
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.plugins.registry import as_mapping, build, describe, name_of
from sim.plugins.strategies import TABLE, AskGroup, AskMatrix, BuyLikes, CreatorObservation

ALL = sorted(TABLE)
BUYERS = sorted(name for name, cls in TABLE.items() if cls.channel == "farm")
PRICES = {"machine": 10.0, "raised": 20.0, "real_person": 50.0}


def sees(**change):
    """What a middling creator sees."""
    plain = {
        "followers": 800,
        "recent_reads": 400.0,
        "recent_likes": 6.0,
        "peer_likes": 40.0,
        "hot_threshold_guess": 100.0,
        "price_per_1000_cny": dict(PRICES),
        "anxiety": 0.5,
        "merchant": False,
        "in_group": True,
        "in_mcn": True,
        "income_week_cny": 30.0,
    }
    return CreatorObservation(**{**plain, **change})


def any_view():
    return st.builds(
        CreatorObservation,
        followers=st.integers(0, 10**6),
        recent_reads=st.floats(0, 1e6),
        recent_likes=st.floats(0, 1e5),
        peer_likes=st.floats(0, 1e5),
        hot_threshold_guess=st.floats(0, 1e5),
        price_per_1000_cny=st.dictionaries(st.sampled_from(sorted(PRICES)), st.floats(0.01, 1e4)),
        anxiety=st.floats(0, 1),
        merchant=st.booleans(),
        in_group=st.booleans(),
        in_mcn=st.booleans(),
        income_week_cny=st.floats(-1e4, 1e5),
        survival=st.dictionaries(st.sampled_from(sorted(PRICES)), st.floats(0, 1)),
    )


def order(name, budget=20.0, u=0.5, **change):
    """Likes that a buyer orders (0 for none)."""
    actions = build("strategy", name).plan(sees(**change), budget, u)
    return actions[0].n_likes if actions else 0


@pytest.mark.parametrize("name", ALL)
def test_a_strategy_is_its_name_and_parameters(name):
    strategy = build("strategy", name)
    assert build("strategy", as_mapping(strategy)) == strategy
    assert name_of(strategy) == name
    assert pickle.loads(pickle.dumps(strategy)) == strategy
    assert eval(repr(strategy), {type(strategy).__name__: type(strategy)}) == strategy
    for field in dataclasses.fields(strategy):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(strategy, field.name, 0)


@pytest.mark.parametrize("name", ALL)
def test_every_parameter_says_what_it_is(name):
    for row in describe(build("strategy", name)):
        assert row["help"] and row["unit"] and row["source"] and row["range"]


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=40, deadline=None)
@given(observation=any_view(), budget=st.floats(0, 1e5), u=st.floats(0, 1, exclude_max=True))
def test_same_observation_and_u_same_plan_and_nothing_is_touched(name, observation, budget, u):
    strategy = build("strategy", name)
    before = pickle.dumps(observation)
    plans = [strategy.plan(observation, budget, u) for _ in range(2)]
    assert plans[0] == plans[1]
    assert isinstance(plans[0], tuple)
    assert pickle.dumps(observation) == before


ASKS = {"none": (), "mutual_aid": (AskGroup,), "mcn": (AskMatrix,), "farm": (BuyLikes,)}


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=40, deadline=None)
@given(observation=any_view(), budget=st.floats(0, 1e5), u=st.floats(0, 1, exclude_max=True))
def test_it_asks_only_the_channel_it_declares(name, observation, budget, u):
    strategy = build("strategy", name)
    assert strategy.channel in ASKS
    for action in strategy.plan(observation, budget, u):
        assert isinstance(action, ASKS[strategy.channel])


@pytest.mark.parametrize("name", BUYERS)
@settings(max_examples=40, deadline=None)
@given(observation=any_view(), budget=st.floats(0, 1e5), u=st.floats(0, 1, exclude_max=True))
def test_a_buyer_orders_what_it_can_pay_for(name, observation, budget, u):
    strategy = build("strategy", name)
    for action in strategy.plan(observation, budget, u):
        assert (action.grade, action.package) == (strategy.grade, strategy.package)
        assert isinstance(action.n_likes, int) and action.n_likes >= strategy.least
        factor = getattr(strategy, "package_factor", 1.0)
        price = observation.price_per_1000_cny[strategy.grade] * factor / 1000.0
        assert action.n_likes * price <= budget * (1 + 1e-9)


@pytest.mark.parametrize("name", BUYERS)
def test_no_money_no_farm_no_order(name):
    assert order(name, budget=0.0) == 0
    assert order(name, price_per_1000_cny={}) == 0
    assert order(name, budget=0.001) == 0
    assert order(name) > 0


def test_the_honest_one_does_nothing():
    assert build("strategy", "honest").plan(sees(), 1e9, 0.9) == ()


@pytest.mark.parametrize(("name", "where"), [("mutual_aid", "in_group"), ("mcn", "in_mcn")])
def test_asking_takes_membership(name, where):
    strategy = build("strategy", name)
    assert len(strategy.plan(sees(), 0.0, 0.5)) == 1  # and costs no money
    assert strategy.plan(sees(**{where: False}), 0.0, 0.5) == ()


@pytest.mark.parametrize("name", BUYERS)
def test_the_amount_comes_from_what_is_seen(name):
    assert order(name, anxiety=1.0) > order(name, anxiety=0.0)
    assert order(name, merchant=True) > order(name)
    assert order(name, hot_threshold_guess=300.0) > order(name)
    assert order(name, hot_threshold_guess=0.0) < order(name)
    assert order(name, peer_likes=250.0) > order(name)
    assert order(name, survival={TABLE[name].grade: 0.5}) > order(name)
    assert order(name, u=0.9) > order(name, u=0.1)


@pytest.mark.parametrize("name", BUYERS)
def test_demand_falls_by_degrees_as_the_price_rises(name):
    demand = [order(name, price_per_1000_cny=dict.fromkeys(PRICES, p)) for p in (5, 20, 80, 160, 320, 5000)]
    assert all(a >= b for a, b in pairwise(demand))
    assert demand[0] > demand[3] > demand[-1] == 0


def test_where_half_vanishes_dear_likes_are_bought_less():
    """More is wanted, but the budget binds: of likes that last the creator ends up with fewer."""
    lasting = [order("buy_real", budget=4.0, survival={"real_person": s}) * s for s in (1.0, 0.5, 0.25)]
    assert lasting[0] > lasting[1] > lasting[2]
