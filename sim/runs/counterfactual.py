"""The honest twin: same seed, same scenario, nobody manipulates. Lives beside the main run if there is room.

`python -m sim.runs.counterfactual FOLDER` runs the twin of the run that is planned in a partial run folder and leaves
its daily table there. A process of its own, and not a worker of a pool, so that a script without a main guard may
call `run`.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.core.tables import Table
    from sim.scenario import Scenario

LEFT = "twin.pickle"
MOST_READERS = 200_000  # above, two worlds at once would want too much memory, and a run uses two cores itself


def honest(scenario: Scenario) -> Scenario:
    """The twin's scenario."""
    return scenario.with_changes({"manipulation.enabled": False, "probes.share_posts": 0.0})


class Beside:
    """The twin in a process beside this one; `table` waits for it and is None when it did not work out."""

    def __init__(self, folder: Path) -> None:
        self._left = folder / LEFT
        here = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join([here, *(p for p in sys.path if p)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sim.runs.counterfactual", str(folder)],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def table(self) -> Table | None:
        """The twin's daily table."""
        if self._process.wait() != 0 or not self._left.exists():
            return None
        with self._left.open("rb") as file:
            table: Table = pickle.load(file)
        self._left.unlink()
        return table

    def stop(self) -> None:
        """End it, if it is still under way."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(OSError):
            self._left.unlink(missing_ok=True)


def fits_beside(scenario: Scenario, threads: int | None) -> bool:
    """Whether a second world fits: cores to spare, and not too many readers."""
    return (os.cpu_count() or 1) > 1 and threads != 1 and scenario.readers.n <= MOST_READERS


def main(folder: Path) -> None:
    """Live the twin of the run planned in `folder`."""
    from sim.runs.checkpoint import read_plan
    from sim.runs.loop import twin_daily

    scenario, _ = read_plan(folder)
    table = twin_daily(scenario, threads=1)
    aside = folder / f"{LEFT}.new"
    with aside.open("wb") as file:
        pickle.dump(table, file)
    aside.replace(folder / LEFT)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
