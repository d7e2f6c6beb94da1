"""Strategies: what a creator sees -> how it pushes a post."""

from sim.plugins.strategies.actions import AskGroup, AskMatrix, BuyLikes, PushAction
from sim.plugins.strategies.observation import CreatorObservation
from sim.plugins.strategies.strategies import (
    BuyMachine,
    BuyPackage,
    BuyRaised,
    BuyReal,
    Honest,
    Matrix,
    MutualAid,
    Strategy,
)

__all__ = ["TABLE", "AskGroup", "AskMatrix", "BuyLikes", "CreatorObservation", "PushAction", "Strategy"]

TABLE: dict[str, type[Strategy]] = {
    "honest": Honest,
    "mutual_aid": MutualAid,
    "buy_machine": BuyMachine,
    "buy_raised": BuyRaised,
    "buy_real": BuyReal,
    "buy_package": BuyPackage,
    "mcn": Matrix,
}
