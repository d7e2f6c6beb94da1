"""Advertisers in worlds whose answer is known (S19)."""

import math

import numpy as np
import pytest

from sim.actors.advertisers.advertiser import AUDITED, VISIBLE
from tests.helpers.small_world import per_1000, quiet_world, to


def adworld(visible, finishes, n=10, **opts):
    """Creators who show `visible` likes a day and are read to the end `finishes` times a day (lists)."""
    plain = {
        "n_per_1000_creators": per_1000(n, len(visible)),
        "candidates": 200,
        "deals_per_week": 2,
        "retry_per_week": 0.0,
        "audit_cost_cny": 0.5,
    }
    model = quiet_world(
        n_creators=len(visible),
        n_posts=0,
        advertisers={**plain, **opts},
        readers={"n": 300, "trust_start": 1.0},
    )
    model.state.world.creators.visible_ema[:] = visible
    model.state.world.creators.finish_ema[:] = finishes
    model.state.world.creators.reads_ema[:] = np.asarray(finishes) * 2.0
    return model


def weeks(model, n):
    for day in range(7 * n):
        to(model, day=day)
        model.actors.advertisers.pay()


RICH = [5400.0] * 8  # readings a day of creators who really have readers
HOLLOW = [54.0] * 8
SHOWN = [50.0] * 8


def test_they_stay_where_counts_mean_something():
    model = adworld(SHOWN, RICH)
    weeks(model, 20)
    assert model.actors.advertisers.n_active == 10
    assert all(
        advertiser.budget > model.scenario.advertisers.budget_cny_per_week
        for advertiser in model.actors.advertisers.all
    )


def test_they_withdraw_where_counts_are_hollow():
    model = adworld(SHOWN, HOLLOW)
    assert model.actors.advertisers.n_active == 10
    weeks(model, 20)
    assert model.actors.advertisers.n_active == 0
    assert math.isnan(model.actors.advertisers.share_audited)
    before = model.state.money.flows()["sponsorship"]
    weeks(model, 2)
    assert model.state.money.flows()["sponsorship"] == before  # and pay nobody any more


def test_some_come_back_to_see():
    model = adworld(SHOWN, HOLLOW, retry_per_week=1.0)
    weeks(model, 20)
    model.state.world.creators.finish_ema[:] = RICH
    weeks(model, 4)
    assert model.actors.advertisers.n_active == 10


def test_where_some_inflate_advertisers_learn_to_audit():
    """Four show much and are read little, four the other way round: only an audit finds the second kind."""
    model = adworld([90.0] * 4 + [5.0] * 4, [2.0] * 4 + [400.0] * 4, audited_start=0.2)
    start = model.actors.advertisers.share_audited
    weeks(model, 20)
    assert start < 0.6
    assert model.actors.advertisers.share_audited >= 0.8
    assert sum(a.expects[AUDITED] > a.expects[VISIBLE] for a in model.actors.advertisers.all) >= 8


def test_what_each_mode_pays_for():
    for mode, winner in ((VISIBLE, 0), (AUDITED, 7)):
        model = adworld([90.0] + [5.0] * 7, [2.0] * 7 + [400.0], n=1, deals_per_week=1)
        (advertiser,) = model.actors.advertisers.all
        advertiser._choose_mode = lambda: None
        advertiser.mode = mode
        weeks(model, 1)
        fees = 0.5 * 8 if mode == AUDITED else 0.0
        pay = model.scenario.advertisers.budget_cny_per_week - fees
        income = model.state.world.creators.income_week
        assert income[winner] == pytest.approx(pay)
        assert income.sum() == pytest.approx(pay)
        assert model.state.money.burnt("review") == pytest.approx(fees)


def test_money_goes_in_proportion_to_the_figures_and_is_conserved():
    model = adworld([30.0, 10.0] + [0.0] * 6, RICH, n=1, audited_start=0.0)
    model.actors.advertisers.all[0].expects = [9.0, 0.0]
    weeks(model, 1)
    income = model.state.world.creators.income_week
    assert income[0] == pytest.approx(3 * income[1])
    assert income[2:].sum() == 0.0
    assert model.state.money.flows()["sponsorship"] == pytest.approx(220.0)
    assert model.state.money.total_micro() == 0


def test_sales_come_from_readers_who_trust_and_finish():
    sold = []
    for trust, finishes in ((1.0, 100.0), (0.25, 100.0), (1.0, 50.0), (1.0, 0.0)):
        model = adworld(SHOWN, [finishes] * 8, n=1)
        model.state.world.readers.record["trust_platform"] = round(trust * 65535)
        weeks(model, 1)
        sold.append(model.state.money.flows()["sales"])
    opts = model.scenario.advertisers
    assert sold[0] == pytest.approx(2 * 100.0 * 7 * opts.value_cny_per_finish, rel=1e-3)
    assert sold[1:] == [pytest.approx(sold[0] / 2, rel=1e-3), pytest.approx(sold[0] / 2, rel=1e-3), 0.0]


def test_a_creator_with_an_agency_gives_up_its_share():
    one = {"n_per_1000_creators": 1.0, "candidates": 200, "deals_per_week": 1, "audited_start": 0.0}
    model = quiet_world(n_posts=0, mcn={"n_per_1000_creators": 1.0, "commission": 0.4}, advertisers=one)
    model.state.world.creators.visible_ema[0] = 10.0
    model.actors.advertisers.all[0].expects = [9.0, 0.0]
    model.actors.agencies.sign(0)
    weeks(model, 1)
    assert model.state.world.creators.income_week[0] == pytest.approx(0.6 * 220.0)
    assert model.actors.agencies.all[0].earned == pytest.approx(0.4 * 220.0)
    assert model.state.money.flows()["commission"] == pytest.approx(0.4 * 220.0)


def test_nobody_to_sponsor():
    model = adworld([0.0] * 8, [0.0] * 8)
    weeks(model, 2)
    assert model.state.money.flows()["sponsorship"] == 0.0
    model.state.public.ranking = model.state.public.ranking[:0]
    weeks(model, 1)
    assert model.state.money.total_micro() == 0


def test_each_buys_once_a_week():
    model = adworld(SHOWN, RICH, n=9)
    weeks(model, 1)
    paid = model.state.money.flows()["sponsorship"] + model.state.money.burnt("review")
    assert paid == pytest.approx(9 * 220.0)


def test_a_creator_whose_likes_were_removed_is_paid_nothing():
    """A purge makes a week's average of new likes negative."""
    model = adworld([40.0, 20.0, -30.0, 0.0], [40.0, 20.0, -30.0, 0.0], n=1, deals_per_week=10)
    before = [model.state.money.balance(party) for party in model.state.world.creators.party.tolist()]
    weeks(model, 1)
    parties = model.state.world.creators.party.tolist()
    paid = [model.state.money.balance(party) - had for party, had in zip(parties, before, strict=True)]
    assert paid[0] == pytest.approx(2 * paid[1]) and paid[1] > 0
    assert paid[2:] == [0.0, 0.0]
