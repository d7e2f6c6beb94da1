"""Which parameters of the shipped scenarios move neither a table nor the log?

`python -m tests.helpers.still [PATH ...]` moves each parameter (those named, or all) by a fifth up and down, or flips
it, in a small world where it matters, and prints `moved` or `still`, path and the values tried. All of them take some
twenty minutes. A world is run until the first day that differs. With `--ends` each goes to the ends of its range
instead (tests/helpers/ends.py).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.core.errors import ScenarioError
from sim.core.parquet import digest
from sim.core.table_schema import TABLES
from sim.engine.model import EngagementModel
from sim.scenario import Scenario
from sim.scenario.paths import join_path, leaves
from sim.world.log import Log
from tests.helpers.moved import BUSY

OF_NOBODY = ("creators.account_age_days",)  # of newcomers who are no readers; no world here has any
Outcome = tuple[list[str], tuple[str, ...]]  # a text a day, and the digests of the tables


@dataclass(frozen=True, eq=False)
class World:
    """A shipped scenario with changes; `move` are the parameters that matter in it (none: everything goes on there)."""

    days: int
    move: tuple[str, ...] = ()
    set: dict[str, Any] = field(default_factory=dict)
    base: str = "composite_plus_rules"


def own_worlds() -> list[World]:
    """The worlds that were made for some parameters."""
    entries = YAML(typ="safe").load(Path(__file__).with_name("still_worlds.yaml"))
    return [World(days=entry["days"], move=tuple(entry["move"]), set=entry["set"]) for entry in entries]


WORLDS = (World(days=30), World(days=30, base="baseline"), *own_worlds())


def live(scenario: Scenario, usual: Outcome | None = None) -> Outcome | None:
    """Run a scenario; None as soon as a day is not as it was in `usual`."""
    model = EngagementModel(scenario, threads=1)
    days: list[str] = []
    seen = hashlib.blake2b(digest_size=8)  # of all that the platform logs, which holds more than tables say
    while model.running:
        model.step()
        log = model.state.world.log
        for name in Log.spec:
            seen.update(getattr(log, name).tobytes())
        if len(model.tables["daily"]) > len(days):
            lengths = [len(model.tables[name]) for name in TABLES]
            days.append(f"{model.tables.last('daily')!r} {lengths} {seen.hexdigest()}")
            if usual is not None and usual[0][len(days) - 1] != days[-1]:
                return None
    model.finish()
    return days, tuple(digest(model.tables[name].arrays()) for name in TABLES)


@cache
def scenario_of(world: World) -> Scenario:
    """The scenario of a world: a shipped one, busy and small, with the world's own changes."""
    return Scenario.load(world.base, set=BUSY | world.set, days=world.days)


@cache
def usual_of(world: World) -> Outcome:
    """How a world is when nothing is moved."""
    found = live(scenario_of(world))
    assert found is not None
    return found


def settings(scenario: Scenario) -> dict[str, Any]:
    """Every parameter of a scenario by path; None where it is not given."""
    return {join_path(path): value for path, value in leaves(scenario.resolved(), lists=True)}


def homes() -> dict[str, int]:
    """Every parameter by path, and the first world that has it (its place in `WORLDS`)."""
    found: dict[str, int] = {}
    for number, world in enumerate(WORLDS):
        for path in settings(scenario_of(world)):
            found.setdefault(path, number)
    return found


def numbers(scenario: Scenario) -> dict[str, Any]:
    """Every number and switch of a scenario by path, but for how it is run."""
    return {p: v for p, v in settings(scenario).items() if isinstance(v, int | float) and not p.startswith("run.")}


def candidates(value: Any) -> list[Any]:
    """A fifth more and a fifth less, at least one in whole numbers; the other way for a switch."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [max(value + 1, round(1.2 * value)), min(value - 1, round(0.8 * value))]
    return [1.2 * value, 0.8 * value] if value else [0.2, 1.0]


def worlds_for(path: str) -> Iterator[World]:
    """The worlds made for a parameter, or else those where everything goes on, or else the first that has it."""
    own = [world for world in WORLDS if path in world.move]
    busy = [world for world in WORLDS if not world.move and path in numbers(scenario_of(world))]
    home = homes().get(path)
    yield from own or busy or ([] if home is None else [WORLDS[home]])


def moved_to(path: str) -> tuple[Any, list[Any]]:
    """The value that moved a table (None: none did), and all that were tried."""
    tried: list[Any] = []
    for world in worlds_for(path):
        scenario = scenario_of(world)
        for value in candidates(numbers(scenario)[path]):
            try:
                changed = scenario.with_changes({path: value})
            except ScenarioError:
                continue
            tried.append(value)
            if live(changed, usual_of(world)) != usual_of(world):
                return value, tried
    return None, tried


def main(paths: Sequence[str]) -> None:
    """Move, run, print."""
    every = sorted({path for world in WORLDS for path in numbers(scenario_of(world))})
    for path in paths or every:
        if path in OF_NOBODY:
            print("still", path, "no world here has a newcomer who is no reader", flush=True)
            continue
        value, tried = moved_to(path)
        print("still" if value is None else "moved", path, tried, flush=True)


if __name__ == "__main__":
    if "--ends" in sys.argv:
        from tests.helpers import ends  # it imports this module

        ends.main([word for word in sys.argv[1:] if word != "--ends"])
    else:
        main(sys.argv[1:])
