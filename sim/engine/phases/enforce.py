"""The platform: it inspects the log, climbs the ladder, acts, and pays for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Grade, Kind, Target
from sim.core.money import Purpose
from sim.engine.enforcement.evidence import LikeFile, firsts, flagged_likes, flagged_posts
from sim.engine.enforcement.ladder import Strikes, climb
from sim.engine.enforcement.perform import lift_expired, perform
from sim.engine.enforcement.records import write_action, write_verdicts
from sim.plugins.detectors.flags import Flags
from sim.plugins.sanctions.actions import Case, EnforcementAction
from sim.world.observables import view_platform

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel


class Platform(mesa.Agent):
    """Detection and enforcement by the policy in force. Its detectors never see more than `PlatformView`.

    Flagged likes bring a strike to the account that gave them, at most one a day. A creator gets a strike
    when a post is flagged itself, or when flagged likes are many and a large share under one post; a single
    flagged like proves nothing about the creator, since anybody can like anything.
    """

    model: EngagementModel

    def __init__(self, model: EngagementModel) -> None:
        super().__init__(model)
        self.account_strikes = Strikes()
        self.creator_strikes = Strikes()
        self.like_file = LikeFile()
        self.cost_today = 0.0
        self.cost_total = 0.0
        self.paid = 0.0  # what the latest day cost
        self.punished_today: list[NDArray[Any]] = []  # creators hit today

    # -- detection ----------------------------------------------------------------------------------------

    def inspect(self, model: EngagementModel) -> None:
        """Fill `model.verdicts` with what the detectors in force find in the tick's log."""
        model.verdicts = []
        detectors = {label: d for label, d in model.policy.detectors.items() if d is not None}
        if not detectors or model.world.log.n == 0:
            return
        with_posts = any(getattr(detector, "needs_posts", True) for detector in detectors.values())
        view = view_platform(model.world, model.clock, with_posts)
        for label, detector in detectors.items():
            scores = detector.inspect(view, model.clock)
            bad = scores.values >= detector.threshold
            target = Target(detector.target)
            model.verdicts.append(Flags(label, target, scores.ids[bad], scores.values[bad], len(scores.ids)))

    # -- enforcement --------------------------------------------------------------------------------------

    def enforce(self, model: EngagementModel) -> None:
        """Turn the tick's verdicts into actions by the ladders, perform them, and keep the books."""
        model.actions = []
        if model.clock.tick % model.clock.ticks_per_day == 0:
            lift_expired(model.world, model.clock.tick)
        if not any(len(found.ids) for found in model.verdicts):
            return
        for found in model.verdicts:
            write_verdicts(model, found)
        likes, causes = flagged_likes(model.verdicts, model.world.log)
        if len(likes):
            self._against_likes(likes, causes)
        posts, causes = self._suspect_posts(likes, causes)
        if len(posts):
            self._against_creators(posts, causes)

    def _against_likes(self, rows: NDArray[Any], causes: NDArray[Any]) -> None:
        model, log = self.model, self.model.world.log
        account, post = log.account[rows].astype(np.int64), log.post[rows].astype(np.int64)
        self.like_file.add(post, model.world.posts.n)
        distinct, back = np.unique(account, return_inverse=True)
        half_life = model.policy.strike_half_life_days
        strikes = self.account_strikes.add(distinct, model.clock.day, half_life)
        case = Case(Target.LIKE, account, post, self._creator_of(distinct)[back], strikes[back], causes)
        self._do(climb(model.policy.like_ladder, case, model.clock))

    def _creator_of(self, accounts: NDArray[Any]) -> NDArray[np.int64]:
        """The creator whose own account each is, -1 for others (creators' accounts are in order)."""
        own = self.model.world.creators.account
        if len(own) == 0:
            return np.full(len(accounts), -1, np.int64)
        at = np.minimum(np.searchsorted(own, accounts), len(own) - 1)
        return np.where(own[at] == accounts, at, -1)

    def _suspect_posts(self, likes: NDArray[Any], causes: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
        """Posts that count against their creators: flagged themselves, or with enough likes flagged."""
        model, policy = self.model, self.model.policy
        posts, because = flagged_posts(model.verdicts)
        if len(likes) == 0 or not policy.creator_ladder:
            return posts, because
        log = model.world.log
        touched, first = firsts(log.post[likes], causes)
        new = np.bincount(log.post[log.kind == Kind.LIKE], minlength=model.world.posts.n)[touched]
        flagged, total = self.like_file.count[touched], model.world.posts.likes[touched] + new
        bad = (flagged >= policy.strike_min_likes) & (flagged >= policy.strike_like_share * total)
        return firsts(np.concatenate([posts, touched[bad]]), np.concatenate([because, first[bad]]))

    def _against_creators(self, posts: NDArray[Any], causes: NDArray[Any]) -> None:
        model, world = self.model, self.model.world
        creator = world.posts.creator[posts].astype(np.int64)
        distinct, back = np.unique(creator, return_inverse=True)
        strikes = self.creator_strikes.add(distinct, model.clock.day, model.policy.strike_half_life_days)
        world.creators.strikes[distinct] = np.floor(strikes)
        account = world.creators.account[creator].astype(np.int64)
        case = Case(Target.POST, account, posts, creator, strikes[back], causes)
        self._do(climb(model.policy.creator_ladder, case, model.clock))

    def _do(self, actions: list[EnforcementAction]) -> None:
        """Perform, count, charge and write down."""
        model, world, policy = self.model, self.model.world, self.model.policy
        detectors = [found.detector for found in model.verdicts]
        for action in actions:
            changed = perform(action, world, policy.punished_trust_loss)
            if not changed.any():
                continue
            model.actions.append(action)
            cost = np.zeros(int(changed.sum()))
            if not action.effect.is_quiet:
                cost += policy.review_cost_cny + policy.mistake_cost_cny * self._innocent(action, changed)
                self._hurt(action.creators[changed & (action.creators >= 0)])
            self.cost_today += float(cost.sum())
            write_action(model, action, changed, cost, detectors)

    def _hurt(self, creators: NDArray[Any]) -> None:
        if len(creators) == 0:
            return
        hit = np.unique(creators)
        self.model.world.creators.punished_week[hit] += 1
        self.model.world.creators.punished_total[hit] += 1
        self.punished_today.append(hit)

    def _innocent(self, action: EnforcementAction, changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Who of those hit will complain with reason; the platform pays for it without knowing beforehand."""
        world = self.model.world
        creator, account = action.creators[changed], action.accounts[changed]
        honest = ~world.creators.ever_manipulated[creator] & (creator >= 0)
        innocent: NDArray[np.bool_] = honest | (world.accounts.grade[account] == Grade.READER)
        return innocent

    # -- money --------------------------------------------------------------------------------------------

    def pay(self, model: EngagementModel) -> None:
        """Pay for the day's enforcement."""
        model.ledger.burn(model.ledger_platform, self.cost_today, Purpose.REVIEW)
        self.cost_total += self.cost_today
        self.paid, self.cost_today = self.cost_today, 0.0
