"""Who had arranged the likes that creators were punished for: tiny worlds with a known answer, and a whole one."""

from __future__ import annotations

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.enums import Buyer, Kind, Origin
from sim.core.table_schema import ANY
from sim.engine.phases.detect import detect
from sim.engine.phases.enforce import enforce
from sim.engine.phases.read import collect
from sim.measures.punished_causes import CAUSES, PunishedCreators
from sim.plugins.strategies.actions import BuyLikes
from sim.world.arrangers import Other
from tests.helpers.farm_market import market

RIVAL, AUTHOR = 0, 1  # the author of post 1
RULES = {
    "detectors": {"no_read_like": {"name": "no_read_like", "threshold": 0.5}},
    "like_ladder": [{"strikes": 0, "sanction": "discount_likes", "notice": "those_hit"}],
    "creator_ladder": [{"strikes": 1, "sanction": "throttle_post"}],
}


def ruled() -> EngagementModel:
    """A quiet world with a farm, where likes without reading are punished."""
    model = market()
    changes = {f"platform.{name}": value for name, value in RULES.items()}
    object.__setattr__(model.state, "scenario", model.scenario.with_changes(changes))
    model.state.policy = model.state.scenario.policy_on(0)
    return model


def order(model: EngagementModel, buyer: int, n: int) -> None:
    assert model.actors.market.order(buyer, AUTHOR, BuyLikes(n, "machine", "likes")) == n


def act(model: EngagementModel, organic: int = 0, own_account: bool = False) -> dict[tuple[str, str], tuple[int, ...]]:
    """A tick with the orders' likes and `organic` ones that nobody read for; rows of the table that count anybody."""
    state, actors, log = model.state, model.actors, model.state.world.log
    log.clear()
    actors.market.deliver()
    people = state.world.readers.persons
    accounts = people[state.world.accounts.creator[people] < 0][:organic]
    if own_account:
        accounts = state.world.creators.account[[AUTHOR]]
    post = 0 if own_account else AUTHOR  # one of somebody else
    log.add(len(accounts), account=accounts, post=post, kind=Kind.LIKE, dwell_s=0, time_s=60, origin=Origin.ORGANIC)
    collect(state, actors)
    detect(state, actors)
    enforce(state, actors)
    counts = PunishedCreators()
    counts.close_day(state)
    counts.write(state)
    frame = model.tables.frame("punished_creators")
    columns = ["hit", "innocent_hit", "creators", "innocent_creators"]
    return {(row.rule, row.cause): tuple(getattr(row, c) for c in columns) for row in frame.itertuples() if row.hit}


def both(cause: str, *counts: int) -> dict[tuple[str, str], tuple[int, ...]]:
    """What the table says of one creator hit for one cause by the one rule."""
    return {(rule, each): counts for rule in (ANY, "no_read_like") for each in ("any", cause)}


@pytest.mark.parametrize(
    ("buyer", "cause", "innocent"),
    [(RIVAL, "rival", 1), (int(Buyer.FANS), "fans", 1), (AUTHOR, "own", 0)],
)
def test_who_bought_what_a_creator_was_punished_for(buyer: int, cause: str, innocent: int) -> None:
    model = ruled()
    order(model, buyer, 150)
    assert act(model) == both(cause, 1, innocent, 1, innocent)
    (hit,) = model.state.today.punished
    bought = np.zeros(len(Other), int)
    if innocent:
        bought[Other.FANS if buyer == Buyer.FANS else Other.RIVAL] = 150
    assert (hit.creators.tolist(), hit.acts.tolist(), hit.own.tolist()) == ([AUTHOR], [150], [150 * (1 - innocent)])
    assert hit.by_others.tolist() == [bought.tolist()]


def test_honest_likes_that_look_bought() -> None:
    assert act(ruled(), organic=120) == both("organic", 1, 1, 1, 1)


def test_less_than_half_bought_by_a_rival_is_no_framing() -> None:
    model = ruled()
    order(model, RIVAL, 60)
    assert act(model, organic=80) == both("organic", 1, 1, 1, 1)


def test_a_rival_s_half_of_what_was_bought_counts_and_less_does_not() -> None:
    for mine, cause in ((40, "rival"), (60, "several")):
        model = ruled()
        order(model, RIVAL, 50)
        order(model, AUTHOR, mine)
        assert act(model, organic=40)[ANY, cause] == (1, 1, 1, 1)


def test_likes_that_the_creator_s_own_account_gave() -> None:
    found = act(ruled(), own_account=True)
    assert found == both("given", 1, 1, 1, 1)


def test_what_is_held_against_a_post_by_its_number_of_likes_counts_whole() -> None:
    """No like was flagged, but the post: all its likes are held against the author, by who had bought them."""
    model = ruled()
    state = model.state
    object.__setattr__(state, "scenario", state.scenario.with_changes({"platform.detectors": POST_RULE}))
    state.policy = state.scenario.policy_on(0)
    order(model, RIVAL, 150)
    assert act(model, organic=30)["like_read_mismatch", "rival"] == (1, 1, 1, 1)


POST_RULE = {"like_read_mismatch": {"name": "like_read_mismatch", "threshold": 1.0}}


# -- in a whole world

WHOLE = {
    "readers.n": 1500,
    "creators.n": 150,
    "creators.framing_per_week": 1.0,
    "creators.manipulating_start": 0.3,
    "crowds.fan_share": 0.02,
    "crowds.fan_order_share": 1.0,
    "crowds.fan_order_per_member": 4.0,
    "run.days": 28,
}


def test_causes_add_up_to_what_the_days_say() -> None:
    model = EngagementModel(Scenario.load("composite_plus_rules", set=WHOLE), seed=2, threads=1)
    while model.running:
        model.step()
    model.finish()
    table = model.tables.frame("punished_creators").set_index(["rule", "cause"])
    daily = model.tables.frame("daily")
    every = table.loc[ANY]
    assert every.hit["any"] == daily.n_punished_creators.sum() > 20
    innocent = (daily.n_punished_creators * daily.innocent_punished_share.fillna(0)).sum()
    assert every.innocent_hit["any"] == round(innocent) > 0
    for rule in set(table.index.get_level_values("rule")):
        one = table.loc[rule]
        causes = one.loc[list(CAUSES)]
        assert (causes[["hit", "innocent_hit"]].sum() == one.loc["any", ["hit", "innocent_hit"]]).all()
        for column in ("creators", "innocent_creators"):
            assert causes[column].max() <= one.loc["any", column] <= causes[column].sum()
        assert (one.innocent_hit <= one.hit).all() and (one.innocent_creators <= one.creators).all()
        assert (one.creators <= one.hit).all() and (one.innocent_creators <= one.innocent_hit).all()
        assert one.innocent_hit["own"] == 0  # and whoever was hit for another's likes is innocent
        assert (causes.hit - causes.innocent_hit).drop(["own", "given"]).eq(0).all()
        assert every.hit["any"] >= one.hit["any"]
    assert every.innocent_hit["rival"] > 0 and every.innocent_hit["fans"] > 0
    bought = model.state.guilt.posts_by_others.likes
    posts = np.arange(len(bought))
    acts, own = model.state.guilt.posts.of(posts)
    assert (own + bought.sum(axis=1) <= acts).all()  # nobody's like is counted twice
