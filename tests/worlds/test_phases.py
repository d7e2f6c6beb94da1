"""Each phase writes the parts of the state that it declares, and no others."""

from __future__ import annotations

import ast
import gc
import hashlib
import pickle
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim import EngagementModel, Scenario
from sim.engine.tick import DAY, PLAN, Phase
from sim.measures import snapshots
from sim.state import State
from sim.world.columns import Columns
from sim.world.readers import Readers

CHANGES = {
    "readers.n": 3000,
    "readers.length_s": 60,  # so that short looks finish a post
    "creators.n": 90,
    "creators.manipulating_start": 0.4,
    "creators.revise_per_week": 1.0,
    "mutual_aid.dwell_s": 300,
    "mcn.matrix_accounts": 1500,  # so that some are still unpunished in the last days
    "platform.detectors.keen_likes": True,  # looks at the platform's memory
    "platform.detectors.learned_accounts": {"name": "learned_accounts", "min_labels": 1, "threshold": 1.0},
    "readers.unlike_share": 0.5,
    "probes.share_posts": 0.05,
    "run.days": 30,
    # everybody who is caught is hit at once
    "platform.like_ladder": [
        {"strikes": 0, "sanction": "discount_likes"},
        {"strikes": 1, "sanction": {"name": "limit_functions", "days": 1}, "notice": "nobody"},
        {"strikes": 2, "sanction": "limit_functions", "notice": "everybody", "delay_h": 3},
    ],
    "platform.creator_ladder": [
        {"strikes": 1, "sanction": name, "notice": "everybody"}
        for name in ("throttle_post", "reduce_moments", "hide_post")
    ]
    + [{"strikes": 3, "sanction": "limit_functions"}],
    "platform.audits_per_1000_creators": 55.0,
    "platform.false_positive_budget": 0.05,
    "review.report_per_read": 0.05,
}
# parts that every phase may write: payments are booked at once, and rows leave for the tables
OPEN = ("money", "tables")
MCN = 6  # index of the strategy among those that ship


