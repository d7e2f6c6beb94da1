"""Why the policies that ship punish creators: who had arranged the likes that were held against the innocent ones."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
from detection_policies import load_run
from processes import run_all

from sim.core.table_schema import ANY
from sim.measures.punished_causes import CAUSES, OWN

INNOCENT_CAUSES = tuple(cause for cause in CAUSES if cause != OWN)
LEAST_SHARE, LEAST_INNOCENT = 0.05, 20  # share of a rule's false positives; creators and days that a share is taken of
NAMES, NONE = ("policy", "thresholds", "rule"), ""


def innocent_table(
    names: list[str], readers: int, factors: list[float], seeds: list[int], keep: Path, processes: int = 1
) -> pd.DataFrame:
    """One row a policy, factor of its thresholds and rule: innocent creators punished, and the share by each cause."""
    found = []
    for name in names:
        for factor in factors:
            jobs = [(name, readers, factor, seed, keep) for seed in seeds]
            frames = [run["punished_creators"] for run in run_all(load_run, jobs, processes)]
            found.append(shares_by_rule(frames).assign(policy=name, thresholds=factor))
    table = pd.concat(found, ignore_index=True)
    return table[["policy", "thresholds", *table.columns.drop(["policy", "thresholds"])]]


def shares_by_rule(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One row a rule, over the runs of a policy: punished and innocent in a run, and what the innocent were hit for.

    Numbers are creators hit on a day, summed over days; `creators` are different ones. Shares are of all runs together;
    `rival_least` and `rival_most` are those of single runs.
    """
    rows = pd.concat([frame.assign(run=run) for run, frame in enumerate(frames)])
    return pd.DataFrame([_row_of(rows[rows.rule == rule], rule, len(frames)) for rule in _rules_of(rows)])


def _rules_of(rows: pd.DataFrame) -> list[str]:
    """The rules, after what stands for all of them."""
    return [ANY, *sorted(set(rows.rule) - {ANY})]


def _row_of(rows: pd.DataFrame, rule: str, runs: int) -> dict[str, object]:
    sums = rows.groupby("cause")[["hit", "innocent_hit", "innocent_creators"]].sum()
    sums = sums.reindex([ANY, *CAUSES], fill_value=0)
    innocent = sums.innocent_hit[ANY]
    by_run = rows.pivot_table(index="run", columns="cause", values="innocent_hit", aggfunc="sum")
    by_run = by_run.reindex(columns=[ANY, *CAUSES], fill_value=0)
    rival = (by_run.rival / by_run[ANY]).dropna()
    return {
        "rule": rule,
        "hit": sums.hit[ANY] / runs,
        "innocent": innocent / runs,
        "creators": sums.innocent_creators[ANY] / runs,
        **{cause: sums.innocent_hit[cause] / innocent if innocent else math.nan for cause in INNOCENT_CAUSES},
        "rival_least": rival.min(),
        "rival_most": rival.max(),
    }


def best_of_creator_causes(table: pd.DataFrame, runs: int) -> pd.DataFrame:
    """For each cause the policy and rule of whose false positives it makes the most, where there are enough of them."""
    of_rules = table[(table.rule != ANY) & (table.innocent * runs >= LEAST_INNOCENT)]
    found: list[dict[str, object]] = []
    for cause in INNOCENT_CAUSES:
        if len(of_rules) == 0 or not (of_rules[cause] > 0).any():
            found.append({"cause": cause, "of_innocent": 0.0, "verdict": "NONE"} | dict.fromkeys(NAMES, NONE))
            continue
        top = of_rules.sort_values(cause).iloc[-1]
        verdict = "kept" if top[cause] >= LEAST_SHARE else "TOO FEW"
        found.append({"cause": cause, **top[[*NAMES]], "of_innocent": top[cause], "verdict": verdict})
    return pd.DataFrame(found)[["cause", *NAMES, "of_innocent", "verdict"]]
