"""Likes without reading, crowded phones, and posts with more likes than readers (S4, S9)."""

import numpy as np
import pytest

from sim.plugins.detectors import Device, LikeReadMismatch, NoReadLike
from tests.helpers.by_hand import likes, share_phones, verdicts, world

# -- likes without reading


def test_a_like_without_a_look_scores_one():
    made = world()
    likes(made, [1, 2, 3, 4], dwell_s=[0, 2, 8, 300], completion=[0, 1, 5, 100])
    assert list(verdicts(NoReadLike(dwell_s=8.0), made).values()) == [1.0, 0.8, 0.5, 0.0]


def test_whoever_finished_has_read():
    made = world()
    likes(made, [1], dwell_s=3, completion=100)
    assert verdicts(NoReadLike(), made) == {0: 0.0}


def test_a_reader_who_skims_is_mistaken_for_a_farm():
    made = world()
    likes(made, [1, 2], dwell_s=[3, 3], completion=[20, 0])  # the first skims honestly, the second was paid
    detector = NoReadLike()
    assert all(value >= detector.threshold for value in verdicts(detector, made).values())


# -- phones


def test_accounts_registered_on_the_phone_count_even_when_only_one_likes():
    made = world()
    share_phones(made, slice(10, 20), 77)
    likes(made, [10, 1])
    assert verdicts(Device(), made) == {1: 1, 10: 10}


def test_strangers_seen_on_the_phone_count_once_each():
    made = world()
    share_phones(made, slice(10, 13), 77)
    likes(made, [10, 1, 1, 2], device=[77, 77, 77, 77], second=[0, 1, 2, 3])
    assert verdicts(Device(), made) == {1: 5, 2: 5, 10: 5}  # three registered, two strangers


def test_an_account_with_two_phones_is_judged_by_the_worse():
    made = world()
    share_phones(made, slice(10, 16), 77)
    likes(made, [1, 1], device=[1, 77])
    assert verdicts(Device(), made) == {1: 7}


def test_a_family_trips_a_low_threshold_and_a_farm_a_high_one():
    made = world()
    share_phones(made, slice(1, 5), 50)  # four at home share a phone
    share_phones(made, slice(10, 35), 77)  # a farm's phone
    likes(made, [1, 2, 10, 11])
    score = verdicts(Device(), made)
    assert [score[1] >= 4, score[10] >= 4] == [True, True]
    assert [score[1] >= Device().threshold, score[10] >= Device().threshold] == [False, True]


# -- likes and reads


def posts(reads, counted, liked=None):
    """Posts of given reads and likes so far; those in `liked` get one more like in the tick."""
    made = world(100, len(reads), likes=counted)
    made.posts.reads[:, 2] = reads
    liked = range(len(reads)) if liked is None else liked
    likes(made, np.arange(len(liked)), post=np.array(liked))
    return made


def test_a_pushed_post_stands_out_among_its_like():
    made = posts([1000] * 9, [9, 8, 10, 11, 9, 7, 12, 9, 400])
    score = verdicts(LikeReadMismatch(min_likes=5), made)
    assert score[8] > 20
    assert max(score[post] for post in range(8)) < 1


def test_only_posts_liked_now_and_liked_enough_are_judged():
    made = posts([1000] * 4, [20, 20, 3, 500], liked=[0, 2])
    assert list(verdicts(LikeReadMismatch(min_likes=15), made)) == [0]


def test_the_score_by_hand():
    """One group of four: median ratio (9 + .45)/(1050) against a prior of .009 worth ten posts."""
    detector = LikeReadMismatch(min_likes=1, spread=0.5)
    made = posts([1000] * 4, [8, 8, 8, 98], liked=[0, 1, 2, 3])
    norm = (4 * (9 + 0.45) / 1050 + 10 * 0.009) / 14
    expected = 1 + 1000 * norm
    assert verdicts(detector, made)[3] == pytest.approx((99 - expected) / np.sqrt(expected + (0.5 * expected) ** 2))


def test_the_norm_is_the_norm_of_posts_of_that_size():
    """Small posts are read by fans who like ten times as much: normal among themselves only."""
    made = posts([100] * 30 + [5000] * 30, [15] * 30 + [45] * 29 + [750])
    score = verdicts(LikeReadMismatch(min_likes=10, prior_posts=1.0), made)
    assert max(score[post] for post in range(30)) < 1
    assert score[59] > 5  # the small posts' rate, on a large post


def test_a_loved_post_is_mistaken_when_honest_spread_is_denied():
    made = posts([2000] * 9, [18] * 8 + [60])
    assert verdicts(LikeReadMismatch(spread=0.0), made)[8] > 5
    assert verdicts(LikeReadMismatch(spread=1.0), made)[8] < 5
