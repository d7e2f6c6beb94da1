"""The strategies that ship: honest work, mutual aid, four ways to buy, and an agency's matrix."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from sim.kernels.scales import PER_THOUSAND
from sim.plugins.parameters import parameter
from sim.plugins.strategies.actions import AskGroup, AskMatrix, BuyLikes, Package, PushAction
from sim.plugins.strategies.observation import CreatorObservation

LARGEST_FACTOR = 10.0  # by which the work of those who follow a strategy may differ
UNCHANGED = 1.0  # the factor of whatever a strategy leaves as it is


@dataclass(frozen=True, kw_only=True)
class Strategy(ABC):
    """How a creator pushes a post it has just published.

    `plan` gets what the creator sees, the most it would spend on this post (CNY) and one uniform number, and
    returns actions. `channel` says what a creator needs for it: "none", "mutual_aid", "farm" or "mcn". Two factors
    say how the work of those who follow it differs otherwise.
    """

    channel: ClassVar[str] = "none"

    appeal_factor: float = parameter(
        UNCHANGED, "appeal of the posts, against those of others", ge=0.0, le=LARGEST_FACTOR
    )
    rate_factor: float = parameter(UNCHANGED, "posts a day, against those of others", ge=0.0, le=LARGEST_FACTOR)

    @abstractmethod
    def plan(self, observation: CreatorObservation, budget_cny: float, u: float) -> tuple[PushAction, ...]:
        """Actions for the post."""


def work_factor(strategy: Any, name: str) -> float:
    """How the work of those who follow a strategy differs; 1 for users' own strategies that do not say."""
    return float(getattr(strategy, name)) if isinstance(strategy, Strategy) else UNCHANGED


@dataclass(frozen=True)
class Honest(Strategy):
    """Publish and wait: the default, which does nothing."""

    def plan(self, observation: CreatorObservation, budget_cny: float, u: float) -> tuple[PushAction, ...]:
        """No actions."""
        return ()


@dataclass(frozen=True)
class MutualAid(Strategy):
    """You like mine, I like yours (S1)."""

    channel: ClassVar[str] = "mutual_aid"

    def plan(self, observation: CreatorObservation, budget_cny: float, u: float) -> tuple[PushAction, ...]:
        """Ask the group, when there is one."""
        return (AskGroup(),) if observation.in_group else ()


@dataclass(frozen=True)
class Matrix(Strategy):
    """Sign with an agency whose account matrix likes every post (S3)."""

    channel: ClassVar[str] = "mcn"

    def plan(self, observation: CreatorObservation, budget_cny: float, u: float) -> tuple[PushAction, ...]:
        """Ask the matrix, when signed."""
        return (AskMatrix(),) if observation.in_mcn else ()


@dataclass(frozen=True)
class Buy(Strategy):
    """Buy enough likes to look like the posts that are recommended (S2, S18).

    The aim is the larger of what recommended posts show and what successful peers show, raised by the
    creator's anxiety and, for merchants, by what a proof of popularity sells. More is bought where likes are
    said to vanish, and less as it eats into the budget: with `w` wanted and `a` affordable the order is
    (w^-k + a^-k)^(-1/k) with `sharpness` k, a smooth minimum, so that demand falls with price and risk by degrees.
    """

    channel: ClassVar[str] = "farm"
    grade: ClassVar[str] = "machine"
    package: ClassVar[Package] = "likes"

    anxious_factor: float = parameter(0.6, "how much full anxiety raises the aim", ge=0.0, le=10.0)
    merchant_factor: float = parameter(0.5, "how much selling goods raises the aim", ge=0.0, le=10.0)
    survival_min: float = parameter(
        0.25, "share of likes expected to last, at least, whatever is said", ge=0.01, le=1.0
    )
    order_min: float = parameter(0.75, "smallest order against the aim; chance adds to it", ge=0.0, le=10.0)
    order_range: float = parameter(0.5, "what chance adds at most", ge=0.0, le=10.0)
    sharpness: float = parameter(
        3.0, "how sudden the budget limits the order: the larger, the less it is felt before", ge=0.1, le=20.0
    )
    least: int = parameter(20, "smallest order worth the message", unit="likes", ge=1, le=10_000)

    def plan(self, observation: CreatorObservation, budget_cny: float, u: float) -> tuple[PushAction, ...]:
        """One order, or none when it would be too small to matter."""
        price = self.expect_price(observation)
        if price <= 0.0 or budget_cny <= 0.0:
            return ()
        lasting = min(1.0, max(self.survival_min, observation.survival.get(self.grade, 1.0)))
        wanted = self.aim(observation) * (self.order_min + self.order_range * u) / lasting
        affordable = PER_THOUSAND * budget_cny / price
        less, more = sorted((wanted, affordable))
        n = int(less / (1.0 + (less / more) ** self.sharpness) ** (1 / self.sharpness))
        return (BuyLikes(n, self.grade, self.package),) if n >= self.least else ()

    def expect_price(self, observation: CreatorObservation) -> float:
        """Price of 1000 likes with what comes with them, CNY; 0 where nobody sells them."""
        return observation.price_per_1000_cny.get(self.grade, 0.0)

    def aim(self, observation: CreatorObservation) -> float:
        """The count that would look like success to this creator."""
        like_others = max(observation.hot_threshold_guess, observation.peer_likes, float(self.least))
        return like_others * (
            1.0 + self.anxious_factor * observation.anxiety + self.merchant_factor * observation.merchant
        )


@dataclass(frozen=True)
class BuyMachine(Buy):
    """Machine accounts: cheapest, and the easiest to see through."""


@dataclass(frozen=True)
class BuyRaised(Buy):
    """Accounts raised over months."""

    grade: ClassVar[str] = "raised"


@dataclass(frozen=True)
class BuyReal(Buy):
    """Real people on their own phones: expensive, and hard to tell from readers."""

    grade: ClassVar[str] = "real_person"


@dataclass(frozen=True)
class BuyPackage(Buy):
    """Like, comment and forward in one package (article: the full set of data)."""

    grade: ClassVar[str] = "raised"
    package: ClassVar[Package] = "full"

    package_factor: float = parameter(
        3.0, "price of the full package as expected, against likes alone", ge=1.0, le=50.0
    )

    def expect_price(self, observation: CreatorObservation) -> float:
        """Likewise: the list says what likes alone cost."""
        return self.package_factor * super().expect_price(observation)
