"""The world of day 0 and the rhythm of the day follow the scenario's numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.core.clock import HOUR_S, Clock
from sim.core.enums import AddressClass, Status
from sim.core.errors import ScenarioError
from sim.core.random_streams import RandomStreams
from sim.kernels.scales import NEXT_PERSON
from sim.scenario import Scenario
from sim.world import World
from sim.world.build import add_creators, build_world
from sim.world.rhythm import hour_shares, tick_share, visit_chances
from sim.world.shared_addresses import find_addresses


def world(**sections: Any) -> World:
    raw: dict[str, Any] = {"readers": {"n": 2000, "people": 2000}, "creators": {"n": 200}}
    for name, values in sections.items():
        raw[name] = raw.get(name, {}) | values
    return build_world(Scenario.model_validate(raw), RandomStreams(1))


def test_interests_lie_where_the_scenario_says():
    main = {"interest_main_min": 0.6, "interest_main_range": 0.1}
    rest = {"interest_second_min": 0.4, "interest_second_range": 0.0, "interest_other_min": 0.0}
    interest = world(readers=main | rest | {"interest_other_range": 0.2}).readers.record["interest"] / 255
    ordered = np.sort(interest, axis=1)
    assert (ordered[:, -1] >= 0.595).all() and (ordered[:, -1] <= 0.705).all()
    assert ordered[:, -2] == pytest.approx(0.4, abs=0.01)
    assert (ordered[:, :-2] <= 0.205).all() and ordered[:, :-2].max() > 0.19


@pytest.mark.parametrize(("column", "name", "one"), [("speed", "speed", 32), ("expressive", "expressive", 128)])
def test_habits_lie_between_least_and_range(column, name, one):
    record = world(readers={f"{name}_min": 0.5, f"{name}_range": 0.25, "fast_reader_share": 0.0}).readers.record
    assert record[column].min() / one == pytest.approx(0.5, abs=0.04)
    assert record[column].max() / one == pytest.approx(0.75, abs=0.04)


def test_who_skims_reads_as_fast_as_told():
    record = world(readers={"fast_reader_share": 1.0, "skim_speed_min": 4.0, "speed_range": 0.0}).readers.record
    assert (record["speed"] == 128).all()


def test_nothing_overflows_where_least_and_range_pass_the_top():
    record = world(readers={"speed_min": 7.0, "speed_range": 7.0, "fast_reader_share": 0.0}).readers.record
    assert record["speed"].max() == 255 and record["speed"].min() >= 224


@pytest.mark.parametrize(
    ("column", "spread"),
    [("activity", "activity_sigma"), ("zeal", "zeal_sigma"), ("sharing", "sharing_sigma")],
)
def test_readers_differ_as_much_as_told_and_are_average_on_average(column, spread):
    alike, apart = (world(readers={spread: sigma}).readers.record[column].astype(float) for sigma in (0.0, 0.8))
    assert alike == pytest.approx(np.ones(2000), abs=1e-6)
    assert np.log(apart).std() == pytest.approx(0.8, rel=0.06)
    assert apart.mean() == pytest.approx(1, abs=4 * 0.95 / 2000**0.5)  # of a lognormal law of mean 1


def test_people_differ_in_how_readily_they_like_also_those_of_one_seat():
    readers = world(readers={"n": 400, "people": 6000, "voice_sigma": 0.8}).readers
    voices = readers.voices.reshape(400, 15)
    assert np.log(voices).std() == pytest.approx(0.8, rel=0.05)
    assert np.log(voices).std(axis=1).mean() == pytest.approx(0.8, rel=0.06)  # no less than among all
    assert voices.mean() == pytest.approx(1, abs=4 * 0.95 / 6000**0.5)
    assert readers.record["voice"] == pytest.approx(voices.mean(axis=1), rel=1e-5)


@pytest.mark.parametrize("seats", [250, 2000])
def test_some_never_like_and_the_others_make_up_for_it(seats):
    voices = world(readers={"n": seats, "never_like_share": 0.4, "voice_sigma": 0.0}).readers.voices
    assert (voices == 0).mean() == pytest.approx(0.4, abs=0.045)
    assert voices[voices > 0] == pytest.approx(1 / 0.6, rel=1e-3)


def test_readiness_to_like_does_not_depend_on_seats():
    few, many = (world(readers={"n": n}).readers.voices for n in (250, 2000))
    assert few == pytest.approx(many, abs=1e-4)


def test_campuses_and_offices_have_the_size_they_are_given():
    everybody = {"campus_share": 1.0, "campus_size": 500, "campus_size_max": 500, "campus_per_address": 250}
    made = world(readers=everybody)
    sites, crowd = np.unique(made.readers.site, return_counts=True)
    assert crowd.tolist() == [250] * 8
    assert (made.addresses.kind[sites] == AddressClass.SITE).all()
    office = {"campus_share": 0.0, "office_share": 1.0, "office_size": 40}
    _, crowd = np.unique(world(readers=office).readers.site, return_counts=True)
    assert crowd.tolist() == [40] * 50
    _, of_seats = np.unique(world(readers=office | {"people": 2000 * 59}).readers.site, return_counts=True)
    assert of_seats.tolist() == [40] * (2000 * 59 // 40)  # also where a seat has more people
    nowhere = {"campus_share": 0.0, "office_share": 0.0}
    assert (world(readers=nowhere).readers.site == -1).all()


def test_households_have_a_home_and_regions_are_runs_of_people():
    made = world(readers={"household_max": 4, "campus_share": 0.0}, accounts={"regions": 5, "region_size": 100})
    homes, crowd = np.unique(made.accounts.address, return_counts=True)
    assert crowd.max() == 4 and 2.2 < crowd.mean() < 2.7
    assert made.addresses.accounts[homes].tolist() == crowd.tolist()
    assert (made.accounts.region.reshape(-1, 100) == made.accounts.region[::100, None]).all()
    assert set(made.accounts.region.tolist()) == set(range(5))
    assert (made.addresses.region[made.accounts.address] == made.accounts.region).all()


def test_carriers_have_room_for_the_people_of_their_region():
    made = world(accounts={"regions": 4, "region_size": 50, "carrier_min": 100, "carrier_max": 200})
    shared, people = made.shared, np.bincount(made.accounts.region, minlength=4)
    for region in range(4):
        rows = slice(shared.start[region], shared.start[region + 1])
        assert (made.addresses.kind[rows] == AddressClass.MOBILE).all()
        assert (made.addresses.region[rows] == region).all()
        n = rows.stop - rows.start
        assert people[region] / 200 <= n <= people[region] / 100 + 1
        weight = shared.weight[rows.start - shared.start[0] : rows.stop - shared.start[0]]
        assert (np.diff(weight.astype(float)) > 0).all() and weight[-1] == 2**32


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_shared_phone_belongs_to_the_household_or_to_anybody(share):
    readers = {"shared_phone_share": 1.0, "shared_at_home": share, "campus_share": 0.0, "office_share": 0.0}
    accounts = world(readers=readers, crowds={"shop_share": 0.0}).accounts
    owner = accounts.device.astype(np.int64)  # whose phone it first was
    elsewhere = accounts.address != accounts.address[owner]
    assert elsewhere.mean() < 0.01 if share == 1.0 else elsewhere.mean() > 0.5


def test_as_many_people_as_told_use_the_phone_of_another_and_as_many_of_those_one_at_home():
    readers = {"n": 2000, "people": 200_000, "shared_phone_share": 0.1, "shared_at_home": 0.7}
    accounts = world(readers=readers, crowds={"shop_share": 0.0}).accounts
    owner = accounts.device.astype(np.int64)
    others = owner != np.arange(accounts.n)
    at_home = others & (accounts.address == accounts.address[owner])
    assert others.mean() == pytest.approx(0.1, rel=0.05)
    assert at_home.sum() / others.sum() == pytest.approx(0.7, rel=0.05)


def test_whoever_lives_alone_shares_no_phone_at_home():
    readers = {"household_max": 1, "shared_phone_share": 0.2, "shared_at_home": 0.5, "people": 20_000}
    accounts = world(readers=readers, crowds={"shop_share": 0.0}).accounts
    second_hand = accounts.device != np.arange(accounts.n)
    assert second_hand.mean() == pytest.approx(0.1, rel=0.1)


def test_people_at_work_are_at_their_own_office_also_when_others_of_their_seat_are_not():
    readers = {"people": 8000, "campus_share": 0.0, "office_share": 0.5, "office_size": 3}
    moving = {"mobile_share": 0.0, "away_share": 0.0, "proxy_share": 0.0, "site_presence": 1.0}
    made = world(readers=readers, accounts=moving)
    scenario = Scenario.model_validate({"readers": {"n": 2000} | readers, "accounts": moving})
    made.accounts.entity[5] += np.uint64(NEXT_PERSON)  # somebody who has signed up anew
    monday = Clock(12, HOUR_S)
    noon = np.full(8000, 12 * HOUR_S)
    found = find_addresses(made, scenario, 1, monday, np.arange(8000), noon)
    site = made.readers.site
    assert (found == np.where(site >= 0, site, made.accounts.address)).all()
    at_work = (site.reshape(-1, 4) >= 0).sum(axis=1)
    assert ((at_work > 0) & (at_work < 4)).any()  # only some of the people of a seat are in an office


def test_accounts_are_no_older_than_they_may_be():
    made = world(readers={"account_age_days": 30})
    assert (made.accounts.registered_day.min(), made.accounts.registered_day.max()) == (-30, -1)


def test_creators_are_readers_and_newcomers_have_accounts_of_their_own_when_all_readers_publish():
    made = world()
    assert len(set(made.creators.account.tolist())) == 200
    assert (made.accounts.seat[made.creators.account] >= 0).all()
    assert made.accounts.n == 2000
    raw = {"readers": {"n": 200, "people": 200}, "creators": {"n": 200, "account_age_days": 10}}
    crowd, scenario = world(**raw), Scenario.model_validate(raw)
    assert sorted(crowd.creators.account.tolist()) == list(range(200))
    crowd.accounts.creator[:3] = -1  # three readers may publish, of whom one is banned
    crowd.accounts.status[1] = Status.BANNED
    added = add_creators(crowd, scenario, RandomStreams(1), np.arange(100), generation=1, day=40)
    theirs = crowd.creators.account[added]
    seated = theirs[crowd.accounts.seat[theirs] >= 0]
    assert sorted(seated.tolist()) == [0, 2] and crowd.accounts.n == 298
    apart = theirs[crowd.accounts.seat[theirs] < 0]
    days = crowd.accounts.registered_day[apart]
    assert (days.min(), days.max()) == (30, 39)
    assert (crowd.accounts.creator[theirs] == np.arange(added.start, added.stop)).all()
    assert (crowd.devices.accounts[crowd.accounts.device[apart]] == 1).all()


@pytest.mark.parametrize("log2", [6, 7, 10])
def test_near_friends_belong_to_the_same_community(log2):
    readers = world(graph={"community_log2": log2, "near_share": 1.0}).readers
    owner = np.repeat(np.arange(2000), np.diff(readers.friend_start))
    friends = readers.friends[: len(owner)]
    assert len(owner) > 2000
    assert (owner >> log2 == friends >> log2).all()


def test_readers_follow_as_many_as_told():
    alike = world(readers={"follows_mean": 6, "follows_sigma": 0.0}).readers
    assert (alike.record["follow_n"] == 6).all() and (alike.record["follow_places"] == 6).all()
    apart = world(readers={"follows_mean": 6}).readers.record["follow_n"]
    assert apart.mean() == pytest.approx(6, rel=0.1) and apart.min() >= 1
    assert np.log(apart).std() == pytest.approx(0.7, rel=0.1)
    assert world(readers={"follows_mean": 40, "follows_share_max": 0.1}).readers.record["follow_n"].max() == 20


def test_talent_and_skill_lie_where_the_scenario_says():
    given = {"talent_min": 0.3, "talent_range": 0.2, "skill_start_min": 0.5, "skill_start_range": 0.0}
    creators = world(creators=given).creators
    assert creators.talent.min() >= 0.3 and creators.talent.max() <= 0.5
    assert creators.skill == pytest.approx(creators.talent / 2)


def test_hours_are_relative_to_each_other():
    weights = (1.0,) * 12 + (3.0,) * 12
    assert hour_shares(weights).tolist() == [0.5] * 12 + [1.5] * 12


def test_nobody_comes_in_an_hour_without_activity():
    rhythm = Scenario.model_validate(
        {"rhythm": {"hours": [0] * 12 + [1] * 12, "shifts_h": [0] * 8, "weekend_later_h": 3, "weekend_activity": 0.5}}
    ).rhythm
    assert (visit_chances(2.4, rhythm, Clock(11, HOUR_S)) == 0).all()
    assert (visit_chances(2.4, rhythm, Clock(12, HOUR_S)) > 0).all()
    assert (visit_chances(2.4, rhythm, Clock(12 + 6 * 24, HOUR_S)) == 0).all()  # later at the weekend
    weekday, weekend = (visit_chances(2.4, rhythm, Clock(15 + 24 * day, HOUR_S))[0] for day in (0, 6))
    assert weekend / weekday == pytest.approx(0.5 / 0.96, rel=0.01)


def test_a_tick_of_several_hours_has_the_pace_of_all_of_them():
    rhythm = Scenario().rhythm
    hours = [visit_chances(2.4, rhythm, Clock(hour, HOUR_S)) for hour in range(20, 24)]
    assert visit_chances(2.4, rhythm, Clock(5, 4 * HOUR_S)) == pytest.approx(sum(hours))
    assert tick_share(rhythm.hours, Clock(5, 4 * HOUR_S)) == pytest.approx(hour_shares(rhythm.hours)[20:24].mean())
    assert tick_share(rhythm.hours, Clock(6 * 23 + 1, 600)) == hour_shares(rhythm.hours)[23]
    assert Clock(1, 90 * 60).hours == (1, 2)


def test_the_world_starts_with_the_counts_of_the_scenario():
    made = world(readers={"people": None}, counts={"standing_start": 0.5, "reference_per_read_start": 0.1})
    assert made.reference_likes == pytest.approx(98.2, rel=1e-3)  # a mean post gets 982 reads
    assert (made.readers.record["finished"] == 128).all()
    assert (made.accounts.standing_at_midnight == 102).all()  # in steps of 51: five levels
    levels = world(counts={"standing_start": 0.5, "standing_levels": 256})
    assert (levels.accounts.standing_at_midnight == 128).all()


@pytest.mark.parametrize("peak", [5e-324, 1e308, 0.0, math.nan])
def test_hours_that_no_sum_can_hold_are_refused(peak: float) -> None:
    with pytest.raises(ScenarioError, match=r"rhythm\.hours"):
        Scenario().with_changes({"rhythm.hours": [0] * 23 + [peak]})
