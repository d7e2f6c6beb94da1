"""What can be bought or arranged, and the strategies that choose among it."""

from sim.manipulation.actions import Action, AskGroup, AskMatrix, BuyLikes
from sim.manipulation.sees import CreatorSees
from sim.manipulation.strategies import (
    BuyMachine,
    BuyPackage,
    BuyRaised,
    BuyReal,
    Honest,
    Matrix,
    MutualAid,
    Strategy,
)

__all__ = ["TABLE", "Action", "AskGroup", "AskMatrix", "BuyLikes", "CreatorSees", "Strategy"]

TABLE: dict[str, type[Strategy]] = {
    "honest": Honest,
    "mutual_aid": MutualAid,
    "buy_machine": BuyMachine,
    "buy_raised": BuyRaised,
    "buy_real": BuyReal,
    "buy_package": BuyPackage,
    "mcn": Matrix,
}
