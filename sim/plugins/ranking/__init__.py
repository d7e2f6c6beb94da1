"""Ranking policies: posts' observables -> score."""

from sim.plugins.ranking.chronological import Chronological
from sim.plugins.ranking.composite import Composite
from sim.plugins.ranking.likes_only import LikesOnly
from sim.plugins.ranking.policy import RankingPolicy

__all__ = ["TABLE", "Chronological", "Composite", "LikesOnly", "RankingPolicy"]

TABLE: dict[str, type[RankingPolicy]] = {
    "chronological": Chronological,
    "likes_only": LikesOnly,
    "composite": Composite,
}
