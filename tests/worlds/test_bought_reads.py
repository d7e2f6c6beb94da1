"""Reads that were arranged stand apart: two worlds that differ in nothing but added bought reads."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.enums import Grade, Kind, Origin
from sim.core.money import Purpose
from sim.world.observables import view_posts

SMALL = {
    "readers.n": 1500,
    "creators.n": 40,
    "run.days": 3,
    "manipulation.enabled": False,
    "creators.merchant_share": 0.5,
}
SMALL |= {"advertisers.n_per_1000_creators": 350.0}
LONG, SHORT = 50, 2  # seconds; advertisers find out what is shorter than three
N = 25  # bought reads in each tick, of posts that are out


@cache
def lived(bought_s: int, paid: bool) -> EngagementModel:
    """A world with `N` bought reads of `bought_s` seconds a tick (0: none); whether advertising is paid on them."""
    changes = SMALL | {"advertisers.ads_on_bought_reads": paid}
    model = EngagementModel(Scenario().with_changes(changes), seed=2, threads=1)
    world = model.state.world
    phone, home = world.devices.add(1).start, world.addresses.add(1).start
    at = world.open_accounts(
        np.full(N, phone), np.full(N, home), np.zeros(N, np.uint8), np.zeros(N), grade=Grade.MACHINE
    )
    while model.running:
        model.step()
        if bought_s and world.alive.stop > world.alive.start:
            post = np.arange(world.alive.stop - N, world.alive.stop) % world.alive.stop
            rows = {"account": np.arange(at.start, at.stop), "post": np.maximum(post, world.alive.start)}
            world.record(
                N,
                kind=Kind.READ,
                dwell_s=bought_s,
                completion=100,
                time_s=model.clock.start_s,
                origin=Origin.FARM,
                **rows,
            )
    return model


def flows(model: EngagementModel) -> dict[str, float]:
    return model.state.money.flows()


@pytest.mark.parametrize("bought_s", [SHORT, LONG])
def test_sales_and_audited_figures_come_from_people(bought_s: int) -> None:
    without, with_reads = lived(0, False), lived(bought_s, False)
    assert flows(without)[Purpose.SALES] > 0
    assert flows(with_reads)[Purpose.SALES] == flows(without)[Purpose.SALES]
    assert flows(with_reads)[Purpose.SPONSORSHIP] == flows(without)[Purpose.SPONSORSHIP]
    for name in ("finish_ema", "visible_ema", "followers"):
        theirs = (getattr(model.state.world.creators, name) for model in (without, with_reads))
        np.testing.assert_array_equal(*theirs, err_msg=name)
    for name in ("reads", "finishes", "dwell_s", "short_reads", "impressions", "likes"):
        theirs = (getattr(model.state.world.posts, name) for model in (without, with_reads))
        np.testing.assert_array_equal(*theirs, err_msg=name)
    daily = [model.tables.frame("daily") for model in (without, with_reads)]
    for name in ("reads", "read_quality", "open_rate", "likes_per_read"):
        assert daily[0][name].equals(daily[1][name]), name
    assert daily[0]["bought_reads"].sum() == 0 < daily[1]["bought_reads"].sum()


def test_sales_come_from_people_where_advertising_is_paid_on_bought_reads_too() -> None:
    """On the first day; later, what creators earn tells on the effort that they make."""
    first = [lived(bought_s, True).tables.frame("daily").iloc[0] for bought_s in (0, LONG)]
    assert first[0]["money_sales_cny"] == first[1]["money_sales_cny"] > 0
    assert first[0]["reads"] == first[1]["reads"]
    assert first[0]["money_ads_cny"] < first[1]["money_ads_cny"]


def test_the_platform_counts_them_together() -> None:
    without, with_reads = lived(0, False), lived(LONG, False)
    seen = [view_posts(model.state.world, model.clock) for model in (without, with_reads)]
    bought = with_reads.state.world.posts.bought_reads[with_reads.state.world.alive]
    assert bought.sum() > 50 * N
    assert (seen[1].reads - seen[0].reads).tolist() == bought.tolist()
    assert (seen[1].finishes - seen[0].finishes).tolist() == bought.tolist()
    assert (seen[1].dwell_s - seen[0].dwell_s).tolist() == (LONG * bought).tolist()


def test_advertising_moves_only_where_it_is_paid_on_bought_reads() -> None:
    assert flows(lived(LONG, False))[Purpose.ADS] == flows(lived(0, False))[Purpose.ADS] > 0
    model = lived(LONG, True)
    paid_for = model.state.world.posts.bought_reads.sum() - N  # those of the last tick came after pay day
    more = flows(model)[Purpose.ADS] - flows(lived(0, True))[Purpose.ADS]
    share = 1 + 1 / (1 - model.scenario.platform.ads_share)  # paid to the platform, and passed on
    assert more == pytest.approx(paid_for * model.scenario.creators.ads_cny_per_read * share, rel=1e-6)


def test_reads_that_are_too_short_bring_no_advertising_where_fraud_is_looked_for() -> None:
    assert flows(lived(SHORT, True))[Purpose.ADS] == flows(lived(0, True))[Purpose.ADS]
    hasty = lived(0, True).state.world.posts.short_reads.sum()  # honest people's short reads are lost too
    people = lived(0, False)
    share = 1 + 1 / (1 - people.scenario.platform.ads_share)
    lost = flows(people)[Purpose.ADS] - flows(lived(0, True))[Purpose.ADS]
    assert hasty > 0
    assert lost == pytest.approx(hasty * people.scenario.creators.ads_cny_per_read * share, rel=1e-6)
