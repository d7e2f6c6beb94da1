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

    The experimenter pays, so nobody's incentives change; dose 0 is the control group (S12).
    """

    share_posts: float = parameter(0.0, "share of honest creators' posts in the trial", ge=0, le=1)
    doses: tuple[Dose, ...] = Field(
        default=(0, 20, 50, 100, 200, 400, 800),
        min_length=1,
        description="likes bought, drawn with equal chance",
        json_schema_extra={"unit": "likes", "source": "assumed"},
    )
    from_day: int = parameter(
        0, "day on which the trial begins; posts published before are not in it", unit="days", ge=0, le=3650
    )
    unlisted_share: float = parameter(
        0.0,
        "share of the posts in the trial that never enter the recommendation lists, whatever their score: what the "
        "second wave brings shows against them",
        ge=0,
        le=1,
    )
    grade: Literal["machine", "raised", "real_person"] = parameter("machine", "grade of the accounts that like")
