"""Whether anybody manipulates, and the randomised trial of bought likes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.section import Section, parameter

Dose = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class ManipulationSection(Section):
    """The master switch; the twin world of a comparison has it off."""

    enabled: bool = parameter(True, "whether creators may manipulate at all")


class ProbesSection(Section):
    """A randomised trial inside the run: posts of honest creators get a drawn number of likes from a farm.

    The experimenter pays, so nobody's incentives change; dose 0 is the control group (S12). Beside it some creators,
    drawn by lot, may buy heavily for all of their posts, likewise paid: what that does to everybody else's.
    """

    share_posts: float = parameter(0.0, "share of honest creators' posts in the trial", ge=0, le=1)
    doses: tuple[Dose, ...] = Field(
        default=(0, 20, 50, 100, 200, 400, 800),
        min_length=1,
        description="likes bought, drawn with equal chance",
        json_schema_extra={"unit": "likes", "source": "assumed"},
    )
    from_day: int = parameter(
        0,
        "day on which the trial and the heavy buying begin; posts published before are in neither",
        unit="days",
        ge=0,
        le=3650,
    )
    unlisted_share: float = parameter(
        0.0,
        "share of the posts in the trial that never enter the recommendation lists, whatever their score: what the "
        "second wave brings shows against them",
        ge=0,
        le=1,
    )
    heavy_buyers: float = parameter(
        0.0,
        "share of honest creators, drawn by lot, for all of whose posts the experimenter buys likes; none of these "
        "posts is in the trial",
        ge=0,
        le=1,
    )
    heavy_likes_min: int = parameter(500, "fewest likes bought for such a post", unit="likes", ge=1, le=1_000_000)
    heavy_likes_max: int = parameter(
        1000,
        "most likes bought for such a post; all numbers between are equally likely",
        unit="likes",
        ge=1,
        le=1_000_000,
        at_least="heavy_likes_min",
    )
    grade: Literal["machine", "raised", "real_person"] = parameter("machine", "grade of the accounts that like")

    @property
    def is_on(self) -> bool:
        """Whether the experimenter buys anything or has a control group."""
        return self.share_posts > 0 or self.heavy_buyers > 0

    @property
    def most_likes(self) -> int:
        """Most likes that the experimenter buys for any one post."""
        dose = max(self.doses) if self.share_posts > 0 else 0
        return max(dose, self.heavy_likes_max if self.heavy_buyers > 0 else 0)
