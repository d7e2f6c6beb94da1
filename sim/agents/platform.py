"""The platform: it inspects the log, climbs the ladder, acts, and pays for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.enforcement.ladder import Strikes, climb
from sim.enforcement.perform import lift_expired, perform
from sim.enforcement.verdict import Action, Effect, Verdict, Verdicts
from sim.ledger import Purpose
from sim.names import Grade, Target
from sim.observables import view_platform

if TYPE_CHECKING:
    from sim.model import EngagementModel


class Platform(mesa.Agent):
    """Detection and enforcement by the policy in force. It never sees more than `PlatformView`."""

    model: EngagementModel

    def __init__(self, model: EngagementModel) -> None:
        super().__init__(model)
        self.account_strikes = Strikes()
        self.creator_strikes = Strikes()
        self.cost_today = 0.0
        self.cost_total = 0.0
        self.punished_today: list[NDArray[Any]] = []  # creators hit today

    # -- detection ----------------------------------------------------------------------------------------

    def inspect(self, model: EngagementModel) -> None:
        """Fill `model.verdicts` with what the detectors in force find in the tick's log."""
        model.verdicts = []
        detectors = {label: d for label, d in model.policy.detectors.items() if d is not None}
        if not detectors or model.world.log.n == 0:
            return
        view = view_platform(model.world, model.clock)
        for label, detector in detectors.items():
            scores = detector.inspect(view, model.clock)
            bad = scores.values >= detector.threshold
            model.verdicts.append(Verdicts(label, detector.target, scores.ids[bad], scores.values[bad], len(scores.ids)))

    # -- enforcement --------------------------------------------------------------------------------------

    def enforce(self, model: EngagementModel) -> None:
        """Turn the tick's verdicts into actions by the ladders, perform them, and keep the books."""
        model.actions = []
        if model.clock.tick % model.clock.ticks_per_day == 0:
            lift_expired(model.world, model.clock.tick)
        likes = self._flagged(Target.LIKE)
        accounts = self._flagged(Target.ACCOUNT)
        posts = self._flagged(Target.POST)
        self._write_verdicts()
        if len(likes):
            self._against_likes(likes)
        if len(accounts):
            self._against_accounts(accounts)
        suspects = self._suspect_posts(likes, posts)
        if len(suspects):
            self._against_creators(suspects)

    def _flagged(self, target: Target) -> NDArray[Any]:
        """What any detector flagged, each once."""
        found = [verdicts.ids for verdicts in self.model.verdicts if verdicts.target is target and len(verdicts.ids)]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def _against_likes(self, rows: NDArray[Any]) -> None:
        model, log = self.model, self.model.world.log
        account, post = log.account[rows].astype(np.int64), log.post[rows].astype(np.int64)
        unique, back = np.unique(account, return_inverse=True)
        strikes = self.account_strikes.add(unique, model.clock.day, model.policy.strike_half_life_days)[back]
        creator = model.world.creators
        own = np.full(model.world.accounts.n, -1, np.int64)
        own[creator.account] = np.arange(creator.n)
        self._do(climb(model.policy.like_ladder, Verdict(account, post, own[account], strikes), model.clock))

    def _against_accounts(self, accounts: NDArray[Any]) -> None:
        model = self.model
        strikes = self.account_strikes.add(accounts, model.clock.day, model.policy.strike_half_life_days)
        nothing = np.full(len(accounts), -1, np.int64)
        case = Verdict(accounts, nothing, nothing, strikes)
        self._do([a for a in climb(model.policy.like_ladder, case, model.clock) if a.effect is not Effect.DISCOUNT])

    def _suspect_posts(self, likes: NDArray[Any], posts: NDArray[Any]) -> NDArray[Any]:
        """Posts that count against their creators: judged themselves, or with enough likes flagged.

        One flagged like proves nothing about a creator, since anybody can like anything.
        """
        policy, world = self.model.policy, self.model.world
        touched = np.unique(world.log.post[likes]).astype(np.int64)
        taken = world.posts.discounted[touched]
        total = np.maximum(1, world.posts.likes[touched] + taken)
        bad = (taken >= policy.strike_min_likes) & (taken >= policy.strike_like_share * total)
        return np.union1d(touched[bad], posts).astype(np.int64)

    def _against_creators(self, posts: NDArray[Any]) -> None:
        model, world = self.model, self.model.world
        creator = world.posts.creator[posts].astype(np.int64)
        unique, back = np.unique(creator, return_inverse=True)
        strikes = self.creator_strikes.add(unique, model.clock.day, model.policy.strike_half_life_days)
        world.creators.strikes[unique] = np.floor(strikes)
        account = world.creators.account[creator].astype(np.int64)
        case = Verdict(account, posts, creator, strikes[back])
        self._do(climb(model.policy.creator_ladder, case, model.clock), against_creators=True)

    def _do(self, actions: list[Action], against_creators: bool = False) -> None:
        """Perform, count, charge and write down."""
        model, world, policy = self.model, self.model.world, self.model.policy
        for action in actions:
            changed = perform(action, world)
            n = int(changed.sum())
            if n == 0:
                continue
            model.actions.append(action)
            discount = action.effect is Effect.DISCOUNT
            innocent = 0 if discount else self._innocent(action, changed, against_creators)
            cost = policy.review_cost_cny * (0.0 if discount else n) + policy.mistake_cost_cny * innocent
            self.cost_today += cost
            if not discount:
                hit = np.unique(action.creators[changed & (action.creators >= 0)])
                if len(hit):
                    world.creators.punished_week[hit] += 1
                    world.creators.punished_total[hit] += 1
                    self.punished_today.append(hit)
            self._write_action(action, changed, cost / n)

    def _innocent(self, action: Action, changed: NDArray[np.bool_], against_creators: bool) -> int:
        """How many of those hit will complain with reason. The platform pays for it without knowing beforehand."""
        if against_creators:
            rows = np.unique(action.creators[changed])
            return int((~self.model.world.creators.ever_manipulated[rows]).sum())
        return int((self.model.world.accounts.grade[action.accounts[changed]] == Grade.READER).sum())

    # -- books --------------------------------------------------------------------------------------------

    def _write_verdicts(self) -> None:
        model, log = self.model, self.model.world.log
        for verdicts in model.verdicts:
            if len(verdicts.ids) == 0:
                continue
            account = post = np.full(len(verdicts.ids), -1, np.int64)
            score, count = verdicts.scores, np.ones(len(verdicts.ids), np.int64)
            if verdicts.target is Target.LIKE:
                post, back = np.unique(log.post[verdicts.ids], return_inverse=True)
                score = np.zeros(len(post))
                np.maximum.at(score, back, verdicts.scores)
                count = np.bincount(back, minlength=len(post))
                account = np.full(len(post), -1, np.int64)
            elif verdicts.target is Target.ACCOUNT:
                account = verdicts.ids
            else:
                post = verdicts.ids
            model.tables.extend(
                "verdicts", tick=model.clock.tick, day=model.clock.day, detector=verdicts.detector,
                target=verdicts.target, post=post.astype(np.int64), account=account, score=score, n=count,
            )  # fmt: skip

    def _write_action(self, action: Action, changed: NDArray[np.bool_], cost: float) -> None:
        model = self.model
        account, post, creator = action.accounts[changed], action.posts[changed], action.creators[changed]
        strikes = action.strikes[changed]
        if action.effect is Effect.DISCOUNT:  # one row a post, not one a like
            post, first = np.unique(post, return_index=True)
            account, strikes = np.full(len(post), -1, np.int64), strikes[first]
            creator = model.world.posts.creator[post].astype(np.int64)
        model.tables.extend(
            "actions", tick=model.clock.tick, day=model.clock.day, sanction=action.sanction,
            target="post" if action.effect in (Effect.DISCOUNT, Effect.THROTTLE) else "account", account=account, post=post,
            creator=creator, detector="", strikes=np.floor(strikes).astype(np.int64), until_tick=action.until_tick, cost_cny=cost,
        )  # fmt: skip

    def pay(self, model: EngagementModel) -> None:
        """Pay for the day's enforcement."""
        model.ledger.burn(model.ledger_platform, self.cost_today, Purpose.REVIEW)
        self.cost_total += self.cost_today
        self.cost_today = 0.0
