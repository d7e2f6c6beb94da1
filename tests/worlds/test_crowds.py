"""Events, shops' phones, large campuses, farms' phones of many sizes: honest crowds and what they are taken for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.clock import Clock
from sim.core.enums import AddressClass, Grade
from sim.core.errors import GreshamError
from sim.core.random_streams import RandomStreams
from sim.kernels.read_layout import POST
from sim.scenario.schema.crowds import CrowdsSection
from sim.world import World
from sim.world.build import build_world
from sim.world.campuses import place_campuses
from sim.world.events import topics_of_events
from sim.world.reader_tables import boost_posts
from sim.world.sizes import draw_sizes, log_even, spread_sizes
from tests.helpers.farm_market import market


def world(seed: int = 1, **sections: Any) -> World:
    raw: dict[str, Any] = {"readers": {"n": 4000, "people": 4000}, "creators": {"n": 100}}
    for name, values in sections.items():
        raw[name] = raw.get(name, {}) | values
    return build_world(Scenario.model_validate(raw), RandomStreams(seed))


# -- sizes


def test_sizes_are_even_on_a_logarithmic_scale() -> None:
    assert [log_even(10, 1000, u) for u in (0.0, 0.5, 1.0)] == pytest.approx([10, 100, 1000])
    assert draw_sizes(10, 1000, 150, lambda k: (0.5, 0.0, 1.0)[k]) == [100, 10, 40]  # the last gets what is left
    assert draw_sizes(10, 1000, 0, lambda k: 0.0) == [] == spread_sizes(10, 1000, 0)
    assert spread_sizes(256, 4096, 3000) == [2580, 420]
    assert spread_sizes(256, 4096, 300) == [300]
    assert sum(spread_sizes(5, 50, 777)) == 777
    assert spread_sizes(1, 1, 40_000) == [1] * 40_000  # as many groups as there may be


# -- campuses


@pytest.mark.parametrize("seed", range(1, 6))
def test_some_campus_of_the_default_world_is_larger_than_a_farm(seed: int) -> None:
    opts, n = Scenario().readers, 50_000
    home, site = np.arange(n, dtype=np.int32) // 3, np.full(n, -1, np.int32)
    region = (np.arange(n) // 256 % 8).astype(np.uint8)
    campus = place_campuses(site, region, home, opts, RandomStreams(seed))
    on = np.flatnonzero(site >= 0)
    assert len(on) == round(opts.campus_share * n)
    runs = np.split(on, np.flatnonzero(np.diff(on) > 1) + 1)
    largest = max(runs, key=len)
    farm = Scenario().farms
    assert len(largest) > farm.machine_accounts + farm.raised_accounts and len(largest) > 2000
    assert len(np.unique(site[largest])) <= -(-len(largest) // opts.campus_per_address) + 1
    assert (site[on] % 2 == 0).all()
    expected = spread_sizes(opts.campus_size, opts.campus_size_max, len(on))
    assert sorted(np.bincount(campus[site[on] // 2]).tolist()) == sorted(expected)
    for run in runs:
        assert len(set(region[run].tolist())) <= 2  # two campuses may stand side by side
    assert (region == region[np.searchsorted(home, home)]).all()


def test_addresses_know_their_campus_and_offices_have_none() -> None:
    readers = {"campus_share": 0.3, "campus_size": 200, "campus_size_max": 800, "campus_per_address": 100}
    made = world(readers=readers | {"office_share": 0.5})
    of = made.addresses.campus[made.readers.site[made.readers.site >= 0]]
    people = np.bincount(of[of >= 0])
    assert people.sum() == 1200 and people.max() > 400  # the sizes add up to the share
    rows = np.flatnonzero(made.addresses.campus >= 0)
    behind = np.bincount(made.readers.site[made.readers.site >= 0], minlength=made.addresses.n)
    assert behind[rows].max() == 100 and (np.bincount(made.addresses.campus[rows]) == -(-people // 100)).all()
    assert (of < 0).any() and (made.addresses.kind[rows] == AddressClass.SITE).all()


def test_campuses_stand_elsewhere_under_another_seed_and_may_hold_everybody() -> None:
    first, second = (world(seed).readers.site >= 0 for seed in (1, 2))
    assert (first != second).any()
    full = world(readers={"campus_share": 1.0}).readers.site
    assert (full >= 0).all()


# -- shops


def test_strangers_share_the_phone_of_a_shop() -> None:
    made = world(crowds={"shop_share": 0.1, "shop_min": 30, "shop_max": 60}, readers={"shared_phone_share": 0.0})
    shops = np.flatnonzero(made.devices.shop)
    crowd = made.devices.accounts[shops]
    assert 0.08 < crowd.sum() / 4000 < 0.12
    assert (crowd[:-1] >= 30).all() and crowd.max() <= 60  # more than a farm keeps on most phones
    assert (np.bincount(made.accounts.device, minlength=made.devices.n) == made.devices.accounts).all()
    assert made.devices.accounts[~made.devices.shop].max() == 1
    homes = [len(np.unique(made.accounts.address[made.accounts.device == shop])) for shop in shops.tolist()]
    assert min(homes) > 0.8 * crowd.min()  # they are no family


# -- events


def events(**crowds: Any) -> list[list[int]]:
    """Topics with an event in each hour of twenty days."""
    opts = CrowdsSection.model_validate(crowds)
    return [topics_of_events(opts, RandomStreams(3), Clock(tick, 3600)) for tick in range(20 * 24)]


def test_an_event_lasts_its_hours_on_its_topic_and_ends_with_the_day() -> None:
    hours = events(events_per_week=7.0, event_topic=3, event_hours=5)
    for day in range(20):
        on = [hour for hour in range(24) if hours[24 * day + hour]]
        assert len(on) == 5 and on[-1] - on[0] == 4
    assert {tuple(each) for each in hours} == {(), (3,)}
    assert len({tuple(hours[24 * day : 24 * day + 24].index([3]) for day in [k]) for k in range(20)}) > 3


def test_events_come_as_often_as_told_on_any_topic() -> None:
    assert not any(events(events_per_week=0.0))
    hours = events(events_per_week=14.0, event_hours=1)
    found = sum(map(len, hours))
    assert found == pytest.approx(40, abs=15)  # two a day
    assert len({topic for each in hours for topic in each}) >= 6
    assert sum(map(len, events(events_per_week=14.0, event_hours=1, event_topic=2))) == 20  # one a day on a topic


def test_a_boosted_post_is_opened_more_often_whatever_stands_under_it() -> None:
    table = np.zeros(3, POST)
    table["base"], table["proof"] = [1.0, 1.0, 0.0], 0.5
    boost_posts(table, np.array([0, 2]), 2.5)
    assert table["base"].tolist() == [2.5, 1.0, 0.0]
    assert table["proof"].tolist() == [0.5, 0.5, 0.5]  # which is a rise of the former


def test_while_an_event_lasts_some_write_of_it_whatever_else_they_write_of() -> None:
    changes = {"readers.n": 300, "creators.n": 200, "creators.posts_per_day": 5.0, "manipulation.enabled": False}
    changes |= {"crowds.event_topic": 2, "crowds.event_hours": 24, "crowds.events_per_week": 7.0}
    for share in (0.0, 0.4):
        model = EngagementModel(
            Scenario().with_changes(changes | {"crowds.event_post_share": share}), seed=4, threads=1
        )
        for _ in range(24):
            model.step()
        posts, topics = model.state.world.posts, model.state.world.creators.topic
        elsewhere = topics[posts.creator] != 2
        assert posts.event[~elsewhere].all() and (posts.event == (posts.topic == 2)).all()
        assert posts.event[elsewhere].mean() == pytest.approx(share, abs=0.06)


def test_people_come_and_open_posts_on_the_topic_while_an_event_lasts() -> None:
    changes = {"readers.n": 4000, "creators.n": 120, "creators.posts_per_day": 3.0, "manipulation.enabled": False}
    changes |= {"crowds.event_topic": 2, "crowds.event_hours": 24, "crowds.event_post_share": 0.0}
    changes |= {"crowds.fan_share": 0.0}
    reads = {}
    for name, crowds in {
        "none": {"crowds.events_per_week": 0.0},
        "visits": {"crowds.events_per_week": 7.0, "crowds.event_factor": 1.0, "crowds.event_visits": 2.0},
        "posts": {"crowds.events_per_week": 7.0, "crowds.event_factor": 5.0, "crowds.event_visits": 1.0},
    }.items():
        model = EngagementModel(Scenario().with_changes(changes | crowds), seed=4, threads=1)
        for _ in range(2 * 24):
            model.step()
        posts = model.state.world.posts
        assert (posts.event == ((posts.topic == 2) & (name != "none"))).all()
        of_topic = posts.topic == 2
        reads[name] = np.array([posts.reads[of_topic].sum(), posts.reads[~of_topic].sum()])
    assert (reads["visits"] > 1.2 * reads["none"]).all()  # many a visit finds nothing that is new
    on, off = reads["posts"] / reads["none"]
    assert on > 2 and off == pytest.approx(1, abs=0.15)


# -- farms' phones


def test_a_farm_keeps_more_accounts_on_some_phones_than_on_others() -> None:
    for spread in (1.0, 2.0):
        model = market(device_spread=spread, ip_spread=spread, mobile_share=0.0)
        made = model.state.world
        machines = np.flatnonzero(made.accounts.grade == Grade.MACHINE)
        assert len(machines) == 1200
        for column, middle in (("device", 25), ("address", 60)):
            _, crowd = np.unique(getattr(made.accounts, column)[machines], return_counts=True)
            crowd = np.sort(crowd)[1:]  # the last is cut
            assert middle / spread - 1 <= crowd.min() <= crowd.max() <= middle * spread
            assert (crowd.max() == crowd.min()) == (spread == 1.0)
        phones = np.bincount(made.accounts.device[machines], minlength=made.devices.n)[made.accounts.device[machines]]
        if spread > 1:
            assert 0.1 < (phones >= 20).mean() < 0.95  # a threshold cuts some and not others


@pytest.mark.parametrize(
    ("path", "value"),
    [("crowds.fan_club_max", 3), ("crowds.shop_max", 2), ("readers.campus_size_max", 20), ("crowds.event_topic", 8)],
)
def test_what_cannot_be_is_refused(path: str, value: int) -> None:
    with pytest.raises(GreshamError, match=path):
        Scenario().with_changes({path: value})
