"""How creators learn how much effort pays."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.kernels.scales import TINY


@dataclass
class EffortLearner:
    """Learns from alternating trials whether more effort shows in the numbers a creator looks at.

    Every post is made with a little more or a little less effort than usual; once the post's numbers are in, the
    learner correlates them with the difference (Kiefer & Wolfowitz 1952, one coordinate). Where likes
    come from effort the two go together; where they come from a farm they do not, and what is left is the cost
    (article, S10: creators who judge by inflated counts lose sight of quality).
    """

    memory: float  # weight of earlier posts
    prior: float  # log success for each unit of effort: a beginner believes that work pays
    prior_posts: float  # posts' worth of evidence in that belief
    surprise_max: float  # most that one post counts above or below the mean
    posts: int = 0
    mean: float = 0.0
    slope: float = 0.0  # smoothed (success - mean) x direction of the trial
    weight: float = 0.0

    def learn(self, success: float, effort_direction: int) -> None:
        """Take in one post: `success` in log units, `effort_direction` of its trial (+1 or -1)."""
        if self.weight == 0.0:
            self.mean = success
        self.posts += 1
        memory, most = self.memory, self.surprise_max
        self.weight = memory * self.weight + 1.0 - memory
        surprise = success - self.mean
        self.mean += (1.0 - memory) * surprise
        # clipped, since one extreme post would outweigh months of evidence
        clipped = max(-most, min(most, surprise))
        self.slope = memory * self.slope + (1.0 - memory) * clipped * effort_direction

    def gradient(self, size: float) -> float:
        """Log success gained per unit of effort, as far as learnt; `prior` holds until the posts outweigh it.

        `size` is that of the trials; without any (0) nothing is ever learnt.
        """
        if size == 0.0:
            return self.prior
        learnt = self.slope / self.weight / size if self.weight else 0.0
        doubt = self.prior_posts / (self.prior_posts + self.posts)
        return doubt * self.prior + (1.0 - doubt) * learnt


def revise_effort(effort: float, gain_cny: float, cost_cny: float, pace: float, softness: float, least: float) -> float:
    """Effort after a step along marginal gain less marginal cost (CNY per unit of effort), within `least`..1.

    `pace` is the largest step; the smaller `softness`, the sooner it is reached.
    """
    step = pace * math.tanh((gain_cny - cost_cny) / max(cost_cny, TINY) / softness)
    return min(1.0, max(least, effort + step))
