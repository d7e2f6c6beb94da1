"""Plausible frames of a run that nobody ran, for tests of charts and report."""

from __future__ import annotations

import numpy as np

from sim import Result
from sim.core.enums import Origin, Surface
from sim.core.table_schema import FORWARD_AGES_H, READ_AGES_D
from sim.core.tables import Tables
from sim.world.tokens import TokenKey

STRATEGIES = ("honest", "mutual_aid", "buy_machine", "buy_raised", "buy_real", "buy_package", "mcn")
DETECTORS = ("ip_burst", "no_read_like", "device")


class Memory:
    def __init__(self, tables: Tables, twin: Tables | None) -> None:
        self.tables, self.twin = tables, twin

    def frame(self, name: str):
        table = self.twin["daily"] if name == "twin_daily" and self.twin else self.tables[name]
        return table.arrow().to_pandas()


def daily(tables: Tables, days: int, rng: np.random.Generator, fraud: bool = True, detectors: bool = True) -> None:
    t = np.arange(days)
    cheat = (0.04 + 0.42 / (1 + np.exp(-(t - 0.4 * days) / (0.1 * days + 1)))) * fraud
    noise = rng.normal(0, 0.006, days)
    names = STRATEGIES[1:]
    share = {f"share_strategy_{n}": cheat * w for n, w in zip(names, (0.2, 0.35, 0.15, 0.1, 0.12, 0.08), strict=True)}
    found = {}
    for i, name in enumerate(DETECTORS if detectors and fraud else ()):
        on = np.where(t >= 0.5 * days, 1.0, np.nan)
        found[f"{name}_precision"] = (0.7 + 0.08 * i + noise) * on
        found[f"{name}_recall"] = (0.6 - 0.12 * i + noise) * on
        found[f"{name}_fpr"] = (0.002 * (i + 1)) * on
    tables.extend(
        "daily",
        day=t,
        exposure_quality=0.52 - 0.16 * cheat / 0.46 + noise,
        read_quality=0.55 - 0.1 * cheat + noise,
        share_manipulating_creators=cheat,
        share_strategy_honest=1 - cheat,
        **share,
        share_fake_likes=cheat * 0.8,
        honest_survival=1 - 0.5 * cheat,
        platform_trust=0.7 - 0.2 * cheat,
        active_reader_share=0.97 - 0.15 * cheat,
        impressions=400_000.0 + 1e6 * noise,
        likes_organic=2500.0 + 2e4 * noise,
        likes_mutual_aid=900 * cheat,
        likes_farm=9000 * cheat,
        likes_matrix=700 * cheat,
        readers_sanctioned=np.where(t > 0.5 * days, 7.0, 0.0),
        n_punished_creators=np.where(t > 0.5 * days, 9.0, 0.0) * fraud,
        innocent_punished_share=np.where(t > 0.5 * days, 0.12, np.nan),
        money_likes_cny=60 * cheat,
        money_ads_cny=900.0 + 0 * t,
        money_sponsorship_cny=2400.0 + 0 * t,
        money_sales_cny=1100.0 + 0 * t,
        money_operations_cny=12 * cheat,
        money_review_cny=4 * cheat,
        **found,
    )


def posts(tables: Tables, n: int, rng: np.random.Generator, doses: bool) -> None:
    kind = rng.choice(len(STRATEGIES), n, p=(0.64, 0.06, 0.12, 0.06, 0.04, 0.04, 0.04))
    quality = np.clip(rng.normal(0.5, 0.17, n) - 0.08 * (kind > 0), 0, 1)
    bought = np.where(kind > 0, rng.integers(50, 900, n), 0)
    reach = (80 * np.exp(3 * quality + rng.normal(0, 0.9, n)) * (1 + bought / 200)).astype(int)
    organic = (reach * 0.03 * quality).astype(int)
    origin = {1: "mutual_aid", 6: "matrix"}
    by_origin = {f"likes_{o.name.lower()}": np.zeros(n, int) for o in Origin}
    by_origin["likes_organic"] = organic
    for k in range(1, len(STRATEGIES)):
        by_origin[f"likes_{origin.get(k, 'farm')}"] += np.where(kind == k, bought, 0)
    likes = organic + bought
    slow = np.exp(rng.normal(11, 0.8, n)).astype(int)
    quick = np.exp(rng.normal(6.5, 0.5, n)).astype(int)
    when = np.where(kind > 0, quick, slow)
    zeros = {f"{p}_{s.name.lower()}": 0 for p in ("impr", "read") for s in Surface}
    tables.extend(
        "posts",
        post=np.arange(n),
        token=TokenKey(5, "post").tokens_of(np.arange(n)).astype(np.int64),
        creator=np.arange(n) % 40,
        topic=0,
        strategy=np.array(STRATEGIES, object)[kind],
        published_day=np.arange(n) // 10,
        quality=quality,
        appeal=0.5,
        effort=0.5,
        impressions=reach,
        reads=reach // 40,
        **zeros,
        bought_reads=bought // 2,
        finishes=0,
        dwell_s=0,
        likes=likes,
        **by_origin,
        discounted=0,
        comments=0,
        down_votes=0,
        comment_depth=0,
        stock_comments=0,
        forwards=0,
        follows=0,
        visibility=1.0,
        hot_tick=-1,
        s_to_100=np.where(likes > 100, when, -1),
        s_to_1000=np.where(likes > 700, when * 6, -1),
        dose=(dose := np.where(rng.random(n) < 0.2, rng.choice([0, 50, 200, 800], n), -1) if doses else np.full(n, -1)),
        dose_counted=dose,
        unlisted=False,
        share=1.0,
        bait=0.0,
        outside_link=False,
        deliveries=0,
        forwards_passed_on=0,
        forward_depth=0,
        **dict.fromkeys(
            (
                "unliked_hot_impressions",
                "unliked_hot_reads",
                "unliked_reads",
                "unliked_likes",
                "likes_hour",
                "likes_day",
            ),
            0,
        ),
        **{f"reads_{age}d": -1 for age in READ_AGES_D},
        likes_3d=-1,
        **{f"forwards_{age}h": 0 for age in FORWARD_AGES_H},
    )


