"""A quiet world with farms: what creators order from them, and what these deliver."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.money import Purpose
from sim.engine.model import EngagementModel
from sim.plugins.strategies.actions import BuyLikes
from tests.helpers.small_world import per_1000, quiet_world, tick

SMALL = {"machine_accounts": 1200, "raised_accounts": 300, "real_accounts": 40, "delay_share": 0.0}


def market(n: int = 1, **farms: Any) -> EngagementModel:
    """A quiet world with `n` farms and rich creators."""
    count = {"n_per_1000_creators": per_1000(n), "n_max_per_1000_creators": per_1000(n)}
    model = quiet_world(farms={**count, **SMALL, **farms})
    for handle in model.state.world.creators.party.tolist():
        model.state.money.transfer(model.state.money.savings, handle, 1000.0, Purpose.ENDOWMENT)
    return model


def buy(
    model: EngagementModel, n: int, grade: str = "machine", package: str = "likes", creator: int = 0, post: int = 0
) -> bool:
    """Order likes; whether a farm took the order."""
    return model.actors.market.order(creator, post, BuyLikes(n, grade, package))


def deliver(model: EngagementModel, ticks: int = 1) -> dict[str, np.ndarray]:
    """Likes of the next ticks, all together."""
    parts = [tick(model, model.actors.market.deliver) for _ in range(ticks)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def orders(model: EngagementModel) -> list[dict[str, Any]]:
    """The table of orders."""
    return model.tables.frame("orders").to_dict("records")
