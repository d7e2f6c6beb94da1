"""The end of the day: readers leave and return; creators judge their posts, compare, quit and are replaced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.actors.creators.effort import learn_from_posts, perceive_success
from sim.actors.creators.revision import revise_creators
from sim.core.clock import DAY_S, WEEK_DAYS
from sim.core.enums import Status
from sim.core.random_streams import stream_key
from sim.engine.cast import Actors
from sim.engine.enforcement.appeals import accounts_appealing
from sim.engine.entry import admit
from sim.engine.phases.people import change_accounts
from sim.engine.phases.public import update_public_information
from sim.kernels.scales import FULL_16, ONE_8, ONE_16, ONE_24
from sim.kernels.spread import end_day, note_standing
from sim.measures.people import reading_of_day
from sim.state import State
from sim.world.build import add_creators
from sim.world.creators import Creators
from sim.world.posts import total


def learn(state: State, actors: Actors) -> None:
    """Do everything that is revised once a day."""
    _close_books(state, actors)
    update_public_information(state, actors)
    _judge_posts(state)
    day = state.clock.day
    columns = state.world.creators
    revise_creators(state, actors.creators, np.flatnonzero(columns.present & ((day - columns.slot) % WEEK_DAYS == 0)))
    reading_of_day(state)  # before the day's reads are cleared
    _readers_end_day(state, actors)
    _replace_creators(state, actors)


def _close_books(state: State, actors: Actors) -> None:
    """Agencies, farms and groups settle their day; creators whose contract ends go on alone."""
    for row in actors.agencies.close_day():
        actors.creators[row].adopt(0)
    actors.market.close_day()
    actors.groups.close_day()
    actors.fans.close_day()


def _judge_posts(state: State) -> None:
    """Creators look at the posts that were published `creators.judged_after_days` days ago."""
    posts, alive, opts = state.world.posts, state.world.alive, state.scenario.creators
    day = state.clock.day - opts.judged_after_days
    published = posts.published_s[alive] // DAY_S
    lo, hi = np.searchsorted(published, [day, day + 1]) + alive.start
    creators, owner = state.world.creators, posts.creator[lo:hi]
    visible = state.world.shown_likes(slice(int(lo), int(hi)))
    _note_usual_likes(creators, owner, visible, posts.ordered[lo:hi] == 0, opts.usual_likes_pace)
    trials = posts.effort_trial[lo:hi]
    judged = np.flatnonzero(creators.present[owner] & (trials != 0))
    owner, seen, reads = owner[judged], np.maximum(0, visible[judged]), total(posts.reads[lo:hi])[judged]
    success = perceive_success(creators.anxiety[owner], seen, reads)
    learn_from_posts(creators, owner.tolist(), trials[judged].tolist(), success.tolist(), opts)


def _note_usual_likes(
    creators: Creators,
    owner: NDArray[np.integer],
    visible: NDArray[np.integer],
    alone: NDArray[np.bool_],
    pace: float,
) -> None:
    """What the posts show for which their authors bought nothing (`alone`), one after another."""
    usual = creators.usual_likes.tolist()  # Python's numbers are faster one by one
    for row, likes in zip(owner[alone].tolist(), visible[alone].tolist(), strict=True):
        before = usual[row]
        usual[row] = likes if before < 0 else before + pace * (likes - before)
    creators.usual_likes[:] = usual


def _readers_end_day(state: State, actors: Actors) -> None:
    world, opts = state.world, state.scenario.readers
    lost = [1 - (trust + 1 / 2) / ONE_8 for trust in range(ONE_8)]  # in the middle of each step of trust
    leave = np.array([opts.leave_per_day * part**opts.leave_power * ONE_24 for part in lost]).astype(np.int64)
    absent = ~world.creators.present
    actors.readers.run_in_parts(
        end_day,
        len(world.readers),
        world.readers.record,
        world.accounts.status,
        world.readers.persons,
        world.readers.first_person,
        world.readers.follows,
        world.readers.follow_trust,
        np.uint64(stream_key(state.reader_rng.seed, "end_day", state.clock.day)),
        leave,
        round(opts.return_per_day * ONE_24),
        round(opts.repair_per_day * ONE_16),
        round(opts.trust_start * FULL_16),
        absent,
        bool((absent & ~world.creators.replaced).any()),
    )
    change_accounts(state)
    # the platform looks at reading once a day: detectors and counts see the standing of last midnight
    accounts, readers = world.accounts, world.readers
    level = accounts.levels(np.arange(ONE_8)).astype(np.uint8)
    note_standing(
        readers.record, readers.persons, readers.first_person, accounts.finished, level, accounts.standing_at_midnight
    )


def _replace_creators(state: State, actors: Actors) -> None:
    """Whoever quit or was banned is replaced by a newcomer with random numbers of its own, unless it has appealed."""
    creators = state.world.creators
    banned = state.world.accounts.status[creators.account] == Status.BANNED
    for row in np.flatnonzero(creators.present & banned & ~np.isin(creators.account, accounts_appealing(state))):
        actors.creators[row].remove()
    gone = np.flatnonzero(~creators.present & ~creators.replaced)
    if len(gone) == 0:
        return
    creators.replaced[gone] = True
    creators.followers[gone] = 0
    added = add_creators(
        state.world, state.scenario, state.rng, creators.slot[gone], creators.generation[gone] + 1, state.clock.day + 1
    )
    for newcomer in range(added.start, added.stop):
        admit(state, actors, newcomer)
