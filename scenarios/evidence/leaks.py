"""Can identifiers or the order of rows tell arranged likes from organic ones? Trees of depth 2 on half of the seeds.

    python scenarios/evidence/leaks.py                                  the baseline, seeds 1-10
    python scenarios/evidence/leaks.py --readers 400000 --seeds 3       a world where fewer likes are bought
    python scenarios/evidence/leaks.py --scenario rules_2022 --days 28

A tree is fitted on the event logs of the first half of the seeds and scored on each of the others: on likes, on reads,
and on accounts that liked (fake where at least half of their likes are). Identifiers and places of rows must say
nothing: a mean area under the curve (AUC) below 0.62. Behaviour may; but a value that holds a fifth of the fakes must
be shared by honest people: purity at most 0.9 where fakes and honest rows have equal weight, and one honest row for
ten fakes. Runs are kept in results/leaks/ and are not made again. Tables go to results/leaks/*.csv.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from kept import as_table
from like_rows import load_rows
from processes import run_script
from rich.console import Console

from sim import Scenario
from sim.core.clock import DAY_S, HOUR_S
from sim.core.enums import AddressClass, Kind, Referrer, Surface

try:
    from sklearn.metrics import roc_auc_score
    from sklearn.tree import DecisionTreeClassifier
except ModuleNotFoundError:
    sys.exit("leaks.py needs scikit-learn: python -m pip install -c constraints.txt -e '.[evidence]'")

KEEP = Path(__file__).resolve().parent.parent.parent / "results" / "leaks"
MOST_AUC, MOST_PURITY, LEAST_HONEST, FIFTH = 0.62, 0.9, 0.1, 0.2
IDENTIFIERS = ("account", "device", "address", "session", "post", "post_row", "parent")
PLACES = ("event", "in_day", "in_tick", "in_tick_share", "rank_in_second", "like_before")
REGISTER = ("status", "same_device", "same_region")  # what the register says of an account, and whether the row fits it
COUNTED = (
    *("registered_day", "standing", "per_device"),
    *("likes_in_session", "since_s", "dwell_s", "left_s", "completion", "hour"),
)
CATEGORIES = ("channel", "referrer", "region", "address_class", "met_by", *REGISTER)
# columns with a limit: not those that are made of reading (standing is how an account has read so far), nor sharing
LIMITED = ("channel", "referrer", "region", "address_class", "registered_day", "met_by", *REGISTER)
SENDERS = ("nobody", "a reader", "its author")
NAMES = {"channel": Surface, "referrer": Referrer, "address_class": AddressClass}


def add_behaviour(rows: pd.DataFrame) -> pd.DataFrame:
    """Add columns made of several rows or several columns of the log."""
    made = rows.copy()
    made["left_s"] = made.dwell_s - made.since_s.clip(lower=0)  # from the like to the end of the reading
    made["hour"] = made.time_s % DAY_S // HOUR_S
    made["likes_in_session"] = made.groupby(["seed", "session"]).event.transform("size")
    # a post met in a chat or in Moments was sent by somebody, perhaps by its author
    made["met_by"] = 3 * made.channel + (made.parent >= 0) + (made.parent == made.author)
    # that somebody sent it is behaviour (`met_by`); of the sender's token only its value is looked at
    sent, rng = made.parent >= 0, np.random.default_rng(len(made))
    if sent.any():
        made.loc[~sent, "parent"] = rng.choice(made.parent[sent].to_numpy(), int((~sent).sum()))
    return made


def to_accounts(likes: pd.DataFrame) -> pd.DataFrame:
    """One row an account that liked: means of what is counted, and the rest from one of its likes, drawn by lot.

    The first would not do: the more likes an account gives, the earlier the first of them.
    """
    first = (*(name for name in IDENTIFIERS if name != "account"), *PLACES, *CATEGORIES)
    drawn = likes.iloc[np.random.default_rng(len(likes)).permutation(len(likes))]
    found = drawn.groupby(["seed", "account"]).agg(
        **{name: (name, "first") for name in first},
        **{name: (name, "mean") for name in COUNTED},
        fake=("fake", "mean"),
    )
    return found.assign(fake=found.fake >= 1 / 2).reset_index()


def score(rows: pd.DataFrame, columns: tuple[str, ...], seeds: list[int]) -> list[float]:
    """AUC on each of the second half of the seeds, of a tree fitted on the first half."""
    half = len(seeds) // 2
    tree = DecisionTreeClassifier(max_depth=2, class_weight="balanced", random_state=0)
    fitted = rows[rows.seed.isin(seeds[:half])]
    tree.fit(fitted[[*columns]].to_numpy(float), fitted.fake)
    areas = []
    for seed in seeds[half:]:
        held = rows[rows.seed == seed]
        areas.append(float(roc_auc_score(held.fake, tree.predict_proba(held[[*columns]].to_numpy(float))[:, 1])))
    return areas


def areas_table(levels: dict[str, pd.DataFrame], seeds: list[int]) -> pd.DataFrame:
    """Mean AUC and its range over the seeds, for each level and each column or set of columns."""
    alone = [(kind, (name,)) for kind, group in (("identifier", IDENTIFIERS), ("place", PLACES)) for name in group]
    together = [("identifier", IDENTIFIERS), ("place", PLACES), ("both", (*IDENTIFIERS, *PLACES))]
    behaviour = [("behaviour", (name,)) for name in (*CATEGORIES, *COUNTED)]
    found = []
    for level, rows in levels.items():
        for kind, columns in (*alone, *together, *behaviour):
            areas = score(rows, columns, seeds)
            limited = kind != "behaviour"
            found.append(
                {
                    "level": level,
                    "kind": kind,
                    "columns": columns[0] if len(columns) == 1 else "all",
                    "auc": np.mean(areas),
                    "lowest": min(areas),
                    "highest": max(areas),
                    "verdict": ("kept" if np.mean(areas) < MOST_AUC else "LEAK") if limited else "",
                }
            )
    return pd.DataFrame(found)


def values_of(rows: pd.DataFrame, column: str) -> pd.Series:
    """Values of a category by name; what is counted, in fifths of the fakes, so that each holds a fifth of them."""
    if column in CATEGORIES:
        names = NAMES.get(column)
        if column == "met_by":
            return rows.met_by.map(lambda v: f"{Surface(v // 3).name}, sent by {SENDERS[v % 3]}")
        return rows[column].map((lambda v: names(v).name) if names else str)
    edges = np.unique(np.quantile(rows[column][rows.fake], [0, 0.2, 0.4, 0.6, 0.8, 1]))
    inner = edges[1:-1] if len(edges) > 2 else edges[:0]
    place = np.searchsorted(inner, rows[column], side="right")
    bounds = [-np.inf, *inner, np.inf]
    return pd.Series([f"{bounds[k]:g} .. {bounds[k + 1]:g}" for k in place], index=rows.index)


def judge(purity: float, ratio: float) -> str:
    """Whether honest people share a value enough, and if not, by which measure."""
    if purity > MOST_PURITY:
        return "LEAK: pure"
    return "kept" if ratio >= LEAST_HONEST else "LEAK: few honest"


def purity_table(levels: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """For each value that holds a fifth of the fakes: how pure it is, and how many honest rows share it."""
    found = []
    for level, rows in levels.items():
        fakes, honest = int(rows.fake.sum()), int((~rows.fake).sum())
        for column in (*CATEGORIES, *COUNTED):
            value = values_of(rows, column)
            counts = rows.groupby(value).fake.agg(fake="sum", rows="size")
            for name, row in counts.iterrows():
                fake, others = row.fake / fakes, (row.rows - row.fake) / honest
                if fake < FIFTH - 0.01:
                    continue
                equal, ratio = fake / (fake + others), (row.rows - row.fake) / row.fake
                found.append(
                    {
                        "level": level,
                        "column": column,
                        "value": name,
                        "share_of_fakes": fake,
                        "share_of_honest": others,
                        "purity": row.fake / row.rows,
                        "purity_equal_weights": equal,
                        "honest_for_each_fake": ratio,
                        "verdict": judge(equal, ratio) if column in LIMITED else "",
                    }
                )
    return pd.DataFrame(found)


def build_levels(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Likes, reads and accounts."""
    likes = add_behaviour(rows[rows.kind == Kind.LIKE])
    return {"like": likes, "account": to_accounts(likes), "read": add_behaviour(rows[rows.kind == Kind.READ])}


