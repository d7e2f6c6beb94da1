"""Moves parameters to the ends of their ranges: no value inside a range may crash, and none may be without effect.

`python -m tests.helpers.still --ends [--out FILE] [--workers 2] [--sample N] [PATH ...]` runs small busy worlds with
each parameter (those named, or all, or every N-th) at both ends, or at every other choice, in the first world that has
it (tests/helpers/still.py), each in a process of its own with a limit of time and memory. What is found is added to
FILE, a line of JSON for each, and not done again; delete it when the code has changed. At the end it prints crashes,
what was too large for the limits, and parameters that moved no table, with the reason where there is one
(tests/helpers/still_reasons.yaml).
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import resource
import signal
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from ruamel.yaml import YAML

from sim.core.errors import ScenarioError
from sim.scenario import Scenario
from sim.scenario.paths import find_field
from sim.studies.study_factors import bounds
from tests.helpers.still import WORLDS, World, homes, live, scenario_of, settings, usual_of

OUT = Path("results/ends.jsonl")
LIMIT_S = 180  # of processor time
WAIT_S = 20 * LIMIT_S  # for a process that does nothing any more
LIMIT_BYTES = 6 << 30
INSIDE = 1e-9  # how far inside an end that is not part of the range
TEXT_LINES = 4  # of a traceback
MOVED, STILL, CRASHED, REFUSED, SLOW, LARGE = "moved", "still", "crashed", "refused", "slow", "large"
REASONS = Path(__file__).with_name("still_reasons.yaml")
ITEMS = {"probes.doses": (0, 100_000), "rhythm.hours": (0.0, 1000.0), "rhythm.shifts_h": (-12, 11)}  # without a range
UNKNOWN = "no world has {paths}"


@dataclass
class Found:
    """What became of one value of a parameter in one of the worlds (its place in `WORLDS`)."""

    path: str
    value: Any
    world: int
    outcome: str
    seconds: float = 0.0
    text: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it a run of its own."""
        return self.path, json.dumps(self.value), self.world


def ends(scenario: Scenario, path: str, value: Any) -> list[Any]:
    """The ends of a parameter's range, or its other choices; none for text and lists."""
    if isinstance(value, bool):
        return [not value]
    if path == "run.start_date":
        return [str(datetime.date.min), str(datetime.date.max - datetime.timedelta(scenario.run.days - 1))]
    if isinstance(value, str):
        return [other for other in _choices(path) if other != value]
    low, high = _range(scenario, path)
    if value is None:
        return [end for end in (low, high) if end is not None]
    if not isinstance(value, int | float):
        return []
    found = []
    for end, inward in ((low, 1), (high, -1)):
        if end is None:
            continue
        whole = isinstance(value, int)
        inside = end + inward * (1 if whole else INSIDE) if _is_outside(path, end) else end
        found.append(int(inside) if whole else float(inside))
    return [each for each in found if each != value]


def _range(scenario: Scenario, path: str) -> tuple[float | None, float | None]:
    """The least and the largest value of a parameter, or of an item of a list."""
    if path == "readers.people":  # at least one lives in a seat
        return scenario.readers.n, bounds(scenario, path)[1]
    return ITEMS.get(path.rpartition(".")[0]) or bounds(scenario, path)


def _is_outside(path: str, end: float) -> bool:
    """Whether the end is not part of the range (`gt`, `lt`)."""
    field = find_field(Scenario, path)
    return any(
        end in (getattr(each, "gt", None), getattr(each, "lt", None)) for each in (field.metadata if field else ())
    )


def _choices(path: str) -> tuple[Any, ...]:
    field = find_field(Scenario, path)
    annotation = field.annotation if field else None
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def todo(paths: Sequence[str], sample: int) -> Iterator[Found]:
    """The runs to make for the parameters named, or for all, each in the first world that has it."""
    every = homes()
    unknown = [path for path in paths if path not in every]
    if unknown:
        raise SystemExit(UNKNOWN.format(paths=", ".join(unknown)))
    for path in paths or sorted(every)[::sample]:
        yield from at_ends(path, every[path])


def at_ends(path: str, number: int) -> Iterator[Found]:
    """The runs to make for a parameter in one of the worlds."""
    scenario = scenario_of(WORLDS[number])
    for value in ends(scenario, path, settings(scenario)[path]):
        yield Found(path, value, number, "")


