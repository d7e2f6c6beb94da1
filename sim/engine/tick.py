"""The order of a tick: one plan, which is executed, timed, and printed by `gresham explain`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sim.engine.cast import Actors
from sim.engine.phases.detect import detect
from sim.engine.phases.enforce import enforce
from sim.engine.phases.learn import learn
from sim.engine.phases.manipulate import manipulate
from sim.engine.phases.measure import measure
from sim.engine.phases.pay import pay
from sim.engine.phases.publish import publish
from sim.engine.phases.rank import rank
from sim.engine.phases.read import collect, read
from sim.engine.phases.settle import settle
from sim.engine.phases.spread import spread
from sim.state import State

TICK, DAY = "tick", "day"


@dataclass(frozen=True)
class Phase:
    """One phase of a tick.

    `what` happens, `who` acts, and the scenario paths (`parameters`) that govern it. `writes` are the parts of the
    state that `function` may change, as dotted paths (`world.posts` covers all columns of posts); whatever else it
    leaves as it was. Payments and rows for the tables are open to every phase. `cadence` is every tick, or the last
    tick of a day. What a phase starts on other threads may go on, and write, until the phase named by `until` is over.
    """

    name: str
    what: str
    who: str
    function: Callable[[State, Actors], None]
    writes: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    cadence: str = TICK
    until: str = ""


PLAN = (
    Phase(
        "publish",
        "creators who are due publish and order likes, or ask their group or agency; fans plan their answers",
        "creators, fan clubs",
        publish,
        ("world.posts", "world.creators", "world.alive"),
        ("creators.posts_per_day", "creators.effort_cost_cny", "creators.budget_share", "surfaces.post_life_days"),
    ),
    Phase(
        "rank",
        "posts' public counters become scores, and the slots of each reader cell's hot table go to posts in proportion "
        "to them; once a day the posts that search finds are drawn anew",
        "platform",
        rank,
        ("public.feeds", "public.evergreen", "platform.yardstick", "platform.evergreen", "world.posts.hot_tick"),
        (
            "platform.ranking",
            "platform.hot_prior",
            "platform.hot_curve",
            "platform.hot_threshold",
            "platform.hot_yardstick",
            "platform.hot_exploration",
            "surfaces.feed_slots",
        ),
    ),
    Phase(
        "read",
        "readers come online, open, read, like, comment, forward, follow, and are pleased or disappointed",
        "readers",
        read,
        ("world.readers",),
        (
            "readers.sessions_per_day",
            "readers.open_subscription",
            "readers.open_moments",
            "readers.open_hot",
            "readers.click_first",
            "readers.like_first",
            "readers.loss_aversion",
        ),
        until="collect",
    ),
    Phase(
        "manipulate",
        "groups answer requests, farms deliver orders, matrices like their own",
        "groups, farms, agencies",
        manipulate,
        (
            "world.log",
            "world.creators.ever_manipulated",
            "buyers",
        ),
        ("manipulation.enabled", "mutual_aid", "farms", "mcn"),
    ),
    Phase(
        "collect",
        "fans give the likes that are due; what readers did meanwhile goes to the log, and all reads to the posts' "
        "counters; the log is put in order, and its likes go to the table of all likes",
        "readers, fan clubs",
        collect,
        (
            "world.log",
            "world.likes",
            "world.features",
            "world.reads",
            "world.reading_times",
            "world.view_gaps",
            "world.visits_by_reads",
            "world.readers",
            "world.posts.impressions",
            "world.posts.reads",
            "world.posts.finishes",
            "world.posts.dwell_s",
            "world.posts.short_reads",
            "world.posts.unliked_hot_impressions",
            "world.posts.unliked_hot_reads",
            "world.posts.unliked_reads",
            "world.posts.bought_reads",
            "world.posts.bought_finishes",
            "world.posts.bought_dwell_s",
            "world.posts.bought_short_reads",
            "world.accounts.finished",
            "world.creators.followers",
            "world.creators.followers_lost",
        ),
        ("crowds",),
    ),
    Phase(
        "detect",
        "detectors inspect the tick's log, and on the last tick of a week learn from what reviewers said",
        "platform",
        detect,
        ("platform.flags", "platform.scored", "platform.thresholds", "platform.fitted"),
        ("platform.detectors", "platform.false_positive_budget"),
    ),
    Phase(
        "enforce",
        "flags bring strikes, strikes climb the ladder, rungs become decisions, and what is due is done; reviewers "
        "look at cases, appeals and a sample",
        "platform",
        enforce,
        (
            "platform",
            "guilt",
            "today",
            "world.labels",
            "world.likes",
            "world.posts.discounted",
            "world.posts.visibility",
            "world.posts.hidden",
            "world.chat_post",
            "world.accounts.status",
            "world.accounts.limited_until",
            "world.accounts.shadowbanned_until",
            "world.readers",
            "world.creators.strikes",
            "world.creators.moments_visibility",
            "world.creators.moments_until",
            "world.creators.punished_week",
            "world.creators.exposed_week",
            "world.creators.punished_total",
        ),
        ("platform.like_ladder", "platform.creator_ladder", "platform.audits_per_1000_creators", "review"),
    ),
    Phase(
        "settle",
        "the log is counted: visible numbers change",
        "platform",
        settle,
        ("world.posts", "world.likes", "world.features"),
        ("readers.unlike_share", "review.report_per_read"),
    ),
    Phase(
        "spread",
        "forwards reach friends' Moments and group chats, and authors send new posts to chats",
        "readers, creators",
        spread,
        ("world.readers", "world.chat_post", "world.chat_tick", "world.chat_from", "world.chat_depth"),
        ("platform.moments_by_likes", "graph.moments_shown", "graph.friends_mean", "creators.chat_share"),
    ),
    Phase(
        "pay",
        "advertising, sponsorship, sales and the cost of enforcement change hands",
        "creators, advertisers, platform",
        pay,
        (
            "today",
            "world.creators",
            "world.posts.reads_paid",
            "world.posts.reads_told",
            "world.posts.ads_paid",
            "world.posts.likes_told",
            "world.posts.finishes_told",
        ),
        ("creators.ads_cny_per_read", "creators.sale_per_read", "advertisers"),
        DAY,
    ),
    Phase(
        "learn",
        "agencies, farms and groups settle their day; creators judge their posts, compare with peers, quit; readers"
        " leave and return",
        "agencies, farms, groups, creators, readers",
        learn,
        (
            "public",
            "today",
            "world.creators",
            "world.accounts",
            "world.devices",
            "world.addresses",
            "world.readers",
            "world.reference_likes",
        ),
        ("creators.imitation_beta", "creators.revise_per_week", "readers.leave_per_day"),
        DAY,
    ),
    Phase("measure", "outcomes are taken from log, counters and truth", "observer", measure, ("surviving",)),
)


def run_tick(
    state: State, actors: Actors, seconds: dict[str, float], timer: Callable[[], float] = time.perf_counter
) -> None:
    """Carry out the plan once; what each phase took by the `timer` (seconds) is added to `seconds`, by name."""
    state.start_tick()
    before = timer()
    for phase in PLAN:
        if phase.cadence == DAY and not state.clock.ends_day:
            continue
        phase.function(state, actors)
        now = timer()
        seconds[phase.name] = seconds.get(phase.name, 0.0) + now - before
        before = now
    state.end_tick()