def farms(tables: Tables, days: int, rng: np.random.Generator) -> None:
    for farm in range(3):
        t = np.arange(days)
        tables.extend(
            "farms",
            day=t,
            farm=farm,
            open=(t < days * 0.8) | (farm > 0),
            machine=1500,
            raised=400,
            real_person=100,
            burnt=t,
            orders=5,
            likes_delivered=1000,
            revenue_cny=60.0,
            sales_cost_cny=10.0,
            operations_cost_cny=20.0,
            accounts_cost_cny=5.0,
            profit_cny=25 - 40 * t / days + rng.normal(0, 5, days),
            price_machine_per_1000_cny=5 + 4 * t / days,
            price_raised_per_1000_cny=10 + 5 * t / days,
            price_real_per_1000_cny=25 + 6 * t / days,
        )


def actions(tables: Tables, n: int) -> None:
    tables.extend(
        "actions",
        tick=np.arange(n),
        day=np.arange(n) // 24,
        sanction=["discount_likes", "throttle_post", "ban"] * (n // 3),
        target="post",
        account=-1,
        post=np.arange(n),
        creator=3,
        detector="device",
        strikes=1,
        until_tick=-1,
        action=["remove", "demote", "block"] * (n // 3),
        flagged_day=np.arange(n) // 24,
        notice=["nobody", "those_hit", "those_hit"] * (n // 3),
        arranged_share=0.9,
    )


def mistakes(tables: Tables) -> None:
    """`device` makes no mistake; a third of those of `no_read_like` and all of `ip_burst` come from carriers."""
    for rule, wrong in (("ip_burst", [40, 40, 0]), ("no_read_like", [90, 30, 60]), ("device", [0, 0, 0])):
        tables.extend(
            "mistakes",
            rule=rule,
            cause=["any", "carrier", "unread"],
            honest_likes=np.array([2000, 900, 120]),
            honest_people=np.array([1000, 500, 110]),
            flagged_likes=np.array(wrong),
            flagged_people=np.array(wrong) // 2,
            wrong_likes=np.array(wrong),
            wrong_people=np.array(wrong) // 2,
            punished_people=0,
        )


def punished_creators(tables: Tables) -> None:
    """Of 80 innocent creators hit 60 had a rival who bought likes against them."""
    for rule in ("any", "no_read_like"):
        tables.extend(
            "punished_creators",
            rule=rule,
            cause=["any", "own", "rival", "fans", "organic"],
            hit=np.array([500, 420, 60, 4, 16]),
            innocent_hit=np.array([80, 0, 60, 4, 16]),
            creators=np.array([300, 250, 40, 1, 9]),
            innocent_creators=np.array([50, 0, 40, 1, 9]),
        )


def manifest(days: int, tables: tuple[str, ...], calendar: bool = True) -> dict:
    from sim.scenario import Scenario

    entries = [{"day": days // 2, "set": {"hot_threshold": 80}, "note": "a stricter threshold"}] if calendar else []
    scenario = Scenario.model_validate(
        {"name": "synthetic", "run": {"days": days}, "readers": {"n": 30_000}, "calendar": entries}
    )
    return {
        "name": "synthetic",
        "description": "Nobody ran this.",
        "seed": 1,
        "days": days,
        "digest": "0",
        "events": False,
        "scenario": scenario.resolved(),
        "versions": {"python": "3"},
        "commit": None,
        "timings": {},
        "tables": {name: {"rows": 0, "sha256": "0" * 64} for name in tables},
    }


def make(
    days: int = 60,
    n_posts: int = 2000,
    fraud: bool = True,
    twin: bool = True,
    empty: bool = False,
    doses: bool = True,
) -> Result:
    """A run that looks like one; `empty`: nothing but the daily table has rows."""
    rng = np.random.default_rng(5)
    tables, other = Tables(), Tables() if twin else None
    daily(tables, days, rng, fraud, detectors=not empty)
    if other:
        daily(other, days, rng, False)
    if not empty:
        posts(tables, n_posts, rng, doses)
        farms(tables, days, rng)
        actions(tables, 300)
        mistakes(tables)
        punished_creators(tables)
    names = (*tables.names, *(("twin_daily",) if twin else ()))
    return Result(manifest(days, names), Memory(tables, other))