def main() -> None:
    """Run what is missing, print both tables and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenario", default="baseline", help="name of a scenario that ships (%(default)s)")
    parser.add_argument("--seeds", type=int, default=10, help="1 to this; the first half is fitted on (%(default)s)")
    parser.add_argument("--days", type=int, default=14, help="days of a run (%(default)s)")
    parser.add_argument("--readers", type=int, default=50_000, help="readers of a world (%(default)s)")
    options = parser.parse_args()
    if options.seeds < 2:
        parser.error("--seeds: one seed to fit on and one to score on are needed")
    scenario = Scenario.load(options.scenario, days=options.days, set={"readers.n": options.readers})
    seeds = list(range(1, options.seeds + 1))
    levels = build_levels(pd.concat([load_rows(scenario, seed, KEEP) for seed in seeds], ignore_index=True))
    console = Console(width=150)
    likes = levels["like"]
    console.print(f"{options.scenario}: {len(likes)} likes, {likes.fake.mean():.3f} of them fake")
    for name, table in (("areas", areas_table(levels, seeds)), ("purity", purity_table(levels))):
        table.to_csv(KEEP / f"{options.scenario}-{options.readers}-{name}.csv", index=False, lineterminator="\n")
        console.print(as_table(table, name))


if __name__ == "__main__":
    run_script(main)
