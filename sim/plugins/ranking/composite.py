"""Quality and interaction: what readers did with the post, not how many likes stand under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import MINUTE_S
from sim.core.lookup_tables import log1p_counts
from sim.plugins.parameters import parameter
from sim.plugins.ranking.policy import NonPersonalized

if TYPE_CHECKING:
    from sim.core.views import PostsView


def smoothed(part: NDArray, whole: NDArray, prior: float, weight: float) -> NDArray[np.float64]:
    """Ratio part/whole pulled towards `prior` as by `weight` earlier observations."""
    ratio: NDArray[np.float64] = (np.asarray(part) + prior * weight) / (np.asarray(whole) + weight)
    return ratio


@dataclass(frozen=True)
class Composite(NonPersonalized):
    """Completion, dwell, comment depth, standing of forwarders and likes, less what looks anomalous (S12, S16).

    Likes beyond `like_slack` times what the reads explain are evidence of brushing: the score is divided by one
    plus `anomaly_weight` times the surplus in units of what was to be expected (the more you brush, the less you are
    seen).
    """

    likes: float = parameter(0.6, "weight of log likes that reads can explain", ge=0.0, le=10.0)
    completion: float = parameter(4.0, "weight of the share of reads finished", ge=0.0, le=20.0)
    dwell: float = parameter(0.5, "weight of mean dwell in minutes", ge=0.0, le=20.0)
    depth: float = parameter(0.25, "weight of log summed comment depth", ge=0.0, le=10.0)
    forwards: float = parameter(0.5, "weight of log forwards, each by its forwarder's standing", ge=0.0, le=10.0)
    dwell_max_min: float = parameter(10.0, "mean dwell beyond which more counts nothing", unit="min", ge=0.0, le=60.0)
    forward_standing: int = parameter(128, "standing (0..255) of forwarders that together count as one", ge=1, le=255)
    like_rate: float = parameter(
        0.01, "likes per read of an ordinary post", unit="1/read", source="C1: 0.7-0.95 %", ge=0.0001, le=1.0
    )
    like_slack: float = parameter(
        4.0, "multiple of that rate, plus `like_free`, still taken as natural", ge=1.0, le=100.0
    )
    like_free: float = parameter(5.0, "likes taken as natural without any read", unit="likes", ge=0.1, le=1000.0)
    anomaly_weight: float = parameter(1.0, "how hard the surplus is punished", ge=0.0, le=100.0)
    prior_reads: float = parameter(12.0, "reads' worth of doubt in every ratio", unit="reads", ge=0.1, le=1000.0)
    prior_completion: float = parameter(0.45, "share finished of an unknown post", ge=0.0, le=1.0)

    prior_minutes: float = parameter(2.0, "time to read an unknown post whole", unit="min", ge=0.0, le=60.0)

    def worth(self, posts: PostsView) -> NDArray[np.float64]:
        """Weighted evidence of quality / (1 + anomaly)."""
        natural = self.like_free + self.like_slack * self.like_rate * posts.reads
        surplus = np.maximum(0.0, posts.likes - natural) / natural
        finished = smoothed(posts.finishes, posts.reads, self.prior_completion, self.prior_reads)
        minutes = smoothed(
            posts.dwell_s,
            float(MINUTE_S) * posts.reads,
            self.prior_completion * self.prior_minutes,
            float(MINUTE_S) * self.prior_reads,
        )
        evidence = (
            self.completion * finished * finished
            + self.dwell * np.minimum(minutes, self.dwell_max_min)
            + self.likes * log1p_counts(np.minimum(posts.visible_likes, natural))
            + self.depth * log1p_counts(posts.comment_depth)
            + self.forwards * log1p_counts(posts.forward_standing // self.forward_standing)
        )
        doubt = 1.0 + self.anomaly_weight * surplus
        return np.maximum(0.0, evidence / doubt - self.unread_evidence())

    def unread_evidence(self) -> float:
        """Evidence of a post that nobody has read yet; only what is above it counts for a post."""
        prior = self.prior_completion
        return self.completion * prior * prior + self.dwell * min(prior * self.prior_minutes, self.dwell_max_min)
