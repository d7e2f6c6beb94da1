"""Counts the tick's interactions; visible numbers change only here and where likes are removed."""

from __future__ import annotations

import numpy as np

from sim.core.clock import DAY_S, HOUR_S
from sim.core.enums import Kind, Origin, Removal
from sim.core.ordering import distinct
from sim.core.table_schema import FORWARD_AGES_H, LIKE_GOALS, LIKES_AGE_D, READ_AGES_D
from sim.engine.cast import Actors
from sim.kernels.count import count_reactions, draw_acts
from sim.kernels.scales import CERTAIN
from sim.state import State
from sim.world.places import count_in
from sim.world.posts import total


def settle(state: State, actors: Actors) -> None:
    """Count likes, comments, forwards and follows of the log into the posts; note how fast likes came.

    At the day's end some people take a like of the day back, and old likes are archived.
    """
    log, posts = state.world.log, state.world.posts
    if log.n:
        like = log.rows_of(Kind.LIKE)
        liked = distinct(log.post.take(like))
        before = posts.likes[liked]
        # likes of people who met the post: fan clubs come at a call, whatever stands under it
        is_fan = state.world.accounts.fan_club.take(log.account.take(like)) >= 0
        own = (log.origin.take(like) == int(Origin.ORGANIC)) & ~is_fan
        organic = like[own]
        post = log.post.take(organic)
        count_in(posts.unliked_likes, post[posts.await_first_like(post, state.clock.tick)])
        count_reactions(
            log.kind, log.post, log.aux, log.comment, log.depth, log.time_s, log.account, log.origin,
            np.array(FORWARD_AGES_H) * HOUR_S, posts.published_s, state.world.accounts.standing_at_midnight,
            posts.comments, posts.comment_depth, posts.comments_by_class, posts.forwards, posts.forwards_by_motive,
            posts.forwards_passed_on, posts.forward_depth, posts.forwards_by_age, posts.forward_standing,
            posts.follows, posts.likes, posts.likes_by_origin,
        )  # fmt: skip
        _note_goals(state, like, liked, before)
    if state.clock.ends_day:
        _take_back(state)
        _report(state)
        _vote_down(state)
        _archive(state)
        _note_reads(state)
        state.world.features.close_day(state.clock.day)


def _note_goals(state: State, like: np.ndarray, liked: np.ndarray, before: np.ndarray) -> None:
    """Which posts passed a goal with this tick's likes (rows `like` of the log)."""
    log, posts = state.world.log, state.world.posts
    after = posts.likes[liked]
    for column, goal in LIKE_GOALS.items():
        for i in np.flatnonzero((before < goal) & (after >= goal)).tolist():
            at = int(liked[i])
            times = log.time_s[like[log.post[like] == at]]  # in order, as the log is
            getattr(posts, column)[at] = max(0, int(times[goal - before[i] - 1]) - int(posts.published_s[at]))


def _take_back(state: State) -> None:
    """People change their minds about a like of the day, or have pressed the button by mistake."""
    world, likes = state.world, state.world.likes
    today = np.arange(int(np.searchsorted(likes.time_s, state.clock.day * DAY_S)), likes.n)
    today = today[likes.origin[today] == Origin.ORGANIC]
    entity, key = world.accounts.entity[likes.account[today]], world.posts.key[likes.post[today]]
    u = state.reader_rng.uniform_array("unlike", state.clock.day, entity, key)
    world.remove_likes(today[u < state.scenario.readers.unlike_share], Removal.UNLIKED)


def _report(state: State) -> None:
    """Readers of the day complain about posts: hardly more often where likes were bought (D32)."""
    world, opts = state.world, state.scenario.review
    posts, alive = world.posts, world.alive
    if opts.report_per_read == 0 or alive.stop == alive.start:
        return
    reads = total(posts.reads[alive]) - posts.reads_paid[alive]
    by_origin = posts.likes_by_origin[alive]
    own, likes = by_origin[:, Origin.ORGANIC], by_origin.sum(axis=1, dtype=np.int64)
    arranged = (likes - own) / np.maximum(1, likes)
    chance = np.minimum(1.0, opts.report_per_read * (1.0 + (opts.report_fake_factor - 1.0) * arranged))
    bits = state.reader_rng.bits_array("report", state.clock.day, posts.key[alive])
    draw_acts(bits, reads, (chance * CERTAIN).astype(np.uint64), posts.reports[alive])


def _note_reads(state: State) -> None:
    """Keep the reads of posts at the ages that measures of slow success look at, and the likes shown at the first."""
    posts, alive, day = state.world.posts, state.world.alive, state.clock.day
    published = posts.published_s[alive] // DAY_S
    for age in READ_AGES_D:
        lo, hi = (np.searchsorted(published, [day - age + 1, day - age + 2]) + alive.start).tolist()
        getattr(posts, f"reads_{age}d")[lo:hi] = total(posts.reads[lo:hi])
        if age == LIKES_AGE_D:
            posts.likes_3d[lo:hi] = state.world.shown_likes(slice(lo, hi))


def _vote_down(state: State) -> None:
    """Readers of the day vote against posts: the more often, the worse the post."""
    posts, alive, share = state.world.posts, state.world.alive, state.scenario.readers.down_vote_share
    if share == 0 or alive.stop == alive.start:
        return
    reads = total(posts.reads[alive]) - posts.reads_paid[alive]
    chance = share * (1.0 - posts.quality[alive].astype(np.float64))
    bits = state.reader_rng.bits_array("down-vote", state.clock.day, posts.key[alive])
    draw_acts(bits, reads, (chance * CERTAIN).astype(np.uint64), posts.down_votes[alive])


def _archive(state: State) -> None:
    """Keep the numbers, and no longer the rows, of likes that are old under posts that nobody can meet."""
    world = state.world
    before_s = (state.clock.day + 1 - state.scenario.counts.likes_kept_days) * DAY_S
    post, alive, origin = world.likes.archive(before_s, world.alive.start)
    count_in(world.posts.archived_likes, post[alive])
    count_in(world.posts.archived_trial, post[alive & (origin == Origin.TRIAL)])
