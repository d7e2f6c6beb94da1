"""Rules that look at one tick's log: where a like was given, how its giver came, what else was done (S4)."""

import numpy as np
import pytest

from sim.core.enums import AddressClass, Kind, Referrer, Surface
from sim.plugins.detectors import BlankReferrer, RegionJump, SessionLikes, StarForwards, StockComments
from tests.helpers.seen import NOON, log, posts, view


def scores(detector, *what, **accounts):
    found = detector.inspect(view(*what, **accounts), NOON)
    return dict(zip(found.ids.tolist(), found.values.tolist(), strict=True))


# -- addresses


def test_a_like_from_elsewhere_or_through_a_hosted_address():
    """At home, away, hosted in one's own region, hosted in another."""
    of = log(4, region=[3, 5, 3, 5], address_class=[AddressClass.MOBILE] * 2 + [AddressClass.HOSTED] * 2)
    assert scores(RegionJump(hosted=0.8, away=0.5), of, region=3) == pytest.approx({0: 0.0, 1: 0.5, 2: 0.8, 3: 1.3})


def test_a_traveller_trips_a_low_threshold_and_whoever_is_behind_a_vpn_the_usual_one():
    usual = RegionJump()
    score = scores(usual, log(2, region=[1, 0], address_class=[AddressClass.HOME, AddressClass.HOSTED]))
    assert [score[0] >= usual.threshold, score[1] >= usual.threshold] == [False, True]
    assert score[0] >= RegionJump(threshold=0.5).threshold


# -- visits


def test_likes_by_a_link_without_a_name():
    """None opened at all, at once, after 2 s, after 8 s."""
    of = log(4, channel=Surface.OUTSIDE, referrer=Referrer.BLANK, since_s=[-1, 0, 2, 8])
    assert scores(BlankReferrer(look_s=8.0), of) == {0: 1.0, 1: 1.0, 2: 0.75, 3: 0.0}


def test_links_that_say_where_they_stand_and_other_ways_to_a_post_are_left_alone():
    of = log(
        3,
        channel=[Surface.OUTSIDE, Surface.HOT, Surface.CHAT],
        referrer=[Referrer.LINK] + 2 * [Referrer.APP],
        since_s=-1,
    )
    assert set(scores(BlankReferrer(), of).values()) == {0.0}


def test_likes_in_one_visit():
    """Account 1 likes three times in one visit and once in another; account 2 twice, a visit each; a comment none."""
    account = [1, 1, 1, 1, 2, 2, 1]
    of = log(7, account=account, session=[8, 8, 8, 9, 5, 6, 8], kind=[Kind.LIKE] * 6 + [Kind.COMMENT])
    assert scores(SessionLikes(), of) == {1: 3.0, 2: 1.0}


# -- comments


def test_stock_comments_above_the_norm_by_hand():
    """Norm: (12 + 0.3 * 50) / (40 + 50) = 0.3."""
    of = posts(3, comments=[10, 10, 20], stock_comments=[8, 3, 1])
    found = scores(StockComments(spread=0.0), log(2, post=[0, 1]), of)
    assert found == pytest.approx({0: (8 - 3) / np.sqrt(10 * 0.3 * 0.7), 1: 0.0})
    wide = scores(StockComments(spread=0.2), log(2, post=[0, 1]), of)
    assert wide[0] == pytest.approx(5 / np.sqrt(2.1 + 4))


def test_posts_that_nobody_liked_now_or_hardly_anybody_wrote_under_are_left_alone():
    of = posts(3, comments=[10, 2, 20], stock_comments=[10, 2, 20])
    assert list(scores(StockComments(min_comments=3), log(2, post=[0, 1]), of)) == [0]


def test_a_celebration_is_mistaken_for_a_package():
    """Everybody writes the same under it, and means it."""
    of = posts(20, comments=10, stock_comments=[10] + [3] * 19)
    found = scores(StockComments(), log(20, post=np.arange(20)), of)
    assert [post for post, score in found.items() if score >= StockComments().threshold] == [0]


# -- forwards


def forwards(bare, handed_on):
    """For each post a like, so many forwards without a parent, and so many of what somebody else forwarded."""
    n = len(bare)
    post = np.concatenate([np.arange(n), np.repeat(np.arange(n), bare), np.repeat(np.arange(n), handed_on)])
    kind = np.where(np.arange(len(post)) < n, Kind.LIKE, Kind.FORWARD)
    parent = np.where(np.arange(len(post)) < n + sum(bare), -1, 7)
    return log(len(post), post=post, kind=kind, parent=parent)


def test_forwards_without_a_parent_by_hand():
    """Norm: (20 + 0.8 * 50) / (50 + 50) = 0.6."""
    detector = StarForwards(spread=0.0, bare_share=0.8, prior_forwards=50.0)
    found = scores(detector, forwards([10, 6, 4], [0, 4, 26]))
    assert found == pytest.approx({0: 4 / np.sqrt(2.4), 1: 0.0, 2: (4 - 18) / np.sqrt(7.2)})


def test_a_star_stands_out_among_trees_and_not_among_stars():
    assert scores(StarForwards(), forwards([12] + [3] * 20, [0] + [9] * 20))[0] >= StarForwards().threshold
    alike = scores(StarForwards(), forwards([12] * 21, [0] * 21))
    assert max(alike.values()) < StarForwards().threshold


def test_a_post_shared_straight_from_the_list_is_mistaken_for_a_package():
    """Its forwards have no parent either; whether they were bought the log does not say."""
    of = forwards([12] + [8] * 20, [0] + [4] * 20)
    shared = log(len(of), post=of.post, kind=of.kind, parent=of.parent, channel=Surface.HOT)
    assert scores(StarForwards(), shared)[0] >= StarForwards().threshold


def test_few_forwards_weigh_little_and_posts_without_a_like_in_the_tick_are_left_alone():
    of = forwards([2, 9, 3], [0, 0, 0])
    unliked = log(len(of), post=of.post, parent=of.parent, kind=np.where((of.post == 2), Kind.FORWARD, of.kind))
    found = scores(StarForwards(), unliked)
    assert list(found) == [0, 1]
    assert 0 < found[0] < found[1]
