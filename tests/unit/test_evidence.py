"""The scripts that look for leaks and hold an honest world against figures: on rows with a known answer."""

from __future__ import annotations

import importlib
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from sim.core.enums import Kind, Surface
from sim.core.views import ACCOUNT_COLUMNS, AccountRows, AccountsView
from tests.helpers.evidence import EVIDENCE, script_fixture

SEEDS = [1, 2, 3, 4]


leaks = script_fixture("leaks")
honest_world = script_fixture("honest_world")


def likes(n: int = 2000) -> pd.DataFrame:
    """Likes, half of them fake, whose columns say nothing."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"seed": np.repeat(SEEDS, n // len(SEEDS)), "fake": np.arange(n) % 2 == 0})
    for name in ("account", "session", "time_s", "parent", "author", "dwell_s", "since_s", "event"):
        rows[name] = rng.integers(0, 1000, n)
    for name in ("referrer", "region", "address_class", "completion", "registered_day", "standing", "per_device"):
        rows[name] = rng.integers(0, 3, n)
    for name in ("status", "same_device", "same_region"):
        rows[name] = rng.integers(0, 2, n)
    return rows.assign(channel=np.where(rng.random(n) < 1 / 2, Surface.CHAT, Surface.HOT))


def test_a_tree_finds_a_column_that_tells_and_none_in_noise(leaks: ModuleType) -> None:
    rows = likes().assign(tells=lambda frame: frame.fake * 10 + frame.time_s % 10)
    assert leaks.score(rows, ("tells",), SEEDS) == [1.0, 1.0]
    assert all(abs(area - 0.5) < 0.08 for area in leaks.score(rows, ("account",), SEEDS))


def test_purity_counts_the_honest_rows_that_share_a_value(leaks: ModuleType) -> None:
    rows = likes()
    # all fakes come through chats, and one honest like in fifty
    honest = np.flatnonzero(~rows.fake)
    rows.loc[rows.fake, "channel"] = Surface.CHAT
    rows.loc[honest, "channel"] = Surface.HOT
    rows.loc[honest[::50], "channel"] = Surface.CHAT
    found = leaks.purity_table({"like": leaks.add_behaviour(rows)})
    row = found[(found.column == "channel") & (found.value == "CHAT")].iloc[0]
    assert (row.share_of_fakes, row.share_of_honest, row.honest_for_each_fake) == pytest.approx((1.0, 0.02, 0.02))
    assert row.purity_equal_weights == pytest.approx(1 / 1.02)
    assert row.verdict == "LEAK: pure"
    assert set(found[found.column == "region"].verdict) == {"kept"}


def test_an_account_is_fake_from_half_of_its_likes_on(leaks: ModuleType) -> None:
    rows = leaks.add_behaviour(likes(8)).assign(seed=1, account=[7, 7, 7, 8, 8, 8, 9, 9])
    for name in (*leaks.IDENTIFIERS, *leaks.PLACES):
        rows[name] = rows.get(name, 0)
    rows["fake"] = [True, False, True, False, False, True, True, False]
    assert leaks.to_accounts(rows).fake.tolist() == [True, False, True]


def test_all_that_the_register_tells_is_looked_at(leaks: ModuleType) -> None:
    add_register = importlib.import_module("like_rows").add_register
    plain = {name: np.array([1, 2, 3]) for name in ACCOUNT_COLUMNS}
    register = AccountsView.stored(np.array([10, 20, 30]), AccountRows(**plain | {"device": np.array([7, 7, 8])}))
    rows = pd.DataFrame({"account": [30, 10], "device": [8, 9], "region": [3, 2]})
    found = add_register(rows, register)
    assert found.same_device.tolist() == [True, False] and found.same_region.tolist() == [True, False]
    assert found.per_device.tolist() == [1, 0] and found.registered_day.tolist() == [3, 1]
    looked_at = {*leaks.COUNTED, *leaks.CATEGORIES}
    assert {*found.columns} - {"account", "device"} <= looked_at


def test_places_of_rows_in_their_tick_and_second(leaks: ModuleType) -> None:
    places = importlib.import_module("like_rows").add_places
    read, like = Kind.READ, Kind.LIKE
    events = pd.DataFrame({"event": range(5), "time_s": [10, 10, 10, 99, 3700], "kind": [like, read, read, like, read]})
    found = places(events, 3600)
    assert found.in_day.tolist() == [0, 1, 2, 3, 4]
    assert found.in_tick.tolist() == [0, 1, 2, 3, 0]
    assert found.in_tick_share.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1, 0])
    assert (found.rank_in_second[:3] * 3).astype(int).tolist() == [0, 1, 2]
    assert found.like_before[1] == 1  # the row before is a like, the one after is not


def test_figures_of_an_honest_world(honest_world: ModuleType) -> None:
    rows = pd.DataFrame(
        {
            "kind": [Kind.LIKE] * 10 + [Kind.READ] * 4,
            "since_s": [3, 7, -1, 80, 80, 80, 100, 100, 100, 100] + [0] * 4,
            "dwell_s": [100] * 10 + [14, 15, 2, 90],
            "account_row": [1] * 6 + [2] * 3 + [3] + [4] * 4,
            "account": [1] * 6 + [2] * 3 + [3] + [4] * 4,
            "channel": [Surface.CHAT] * 5 + [Surface.HOT] * 9,
            "address": [5] * 14,
            "address_class": [0] * 14,
            "time_s": [0] * 14,
        }
    )
    found = honest_world.figures_of(rows, people=100)
    assert (found["within_5s"], found["within_10s"], found["without_view"]) == pytest.approx((0.1, 0.2, 0.1))
    assert found["median_s"] == 80
    assert found["short_visits"] == 1 / 2
    assert (found["top_1"], found["top_10"], found["none"]) == pytest.approx((0.6, 1.0, 0.97))
    assert (found["by_chat"], found["per_address_median"]) == (0.5, 3)
    assert honest_world.verdict("within_5s", 0.055) == "near" and honest_world.verdict("within_5s", 0.2) == "OFF"


# -- precision and recall of the detectors


detection = script_fixture("detection")
detection_scores = script_fixture("detection_scores")
policies = script_fixture("detection_policies")


def scored(rule: str, *rows: tuple[float, str, int]) -> pd.DataFrame:
    """Things that a rule judged: score, kind, how many of them."""
    parts = [pd.DataFrame({"score": [score] * n, "kind": kind}) for score, kind, n in rows]
    return pd.concat(parts, ignore_index=True).assign(rule=rule, seed=1, causes=1)


def test_a_curve_goes_down_to_the_lowest_score_that_says_something(detection: ModuleType) -> None:
    """Of ten fakes that the rule is after four have the highest score, and one has none; another kind is left out."""
    rows = scored(
        "device", (25, "machine", 4), (25, "matrix", 50), (4, "raised", 4), (4, "honest", 4), (2, "honest", 8),
        (2, "machine", 1), (1, "honest", 100), (np.nan, "machine", 1),
    )  # fmt: skip
    curve = detection.curve_of(rows, "device")
    assert curve.score.tolist() == [25, 4, 2]
    assert curve.recall.tolist() == pytest.approx([0.4, 0.8, 0.9])
    assert curve.precision.tolist() == pytest.approx([1.0, 8 / 12, 9 / 21])
    assert detection.precision_at(curve, 0.3) == 1.0
    assert detection.precision_at(curve, 0.5) == pytest.approx(8 / 12)
    assert np.isnan(detection.precision_at(curve, 0.95))
    row = detection.describe_rule(rows, "device")
    assert (row["fakes"], row["honest"], row["verdict"]) == (10, 112, "falls")
    assert row["fall"] == pytest.approx(1 - 9 / 21)
    assert (row["shipped_recall"], row["shipped_precision"]) == (0.4, 1.0)  # the shipped threshold is 8


@pytest.mark.parametrize(
    ("recall", "fall", "verdict"),
    [(0.9, 0.1, "falls"), (0.9, 0.09, "NO TRADE-OFF"), (0.9, -0.2, "NO TRADE-OFF"), (0.29, np.nan, "recall below .3")],
)
def test_what_a_trade_off_is(detection: ModuleType, recall: float, fall: float, verdict: str) -> None:
    assert detection.judge_curve(recall, fall) == verdict


def test_causes_are_counted_among_false_positives_alone(detection: ModuleType) -> None:
    rows = scored("device", (9, "machine", 50), (9, "honest", 10), (3, "honest", 30), (1, "honest", 60))
    carrier = 1 << detection.CAUSE_NAMES.index("carrier")
    rows.loc[rows.kind == "honest", "causes"] = [1 | carrier] * 4 + [1] * 96
    found = detection.causes_table(rows).set_index(["rule", "cause"]).loc[("device", "carrier")]
    assert (found.wrong_shipped, found.wrong_at_max) == (10, 40)
    assert (found.of_wrong_shipped, found.of_wrong_at_max, found.of_honest) == pytest.approx((0.4, 0.1, 0.04))
    best = detection.best_of_causes(detection.causes_table(rows)).set_index("cause").verdict
    assert best["carrier"] == "kept" and best["unread"] == "TOO FEW"


def test_an_account_is_what_most_of_its_arranged_likes_are(detection_scores: ModuleType) -> None:
    given = [
        (1, "machine"), (2, "honest"), (2, "real"), (3, "honest"), (3, "honest"), (3, "real"),
        (4, "matrix"), (4, "mutual_aid"), (4, "mutual_aid"),
    ]  # fmt: skip
    kinds = detection_scores.kinds_of_accounts(pd.DataFrame(given, columns=["account", "kind"]))
    assert kinds.to_dict() == {1: "machine", 2: "real", 3: "honest", 4: "mutual_aid"}


def test_thresholds_are_lowered_in_the_calendar_too(policies: ModuleType) -> None:
    rules = policies.Scenario.load("rules_2022")
    before, after = rules.policies(), policies.lower_thresholds(rules, 0.5).policies()
    assert [day for day, _ in after] == [day for day, _ in before]
    for (_, old), (_, new) in zip(before, after, strict=True):
        assert set(new.detectors) == set(old.detectors)
        for label, detector in new.detectors.items():
            assert detector.threshold == max(
                1.0 if label != "no_read_like" else 0.0, old.detectors[label].threshold / 2
            )
        assert new.like_ladder == old.like_ladder
    lax = policies.Scenario.load("honeymoon_and_crackdown")
    assert policies.lower_thresholds(lax, 0.5).policy_on(130).detectors["device"] is None


def test_punishments_of_a_run_are_added_up(policies: ModuleType) -> None:
    days = pd.DataFrame(
        {
            "n_punished_accounts": [10.0, 30.0, 0.0],
            "innocent_account_share": [0.5, 0.1, np.nan],
            "n_punished_creators": [0.0, 10.0, 10.0],
            "innocent_punished_share": [np.nan, 0.2, 0.0],
            "arranged": [100, 100, 0],
            "removed": [10, 70, 0],
            "genuine": [50, 50, 0],
            "genuine_removed": [1, 0, 0],
        }
    )
    assert policies.figures_of(days) == pytest.approx(
        {
            "recall": 0.4,
            "genuine_removed": 0.01,
            "punished": 60.0,
            "innocent": 10 / 60,
            "innocent_people": 8 / 40,
            "innocent_creators": 2 / 20,
        }
    )


def test_appeals_of_a_run(policies: ModuleType) -> None:
    appeals = pd.DataFrame({"overturned": [True, False, False, False], "evidence": [True, True, False, False]})
    assert policies.appeals_of(appeals) == {"appeals": 4.0, "won": 0.25, "with_record": 0.5}
    assert np.isnan(policies.appeals_of(appeals[:0])["won"])


def test_the_interval_over_seeds_is_that_of_student(policies: ModuleType) -> None:
    mean, low, high = policies.interval([0.1, 0.2, 0.3, np.nan])
    assert (mean, low, high) == pytest.approx(
        (0.2, 0.2 - 4.30265 * 0.1 / 3**0.5, 0.2 + 4.30265 * 0.1 / 3**0.5), rel=1e-5
    )
    assert policies.interval([0.5])[0] == 0.5 and np.isnan(policies.interval([0.5])[1])
    assert policies.judge_policy(0.5, 0.02) == "kept"
    assert policies.judge_policy(0.5, 0.01) == "TOO CLEAN"
    assert policies.judge_policy(0.3, 0.0) == policies.judge_policy(np.nan, 0.0) == "recall at most .3"


def test_scores_of_a_small_world_are_of_everything_that_was_judged(detection_scores: ModuleType) -> None:
    scenario = detection_scores.shadow_world("classroom", days=3, readers=1500)
    assert {label: detector.threshold for label, detector in scenario.platform.detectors.items()} == {
        label: detection_scores.least_threshold(label) for label in detection_scores.RULES
    }
    model = detection_scores.EngagementModel(scenario, seed=2, threads=1)
    while model.running:
        model.step()
    likes = model.state.world.likes
    scores = detection_scores.run_scores(scenario, 2)
    for rule in ("no_read_like", "ip_burst", "region_jump"):
        rows = scores[scores.rule == rule]
        assert len(rows) == likes.n > 100
        assert (rows.kind == "honest").sum() == (likes.origin == 0).sum() > 0
        assert rows.score.notna().all()
        assert (rows.causes.gt(0) == rows.kind.eq("honest")).all()
    assert len(scores[scores.rule == "device"]) <= likes.n
    assert set(scores.rule) == set(detection_scores.RULES)


# -- bought likes


bought = script_fixture("bought_likes")


def test_survival_is_of_all_likes_of_a_run_and_its_interval_over_runs(bought: ModuleType) -> None:
    def run(alive: int) -> pd.DataFrame:
        rows = [("machine", 1, 30, alive), ("machine", 1, 10, 0), ("raised", 7, 10, 10)]
        return pd.DataFrame(rows, columns=["grade", "days", "delivered", "alive"])

    found = bought.survival_table({"baseline": [run(10), run(30)]}).set_index(["policy", "grade", "days"])
    row = found.loc[("baseline", "machine", 1)]
    assert row.alive == 0.5 and row.upper - 0.5 == pytest.approx(0.5 - row.lower) == pytest.approx(12.7062 * 0.25)
    assert found.loc[("baseline", "raised", 7)].tolist() == [1.0, 1.0, 1.0]


def test_what_a_bought_like_brings_is_told_apart_from_who_buys(bought: ModuleType) -> None:
    """Author 1 wins ten follows a post whatever it does; a post with ten likes more wins two more, of either author."""
    posts = pd.DataFrame(
        {
            "post": range(6),
            "creator": [1, 2, 1, 2, 1, 2],
            "strategy": "honest",
            "published_day": [0, 0, 1, 1, 2, 2],
            "dose": [10, -1, 10, 10, -1, 0],
            "dose_counted": [8, -1, 8, 8, -1, 0],
            "likes_organic": [0, 1, 0, 0, 3, 0],
            "follows": [12, 0, 12, 2, 10, 0],
            "reads": [0, 0, 7, 70, 5, 50],
        }
    )
    module = importlib.import_module("bought_yield")
    pushed, none = posts.dose > 0, np.nan
    following = module.reads_of_next(posts, pushed)
    np.testing.assert_equal(following.tolist(), [5, 50, 5, 50, none, none])  # pushed posts 2 and 3 are left out
    found = module.yields_of(posts, module.CHANNELS["machine"], days=60)
    assert (found["posts"], found["likes"], found["follows"]) == (3, 8, 2 / 8)
    assert found["follows_by_honest_like"] == 10 / 4
    assert np.isnan(module.gap_within(posts.creator, posts.post < 0, posts.follows))
    late = posts.assign(published_day=posts.published_day * module.NEXT_DAYS)
    np.testing.assert_equal(module.reads_of_next(late, pushed).tolist(), [none, none, 5, 50, none, none])


def test_days_until_a_belief_has_gone_half_of_the_way(bought: ModuleType) -> None:
    module = importlib.import_module("bought_beliefs")
    assert module.half_way(np.array([1.0, 0.9, 0.6, 0.3, 0.2]), 1.0, 0.2) == 2
    assert np.isnan(module.half_way(np.array([1.0, 0.99, 0.97]), 1.0, 0.97))
    days = pd.DataFrame({"day": range(70), "grade": "machine", "ladder": "x", "seed": 1, "alive": 0.5, "open": 3})
    days["mean"] = np.where(days.day < 33, 1.0, 0.4)
    days["best"] = days["mean"].where(days.day < 60)  # no farm is left
    row = module.beliefs_table(days).iloc[0]
    assert (row.half_days, row.best, row.fall) == pytest.approx((5, 0.4, 0.6))


def test_worlds_of_beliefs_differ_in_the_ladder_alone(bought: ModuleType) -> None:
    worlds = importlib.import_module("bought_beliefs").worlds_of_beliefs(70, 2000)
    before = {scenario.policy_on(27).model_dump_json() for scenario in worlds.values()}
    assert len(before) == 1
    after = [scenario.policy_on(28) for scenario in worlds.values()]
    assert len({policy.model_dump_json() for policy in after}) == len(worlds) == 5
    assert all(policy.detectors == after[0].detectors and len(policy.detectors) == 3 for policy in after)


# -- why creators were punished


punished = script_fixture("detection_creators")


def hits_of(rule: str, **counts: int) -> pd.DataFrame:
    """Rows of `punished_creators` of one rule: innocent ones by cause, beside ten guilty ones."""
    causes = ["any", "own", *counts]
    innocent = [sum(counts.values()), 0, *counts.values()]
    hit = [innocent[0] + 10, 10, *counts.values()]
    return pd.DataFrame(
        {"rule": rule, "cause": causes, "hit": hit, "innocent_hit": innocent, "innocent_creators": innocent}
    )


def test_what_innocent_creators_were_punished_for(punished: ModuleType) -> None:
    first = pd.concat([hits_of("any", rival=6, organic=24), hits_of("device", rival=6, organic=24)])
    second = pd.concat([hits_of("any", rival=10, organic=10), hits_of("ip_burst", rival=10, organic=10)])
    table = punished.shares_by_rule([first, second]).set_index("rule")
    assert table.index.tolist() == ["any", "device", "ip_burst"]
    assert table.loc["any", ["hit", "innocent", "creators"]].tolist() == [35, 25, 25]
    assert table.loc["any", ["rival", "organic", "fans"]].tolist() == pytest.approx([0.32, 0.68, 0.0])
    assert table.loc["any", ["rival_least", "rival_most"]].tolist() == pytest.approx([0.2, 0.5])
    assert table.loc["device", ["innocent", "rival"]].tolist() == pytest.approx([15, 0.2])
    best = punished.best_of_creator_causes(table.reset_index().assign(policy="rules", thresholds=1.0), 2).set_index(
        "cause"
    )
    assert best.loc["rival", ["policy", "rule", "of_innocent", "verdict"]].tolist() == [
        "rules",
        "ip_burst",
        0.5,
        "kept",
    ]
    assert best.verdict.fans == "NONE"
    few = punished.best_of_creator_causes(
        table.reset_index().assign(policy="rules", thresholds=1.0, rival=0.04), 2
    ).set_index("cause")
    assert few.verdict.rival == "TOO FEW"


def test_without_innocent_creators_there_is_no_share(punished: ModuleType) -> None:
    (row,) = punished.shares_by_rule([hits_of("any")]).to_dict("records")
    assert (row["hit"], row["innocent"]) == (10, 0) and np.isnan(row["rival"])
    empty = pd.DataFrame(columns=["rule", "cause", "hit", "innocent_hit", "innocent_creators"])
    (row,) = punished.shares_by_rule([empty]).to_dict("records")
    assert (row["hit"], row["innocent"]) == (0, 0) and np.isnan(row["rival_most"])
    found = punished.best_of_creator_causes(pd.DataFrame([row]).assign(policy="rules", thresholds=1.0), 1)
    assert set(found.verdict) == {"NONE"}


def test_figures_of_the_rule_that_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EVIDENCE))
    learned = importlib.import_module("learned")
    honest = pd.DataFrame({"score": np.arange(200) / 400, "kind": "honest"})  # below a half, all of them
    fakes = pd.DataFrame({"score": [0.9, 0.6, 0.4975, 0.1], "kind": ["machine", "machine", "real", "real"]})
    day = pd.concat([honest, fakes]).assign(seed=1, day=7)
    found = learned.figures_of(day)
    assert (found["precision"], found["recall"], found["honest_flagged"]) == (1.0, 0.5, 0.0)
    above = [1.0, 1.0, 199.5 / 200, 40.5 / 200]  # of the honest ones, ties counted half
    assert found["auc"] == pytest.approx(np.mean(above))
    assert found["recall_at_1_percent"] == 0.75
    assert learned.by_day(day, [7])["recall"].tolist() == [0.5]
    kinds = learned.by_kind(day).set_index("kind")
    assert kinds["size"].tolist() == [200, 2, 2] and kinds["mean"].tolist() == [0.0, 1.0, 0.0]
