"""Every outcome, defined once: name, unit, formula, label, and whether it needs the truth."""

from __future__ import annotations

from sim.core.enums import Origin, Surface
from sim.core.money import Purpose
from sim.core.table_schema import detector_column, strategy_column
from sim.measures.enforcement_definitions import ENFORCEMENT
from sim.measures.measure import Measure

_BASE = (
    Measure(
        "exposure_quality",
        "0..1",
        "sum of impressions x true quality / sum of impressions, over the day",
        "Quality shown",
        True,
    ),
    Measure(
        "read_quality",
        "0..1",
        "sum of reads x true quality / sum of reads, over the day",
        "Quality read",
        True,
    ),
    Measure(
        "quality_reach_correlation",
        "-1..1",
        "Spearman correlation of true quality and impressions, posts closed that day; NaN below ten",
        "Quality and reach",
        True,
    ),
    Measure(
        "share_manipulating_creators",
        "0..1",
        "present creators whose strategy is not honest / present creators",
        "Creators who manipulate",
        True,
    ),
    Measure(
        "share_fake_likes",
        "0..1",
        "likes of the day that were arranged / likes of the day",
        "Fake likes",
        True,
    ),
    Measure(
        "share_fake_visible_likes",
        "0..1",
        "as above, of those likes that still count at the day's end",
        "Fake likes still shown",
        True,
    ),
    Measure(
        "honest_survival",
        "0..1",
        "creators of day 0 still present who have never manipulated / creators of day 0",
        "Honest from the start",
        True,
    ),
    Measure(
        "honest_quit",
        "creators",
        "creators who quit that day without ever having manipulated",
        "Honest creators who quit",
        True,
    ),
    Measure(
        "platform_trust",
        "0..1",
        "mean over active readers of trust in the platform",
        "Trust in the platform",
        True,
    ),
    Measure(
        "count_trust",
        "0..1",
        "mean over active readers of trust that counts mean something",
        "Trust in counts",
        True,
    ),
    Measure(
        "active_reader_share",
        "0..1",
        "people who have not left and are not banned / all people",
        "Active readers",
    ),
    Measure(
        "reach_gini",
        "0..1",
        "Gini coefficient of the day's impressions over present creators",
        "Inequality of reach",
    ),
    Measure("impressions", "1/day", "posts shown that day", "Impressions"),
    Measure("reads", "1/day", "posts opened that day by people who came to read", "Reads"),
    Measure("follows_new", "people", "people who began to follow a creator that day", "New followers"),
    Measure("unfollows", "people", "people who stopped following a creator that day", "Followers lost"),
    Measure(
        "follow_links",
        "people",
        "followers of all present creators at the day's end: each person once for each creator",
        "Followers",
    ),
    Measure("bought_reads", "1/day", "posts opened that day because it was arranged", "Bought reads", True),
    Measure("open_rate", "0..1", "reads / impressions", "Open rate"),
    Measure("likes_per_read", "0..1", "organic likes / reads", "Organic likes per read", True),
    Measure("discounted_likes", "1/day", "likes taken out of the count that day", "Likes discounted"),
    Measure("n_present_creators", "creators", "creators who have not quit and are not banned", "Creators"),
    Measure("mean_effort", "0..1", "mean effort of present creators", "Effort", True),
    Measure("mean_skill", "0..1", "mean skill of present creators", "Skill", True),
    Measure("published_quality", "0..1", "mean true quality of the day's posts", "Quality published", True),
    Measure(
        "quality_on_offer",
        "0..1",
        "mean true quality of the posts young enough to be recommended, at the day's end: what random lists would show",
        "Quality on offer",
        True,
    ),
    Measure(
        "attainable_quality",
        "0..1",
        "mean true quality of the best of these posts that fill the slots of a recommendation list",
        "Attainable quality",
        True,
    ),
    *ENFORCEMENT,
    Measure(
        "platform_revenue_cny",
        "CNY/day",
        "advertising money that the platform keeps of what the day's reads brought",
        "Platform's revenue",
    ),
    Measure(
        "creator_income_cny",
        "CNY/day",
        "advertising, sponsorship and sales paid to creators that day",
        "Creators' income",
    ),
    Measure(
        "farm_profit_cny",
        "CNY/day",
        "revenue less costs of all farms that day",
        "Farms' profit",
        True,
    ),
    Measure(
        "ad_cny_per_1000_good_reads",
        "CNY",
        "advertising and sponsorship paid that day / sum of reads x true quality, times 1000",
        "Advertisers' cost of 1000 good reads",
        True,
    ),
    Measure("n_advertisers", "advertisers", "advertisers who have not withdrawn", "Advertisers"),
    Measure(
        "share_audited_advertisers",
        "0..1",
        "of those, share who choose by audited figures",
        "Advertisers who audit",
    ),
    Measure("n_farms", "farms", "farms in business", "Farms"),
    Measure("n_groups", "groups", "mutual-aid groups alive", "Groups"),
)

BASE_LABELS = {each.name: each.label for each in _BASE}

PAID_FOR = {Purpose.REVIEW: "reviews by the platform and audits by advertisers"}


def detector_measures(label: str) -> tuple[Measure, ...]:
    """Measures of one detector (NaN on days when it is off or had nothing to judge).

    Counted tick by tick over all likes, all accounts that liked or all posts that were liked, as the detector
    judges likes, accounts or posts. Fake are arranged likes, accounts of which half the likes of the tick or more were
    arranged, and posts with `measures.pushed_likes` arranged likes or more so far.
    """
    rows = (
        ("precision", "flagged and fake / flagged, over the day", "precision"),
        ("recall", "flagged and fake / fake, over the day", "recall"),
        ("fpr", "flagged and genuine / genuine, over the day", "false positives"),
    )
    return tuple(
        Measure(detector_column(label, name), "0..1", formula, f"{label}: {word}", True) for name, formula, word in rows
    )


def all_measures(detectors: tuple[str, ...], strategies: tuple[str, ...]) -> tuple[Measure, ...]:
    """Every column of the daily table for a scenario with these detectors and strategies."""
    likes = tuple(
        Measure(
            f"likes_{o.name.lower()}",
            "1/day",
            f"likes of the day of true origin {o.name.lower()}",
            f"Likes by origin: {o.name.lower().replace('_', ' ')}",
            True,
        )
        for o in Origin
    )
    reads = tuple(
        Measure(
            f"read_share_{s.name.lower()}",
            "0..1",
            f"share of the day's reads on {s.name.lower()}",
            f"Reads on {s.name.lower()}",
        )
        for s in Surface
    )
    share = tuple(
        Measure(
            strategy_column(name),
            "0..1",
            f"share of present creators whose strategy is {name}",
            f"Creators whose strategy is {name.replace('_', ' ')}",
            True,
        )
        for name in strategies
    )
    money = tuple(
        Measure(
            f"money_{p}_cny", "CNY/day", f"paid for {PAID_FOR.get(p, p)} that day", f"Paid for {p.replace('_', ' ')}"
        )
        for p in Purpose
    )
    judged = tuple(m for label in detectors for m in detector_measures(label))
    return (*_BASE, *likes, *reads, *share, *money, *judged)
