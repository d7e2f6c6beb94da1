"""Collects a day and closes it into one row of the daily table."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.actors.advertisers.advertisers import Advertisers
from sim.actors.farms.market import FarmMarket
from sim.actors.groups.groups import MutualAidGroups
from sim.core.clock import DAY_S, HOUR_S, WEEK_DAYS
from sim.core.enums import ENFORCED, Origin, Removal, Status, Surface
from sim.core.money import Purpose
from sim.core.table_schema import strategy_column
from sim.kernels.scales import FULL_16, PER_THOUSAND
from sim.kernels.sums import sum_columns
from sim.measures.confusion import Confusion, JudgedAccounts, judge
from sim.measures.definitions import Measure, all_measures
from sim.measures.formulas import gini, ratio, spearman, weighted_mean
from sim.measures.hit_groups import HitGroups, last_of_each
from sim.measures.mistake_counts import MistakeCounts
from sim.measures.people import Audience, liking_at_end, reading_times_at_end, view_gaps_at_end, visits_at_end
from sim.measures.punished_causes import PunishedCreators
from sim.plugins.registry import name_of
from sim.scenario import Scenario
from sim.state import Hit, State
from sim.world import is_arranged
from sim.world.posts import total


def _among(codes: type[IntEnum], chosen: tuple[IntEnum, ...]) -> NDArray[np.bool_]:
    """Whether each code, from 0 on, is one of those chosen."""
    return np.isin(np.arange(1 + max(codes)), chosen)


IS_STOPPED = _among(Status, (Status.LIMITED, Status.BANNED))
IS_ENFORCED = _among(Removal, ENFORCED)


class DayMeasures:
    """Accumulates what a day's row needs; `observe` every tick, `close_day` on the last."""

    def __init__(self, scenario: Scenario) -> None:
        policies = [policy for _, policy in scenario.policies()]
        labels: dict[str, None] = {}
        for policy in policies:
            labels |= dict.fromkeys(policy.detectors)
        self.detectors = tuple(labels)
        self.strategies = tuple(name_of(strategy) for strategy in scenario.strategies)
        self.measures: tuple[Measure, ...] = all_measures(self.detectors, self.strategies)
        self.confusion = {label: Confusion() for label in self.detectors}
        self.mistake_counts = MistakeCounts(scenario)
        self.hit_groups = HitGroups(scenario)
        self.punished_creators = PunishedCreators()
        self.first = 0  # id of the oldest post that was alive when the last day closed
        # of these posts then: by post, and summed by surface and origin
        self.shown, self.read, self.bought = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.read_by, self.liked_by = np.zeros(len(Surface), np.int64), np.zeros(len(Origin), np.int64)
        self.discounted = 0
        self.flows: dict[str, float] = {}
        self.income = 0.0
        self.audience = Audience()

    def observe(self, state: State) -> None:
        """Compare the tick's verdicts with the truth."""
        accounts = JudgedAccounts(state)
        for flags in state.platform.flags:
            judge(state, flags, self.confusion[flags.detector], accounts)
        self.mistake_counts.observe(state, accounts)
        self.audience.observe(state)

    def write_at_end(self, state: State) -> None:
        """Write the tables that are summed over the run."""
        self.mistake_counts.write(state)
        self.hit_groups.write(state)
        self.punished_creators.write(state)
        self.audience.write(state)
        reading_times_at_end(state)
        view_gaps_at_end(state)
        visits_at_end(state)
        liking_at_end(state)

    def close_day(
        self, state: State, market: FarmMarket, groups: MutualAidGroups, advertisers: Advertisers
    ) -> dict[str, Any]:
        """The day's row; every measure of `self.measures`, NaN where undefined."""
        row: dict[str, Any] = {"day": state.clock.day} | self.audience.close_day(state)
        row |= self._content(state)
        row |= self._creators(state)
        row |= self._readers(state)
        row |= self._money(state)
        row |= self.hit_groups.close_day(state)
        self.mistake_counts.close_day(state)
        self.punished_creators.close_day(state)
        row |= {
            "n_advertisers": advertisers.n_active,
            "share_audited_advertisers": advertisers.share_audited,
            "n_farms": len(market.open),
            "n_groups": len(groups.alive),
        }
        spent = state.today.ads_cny + row[f"money_{Purpose.SPONSORSHIP}_cny"]
        row["ad_cny_per_1000_good_reads"] = ratio(PER_THOUSAND * spent, row["reads"] * row["read_quality"])
        for label in self.detectors:
            row |= self.confusion[label].rates(label)
            self.confusion[label] = Confusion()
        return {"day": row["day"]} | {m.name: float(row[m.name]) for m in self.measures}

    def _new(self, now: np.ndarray, before: np.ndarray) -> np.ndarray:
        new = now.astype(np.int64)
        new[: len(before)] -= before
        return new

    def _content(self, state: State) -> dict[str, float]:
        posts, alive = state.world.posts, state.world.alive
        since = slice(self.first, posts.n)
        quality = posts.quality[since]
        shown = self._new(total(posts.impressions[since]), self.shown)
        read = self._new(total(posts.reads[since]), self.read)
        bought = self._new(posts.bought_reads[since], self.bought)
        read_by = sum_columns(posts.reads[since]) - self.read_by
        liked_by = sum_columns(posts.likes_by_origin[since]) - self.liked_by
        likes, fake = liked_by.sum(), liked_by[1:].sum()
        table = state.world.likes
        given = slice(int(np.searchsorted(table.time_s, state.clock.day * DAY_S)), table.n)
        shown_likes = table.alive[given]
        discounted = int(posts.discounted[since].sum())
        gone = int(posts.discounted[: self.first].sum())
        new_discounts = discounted + gone - self.discounted
        closed = slice(self.first, alive.start)
        today = posts.published_s[since] // DAY_S == state.clock.day
        out = {
            "exposure_quality": weighted_mean(quality, shown),
            "read_quality": weighted_mean(quality, read),
            "quality_reach_correlation": spearman(
                posts.quality[closed],
                posts.impressions[closed].sum(axis=1),
                state.scenario.measures.correlation_posts_min,
            ),
            "share_fake_likes": ratio(fake, likes),
            "share_fake_visible_likes": ratio(is_arranged(table.origin[given][shown_likes]).sum(), shown_likes.sum()),
            "impressions": shown.sum(),
            "reads": read.sum(),
            "bought_reads": bought.sum(),
            "open_rate": ratio(read.sum(), shown.sum()),
            "likes_per_read": ratio(liked_by[Origin.ORGANIC], read.sum()),
            "discounted_likes": new_discounts,
            **_likes_lost(state),
            "published_quality": float(quality[today].mean()) if today.any() else np.nan,
        }
        out |= _attainable(state)
        out |= {f"likes_{o.name.lower()}": liked_by[o] for o in Origin}
        out |= {f"read_share_{s.name.lower()}": ratio(read_by[s], read.sum()) for s in Surface}
        creators = state.world.creators
        reach = np.bincount(posts.creator[since], shown, creators.n)
        out["reach_gini"] = gini(reach[creators.present])
        self.first = alive.start
        kept = slice(self.first, posts.n)
        self.shown, self.read = total(posts.impressions[kept]), total(posts.reads[kept])
        self.bought = posts.bought_reads[kept].astype(np.int64)
        self.read_by, self.liked_by = sum_columns(posts.reads[kept]), sum_columns(posts.likes_by_origin[kept])
        self.discounted = discounted + gone
        return out

    def _creators(self, state: State) -> dict[str, float]:
        creators, day = state.world.creators, state.clock.day
        present = creators.present
        n = int(present.sum())
        on = np.bincount(creators.strategy[present], minlength=len(self.strategies))
        first = creators.generation == 0
        honest = ~creators.ever_manipulated
        today = state.today
        hit, innocent = _count_hit(today.creators)
        accounts, accounts_innocent = _count_hit(today.accounts)
        return {
            "share_manipulating_creators": ratio(n - int(on[0]), n),
            "honest_survival": ratio((first & honest & present).sum(), first.sum()),
            "honest_quit": int((honest & (creators.quit_day == day)).sum()),
            "n_present_creators": n,
            "mean_effort": float(creators.effort[present].mean()) if n else np.nan,
            "mean_skill": float(creators.skill[present].mean()) if n else np.nan,
            "n_punished_creators": hit,
            "innocent_punished_share": ratio(innocent, hit),
            "n_punished_accounts": accounts,
            "innocent_account_share": ratio(accounts_innocent, accounts),
            "n_appeals": today.appeals,
            "overturned_share": ratio(today.overturned, today.appeals),
            "n_complaints": today.complaints,
            "n_labels": today.labels,
            "review_hours": today.review_h,
        } | {strategy_column(name): ratio(int(on[i]), n) for i, name in enumerate(self.strategies)}

    @staticmethod
    def _readers(state: State) -> dict[str, float]:
        active, platform, counts = state.world.trust_sums().tolist()
        persons = state.world.readers.persons
        status = state.world.accounts.status.take(persons)
        stopped = persons[IS_STOPPED.take(status)]
        return {
            "platform_trust": ratio(platform, active * FULL_16),
            "count_trust": ratio(counts, active * FULL_16),
            "active_reader_share": ratio(active, len(status)),
            "readers_sanctioned": int(state.guilt.accounts.is_innocent(stopped).sum()),
        }

    def _money(self, state: State) -> dict[str, float]:
        flows = state.money.flows()
        out = {f"money_{purpose}_cny": flows[purpose] - self.flows.get(purpose, 0.0) for purpose in flows}
        self.flows = flows
        return out | {
            "enforcement_cost_cny": state.today.enforcement_cny,
            "platform_revenue_cny": state.today.platform_ads_cny,
            "creator_income_cny": state.today.creators_paid_cny,
            "farm_profit_cny": state.today.farm_profit_cny,
        }


