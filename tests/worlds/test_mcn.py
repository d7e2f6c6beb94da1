"""Agencies and their matrices in worlds whose answer is known (S3)."""

import numpy as np
import pytest

from sim.core.enums import Grade, Kind, Origin, Status, Surface
from sim.core.money import Purpose
from tests.helpers.small_world import publish, quiet_world, rows, tick, to

MCN = 6  # index of the strategy among those that ship


def agency(n=1, **opts):
    """A world with `n` agencies of 100 accounts, of which every one likes every post within two hours."""
    return quiet_world(mcn={"n": n, "matrix_accounts": 100, "like_share": 1.0, "spread_h": 2.0, **opts})


def act(model, ticks=1):
    parts = [tick(model, model.agencies.act) for _ in range(ticks)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def month(model):
    """Four weeks without posts; the agency looks at its books on the last day."""
    for day in range(28):
        to(model, day=day)
        model.agencies.close_day(model)


def test_the_matrix_likes_a_post_once_with_every_account():
    model = agency()
    assert model.agencies.sign(model, 0)
    model.agencies.ask(model, 0, 0)
    model.agencies.ask(model, 0, 0)
    first, second, third = (act(model) for _ in range(3))
    assert (len(first["account"]), len(second["account"]), len(third["account"])) == (50, 50, 0)
    accounts = np.concatenate([first["account"], second["account"]])
    assert len(np.unique(accounts)) == 100
    assert (model.world.accounts.grade[accounts] == Grade.MATRIX).all()


def test_every_post_of_every_signed_creator():
    model = agency(like_share=0.6)
    for row in range(4):
        model.agencies.sign(model, row)
        model.agencies.ask(model, row, row)
    likes = act(model, 3)
    assert np.bincount(likes["post"]).tolist() == [60, 60, 60, 60]


def test_what_a_matrix_like_looks_like():
    model = agency()
    model.agencies.sign(model, 0)
    model.agencies.ask(model, 0, 0)
    likes = act(model)
    assert (likes["origin"] == Origin.MATRIX).all() and (likes["channel"] == Surface.SUBSCRIPTION).all()
    assert likes["dwell_s"].max() < 2 * model.scenario.mcn.dwell_s
    assert len(rows(model, Kind.READ)["account"]) == (likes["dwell_s"] > 0).sum()
    assert likes["time_s"].min() >= 0 and likes["time_s"].max() < 3600
    assert np.ptp(likes["time_s"]) > 1800  # spread, not burst
    assert len(np.unique(likes["ip"])) == 1  # one office
    per_device = np.unique(model.world.accounts.device[model.agencies.all[0].matrix.ids], return_counts=True)[1]
    assert per_device.max() == model.scenario.mcn.accounts_per_device


def test_no_like_before_the_post_is_out():
    model = agency()
    model.world.posts.published_s[0] = 3000
    model.agencies.sign(model, 0)
    model.agencies.ask(model, 0, 0)
    assert act(model)["time_s"].min() >= 3000


def test_banned_accounts_never_like():
    model = agency()
    (mcn,) = model.agencies.all
    model.agencies.sign(model, 0)
    model.agencies.ask(model, 0, 0)
    banned = mcn.matrix.ids[:30].copy()
    model.world.accounts.status[banned] = Status.BANNED
    likes = act(model, 3)
    assert len(likes["account"]) == 70 and not np.isin(likes["account"], banned).any()
    model.agencies.close_day(model)
    assert len(mcn.matrix.ids) == 70


def test_whoever_is_not_signed_gets_nothing():
    model = agency(capacity=2)
    assert [model.agencies.sign(model, row) for row in range(3)] == [True, True, False]
    model.agencies.ask(model, 2, 2)
    assert len(act(model, 3)["account"]) == 0
    model.agencies.release(model, 0)
    assert model.world.creators.mcn[:3].tolist() == [-1, 0, -1]
    assert model.agencies.sign(model, 2)


def test_creators_are_shared_out_among_agencies():
    model = agency(n=2, capacity=2)
    for row in range(4):
        model.agencies.sign(model, row)
    assert [len(mcn.signed) for mcn in model.agencies.all] == [2, 2]


def test_likes_and_care_cost_money_and_commission_brings_it():
    model = agency(commission=0.3)
    (mcn,) = model.agencies.all
    model.agencies.sign(model, 0)
    model.agencies.ask(model, 0, 0)
    act(model, 2)
    opts = model.scenario.mcn
    assert model.ledger.burnt(Purpose.OPERATIONS) == pytest.approx(100 * opts.operations_cny_per_like)
    model.agencies.close_day(model)
    assert model.ledger.burnt(Purpose.WAGES) == pytest.approx(opts.wages_cny_per_creator_week)
    purse = int(model.world.creators.ledger[0])
    before = model.ledger.balance(purse)
    assert model.agencies.commission(model, 0, 100.0) == pytest.approx(70.0)
    assert model.ledger.balance(purse) == pytest.approx(before - 30.0)
    assert (mcn.earned, mcn.brought) == (pytest.approx(30.0), {0: pytest.approx(30.0)})
    assert model.agencies.commission(model, 1, 100.0) == 100.0  # not signed
    assert model.ledger.total_micro() == 0


def test_a_matrix_that_pays_grows_and_one_that_does_not_shrinks():
    paying, idle = agency(growth=0.2), agency(growth=0.2)
    for model in (paying, idle):
        model.agencies.sign(model, 0)
    paying.agencies.commission(paying, 0, 1000.0)
    for model in (paying, idle):
        month(model)
    assert len(paying.agencies.all[0].matrix.ids) == 120
    assert paying.ledger.burnt(Purpose.ACCOUNTS) == pytest.approx(20 * paying.scenario.mcn.account_cost_cny)
    assert len(idle.agencies.all[0].matrix.ids) == 80


def test_a_matrix_that_was_banned_away_is_built_up_again():
    model = agency(growth=0.2)
    (mcn,) = model.agencies.all
    model.agencies.sign(model, 0)
    model.world.accounts.status[mcn.matrix.ids] = Status.BANNED
    model.agencies.commission(model, 0, 1000.0)
    month(model)
    assert len(mcn.matrix.ids) == 20


def test_a_losing_agency_drops_those_who_bring_least():
    model = agency(growth=0.5, wages_cny_per_creator_week=5.0)
    for row in range(4):
        model.creators[row].adopt(MCN)
    model.agencies.commission(model, 1, 90.0)
    model.agencies.commission(model, 3, 3.0)
    month(model)  # 27 earned against 80 spent: the poorer half goes
    assert model.agencies.all[0].signed == [1, 3]
    assert model.world.creators.strategy[:4].tolist() == [0, MCN, 0, MCN]


def test_a_broke_agency_closes_and_its_creators_go_on_alone():
    model = agency(capital_cny=1.0, wages_cny_per_creator_week=50.0)
    (mcn,) = model.agencies.all
    model.creators[0].adopt(MCN)
    month(model)
    assert not mcn.open and mcn not in list(model.agents)
    assert (model.world.creators.mcn == -1).all() and model.world.creators.strategy[0] == 0
    assert not model.agencies.sign(model, 1)


def test_it_presents_its_star_to_advertisers():
    model = agency(pitch_share=1.0)
    for row in (2, 5):
        model.agencies.sign(model, row)
    model.world.creators.visible_ema[[1, 2, 5]] = [99.0, 3.0, 8.0]
    assert model.agencies.offers(model, 0).tolist() == [5]
    silent = agency(pitch_share=0.0)
    silent.agencies.sign(silent, 0)
    assert silent.agencies.offers(silent, 0).tolist() == []


def test_a_post_that_is_gone_is_dropped():
    model = agency()
    model.agencies.sign(model, 0)
    model.agencies.ask(model, 0, 0)
    publish(model, [1])
    model.world.alive = slice(4, 5)
    assert len(act(model, 2)["account"]) == 0
    assert model.agencies.all[0].jobs == []
