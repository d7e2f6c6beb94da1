"""Ranking policies: posts' observables -> score."""

from sim.ranking.chronological import Chronological
from sim.ranking.composite import Composite
from sim.ranking.likes_only import LikesOnly
from sim.ranking.policy import RankingPolicy

__all__ = ["TABLE", "Chronological", "Composite", "LikesOnly", "RankingPolicy"]

TABLE: dict[str, type[RankingPolicy]] = {
    "chronological": Chronological,
    "likes_only": LikesOnly,
    "composite": Composite,
}
