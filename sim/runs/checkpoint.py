"""Checkpoints: the whole model and the state of the event log, between two days.

A checkpoint is a pickle and may run code when read: resume only runs that you trust.
"""

from __future__ import annotations

import json
import os
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.core.errors import RunError
from sim.core.parquet import sync
from sim.runs.events import EventWriter
from sim.runs.folder import CHECKPOINT, PARTIAL, RUN, partials
from sim.scenario import Scenario
from sim.scenario.build import from_document
from sim.scenario.document import Document

NO_CHECKPOINT = "{name} holds no checkpoint of this program"
UNREADABLE = "{name}: its checkpoint cannot be read by this code ({error}); run it again from the beginning"


@dataclass
class Checkpoint:
    """Where a run stands: `ticks` lived through, seconds spent, model, event log, and files its plug-ins have read."""

    ticks: int
    wall_s: float
    model: Any
    events: EventWriter | None
    files: dict[str, str] = field(default_factory=dict)


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint over the last one, which stays whole until the new one is."""
    aside = folder / f"{CHECKPOINT}.new"
    try:
        with aside.open("wb") as file:
            pickle.dump(checkpoint, file, protocol=pickle.HIGHEST_PROTOCOL)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    aside.replace(folder / CHECKPOINT)
    sync(folder)


def restore(folder: Path) -> Checkpoint:
    """The last checkpoint of a partial folder; the event log is cut back to it."""
    try:
        with (folder / CHECKPOINT).open("rb") as file:
            checkpoint = pickle.load(file)
    except OSError:
        raise
    except Exception as error:  # whatever other code left in the pickle
        raise RunError(UNREADABLE.format(name=folder.name, error=f"{type(error).__name__}: {error}")) from error
    if not isinstance(checkpoint, Checkpoint):
        raise RunError(NO_CHECKPOINT.format(name=folder.name))
    vars(checkpoint).setdefault("files", {})  # of code that noted none
    if checkpoint.events is not None:
        checkpoint.events.folder = folder
        checkpoint.events.forget_after(checkpoint.ticks // checkpoint.model.clock.ticks_per_day - 1)
    return checkpoint


def write_plan(folder: Path, scenario: Scenario, options: dict[str, Any], made_by: dict[str, Any]) -> None:
    """Note down what is being run, and by what code, so that it can be resumed without its scenario file."""
    base = str(scenario._base.resolve()) if scenario._base is not None else None
    plan = {"scenario": scenario.resolved(), "base": base, "options": options, "made_by": made_by}
    (folder / RUN).write_text(json.dumps(plan), encoding="utf-8")


def read_plan(folder: Path) -> tuple[Scenario, dict[str, Any], dict[str, Any]]:
    """What was being run in a partial folder: scenario, options, and by what code it was begun.

    Imports the user's plug-ins, which the checkpoint needs; ScenarioError when they cannot be imported.
    """
    plan = json.loads((folder / RUN).read_text(encoding="utf-8"))
    base = Path(plan["base"]) if plan["base"] else None
    scenario = from_document(Scenario, Document(plan["scenario"]), base)
    return scenario, plan["options"], plan.get("made_by", {})


def find(folder: Path) -> Path:
    """The partial folder meant by `folder`: itself, or the latest one that was to become `folder`."""
    if folder.name.startswith(PARTIAL):
        candidates = [folder] if folder.is_dir() else []
    else:
        candidates = partials(folder.parent, folder.name)
    for path in candidates:
        if (path / CHECKPOINT).exists():
            return path
    if candidates:
        raise RunError(f"{folder.name}: interrupted before its first checkpoint; run it again")
    raise RunError(f"{folder}: no such run, finished or interrupted")
