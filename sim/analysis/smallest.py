"""The smallest difference of each measure that matters: what is smaller is no reason to choose between two policies.

A default is at most a fifth of what manipulation changes in the shipped world: the gap between `baseline` and its twin
in the last 14 days, the mean of three seeds (`gresham twin baseline --seeds 3`). Where the baseline has no such gap (it
hardly enforces), the reason says what the default was taken from. A scenario's own scale comes in through the numbers
of people and creators.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from sim.core.errors import ScenarioError, shown
from sim.core.table_schema import STRATEGY_SHARE

Per = Literal["", "1,000 readers", "100 creators", "mean of the reference"]
MUST_BE = "must be a number more than 0, or a percentage of the reference such as 5%, not {value}"
FILE = "outcome"


class Smallest(NamedTuple):
    """A smallest difference that matters: `value` in the measure's unit, or for so many readers or creators.

    `gap` is what manipulation changes in the shipped baseline, for the same number; None where it has none.
    """

    value: float
    per: Per
    gap: float | None
    reason: str


DEFAULTS: dict[str, Smallest] = {
    "exposure_quality": Smallest(0.01, "", 0.0598, "a sixth of what manipulation costs the readers"),
    "read_quality": Smallest(0.004, "", 0.0243, "a sixth of what manipulation costs the readers"),
    "published_quality": Smallest(0.0015, "", 0.00804, "creators' work changes little within one run"),
    "quality_on_offer": Smallest(0.0015, "", 0.00794, "as for the quality of what is published"),
    "attainable_quality": Smallest(0.0015, "", 0.00773, "the best posts on offer change little within one run"),
    "quality_reach_correlation": Smallest(0.015, "", 0.107, "a seventh of what manipulation changes"),
    "honest_survival": Smallest(0.02, "", 0.369, "2 creators of 100"),
    "share_manipulating_creators": Smallest(0.02, "", 0.292, "2 creators of 100"),
    "platform_trust": Smallest(0.006, "", 0.0349, "a sixth of what manipulation costs"),
    "count_trust": Smallest(0.01, "", 0.056, "a sixth of what manipulation costs"),
    "active_reader_share": Smallest(0.00015, "", 0.000995, "15 readers of 100,000, a seventh of those driven away"),
    "share_fake_likes": Smallest(0.05, "", 0.79, "1 like of 20; nobody reads a count closer than that"),
    "share_fake_visible_likes": Smallest(0.05, "", 0.743, "1 like of 20; nobody reads a count closer than that"),
    "reach_gini": Smallest(0.0025, "", 0.0143, "a sixth of what manipulation changes"),
    "mean_effort": Smallest(0.0012, "", 0.00622, "a fifth of what manipulation changes"),
    "honest_quit": Smallest(0.005, "100 creators", 0.0857, "1 creator of 100 in 200 days"),
    "n_punished_creators": Smallest(0.005, "100 creators", 0.138, "1 creator of 100 in 200 days"),
    "reads": Smallest(20.0, "1,000 readers", 127.0, "6 of 1,000 reads"),
    "impressions": Smallest(100.0, "1,000 readers", 576.0, "1 of 600 impressions"),
    "open_rate": Smallest(0.00025, "", 0.00148, "4 of 1,000 reads, as impressions"),
    "likes_per_read": Smallest(0.00015, "", 0.000975, "15 likes in 100,000 reads"),
    "creator_income_cny": Smallest(0.2, "1,000 readers", 1.3, "a ninetieth of what creators earn"),
    "platform_revenue_cny": Smallest(0.025, "1,000 readers", 0.152, "0.6 % of what advertising leaves the platform"),
    "farm_profit_cny": Smallest(0.2, "1,000 readers", 1.33, "a seventh of what farms earn in the baseline"),
    "enforcement_cost_cny": Smallest(
        0.01, "1,000 readers", None, "0.2 % of the platform's revenue; the baseline hardly enforces"
    ),
    "readers_sanctioned": Smallest(0.1, "1,000 readers", None, "1 reader of 10,000; the baseline sanctions none"),
    "hit_gap_tenure": Smallest(0.0001, "", None, "1 innocent person of 10,000 a day; the baseline hits next to none"),
    "hit_gap_region": Smallest(0.0001, "", None, "1 innocent person of 10,000 a day; the baseline hits next to none"),
    "hit_gap_followers": Smallest(0.001, "", None, "1 innocent creator of 1,000 a day; the baseline hits next to none"),
    "hit_gap_merchant": Smallest(0.001, "", None, "1 innocent creator of 1,000 a day; the baseline hits next to none"),
    "arranged_likes_lost": Smallest(0.02, "", None, "1 arranged like of 50"),
    "honest_likes_lost": Smallest(0.001, "", None, "1 honest like of 1,000"),
    "innocent_account_share": Smallest(0.05, "", None, "1 of 20 accounts punished; the baseline punishes nobody"),
    "innocent_punished_share": Smallest(0.05, "", None, "1 of 20 punished; the baseline punishes next to nobody"),
    "ad_cny_per_1000_good_reads": Smallest(0.065, "", 0.332, "a fifth of what manipulation adds to the price"),
    "n_farms": Smallest(0.15, "100 creators", 0.774, "three farms in the shipped world"),
    "n_groups": Smallest(0.02, "100 creators", 0.117, "less than half a group in the shipped world"),
    "share_audited_advertisers": Smallest(0.04, "", None, "1 advertiser of 25; manipulation changes next to nothing"),
}  # fmt: skip
DETECTOR = Smallest(0.05, "", None, "1 verdict of 20; a detector that is off has no such figure")
FALSE_POSITIVES = Smallest(0.001, "", None, "1 genuine of 1,000; a detector that is off has no such figure")
STRATEGY = Smallest(0.02, "", 0.292, "2 creators of 100")
OTHER = Smallest(0.01, "mean of the reference", None, "no measure of the scorecard: 1 % of the reference")


def default_of(measure: str) -> Smallest:
    """The default for a measure."""
    if measure in DEFAULTS:
        return DEFAULTS[measure]
    if measure.startswith(STRATEGY_SHARE):
        return STRATEGY
    if measure.endswith("_fpr"):
        return FALSE_POSITIVES
    return DETECTOR if measure.endswith(("_precision", "_recall")) else OTHER


def read_smallest(value: float | str | None, file: str = FILE, key: str = "") -> float | str | None:
    """A smallest difference as a spec or a command line gives it: a number, or a percentage as text ("5%").

    Raises ScenarioError for anything else.
    """
    if value is None:
        return None
    number = _number(value)
    if number is None or not 0.0 < number < float("inf"):
        raise ScenarioError(MUST_BE.format(value=shown(value)), path=(key,) if key else (), file=file)
    return f"{number:g}%" if isinstance(value, str) and value.strip().endswith("%") else number


def margin_of(
    measure: str, given: float | str | None, reference: float, readers: int, creators: int, days: int = 1
) -> float:
    """The smallest difference in the outcome's unit; `reference` is the outcome's mean under the reference.

    `days` is over how many days an outcome is summed. NaN where a percentage of the reference is 0 or unknown.
    """
    if isinstance(given, float):
        return given
    if given is not None:
        return _share(reference, float(given.rstrip("%")) / 100.0)
    found = default_of(measure)
    if found.per == "mean of the reference":
        return _share(reference, found.value)
    scale = {"1,000 readers": readers / 1000.0, "100 creators": creators / 100.0}.get(found.per, 1.0)
    return found.value * scale * days


def _share(reference: float, share: float) -> float:
    return abs(reference) * share if reference else float("nan")


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value.strip().rstrip("%") if isinstance(value, str) else value)
    except ValueError:
        return None
