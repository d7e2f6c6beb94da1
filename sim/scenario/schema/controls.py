"""Control worlds: one mechanism off, or a bound on what any policy could reach."""

from __future__ import annotations

from typing import Literal

from sim.scenario.schema.section import Section, parameter


class ControlsSection(Section):
    """Switches of the experimenter, not of the platform: what a claim must vanish under, and what is attainable.

    The defaults change nothing. A report of a world with any of them set says so at its head.
    """

    likes_shown: bool = parameter(True, "whether anybody sees likes or ranks by them; off is the placebo world")
    readers_see_likes: bool = parameter(
        True,
        "whether readers see like counts; off, they open, like and judge every post as one without likes, while "
        "ranking, detectors, creators, fan clubs and merchants' sales go by the visible counts",
    )
    likes_swapped: bool = parameter(
        False,
        "whether readers and rankers see under every post the likes of another of the same day, drawn; incomes and "
        "detection go by its own",
    )
    imitation: bool = parameter(True, "whether creators copy peers; off leaves only what they try at random")
    frozen: bool = parameter(False, "whether creators keep their first strategy for good")
    frozen_share: float = parameter(0.0, "with `frozen`: share of creators whose strategy manipulates", ge=0, le=1)
    feed: Literal["ranked", "random", "oracle"] = parameter(
        "ranked", "recommendation lists by the ranking policy, at random, or by true quality (an upper bound)"
    )

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the switches that are not at their default, `frozen_share` only where it acts."""
        fields = type(self).model_fields
        names = tuple(name for name, field in fields.items() if getattr(self, name) != field.default)
        return tuple(name for name in names if name != "frozen_share" or self.frozen)
