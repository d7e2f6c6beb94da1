"""Results folders made by hand: runs without a simulation, studies of a sum."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.core.parquet import digest, write
from sim.core.tables import Tables
from sim.runs.manifest import make_manifest, write_manifest
from sim.scenario import Scenario
from sim.studies.plan import Plan, Point
from sim.studies.results import StudyResults
from sim.studies.sweep import run_plan

DAYS = 3
BASE = Scenario(name="town").with_changes({"run.days": DAYS, "readers.n": 100, "creators.n": 20})


@cache
def plain_manifest() -> str:
    """The manifest of a run, to be filled in."""
    return json.dumps(make_manifest(BASE, {}, {"wall_s": 0.25}, events=False, twin=False))


def tables_of(seed: int, scenario: Scenario = BASE, days: int = DAYS, **more: float) -> Tables:
    """Days in which quality is the seed, plus a tenth a day; and one order."""
    tables = Tables()
    for day in range(days):
        tables.add("daily", day=day, exposure_quality=seed + day / 10, share_manipulating_creators=0.5, **more)
    order = {"order": 0, "tick": 1, "day": 0, "farm": 0, "creator": 2, "post": 3, "grade": "machine", "package": "x"}
    tables.add("orders", **order, n_likes=scenario.readers.n, price_cny=1.5, delivered=0, first_s=-1, last_s=-1)
    return tables


def put_run(
    folder: Path, seed: int = 1, name: str = "town", scenario: Scenario = BASE, days: int = DAYS, **more: float
) -> Path:
    """A finished run of two tables."""
    folder.mkdir(parents=True)
    tables = tables_of(seed, scenario, days, **more)
    manifest = json.loads(plain_manifest())
    manifest |= {"name": name, "seed": seed, "days": days, "scenario": scenario.with_seed(seed).resolved()}
    manifest["digest"] = scenario.digest()
    for table in ("daily", "orders"):
        write(tables[table].arrow(), folder / f"{table}.parquet")
        manifest["tables"][table] = {"rows": len(tables[table]), "sha256": digest(tables[table].arrays())}
    write_manifest(manifest, folder)
    return folder


def simulate_sum(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """Stands in for a simulation; a scenario of 666 readers fails."""
    if scenario.readers.n == 666:
        raise ValueError("the beast")
    tables = tables_of(scenario.run.seed, scenario, reads=float(scenario.readers.n))
    return {name: tables[name].arrow() for name in keep}


def put_study(
    out: Path, factors: list[dict[str, Any]], readers: list[int], seeds: tuple[int, ...] = (1, 2), **more: Any
) -> StudyResults:
    """A study of points with so many readers each, under these factors."""
    points = tuple(
        Point(i, own, BASE.with_changes({"readers.n": n}))
        for i, (own, n) in enumerate(zip(factors, readers, strict=True))
    )
    plan = Plan(out.name, points, seeds, **({"keep": ("daily",)} | more))
    with ThreadPoolExecutor(1) as pool:
        return run_plan(plan, out, executor=pool, retries=0, progress=False, simulate=simulate_sum)
