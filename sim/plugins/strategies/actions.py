"""What a strategy may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GradeForSale = Literal["machine", "raised", "real_person"]
Package = Literal["likes", "full"]


@dataclass(frozen=True)
class BuyLikes:
    """Order `n_likes` from a farm; `package` "full" adds comments and forwards."""

    n_likes: int
    grade: str  # one of GradeForSale
    package: Package = "likes"


@dataclass(frozen=True)
class AskGroup:
    """Post the link in the mutual-aid group."""


@dataclass(frozen=True)
class AskMatrix:
    """Have the agency's matrix like the post."""


PushAction = BuyLikes | AskGroup | AskMatrix
