"""The order of a tick. One page; `gresham explain` prints it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.engine.phases.feeds import build_feeds
from sim.engine.phases.learn import learn
from sim.engine.phases.pay import pay
from sim.engine.phases.publish import publish
from sim.engine.phases.settle import settle
from sim.engine.phases.spread import spread
from sim.world.observables import view_posts

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel


@dataclass(frozen=True)
class Phase:
    """One phase of a tick: its name, what happens, who acts, and the scenario paths that govern it."""

    name: str
    what: str
    who: str
    parameters: tuple[str, ...]
    daily: bool = False


PHASES = (
    Phase(
        "publish",
        "creators who are due publish and order likes, ask their group or agency",
        "creators",
        ("creators.posts_per_day", "creators.effort_cost_cny", "creators.budget_share", "surfaces.post_life_days"),
    ),
    Phase(
        "rank",
        "posts' public counters become a recommendation list for each reader cell",
        "platform",
        ("platform.ranking", "platform.hot_threshold_likes", "platform.hot_exploration", "surfaces.feed_slots"),
    ),
    Phase(
        "read",
        "readers come online, open, read, like, comment, forward, follow, and are pleased or disappointed",
        "readers",
        (
            "readers.sessions_per_day",
            "readers.open_hot",
            "readers.open_subscription",
            "readers.social_proof_open",
            "readers.loss_aversion",
        ),
    ),
    Phase(
        "manipulate",
        "groups answer requests, farms deliver orders, matrices like their own",
        "groups, farms, agencies",
        ("manipulation.enabled", "mutual_aid", "farms", "mcn"),
    ),
    Phase("detect", "detectors inspect the tick's log", "platform", ("platform.detectors",)),
    Phase(
        "enforce",
        "verdicts climb the ladder and become actions",
        "platform",
        ("platform.like_ladder", "platform.creator_ladder"),
    ),
    Phase("settle", "the log is counted: visible numbers change", "platform", ("platform.hot_threshold_likes",)),
    Phase(
        "spread",
        "forwards reach friends' Moments and group chats",
        "readers",
        ("platform.moments_by_likes", "graph.friends_near", "graph.friends_far"),
    ),
    Phase(
        "pay",
        "advertising, sponsorship, sales, wages and costs change hands",
        "everybody with money",
        ("creators.ads_cny_per_read", "creators.sale_per_read", "advertisers"),
        daily=True,
    ),
    Phase(
        "learn",
        "readers leave and return; creators judge their posts, compare with peers, quit",
        "readers, creators",
        ("creators.imitation_beta", "creators.revise_per_week", "readers.leave_per_day"),
        daily=True,
    ),
    Phase("measure", "outcomes of the day are taken from log, counters and truth", "observer", (), daily=True),
)


def run_tick(model: EngagementModel) -> None:
    """Live through one tick, in the order of `PHASES`."""
    model.world.log.clear()
    model.begin_tick()
    publish(model)
    rank(model)
    # readers and manipulators both act on what stood there when the tick began, so they may act at once
    model.reader_phase.start(model, model.feeds, model.wants_reads)
    manipulate(model)
    model.reader_phase.finish(model)
    model.platform.inspect(model)
    model.platform.enforce(model)
    settle(model)
    spread(model)
    model.daybook.observe(model)
    if model.clock.ends_day:
        pay(model)
        learn(model)
        model.close_day()


def rank(model: EngagementModel) -> None:
    """Build the recommendation list of every cell with the ranking policy in force."""
    world, policy, surfaces = model.world, model.policy, model.scenario.surfaces
    model.feeds = build_feeds(
        view_posts(world, model.clock),
        world.posts.visibility[world.alive],
        policy.ranking,
        model.clock,
        slots=surfaces.feed_slots,
        hot_threshold=policy.hot_threshold_likes,
        exploration=policy.hot_exploration,
        max_age_h=surfaces.hot_max_age_h,
        lottery=model.luck.bits_array("lottery", model.clock.tick, world.posts.key[world.alive]),
    )


def manipulate(model: EngagementModel) -> None:
    """Everything that was asked for or ordered and falls due this tick."""
    if model.scenario.manipulation.enabled or model.scenario.probes.share_posts > 0:
        model.circles.act(model)
        model.market.deliver(model)
        model.agencies.act(model)
