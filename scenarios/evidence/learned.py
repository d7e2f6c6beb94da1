"""What does the rule that learns from reviewers find, and whom does it miss?

    python scenarios/evidence/learned.py                      the baseline, 10,000 seats, 56 days, seeds 1-5

`learned_accounts` is fitted every week to what audits say, and scores the accounts that liked on a day, in shadow:
nothing follows from it. Tables, by day and for the last day by kind of fake: precision and recall at the threshold
that ships, honest accounts flagged, the area under the curve (AUC), and recall where one honest account in a hundred
is flagged. Published for such a regression: AUC .831, recall .21 (D26, accounts of another platform).
Seen in two seeds before this was written: AUC .95 to .98, hired people hardly found. Expected: the same in five.
Runs are kept in results/learned/ and are not made again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from detection_policies import interval
from detection_scores import HONEST, load_scores
from kept import as_table
from processes import run_all, run_script
from rich.console import Console
from sklearn.metrics import roc_auc_score

from sim import Scenario
from sim.core.clock import WEEK_DAYS
from sim.plugins.detectors import TABLE

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "learned"
RULE = "learned_accounts"
FLAGGED_HONEST = 0.01  # share at which D26 gives a recall
FIGURES = ("precision", "recall", "honest_flagged", "auc", "recall_at_1_percent")


def world_of(options: argparse.Namespace) -> Scenario:
    """The baseline with the rule alone, at threshold 0, so that every score is a flag; audits, and no ladder."""
    changes = {
        "readers.n": options.readers,
        "platform.detectors": {"device": None, RULE: {"threshold": 0.0}},
        "platform.like_ladder": [],
        "platform.creator_ladder": [],
        "platform.audits_per_1000_creators": options.audits,
    }
    return Scenario.load("baseline", days=options.days, set=changes)


def figures_of(rows: pd.DataFrame) -> dict[str, float]:
    """Figures of the accounts of one day of a run."""
    fake, score = (rows.kind != HONEST).to_numpy(), rows.score.to_numpy()
    flagged = score >= TABLE[RULE]().threshold
    at_one_percent = np.quantile(score[~fake], 1 - FLAGGED_HONEST)
    return {
        "precision": float(fake[flagged].mean()) if flagged.any() else float("nan"),
        "recall": float(flagged[fake].mean()),
        "honest_flagged": float(flagged[~fake].mean()),
        "auc": float(roc_auc_score(fake, score)),
        "recall_at_1_percent": float((score[fake] > at_one_percent).mean()),
    }


def by_day(scores: pd.DataFrame, days: list[int]) -> pd.DataFrame:
    """One row a day of those asked for: each figure, its mean and 95 % interval over the seeds."""
    found = []
    for day in days:
        of_seeds = [figures_of(rows) for _, rows in scores[scores.day == day].groupby("seed")]
        row: dict[str, object] = {"day": day}
        for name in FIGURES:
            row[name], row[f"{name}_low"], row[f"{name}_high"] = interval([each[name] for each in of_seeds])
        found.append(row)
    return pd.DataFrame(found)


def in_short(table: pd.DataFrame) -> pd.DataFrame:
    """The table of days with each figure and its interval in one cell."""
    cells = {
        name: [
            f"{m:.3f} ({low:.3f}-{high:.3f})" for m, low, high in table[[name, f"{name}_low", f"{name}_high"]].values
        ]
        for name in FIGURES
    }
    return pd.DataFrame({"day": table.day, **cells})


def by_kind(scores: pd.DataFrame) -> pd.DataFrame:
    """Accounts of each kind on the days given, all seeds together, and the share of them that is flagged."""
    flagged = scores.score >= TABLE[RULE]().threshold
    return scores.assign(flagged=flagged).groupby("kind", observed=True).flagged.agg(["size", "mean"]).reset_index()


def main() -> None:
    """Run what is missing, print the tables and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=8 * WEEK_DAYS)
    parser.add_argument("--audits", type=float, default=33.0, help="audits a day for 1,000 creators")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=KEEP)
    options = parser.parse_args()
    if options.days <= WEEK_DAYS:
        parser.error(f"--days must be more than {WEEK_DAYS}: nobody is judged in the first week")
    scenario = world_of(options)
    runs = run_all(
        load_scores, [(scenario, seed, options.keep) for seed in range(1, options.seeds + 1)], options.processes
    )
    scores = pd.concat(runs, ignore_index=True).dropna(subset="score")
    last = options.days - 1
    days = sorted({WEEK_DAYS, *range(2 * WEEK_DAYS - 1, last, 2 * WEEK_DAYS), last})
    console = Console(width=180)
    of_days, of_kinds = by_day(scores, days), by_kind(scores[scores.day == last])
    of_days.to_csv(options.keep / "days.csv", index=False)
    of_kinds.to_csv(options.keep / "kinds.csv", index=False)
    console.print(as_table(in_short(of_days), "days"))
    console.print(as_table(of_kinds, f"accounts that liked on day {last}, and the share flagged"))


if __name__ == "__main__":
    run_script(main)
