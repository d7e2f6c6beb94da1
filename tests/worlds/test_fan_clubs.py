"""Fan clubs: honest people who like together, and some of whom pay (D27b, D28)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.clock import HOUR_S
from sim.core.enums import Buyer, CommentClass, Kind, Origin, Removal, Status, Surface
from tests.helpers.farm_market import SMALL as FARM
from tests.helpers.farm_market import orders
from tests.helpers.small_world import publish, quiet_world, tick, to

ALL_COME = {
    "fan_share": 0.1,
    "fan_club_min": 30,
    "fan_club_max": 30,
    "fan_calls_per_week": 100.0,
    "fan_turnout": 1.0,
    "fan_window_h": 3.0,
    "fan_look_s": 60.0,
    "fan_chat_share": 0.5,
    "fan_comment_share": 0.5,
    "fan_stock_share": 1.0,
    "fan_forward_share": 1.0,
    "fan_order_share": 0.0,
}


def club(farms: dict[str, Any] | None = None, **crowds: Any) -> EngagementModel:
    """A quiet world of 300 people with one club of 30, and no posts."""
    return quiet_world(n_posts=0, readers={"people": 300}, crowds=ALL_COME | crowds, farms=farms or {})


def answers(model: EngagementModel, ticks: int = 4, log_reads: bool = False) -> dict[str, np.ndarray]:
    """Rows of the log of the next ticks, all kinds."""
    parts = []
    for _ in range(ticks):
        tick(model, lambda: model.actors.fans.act(log_reads))
        log = model.state.world.log
        parts.append({name: getattr(log, name).copy() for name in log.spec})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def test_the_club_belongs_to_the_most_followed_and_its_members_follow_it() -> None:
    model = club()
    world, fans = model.state.world, model.actors.fans
    assert fans.star == [int(np.argmax(world.creators.followers))]
    members = world.readers.persons[fans.members[0]]
    assert len(set(members.tolist())) == 30
    assert (np.flatnonzero(world.accounts.fan_club >= 0) == np.sort(members)).all()
    assert world.readers.seats_following(fans.star[0])[world.accounts.seat[members]].all()
    assert world.creators.account[fans.star[0]] not in members


def test_a_part_of_a_club_lives_on_one_campus() -> None:
    readers = {"n": 500, "people": 2000, "campus_share": 0.5, "campus_size": 200, "campus_size_max": 400}
    for share in (0.0, 0.6):
        crowds = {"fan_share": 0.015, "fan_local_share": share}
        model = quiet_world(n_posts=0, crowds=ALL_COME | crowds, readers=readers)
        world, places = model.state.world, model.actors.fans.members[0]
        site = world.readers.site[places]
        campus = world.addresses.campus[site[site >= 0]]
        most = np.bincount(campus[campus >= 0]).max()
        assert len(places) == 30 and (most >= 18 if share else most < 12)


def test_clubs_are_founded_until_enough_people_are_members_and_nobody_is_in_two() -> None:
    model = club(fan_share=0.5, fan_club_min=20, fan_club_max=60)
    world, fans = model.state.world, model.actors.fans
    sizes = [len(each) for each in fans.members]
    assert sum(sizes) == 150 and all(20 <= size <= 60 for size in sizes[:-1])
    assert np.bincount(world.accounts.fan_club + 1).tolist() == [150, *sizes]
    by_followers = np.argsort(-world.creators.followers, kind="stable")
    assert fans.star == by_followers[: len(sizes)].tolist()


def test_every_member_likes_a_post_of_the_star_once_from_its_own_phone_and_for_its_own_reasons() -> None:
    model = club()
    world, fans = model.state.world, model.actors.fans
    (post,) = publish(model, fans.star)
    fans.answer(fans.star[0], post)
    found = answers(model, log_reads=True)
    like = found["kind"] == Kind.LIKE
    members = world.readers.persons[fans.members[0]]
    assert sorted(found["account"][like].tolist()) == members.tolist()
    assert (found["post"] == post).all() and (found["origin"] == Origin.ORGANIC).all() and (found["order"] == -1).all()
    assert (found["device"] == world.accounts.device[found["account"]]).all()
    assert set(found["channel"][like].tolist()) == {Surface.CHAT, Surface.SUBSCRIPTION}
    chat = found["channel"] == Surface.CHAT
    assert (found["parent"][chat] == world.creators.account[fans.star[0]]).all() and (
        found["parent"][~chat] == -1
    ).all()
    comment, forward = found["kind"] == Kind.COMMENT, found["kind"] == Kind.FORWARD
    assert 5 <= comment.sum() <= 25 and (found["comment"][comment] == CommentClass.STOCK).all()
    assert forward.sum() == 30 and (found["parent"][forward] == -1).all()
    late = found["time_s"][like] - found["dwell_s"][like]
    assert late.min() >= 0 and late.max() < 3 * HOUR_S and (late < HOUR_S).mean() > 0.5  # most at once
    assert found["dwell_s"].max() < 60 and np.median(found["dwell_s"][like]) < 20  # most looks are short
    read = found["kind"] == Kind.READ
    assert (found["since_s"][read] == 0).all() and read.sum() == (found["dwell_s"][like] > 0).sum()
    assert (found["since_s"][like] == np.where(found["dwell_s"] > 0, found["dwell_s"].astype(int), -1)[like]).all()
    assert fans.waiting == [] and answers(model)["account"].size == 0


def test_their_reads_are_people_s_and_none_is_counted_as_bought() -> None:
    model = club()
    (post,) = publish(model, model.actors.fans.star)
    model.actors.fans.answer(model.actors.fans.star[0], post)
    found = answers(model)
    posts = model.state.world.posts
    assert (found["kind"] != Kind.READ).all()  # nobody asked for reads in the log
    like = found["kind"] == Kind.LIKE
    looked = like & (found["dwell_s"] > 0)
    for surface in (Surface.CHAT, Surface.SUBSCRIPTION):
        on = looked & (found["channel"] == surface)
        assert posts.reads[post, surface] == posts.impressions[post, surface] == on.sum() > 0
        assert posts.dwell_s[post, surface] == found["dwell_s"][on].sum()
    assert posts.reads[post].sum() == looked.sum() and posts.bought_reads[post] == 0


def test_who_may_not_like_does_not_and_nobody_answers_for_another_star() -> None:
    model = club()
    world, fans = model.state.world, model.actors.fans
    other = next(row for row in range(world.creators.n) if row not in fans.star)
    fans.answer(other, publish(model, [other])[0])
    assert fans.waiting == []
    members = world.readers.persons[fans.members[0]]
    world.accounts.status[members[:10]] = Status.LIMITED
    fans.answer(fans.star[0], publish(model, fans.star)[0])
    found = answers(model)
    assert sorted(found["account"][found["kind"] == Kind.LIKE].tolist()) == members[10:].tolist()


def test_a_club_whose_star_has_gone_takes_the_next_most_followed_without_one() -> None:
    model = club()
    fans, creators = model.actors.fans, model.state.world.creators
    first = fans.star[0]
    creators.present[first] = False
    fans.close_day()
    second = int(np.argsort(-creators.followers, kind="stable")[1])
    assert fans.star == [second]
    fans.answer(first, publish(model, [first])[0])
    assert fans.waiting == []
    fans.answer(second, publish(model, [second])[0])
    assert [each.left for each in fans.waiting] == [30]


def test_a_new_account_at_a_member_s_place_is_a_fan_too() -> None:
    changes = {f"crowds.{name}": value for name, value in ALL_COME.items()}
    changes |= {"readers.n": 300, "creators.n": 8, "accounts.sign_ups_per_day": 0.1, "manipulation.enabled": False}
    model = EngagementModel(Scenario().with_changes(changes), seed=1, threads=1)
    world, places = model.state.world, model.actors.fans.members[0]
    before = world.readers.persons[places].copy()
    for _ in range(5 * 24):
        model.step()
    now = world.readers.persons[places]
    assert (now != before).sum() > 5
    assert (world.accounts.fan_club[now] == 0).all() and (
        world.accounts.fan_club[world.readers.persons] == 0
    ).sum() == 30


# -- paying


def paying(**crowds: Any) -> EngagementModel:
    crowds = {"fan_order_share": 1.0, "fan_order_per_member": 4.0, "fan_order_rise": 2.0} | crowds
    return club(farms={"n_per_1000_creators": 1.0, **FARM}, **crowds)


def test_a_club_that_pays_buys_likes_that_are_not_its_star_s() -> None:
    model = paying()
    fans, money = model.actors.fans, model.state.money
    (post,) = publish(model, fans.star)
    before = money.balance(money.consumers)
    fans.answer(fans.star[0], post)
    assert money.balance(money.consumers) < before and money.total_micro() == 0
    likes = tick(model, model.actors.market.deliver)
    assert len(likes["account"]) == 4 * 30 and (likes["origin"] == Origin.THIRD_PARTY).all()
    (order,) = orders(model)
    assert (order["creator"], order["n_likes"], order["delivered"]) == (Buyer.FANS, 120, 120)
    assert not model.state.world.creators.ever_manipulated.any()


def test_what_is_missing_under_the_star_s_posts_makes_a_club_buy_more() -> None:
    wanted = {}
    for removed in (0, 75, 150):
        model = paying()
        state, fans = model.state, model.actors.fans
        (post,) = publish(model, fans.star)
        fans.answer(fans.star[0], post)
        answers(model)  # 30 likes of members, 120 bought
        assert fans.gifts[post].likes == 150
        state.world.posts.likes[post] = 150
        state.world.posts.discounted[post] = removed
        to(model, day=state.scenario.farms.seen_after_days - 1)
        fans.close_day()
        assert fans.missing == [0.0]  # nobody has looked yet
        to(model, day=state.scenario.farms.seen_after_days)
        fans.close_day()
        assert fans.missing == [removed / 150]
        (later,) = publish(model, fans.star)
        fans.answer(fans.star[0], later)
        wanted[removed] = fans.gifts[later].likes
        to(model, day=state.scenario.farms.seen_after_days + 7)
        fans.close_day()
        assert post not in fans.gifts
    assert wanted == {0: 120, 75: 240, 150: 360}  # 4 for each of 30, times 1 + 2 * missing


@pytest.mark.parametrize("off", ["manipulation", "farms"])
def test_nobody_pays_where_nobody_sells(off: str) -> None:
    model = (
        quiet_world(
            n_posts=0,
            readers={"people": 300},
            crowds=ALL_COME | {"fan_order_share": 1.0},
            farms={"n_per_1000_creators": 1.0, **FARM},
            **{off: {"enabled": False}},
        )
        if off != "farms"
        else club(farms={"enabled": False}, fan_order_share=1.0)
    )
    (post,) = publish(model, model.actors.fans.star)
    model.actors.fans.answer(model.actors.fans.star[0], post)
    assert model.actors.fans.gifts[post].likes == 0 and [each.left for each in model.actors.fans.waiting] == [30]


# -- in a whole world

WHOLE = {
    "readers.n": 3000,
    "creators.n": 60,
    "creators.posts_per_day": 2.0,
    "run.days": 4,
    "crowds.fan_share": 0.02,
    "crowds.fan_club_max": 20,
}


def lived(seed: int = 2, threads: int = 1, **changes: Any) -> EngagementModel:
    changes = {key.replace("__", "."): value for key, value in changes.items()}
    model = EngagementModel(Scenario().with_changes(WHOLE | changes), seed=seed, threads=threads)
    while model.running:
        model.step()
    return model


def likes_of_fans(model: EngagementModel) -> set[tuple[int, int, int]]:
    world = model.state.world
    likes = world.likes
    rows = np.flatnonzero((world.accounts.fan_club[likes.account] >= 0) & (likes.origin == Origin.ORGANIC))
    rows = rows[likes.cause[rows] != Removal.UNLIKED]
    columns = world.accounts.entity[likes.account[rows]], world.posts.key[likes.post[rows]], likes.time_s[rows]
    return set(zip(*(column.tolist() for column in columns), strict=True))


def test_fans_act_where_nobody_manipulates_and_their_likes_are_the_same_in_both_worlds() -> None:
    factual, twin = lived(), lived(manipulation__enabled=False)
    assert factual.actors.fans.star == twin.actors.fans.star
    ours, theirs = likes_of_fans(factual), likes_of_fans(twin)
    assert len(theirs) > 50
    assert len(ours & theirs) > 0.9 * max(len(ours), len(theirs))  # the rest are likes that they give as readers


def test_the_number_of_threads_changes_nothing() -> None:
    one, two = lived(), lived(threads=2)
    for column in ("post", "account", "time_s", "dwell_s", "origin"):
        assert (getattr(one.state.world.likes, column) == getattr(two.state.world.likes, column)).all()
    assert (one.state.world.posts.reads == two.state.world.posts.reads).all()


def test_crowds_that_are_off_leave_no_trace() -> None:
    off = {"crowds__fan_share": 0.0, "crowds__shop_share": 0.0, "crowds__events_per_week": 0.0}
    model = lived(creators__framing_per_week=0.0, readers__campus_share=0.0, readers__office_share=0.0, **off)
    world = model.state.world
    assert (world.accounts.fan_club == -1).all() and model.actors.fans.star == [] and model.actors.fans.waiting == []
    assert not world.devices.shop.any() and not world.posts.event.any() and (world.readers.site == -1).all()
    assert world.likes.n > 0 and not (world.likes.origin == Origin.THIRD_PARTY).any()


def test_a_star_found_among_the_members_does_not_like_its_own_posts() -> None:
    model = club(fan_local_share=0.0)
    fans, world = model.actors.fans, model.state.world
    star = 1 if fans.star == [0] else 0
    own = int(world.creators.account[star])
    place = int(np.flatnonzero(world.readers.persons == own)[0])
    fans.members[0][0] = place
    fans.star, fans.club_of = [star], {star: 0}
    (post,) = publish(model, [star])
    fans.answer(star, post)
    given = answers(model)
    liked = given["account"][given["kind"] == Kind.LIKE]
    assert own not in liked and len(liked) == 29
