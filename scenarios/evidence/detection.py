"""How precise is each shipped detector, over the fakes that it is after, as its threshold is lowered?

    python scenarios/evidence/detection.py                                    the baseline, seeds 1-3
    python scenarios/evidence/detection.py --readers 1000000 --days 14        a large world
    python scenarios/evidence/detection.py --policies --seeds 20              what the shipped policies punish

Curves: all detectors in shadow; of the fakes only those of the kinds that a rule is after are counted, at their share
in the world, and all that is honest. Precision stands at recall .1, .3, .5, .7 and at the largest recall that a score
which says something reaches. A rule has a trade-off when precision falls by at least .1 from recall .3 to there.
Policies: of the arranged likes, how many were taken out within a week; of the punishments that somebody was told of,
the share that hit the innocent, with its 95 % interval over the seeds; and of the innocent creators among these, by
the rule whose flags led to it, the share by who had arranged the likes held against them.
Runs are kept in results/detection/ and are not made again. Tables go to results/detection/*.csv.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import pandas as pd
from detection_creators import best_of_creator_causes, innocent_table
from detection_policies import policies_table, shipped_policies
from detection_scores import HONEST, RULES, load_scores, shadow_world
from kept import as_table
from processes import run_all, run_script
from rich.console import Console

from sim.core.enums import Target
from sim.core.errors import GreshamError
from sim.measures.mistake_counts import CAUSE_NAMES
from sim.plugins.detectors import TABLE

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "detection"
RECALLS = (0.1, 0.3, 0.5, 0.7)
FROM_RECALL, LEAST_FALL, LEAST_SHARE = 0.3, 0.1, 0.05
LEAST_WRONG = 20
NOT_SHOWN = ("causes-of-rules",)
FALLS, FLAT, SHORT = "falls", "NO TRADE-OFF", "recall below .3"


def curve_of(scores: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Precision and recall at every threshold, from the highest score down; fakes that the rule is not after left out.

    The last row has the largest recall that is reached without flagging what has no score, or one that says nothing.
    """
    targets, nothing = RULES[rule]
    chosen = scores[scores.kind.isin((HONEST, *targets))]
    wanted = chosen.kind != HONEST
    flagged = chosen.score > nothing
    at = pd.DataFrame({"score": chosen.score[flagged], "hit": wanted[flagged], "wrong": ~wanted[flagged]})
    sums = at.groupby("score")[["hit", "wrong"]].sum().sort_index(ascending=False).cumsum().reset_index()
    sums["recall"] = sums.hit / max(1, int(wanted.sum()))
    sums["precision"] = sums.hit / (sums.hit + sums.wrong)
    return sums


def precision_at(curve: pd.DataFrame, recall: float) -> float:
    """Precision at the highest threshold that reaches a recall; NaN where none does."""
    reached = curve[curve.recall >= recall]
    return float(reached.precision.iloc[0]) if len(reached) else float("nan")


def describe_rule(scores: pd.DataFrame, rule: str) -> dict[str, object]:
    """A row of the table of curves, over all seeds together; `scores` are those of one rule.

    `fall` is how far precision falls from recall .3 to the largest; beside it the least and the most of single seeds.
    """
    targets = RULES[rule].targets
    curve = curve_of(scores, rule)
    by_seed = [fall_of(curve_of(rows, rule)) for _, rows in scores.groupby("seed")]
    falls = [fall for fall in by_seed if not math.isnan(fall)]
    shipped = curve[curve.score >= TABLE[rule]().threshold]
    recall, precision = last_of(shipped)
    largest, last = last_of(curve)
    return {
        "rule": rule,
        "after": " ".join(targets),
        "fakes": int(scores.kind.isin(targets).sum()),
        "honest": int((scores.kind == HONEST).sum()),
        **{f"at_{recall}": precision_at(curve, recall) for recall in RECALLS},
        "recall_max": largest,
        "at_max": last,
        "fall": fall_of(curve),
        "least": min(falls, default=float("nan")),
        "most": max(falls, default=float("nan")),
        "shipped_recall": recall,
        "shipped_precision": precision,
        "verdict": judge_curve(largest, fall_of(curve)),
    }


def last_of(curve: pd.DataFrame) -> tuple[float, float]:
    """Recall and precision at the end of a curve."""
    return (float(curve.recall.iloc[-1]), float(curve.precision.iloc[-1])) if len(curve) else (0.0, float("nan"))


def fall_of(curve: pd.DataFrame) -> float:
    """How far precision falls from recall .3 to the largest recall; NaN where .3 is not reached."""
    return precision_at(curve, FROM_RECALL) - last_of(curve)[1]


def judge_curve(recall: float, fall: float) -> str:
    """Whether precision falls enough from recall .3 to the largest recall."""
    if recall < FROM_RECALL:
        return SHORT
    return FALLS if fall >= LEAST_FALL else FLAT


def curves_table(scores: pd.DataFrame) -> pd.DataFrame:
    """One row a rule, over all seeds together."""
    return pd.DataFrame([describe_rule(scores[scores.rule == rule], rule) for rule in RULES])


