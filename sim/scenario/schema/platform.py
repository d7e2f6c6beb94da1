"""The platform's policy: what it ranks by, looks for and does about it. The calendar changes this section."""

from __future__ import annotations

import unicodedata
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator

from sim.core.table_schema import ANY
from sim.plugins.registry import PluginOf, name_of
from sim.scenario.schema.section import Section, parameter

_EVERY_RULE = "no detector can have the label '{label}': in tables it stands for all detectors together"
_SAME_COLUMN = "the labels '{one}' and '{other}' differ only in case, and SQL takes their columns for the same"
_ON_POSTS = "must not hold {name}, which would hit authors for likes of others: it belongs on creator_ladder"
_SILENT_CHECK = "must not be nobody: whoever is not told of a check cannot pass it"


class Rung(Section):
    """One rung of a ladder: from this many strikes on, this sanction, and how it is carried out."""

    strikes: float = parameter(1.0, "strikes from which the rung applies", unit="strikes", ge=0, le=1000)
    sanction: PluginOf("sanction") = parameter("discount_likes", "what is done")  # type: ignore[valid-type]
    delay_h: float = parameter(0.0, "time from the decision until it is done", unit="h", ge=0, le=8760)
    batch_days: int = parameter(
        0, "done together with others at the end of every so many days; 0: each at its time", unit="days", ge=0, le=365
    )
    notice: Literal["as_usual", "nobody", "those_hit", "everybody"] = parameter(
        "as_usual",
        "who learns of it; as_usual: nobody of removed likes, those hit of all else. Those who are not told cannot "
        "appeal, and accounts limited or closed in silence go on acting, while their likes do not count",
        source="assumed; article, S5",
    )
    appeal: bool = parameter(True, "whether those who are told may appeal", source="D50")
    review: Literal["none", "crowd", "expert"] = parameter(
        "none", "who looks at each case first; only what the reviewer takes for fake is done", source="D31"
    )

    @field_validator("notice")
    @classmethod
    def _a_check_is_known(cls, notice: str, info: ValidationInfo) -> str:
        sanction = info.data.get("sanction")
        if notice == "nobody" and sanction is not None and name_of(sanction) == "check_account":
            raise ValueError(_SILENT_CHECK)
        return notice


