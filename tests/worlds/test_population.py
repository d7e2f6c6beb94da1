"""The world of day 0 and the rhythm of the day follow the scenario's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core.random_streams import RandomStreams
from sim.scenario import Scenario
from sim.world import World
from sim.world.build import build_world
from sim.world.rhythm import hour_shares, visit_chances


def world(**sections: Any) -> World:
    raw: dict[str, Any] = {"readers": {"n": 2000}, "creators": {"n": 200}}
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


def test_the_least_activity_says_how_much_readers_differ():
    alike, apart = (world(readers={"activity_min": x}).readers.record["activity"] for x in (0.95, 0.05))
    assert alike.std() < apart.std()
    assert alike.mean() == pytest.approx(128, rel=0.06)


def test_campuses_and_offices_have_the_size_they_are_given():
    everybody = {"campus_share": 1.0, "campus_size": 100, "campus_per_address": 250, "shared_phone_share": 0.0}
    _, crowd = np.unique(world(readers=everybody).accounts.ip[:2000], return_counts=True)
    assert crowd.tolist() == [250] * 8
    office = {"campus_share": 0.0, "office_share": 1.0, "office_size": 40}
    _, crowd = np.unique(world(readers=office).accounts.ip[:2000], return_counts=True)
    assert crowd.tolist() == [40] * 50


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_shared_phone_belongs_to_the_household_or_to_anybody(share):
    readers = {"shared_phone_share": 1.0, "shared_at_home": share, "campus_share": 0.0, "office_share": 0.0}
    accounts = world(readers=readers).accounts
    home = accounts.ip[:2000].astype(np.int64)  # the first of the household
    far = (home - accounts.device[:2000].astype(np.int64)) > 4 * 4
    assert far.mean() < 0.01 if share == 1.0 else far.mean() > 0.5


def test_accounts_are_no_older_than_they_may_be():
    made = world(readers={"account_age_days": 30}, creators={"account_age_days": 10})
    assert made.accounts.registered_day[:2000].min() == -30
    assert made.accounts.registered_day[2000:].min() >= -11


@pytest.mark.parametrize("log2", [5, 7, 10])
def test_near_friends_belong_to_the_same_community(log2):
    readers = world(graph={"community_log2": log2, "friends_far": 0.0}).readers
    owner = np.repeat(np.arange(2000), np.diff(readers.friend_start))
    friends = readers.friends[: len(owner)]
    assert len(owner) > 2000
    assert (owner >> log2 == friends >> log2).all()


def test_followers_are_spread_as_told():
    alike = world(graph={"follows_min": 1.0, "follows_range": 0.0, "follow_tries": 100}, readers={"follows_mean": 6})
    assert ((alike.readers.follows != 0xFFFF).sum(axis=1) == 6).all()


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
    assert (visit_chances(2.4, rhythm, 24, 11, 0) == 0).all()
    assert (visit_chances(2.4, rhythm, 24, 12, 0) > 0).all()
    assert (visit_chances(2.4, rhythm, 24, 12, 6) == 0).all()  # later at the weekend
    weekday, weekend = (visit_chances(2.4, rhythm, 24, 15, day)[0] for day in (0, 6))
    assert weekend / weekday == pytest.approx(0.5 / 0.96, rel=0.01)


def test_the_world_starts_with_the_counts_of_the_scenario():
    made = world(counts={"standing_start": 0.5, "reference_likes_start": 33.0})
    assert made.reference_likes == 33.0
    assert (made.accounts.standing_at_midnight[2000:] == 128).all()
