"""Gresham: an agent-based simulation of likes bought, exchanged and earned on a content platform.

>>> from sim import Scenario, run
>>> result = run(Scenario.load("scenarios/baseline.yaml"), seed=1)  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.catalogue import results
    from sim.experiments.compare import compare
    from sim.experiments.costs import twin
    from sim.experiments.studies import sweep
    from sim.experiments.study import Study
    from sim.model import EngagementModel
    from sim.result import Result
    from sim.runner import resume, run
    from sim.scenario import Scenario

__all__ = ["EngagementModel", "Result", "Scenario", "Study", "compare", "results", "resume", "run", "sweep", "twin"]

_HOMES = {
    "EngagementModel": "sim.model",
    "Result": "sim.result",
    "Scenario": "sim.scenario",
    "Study": "sim.experiments.study",
    "compare": "sim.experiments.compare",
    "results": "sim.catalogue",
    "resume": "sim.runner",
    "run": "sim.runner",
    "sweep": "sim.experiments.studies",
    "twin": "sim.experiments.costs",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when first used, so that `import sim` is quick."""
    if name == "__version__":
        return importlib.import_module("sim.store.manifest").versions()["gresham"]
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
