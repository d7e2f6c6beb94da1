"""`python -m sim.runs.twin_process FOLDER` simulates the twin of the run that is planned in a partial run folder.

It leaves the daily table of the twin in the folder. It is a process of its own, and not a worker of a pool, so that a
script without a main guard may call `run`.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from sim.runs.checkpoint import read_plan
from sim.runs.counterfactual import TWIN_FILE
from sim.runs.loop import twin_daily

OTHER_CODE = "the code of a plug-in was changed after the run began"


def main(folder: Path) -> None:
    """Simulate the twin of the run planned in `folder`."""
    scenario, _, made_by = read_plan(folder)
    if scenario.plugin_code() != list(made_by.get("plugins", ())):
        raise RuntimeError(OTHER_CODE)  # the run makes its twin itself, with the code that it has
    found = twin_daily(scenario, threads=1)
    aside = folder / f"{TWIN_FILE}.new"
    with aside.open("wb") as file:
        pickle.dump(found, file)
    aside.replace(folder / TWIN_FILE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