def _count_hit(hits: list[Hit]) -> tuple[int, int]:
    """How many were hit in a day, and how many of them were innocent by the last time."""
    distinct, innocent = last_of_each(hits)
    return len(distinct), int(innocent.sum())


def _likes_lost(state: State) -> dict[str, float]:
    """What enforcement has taken of the likes of the day a week ago: of arranged ones, and of people's own."""
    likes, day = state.world.likes, state.clock.day - WEEK_DAYS
    lo, hi = np.searchsorted(likes.time_s, [day * DAY_S, (day + 1) * DAY_S]) if day >= 0 else (0, 0)
    gone = IS_ENFORCED[likes.cause[lo:hi]]
    arranged = is_arranged(likes.origin[lo:hi])
    return {
        "arranged_likes_lost": ratio(gone[arranged].sum(), arranged.sum()),
        "honest_likes_lost": ratio(gone[~arranged].sum(), (~arranged).sum()),
    }


def _attainable(state: State) -> dict[str, float]:
    """What lists of the posts young enough to be recommended could show: at random, and at best.

    A post has the same quality for every reader, so both are the same for all reader cells.
    """
    posts, alive, surfaces = state.world.posts, state.world.alive, state.scenario.surfaces
    oldest_s = state.clock.start_s - surfaces.hot_max_age_h * HOUR_S
    quality = np.sort(posts.quality[alive][posts.published_s[alive] >= oldest_s])
    if not len(quality):
        return {"quality_on_offer": np.nan, "attainable_quality": np.nan}
    return {
        "quality_on_offer": float(quality.mean()),
        "attainable_quality": float(quality[-surfaces.feed_slots :].mean()),
    }