def causes_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Share of each rule's false positives that have a cause, at the shipped threshold and at the largest recall.

    Beside it the share of all honest things that it judges. For posts: those with such a like among their honest ones.
    """
    found = []
    for rule in RULES:
        honest = scores[(scores.rule == rule) & (scores.kind == HONEST)]
        wrong = {
            "shipped": honest[honest.score >= TABLE[rule]().threshold],
            "at_max": honest[honest.score > RULES[rule].nothing],
        }
        for bit, cause in enumerate(CAUSE_NAMES):
            row: dict[str, object] = {"rule": rule, "cause": cause, "of_honest": share_with(honest, bit)}
            for name, rows in wrong.items():
                row |= {f"wrong_{name}": len(rows), f"of_wrong_{name}": share_with(rows, bit)}
            found.append(row)
    return pd.DataFrame(found)


def share_with(rows: pd.DataFrame, bit: int) -> float:
    """Share of things whose causes have a bit; NaN of nothing."""
    return float((rows.causes.to_numpy() >> bit & 1).mean()) if len(rows) else float("nan")


def best_of_causes(causes: pd.DataFrame) -> pd.DataFrame:
    """For each cause the rule of whose false positives it makes the most, where there are `LEAST_WRONG` or more.

    Rules on posts are left out: among the many honest likes of a post there is one of nearly every cause.
    """
    found = []
    on_posts = [rule for rule in RULES if TABLE[rule].target is Target.POST]
    for cause in CAUSE_NAMES[1:]:
        rows = causes[(causes.cause == cause) & (causes.wrong_at_max >= LEAST_WRONG) & ~causes.rule.isin(on_posts)]
        if len(rows) == 0:
            continue
        # most more often among false positives than among the honest: what everybody has explains nothing
        top = rows.assign(lift=rows.of_wrong_at_max - rows.of_honest).sort_values("lift").iloc[-1]
        enough = top.of_wrong_at_max >= LEAST_SHARE and top.lift > 0
        found.append({**top[["cause", "rule", "wrong_at_max", "of_wrong_at_max", "of_honest"]],
                      "verdict": "kept" if enough else "TOO FEW"})  # fmt: skip
    return pd.DataFrame(found)


def main() -> None:
    """Run what is missing, print the tables and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenario", default="baseline", help="name of a scenario that ships (%(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="1 to this (%(default)s)")
    parser.add_argument("--days", type=int, default=28, help="days of a run of the curves (%(default)s)")
    parser.add_argument("--readers", type=int, default=50_000, help="readers of a world (%(default)s)")
    parser.add_argument("--policies", action="store_true", help="what the shipped policies punish, instead of curves")
    parser.add_argument(
        "--thresholds", type=float, nargs="+", default=[1.0, 0.5], help="with --policies: times the shipped ones"
    )
    parser.add_argument("--names", nargs="+", help="with --policies: of these scenarios alone")
    parser.add_argument("--processes", type=int, default=1, help="runs side by side (%(default)s)")
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error("--seeds: at least one is needed")
    seeds = list(range(1, options.seeds + 1))
    try:
        tables = _policies(options, seeds) if options.policies else _curves(options, seeds)
    except GreshamError as error:
        parser.error(str(error))
    console = Console(width=210)
    KEEP.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(KEEP / f"{options.scenario}-{options.readers}-{name}.csv", index=False, lineterminator="\n")
        if name not in NOT_SHOWN:
            console.print(as_table(table, f"{name}, {options.readers} readers, {options.seeds} seeds"))


def _curves(options: argparse.Namespace, seeds: list[int]) -> dict[str, pd.DataFrame]:
    scenario = shadow_world(options.scenario, options.days, options.readers)
    runs = run_all(load_scores, [(scenario, seed, KEEP) for seed in seeds], options.processes)
    scores = pd.concat(runs, ignore_index=True)
    causes = causes_table(scores)
    shares = causes.pivot(index="rule", columns="cause", values="of_wrong_at_max")[[*CAUSE_NAMES[1:]]]
    counts = causes[causes.cause == CAUSE_NAMES[0]].set_index("rule")[["wrong_shipped", "wrong_at_max"]]
    kinds = scores[scores.rule == "no_read_like"].kind.value_counts(normalize=True).rename("share").reset_index()
    return {
        "kinds": kinds,
        "curves": curves_table(scores),
        "false-positives": counts.join(shares).reindex([*RULES]).reset_index(),
        "causes": best_of_causes(causes),
        "causes-of-rules": causes,
    }


def _policies(options: argparse.Namespace, seeds: list[int]) -> dict[str, pd.DataFrame]:
    names = options.names or shipped_policies()
    worlds = (names, options.readers, options.thresholds, seeds, KEEP, options.processes)
    policies, innocent = policies_table(*worlds), innocent_table(*worlds)
    return {
        "policies": policies,
        "innocent-creators": innocent,
        "causes-of-creators": best_of_creator_causes(innocent, len(seeds)),
    }


if __name__ == "__main__":
    run_script(main)
