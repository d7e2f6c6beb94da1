"""The honest twin of a run: same seed, same scenario, nobody manipulates; in a second process if there is room."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.cores import usable_cores

if TYPE_CHECKING:
    from sim.core.tables import Table
    from sim.scenario import Scenario

TWIN_FILE = "twin.pickle"
MAX_READERS = 200_000  # with more, two worlds at once need too much memory, and a run uses two cores by itself


def make_twin(scenario: Scenario) -> Scenario:
    """The scenario of the twin: without manipulation, randomised trial and heavy buyers."""
    off = {"share_posts": 0.0, "heavy_buyers": 0.0}
    twin = scenario.with_changes({"manipulation.enabled": False} | {f"probes.{name}": at for name, at in off.items()})
    if twin.plugin_code() == scenario.plugin_code():
        return twin
    # a plug-in's file was edited meanwhile: the twin is of the code that the run is of
    sections = {
        "manipulation": scenario.manipulation.model_copy(update={"enabled": False}),
        "probes": scenario.probes.model_copy(update=off),
    }
    return scenario.model_copy(update=sections)


class Counterfactual:
    """The twin, simulated in a second process."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / TWIN_FILE
        here = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join([here, *(p for p in sys.path if p)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sim.runs.twin_process", str(folder)],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def table(self) -> tuple[Table | None, dict[str, str]]:
        """Wait for the twin: its daily table, None when its process failed, and what files its plug-ins read."""
        if self._process.wait() != 0 or not self._file.exists():
            return None, {}
        with self._file.open("rb") as file:
            table, read = pickle.load(file)
        self._file.unlink()
        return table, read

    def stop(self) -> None:
        """End the process if it is still running."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)


def has_room(scenario: Scenario, threads: int | None) -> bool:
    """Whether this machine can simulate a second world at the same time: a free core, and not too many readers."""
    return usable_cores() > 1 and threads != 1 and scenario.readers.n <= MAX_READERS