class PlatformSection(Section):
    """Ranking, surfaces' priorities, detectors and the sanction ladders."""

    ranking: PluginOf("ranking") = parameter("likes_only", "ranking policy", source="article, S12")  # type: ignore[valid-type]
    hot_prior: float = parameter(
        0.06,
        "weight in the hot table of a post whose score is 0; what a score adds is 0.7 where it is as high as the "
        "yardstick (log)",
        ge=0,
        le=100,
        source="assumed; set with C3, C4: it decides how much bought likes are worth",
    )
    hot_curve: Literal["log", "linear", "hill", "cliff"] = parameter(
        "log",
        "what a ratio r of score and yardstick adds to that: ln(1 + r); r; r / (1 + r); or r and, from hot_threshold "
        "on, hot_cliff (posts that have passed come first)",
        source="assumed",
    )
    hot_threshold: float = parameter(
        1.0,
        "multiple of the yardstick from which a post counts as hot (S7), and where the cliff is",
        ge=0,
        le=1_000_000,
    )
    hot_cliff: float = parameter(10.0, "what passing the threshold adds at a cliff", ge=0, le=1_000_000)
    hot_gravity: float = parameter(
        2.3,
        "how fast posts fade in the hot table: their weight goes with (age + hot_age_offset_h)^-hot_gravity",
        ge=0,
        le=4,
        source="C7: half of the forwards within 2-6 h, 85-90 % within 24 h",
    )
    hot_age_offset_h: float = parameter(
        2.0, "hours added to the age before it counts: the larger, the less the newest lead", unit="h", ge=0.1, le=168
    )
    hot_topic_boost: float = parameter(
        3.0, "factor of the weight for readers whose main topic is the post's", ge=0, le=100, source="assumed"
    )
    hot_yardstick: Literal["visible", "slow", "surviving"] = parameter(
        "visible",
        "the score that counts as high: hot_quantile of the scores of fresh posts as they stand (visible), the same "
        "followed slowly (slow), or of those with only the likes that outlived the last purge of past likes, when the "
        "posts were fresh (surviving)",
        source="assumed",
    )
    hot_quantile: float = parameter(0.98, "that quantile", ge=0.5, le=1)
    hot_pace: float = parameter(
        0.3, "share of the way to the day's figure that the yardstick goes in a day", unit="1/day", ge=0, le=1
    )
    hot_slow_pace: float = parameter(0.03, "likewise in a week, where the yardstick is slow", unit="1/week", ge=0, le=1)
    hot_slow_from_day: int = parameter(
        7, "day from which the slow yardstick is slow: a new platform must find its level", unit="days", ge=0, le=3650
    )
    fresh_h: int = parameter(24, "age up to which a post counts as fresh", unit="h", ge=1, le=168)
    hot_exploration: float = parameter(
        0.02, "share of the hot table's slots given to fresh posts by lot, whatever their scores", ge=0, le=1
    )
    moments_by_likes: float = parameter(
        0.6,
        "how much of Moments' delivery depends on visible likes",
        ge=0,
        le=1,
        source="article: friend-visible priority",
    )
    down_votes: bool = parameter(
        False, "whether votes against a post are subtracted from the likes that it is ranked by (none below 0)"
    )
    detectors: dict[str, PluginOf("detection") | None] = parameter(  # type: ignore[valid-type]
        {"device": {"name": "device", "threshold": 20}},
        "detectors in use, by label; null or false switches one off; no label is `any`, which stands for all in tables",
        source="article, S4",
    )
    like_ladder: tuple[Rung, ...] = parameter(
        ({"strikes": 0, "sanction": "discount_likes"},),
        "for accounts whose likes draw verdicts",
        source="article, S5",
    )
    creator_ladder: tuple[Rung, ...] = parameter((), "for creators whose posts draw verdicts", source="article, S5")
    ads_share: float = parameter(0.3, "share of advertising money that the platform keeps", ge=0, le=0.99)
    strike_memory_days: int = parameter(
        365, "days after which a strike is forgotten", unit="days", ge=1, le=3650, source="D48"
    )
    strike_account_share: float = parameter(
        0.5, "an account gets a strike once this share of its likes has been flagged", ge=0, le=1
    )
    strike_account_likes: int = parameter(
        3,
        "flagged likes of an account so far, at least, that count against it",
        unit="likes",
        ge=1,
        le=100_000,
    )
    strike_like_share: float = parameter(
        0.3, "share of a post's likes flagged that counts against its creator", ge=0, le=1
    )
    strike_min_likes: int = parameter(
        10,
        "flagged likes of a post, at least, that count against its creator",
        unit="likes",
        ge=1,
        le=100_000,
    )
    appeals_to: Literal["crowd", "expert"] = parameter("crowd", "who decides appeals", source="D31")
    audits_per_1000_creators: float = parameter(
        0.0,
        "accounts that liked in a day and are looked at by a reviewer, for every 1,000 creators (rounded, at least one "
        "if above 0)",
        unit="1/day/1000 creators",
        ge=0,
        le=1_000_000,
    )
    audits_flagged_share: float = parameter(
        0.5, "share of these taken from the accounts that a detector flagged, as far as there are any", ge=0, le=1
    )
    audits_by: Literal["crowd", "expert"] = parameter("crowd", "who looks at them", source="D31")
    false_positive_budget: float = parameter(
        0.0,
        "share of likes by long-registered accounts that all detectors together may flag: thresholds are set to it "
        "every week; 0: thresholds are as written",
        ge=0,
        le=1,
    )
    long_registered_days: int = parameter(
        1500, "age from which an account counts as long-registered", unit="days", ge=1, le=30_000, source="assumed; D27"
    )
    punished_trust_loss: float = parameter(
        0.3,
        "share of its trust in the platform that an organic reader loses when limited or banned",
        ge=0,
        le=1,
    )

    @field_validator("like_ladder", "creator_ladder")
    @classmethod
    def _mild_to_hard(cls, ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
        strikes = [rung.strikes for rung in ladder]
        if strikes != sorted(strikes):
            raise ValueError(f"rungs must come in order of strikes, got {strikes}")
        return ladder

    @field_validator("like_ladder")
    @classmethod
    def _likes_are_no_posts(cls, ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
        names = [name_of(rung.sanction) for rung in ladder if name_of(rung.sanction) in ("throttle_post", "hide_post")]
        if names:
            raise ValueError(_ON_POSTS.format(name=names[0]))
        return ladder

    @field_validator("detectors", mode="before")
    @classmethod
    def _name_detectors(cls, detectors: Any) -> Any:
        """A detector's label is its name unless it says otherwise; `false` and `off` are null."""
        if not isinstance(detectors, dict):
            return detectors
        named: dict[str, Any] = {}
        for label, spec in detectors.items():
            other = next((each for each in named if str(each).casefold() == str(label).casefold()), None)
            if unicodedata.normalize("NFKC", str(label)).strip().casefold() == ANY:
                raise ValueError(_EVERY_RULE.format(label=label))
            if other is not None:
                raise ValueError(_SAME_COLUMN.format(one=other, other=label))
            if spec in (False, "off", None):
                named[label] = None
            elif spec is True:
                named[label] = {"name": label}
            elif isinstance(spec, dict) and "name" not in spec:
                named[label] = {"name": label, **spec}
            else:
                named[label] = spec
        return named