def elsewhere(found: Sequence[Found]) -> Iterator[Found]:
    """Runs of what moved nothing so far, in the worlds that were made for it and in those where everything goes on."""
    moved = {each.path for each in found if each.outcome in (MOVED, CRASHED)}
    for path in sorted({each.path for each in found if each.outcome == STILL} - moved):
        for number, world in enumerate(WORLDS):
            if path in world.move or (not world.move and path in settings(scenario_of(world))):
                yield from at_ends(path, number)


# -- runs -------------------------------------------------------------------------------------------------


def run_one(found: Found, send: Any) -> None:
    """Live in a world with one value changed, and say what became of it (in a process of its own)."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S + 1))  # a machine with other work is no slow world
    world: World = WORLDS[found.world]
    try:
        changed = scenario_of(world).with_changes({found.path: found.value})
    except ScenarioError as error:
        send.send((REFUSED, str(error)))
        return
    try:
        lived = live(changed)
    except MemoryError:
        send.send((LARGE, "memory"))
    except Exception:
        send.send((CRASHED, "".join(traceback.format_exc().splitlines(keepends=True)[-TEXT_LINES:])))
    else:
        send.send((STILL if lived == usual_of(world) else MOVED, ""))


def run_all(runs: Sequence[Found], workers: int) -> Iterator[Found]:
    """Run each in a process of its own, `workers` at a time."""
    for world in sorted({run.world for run in runs}):
        usual_of(WORLDS[world])  # known to the processes that are forked off
    context = multiprocessing.get_context("fork")
    waiting = list(runs)[::-1]
    going: dict[Any, tuple[Found, Any, float]] = {}
    while waiting or going:
        while waiting and len(going) < workers:
            run = waiting.pop()
            receive, send = context.Pipe(duplex=False)
            child = context.Process(target=run_one, args=(run, send))
            child.start()
            send.close()
            going[receive] = (run, child, time.monotonic())
        for stuck in [child for _, child, since in going.values() if time.monotonic() - since > WAIT_S]:
            stuck.kill()
        for receive in wait(list(going), timeout=WAIT_S):
            run, child, since = going.pop(receive)
            try:
                run.outcome, run.text = receive.recv()
            except EOFError:
                run.outcome = ""
            child.join()
            if not run.outcome and child.exitcode in (-signal.SIGXCPU, -signal.SIGKILL):
                run.outcome = SLOW if child.exitcode == -signal.SIGXCPU else LARGE
            elif not run.outcome:
                run.outcome, run.text = CRASHED, f"the process ended with {child.exitcode}"
            run.seconds = round(time.monotonic() - since, 1)
            yield run


def reasons() -> dict[str, str]:
    """Why a parameter moves no table at either end."""
    return dict(YAML(typ="safe").load(REASONS) or {})


def report(found: Sequence[Found]) -> str:
    """Crashes, runs beyond the limits, and parameters that moved nothing anywhere."""
    lines = [f"{len(found)} runs: " + ", ".join(f"{n} {o}" for o, n in sorted(_count(found).items()))]
    lines += [
        f"{each.outcome} {each.path} = {each.value} ({each.seconds} s) {each.text}".rstrip()
        for each in found
        if each.outcome in (CRASHED, SLOW, LARGE)
    ]
    known = reasons()
    outcomes = defaultdict(set)
    for each in found:
        outcomes[each.path].add(each.outcome)
    still = sorted(path for path, seen in outcomes.items() if STILL in seen and not seen & {MOVED, CRASHED})
    lines += [f"still {path}: {known.get(path, 'NOT EXPLAINED')}" for path in still]
    return "\n".join(lines)


def _count(found: Sequence[Found]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for each in found:
        counts[each.outcome] += 1
    return counts


def main(words: Sequence[str]) -> None:
    """Run what has not been run yet, keep it, and report on all."""
    parser = argparse.ArgumentParser(prog="python -m tests.helpers.still --ends")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("paths", nargs="*")
    asked = parser.parse_args(words)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    kept = asked.out.read_text(encoding="utf-8").splitlines() if asked.out.exists() else []
    found = [Found(**json.loads(line)) for line in kept]
    for rest in (lambda: todo(asked.paths, asked.sample), lambda: elsewhere(found)):
        done = {each.key for each in found}
        with asked.out.open("a", encoding="utf-8") as file:
            for each in run_all([run for run in rest() if run.key not in done], asked.workers):
                found.append(each)
                file.write(json.dumps(asdict(each)) + "\n")
                file.flush()
    print(report(found))