def leaves(path: str, part: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a state with their dotted paths: columns one by one, everything else by attribute."""
    if isinstance(part, Columns):
        yield f"{path}.n", part.n
        for name in part.spec:
            yield f"{path}.{name}", getattr(part, name)
    elif isinstance(part, Readers):
        yield from ((f"{path}.{name}", value) for name, value in vars(part).items())
    else:
        for name, value in vars(part).items():
            yield f"{path}.{name}", value


def digests(state: State, arrays_only: bool = False) -> dict[str, str]:
    """A digest of every part of a state, by dotted path (objects may pickle otherwise after a round trip)."""
    found: dict[str, Any] = {}
    for name, part in vars(state).items():
        if name == "world":
            for inner, value in vars(part).items():
                deep = isinstance(value, Columns | Readers)
                found.update(leaves(f"world.{inner}", value) if deep else {f"world.{inner}": value})
        elif name in ("public", "platform", "today"):
            found.update(leaves(name, part))
        elif name not in OPEN:
            found[name] = part
    return {
        path: hashlib.sha256(content(value)).hexdigest()
        for path, value in found.items()
        if isinstance(value, np.ndarray) or not arrays_only
    }


def content(value: Any) -> Any:
    """What depends on the content alone, not on strides or shared references."""
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return np.ascontiguousarray(value).view(np.uint8)
    return pickle.dumps(value.tobytes() if isinstance(value, np.ndarray) else value)


def covers(declared: tuple[str, ...], path: str) -> bool:
    return any(path == part or path.startswith(f"{part}.") for part in declared)


@pytest.fixture(scope="module")
def model() -> Iterator[EngagementModel]:
    """A busy world under rules that hit somebody, up to the end of its first week; likes are old after a day."""
    scenario = Scenario.load("scenarios/composite_plus_rules.yaml").with_changes(CHANGES)
    made = EngagementModel(scenario, seed=3, threads=1)
    for _ in range(4 * 24):  # up to the last days of a week
        made.step()
    made.state.world.features.kept = 5  # days; so that some are forgotten
    creators = made.state.world.creators
    creators.ever_manipulated[:] = False  # so that somebody does so for the first time
    for row in np.argsort(-creators.posts_per_day * creators.present, kind="stable")[:6].tolist():
        made.actors.creators[row].adopt(MCN)  # so that accounts that nobody lives by read, too
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "SURVIVAL_DAYS", 1)
        yield made


@pytest.mark.parametrize("threads", [1, 2])
def test_every_phase_writes_what_it_declares_and_nothing_else(model: EngagementModel, threads: int) -> None:
    """Also with a second thread, on which readers go on while the next phases are under way."""
    model.use_threads(threads)
    state, actors = model.state, model.actors
    written: dict[str, set[str]] = {phase.name: set() for phase in PLAN}
    for _ in range(3 * 24 if threads == 1 else 24):
        state.start_tick()
        under_way: list[Phase] = []
        before = digests(state)
        for phase in PLAN:
            if phase.cadence == DAY and not state.clock.ends_day:
                continue
            under_way.append(phase)
            phase.function(state, actors)
            after = digests(state)
            changed = {path for path in after if before.get(path) != after[path]}
            open_to_them = tuple(part for each in under_way for part in each.writes)
            undeclared = {path for path in changed if not covers(open_to_them, path)}
            assert not undeclared, f"{phase.name} wrote {sorted(undeclared)}"
            for each in under_way:
                written[each.name] |= changed
            before = after
            under_way = [each for each in under_way if each.until and each.until != phase.name]
        state.end_tick()
    # what is declared is really written, or the declaration would allow more than is needed
    if threads > 1:
        return  # in which phase the other thread writes is a matter of timing
    for phase in PLAN:
        idle = [part for part in phase.writes if not any(covers((part,), path) for path in written[phase.name])]
        assert not idle, f"{phase.name} declares {idle} and never wrote them"


def test_nothing_is_written_by_two_phases_at_once() -> None:
    """What goes on on other threads shares no part with what the caller does meanwhile, or bits would be a race."""
    names = [phase.name for phase in PLAN]
    for at, phase in enumerate(PLAN):
        meanwhile = PLAN[at + 1 : names.index(phase.until)] if phase.until else ()
        for other in meanwhile:
            shared = {part for part in other.writes if covers(phase.writes, part)}
            shared |= {part for part in phase.writes if covers(other.writes, part)}
            assert not shared, f"{other.name} writes {sorted(shared)} while {phase.name} goes on"


def test_the_plan_is_what_is_timed(model: EngagementModel) -> None:
    assert sorted(model.seconds) == sorted(phase.name for phase in PLAN)
    assert all(spent > 0 for spent in model.seconds.values())


def sources(package: str) -> list[Path]:
    return sorted((Path(sim.__file__).parent / package).rglob("*.py"))


def test_actors_look_at_their_model_in_the_constructor_only() -> None:
    offences = []
    for path in sources("actors"):
        for scope in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(scope, ast.FunctionDef) and scope.name != "__init__":
                offences += [
                    f"{path.name}:{node.lineno}"
                    for node in ast.walk(scope)
                    if isinstance(node, ast.Attribute) and node.attr == "model"
                ]
    assert not offences


def test_no_phase_and_no_measure_is_handed_the_model() -> None:
    offences = []
    for path in [*sources("engine/phases"), *sources("engine/enforcement"), *sources("measures")]:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        offences += [
            f"{path.name}:{node.lineno}" for node in nodes if isinstance(node, ast.arg) and node.arg == "model"
        ]
    assert not offences


def test_measures_only_read(model: EngagementModel) -> None:
    before = digests(model.state)
    actors, observer = model.actors, pickle.loads(pickle.dumps(model.actors.observer))
    observer.observe(model.state)
    observer.close_day(model.state, actors.market, actors.groups, actors.advertisers)
    assert digests(model.state) == before


def test_a_state_pickles_whole(model: EngagementModel) -> None:
    before, after = (
        digests(state, arrays_only=True) for state in (model.state, pickle.loads(pickle.dumps(model.state)))
    )
    assert len(before) > 90 and after == before


def test_a_finished_world_dies() -> None:
    made = EngagementModel(Scenario().with_changes({"readers.n": 500, "creators.n": 30, "run.days": 1}), threads=2)
    while made.running:
        made.step()
    made.finish()
    world, gone = weakref.ref(made.state.world), weakref.ref(made)
    del made
    gc.collect()
    assert gone() is None and world() is None


def test_a_released_world_dies_at_once() -> None:
    """The garbage collector counts objects and not the bytes of arrays: a thousand runs must not wait for it."""
    made = EngagementModel(Scenario().with_changes({"readers.n": 500, "creators.n": 30, "run.days": 1}), threads=2)
    while made.running:
        made.step()
    state, farm = weakref.ref(made.state.world), weakref.ref(made.actors.market.farms[0])
    gc.disable()
    try:
        made.release()
        assert state() is None and farm() is None
    finally:
        gc.enable()
