"""Likes and reads of a run as the stored event log shows them, with the truth and each row's place in the log.

A run is kept as one file in `results/`; its name holds the digests of scenario and code, so that a change of either
makes a new run and nothing else does.
"""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from kept import load_kept

from sim import EngagementModel, Scenario
from sim.core.enums import Kind, Origin
from sim.core.views import ACCOUNT_COLUMNS, AccountsView
from sim.runs.events import EventWriter
from sim.world.observables import view_accounts

READS_KEPT = 100  # of people's own reads one in so many is kept; arranged ones are kept all


def load_rows(scenario: Scenario, seed: int, keep: Path) -> pd.DataFrame:
    """Likes and a sample of reads of one run, from its file in `keep`, or by running it."""
    return load_kept(keep, scenario, seed, ("rows",), lambda: {"rows": run_rows(scenario, seed)})["rows"]


def run_rows(scenario: Scenario, seed: int) -> pd.DataFrame:
    """Run a world with its event log on, and take likes and reads from the files that it writes."""
    model = EngagementModel(scenario, seed=seed, threads=1, log_reads=True)
    days: list[pd.DataFrame] = []
    with tempfile.TemporaryDirectory() as name:
        writer = EventWriter(Path(name))
        while model.running:
            clock = model.clock
            model.step()
            writer.tick(model.state.world, clock)
            if clock.ends_day:
                writer.close_day(clock.day)
                rows = _rows_of_day(Path(name), clock.day, clock.tick_s)
                days.append(add_register(rows, view_accounts(model.state.world)))
    rows = pd.concat(days, ignore_index=True)
    # what the list of posts says; the log does not
    world = model.state.world
    author = world.creators.account[world.posts.creator[rows.post_row]]
    rows["author"] = world.tokens["account"].tokens_of(author).astype(np.int64)
    rows["age_s"] = rows.time_s - world.posts.published_s[rows.post_row]
    rows["seed"] = seed
    model.finish()
    gc.collect()
    return rows


def _rows_of_day(folder: Path, day: int, tick_s: int) -> pd.DataFrame:
    """Likes and reads of a day, joined with the truth; the day's files are removed."""
    files = [folder / name / f"day-{day:04d}.parquet" for name in ("events", "truth")]
    events, truth = (pd.read_parquet(file) for file in files)
    for file in files:
        file.unlink()
    rows = add_places(events, tick_s).merge(truth, on="event", validate="one_to_one")
    rows["fake"] = rows.origin != Origin.ORGANIC
    sampled = (rows.kind == Kind.READ) & (rows.fake | (rows.event % READS_KEPT == 0))
    return rows[(rows.kind == Kind.LIKE) | sampled]


def add_register(rows: pd.DataFrame, register: AccountsView) -> pd.DataFrame:
    """Add what a detector is told of each row's account at the end of the day, and whether it fits the row.

    `registered_day`, `status`, `standing` as the register has them; `per_device`: accounts on the phone of the row;
    `same_device`, `same_region`: whether the row's phone and region are those of the register.
    """
    told, made = register.of(rows.account.to_numpy()), rows.copy()
    for name in ACCOUNT_COLUMNS:
        if name in rows:
            made[f"same_{name}"] = rows[name].to_numpy() == getattr(told, name)
        else:
            made[name] = getattr(told, name)
    made["per_device"] = register.per_device(rows.device.to_numpy())
    return made


def add_places(events: pd.DataFrame, tick_s: int) -> pd.DataFrame:
    """Add where each row stands: in its day, its tick, and among the rows of its second, and what its neighbours are.

    `events` are all rows of a day, in the order of the file. What the order says beyond time: the rank within a second
    is uniform whatever the number of its rows, and of neighbours in the same second counts which side of a row a like
    is on (a coin where both or neither are), so that in a random order neither hangs on how crowded a second is.
    """
    rows = events.copy()
    tick = rows.groupby(rows.time_s // tick_s, sort=False)
    second = rows.groupby("time_s", sort=False)
    rows["in_day"] = np.arange(len(rows))
    rows["in_tick"] = tick.cumcount()
    rows["in_tick_share"] = rows.in_tick / np.maximum(1, tick.event.transform("size") - 1)
    draw = np.random.default_rng([len(rows), int(rows.time_s.iloc[0])]).random((2, len(rows)))
    rows["rank_in_second"] = (second.cumcount() + draw[0]) / second.event.transform("size")
    like = (rows.kind == Kind.LIKE).astype(int).groupby(rows.time_s, sort=False)
    before, after = like.shift(1).fillna(0), like.shift(-1).fillna(0)
    rows["like_before"] = np.where(before == after, draw[1] < 1 / 2, before > after).astype(int)
    return rows
