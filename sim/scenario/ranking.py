"""Which policy ranks posts in a scenario, and against which yardstick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def ranking_of(scenario: Mapping[str, Any]) -> tuple[str, str] | None:
    """Ranking policy and yardstick of a scenario as a mapping; None where lists are no policy's."""
    platform = scenario["platform"]
    if "hot_yardstick" not in platform or scenario["controls"]["feed"] != "ranked":
        return None
    ranking = platform["ranking"]
    return str(ranking["name"] if isinstance(ranking, dict) else ranking), str(platform["hot_yardstick"])
