"""Agencies and their matrices in worlds whose answer is known (S3)."""

import numpy as np
import pytest

from sim.core.enums import AddressClass, Grade, Kind, Origin, Status, Surface
from sim.core.money import Purpose
from tests.helpers.small_world import per_1000, publish, quiet_world, rows, tick, to

MCN = 6  # index of the strategy among those that ship


def agency(n=1, **opts):
    """A world with `n` agencies of 100 accounts, of which every one likes every post within two hours."""
    return quiet_world(
        mcn={"n_per_1000_creators": per_1000(n), "matrix_accounts": 100, "like_share": 1.0, "spread_h": 2.0, **opts}
    )


def act(model, ticks=1):
    parts = [tick(model, model.actors.agencies.act) for _ in range(ticks)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def month(model):
    """Four weeks without posts; the agency looks at its books on the last day."""
    for day in range(28):
        to(model, day=day)
        for row in model.actors.agencies.close_day():
            model.actors.creators[row].adopt(0)


def test_the_matrix_likes_a_post_once_with_every_account():
    model = agency()
    assert model.actors.agencies.sign(0)
    model.actors.agencies.request_likes(0, 0)
    model.actors.agencies.request_likes(0, 0)
    first, second, third = (act(model) for _ in range(3))
    assert (len(first["account"]), len(second["account"]), len(third["account"])) == (50, 50, 0)
    accounts = np.concatenate([first["account"], second["account"]])
    assert len(np.unique(accounts)) == 100
    assert (model.state.world.accounts.grade[accounts] == Grade.MATRIX).all()


def test_every_post_of_every_signed_creator():
    model = agency(like_share=0.6)
    for row in range(4):
        model.actors.agencies.sign(row)
        model.actors.agencies.request_likes(row, row)
    likes = act(model, 3)
    assert np.bincount(likes["post"]).tolist() == [60, 60, 60, 60]


def test_what_a_matrix_like_looks_like():
    model = agency()
    model.actors.agencies.sign(0)
    model.actors.agencies.request_likes(0, 0)
    likes = act(model)
    assert (likes["origin"] == Origin.MATRIX).all()
    assert set(likes["channel"].tolist()) <= {Surface.CHAT, Surface.HOT, Surface.SUBSCRIPTION}
    assert (likes["channel"] == Surface.SUBSCRIPTION).mean() > 0.4
    assert likes["dwell_s"].max() < 2 * model.scenario.mcn.dwell_s
    assert len(rows(model, Kind.READ)["account"]) == (likes["dwell_s"] > 0).sum()
    assert likes["time_s"].min() >= 0 and likes["time_s"].max() < 3600
    assert np.ptp(likes["time_s"]) > 1800  # spread, not burst
    accounts, ids = model.state.world.accounts, model.actors.agencies.all[0].matrix.ids
    per_device, per_address = (
        np.unique(column[ids], return_counts=True)[1] for column in (accounts.device, accounts.address)
    )
    assert per_device.max() == model.scenario.mcn.accounts_per_device
    assert sorted(per_address.tolist()) == [10, 30, 30, 30]  # as many behind a line as the scenario says


def test_a_matrix_whose_lines_are_all_its_own_shares_them_with_nobody():
    model = agency(mobile_share=0.0, hosted_share=0.0)
    world, ids = model.state.world, model.actors.agencies.all[0].matrix.ids
    lines, crowd = np.unique(world.accounts.address[ids], return_counts=True)
    assert (world.addresses.kind[lines] == AddressClass.HOME).all()
    assert world.addresses.accounts[lines].tolist() == crowd.tolist()
    hosted = agency(mobile_share=0.0, hosted_share=1.0)
    theirs = hosted.state.world.accounts.address[hosted.actors.agencies.all[0].matrix.ids]
    assert (hosted.state.world.addresses.kind[theirs] == AddressClass.HOSTED).all()


def test_no_like_before_the_post_is_out():
    model = agency()
    model.state.world.posts.published_s[0] = 3000
    model.actors.agencies.sign(0)
    model.actors.agencies.request_likes(0, 0)
    assert act(model)["time_s"].min() >= 3000


def test_banned_accounts_never_like():
    model = agency()
    (mcn,) = model.actors.agencies.all
    model.actors.agencies.sign(0)
    model.actors.agencies.request_likes(0, 0)
    banned = mcn.matrix.ids[:30].copy()
    model.state.world.accounts.status[banned] = Status.BANNED
    likes = act(model, 3)
    assert len(likes["account"]) == 70 and not np.isin(likes["account"], banned).any()
    model.actors.agencies.close_day()
    assert len(mcn.matrix.ids) == 70


def test_whoever_is_not_signed_gets_nothing():
    model = agency(capacity=2)
    assert [model.actors.agencies.sign(row) for row in range(3)] == [True, True, False]
    model.actors.agencies.request_likes(2, 2)
    assert len(act(model, 3)["account"]) == 0
    model.actors.agencies.release(0)
    assert model.state.world.creators.mcn[:3].tolist() == [-1, 0, -1]
    assert model.actors.agencies.sign(2)


def test_creators_are_shared_out_among_agencies():
    model = agency(n=2, capacity=2)
    for row in range(4):
        model.actors.agencies.sign(row)
    assert [len(mcn.signed) for mcn in model.actors.agencies.all] == [2, 2]


def test_likes_and_care_cost_money_and_commission_brings_it():
    model = agency(commission=0.3)
    (mcn,) = model.actors.agencies.all
    model.actors.agencies.sign(0)
    model.actors.agencies.request_likes(0, 0)
    act(model, 2)
    opts = model.scenario.mcn
    assert model.state.money.burnt(Purpose.OPERATIONS) == pytest.approx(100 * opts.operations_cny_per_like)
    model.actors.agencies.close_day()
    assert model.state.money.burnt(Purpose.WAGES) == pytest.approx(opts.wages_cny_per_creator_week)
    purse = int(model.state.world.creators.party[0])
    before = model.state.money.balance(purse)
    assert model.actors.agencies.commission(0, 100.0) == pytest.approx(70.0)
    assert model.state.money.balance(purse) == pytest.approx(before - 30.0)
    assert (mcn.earned, mcn.brought) == (pytest.approx(30.0), {0: pytest.approx(30.0)})
    assert model.actors.agencies.commission(1, 100.0) == 100.0  # not signed
    assert model.state.money.total_micro() == 0


def test_a_matrix_that_pays_grows_and_one_that_does_not_shrinks():
    paying, idle = agency(growth=0.2), agency(growth=0.2)
    for model in (paying, idle):
        model.actors.agencies.sign(0)
    paying.actors.agencies.commission(0, 1000.0)
    for model in (paying, idle):
        month(model)
    assert len(paying.actors.agencies.all[0].matrix.ids) == 120
    assert paying.state.money.burnt(Purpose.ACCOUNTS) == pytest.approx(20 * paying.scenario.mcn.account_cost_cny)
    assert len(idle.actors.agencies.all[0].matrix.ids) == 80


def test_a_matrix_that_was_banned_away_is_built_up_again():
    model = agency(growth=0.2)
    (mcn,) = model.actors.agencies.all
    model.actors.agencies.sign(0)
    model.state.world.accounts.status[mcn.matrix.ids] = Status.BANNED
    model.actors.agencies.commission(0, 1000.0)
    month(model)
    assert len(mcn.matrix.ids) == 20


def test_a_losing_agency_drops_those_who_bring_least():
    model = agency(growth=0.5, wages_cny_per_creator_week=5.0)
    for row in range(4):
        model.actors.creators[row].adopt(MCN)
    model.actors.agencies.commission(1, 90.0)
    model.actors.agencies.commission(3, 3.0)
    month(model)  # 27 earned against 80 spent: the poorer half goes
    assert model.actors.agencies.all[0].signed == [1, 3]
    assert model.state.world.creators.strategy[:4].tolist() == [0, MCN, 0, MCN]


def test_a_broke_agency_closes_and_its_creators_go_on_alone():
    model = agency(capital_cny=1.0, wages_cny_per_creator_week=50.0)
    (mcn,) = model.actors.agencies.all
    model.actors.creators[0].adopt(MCN)
    month(model)
    assert not mcn.open and mcn not in list(model.agents)
    assert (model.state.world.creators.mcn == -1).all() and model.state.world.creators.strategy[0] == 0
    assert not model.actors.agencies.sign(1)


def test_it_presents_its_star_to_advertisers():
    model = agency(pitches_per_week=1.0)
    for row in (2, 5):
        model.actors.agencies.sign(row)
    model.state.world.creators.visible_ema[[1, 2, 5]] = [99.0, 3.0, 8.0]
    assert model.actors.agencies.offers(0).tolist() == [5]
    silent = agency(pitches_per_week=0.0)
    silent.actors.agencies.sign(0)
    assert silent.actors.agencies.offers(0).tolist() == []


def test_a_post_that_is_gone_is_dropped():
    model = agency()
    model.actors.agencies.sign(0)
    model.actors.agencies.request_likes(0, 0)
    publish(model, [1])
    model.state.world.alive = slice(4, 5)
    assert len(act(model, 2)["account"]) == 0
    assert model.actors.agencies.all[0].jobs == []
