"""Gresham: an agent-based simulation of likes bought, exchanged and earned on a content platform.

>>> from sim import Scenario, run
>>> result = run(Scenario.load("baseline"), seed=1)  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api.comparisons import compare, twin
    from sim.api.runs import Result, resume, run
    from sim.api.studies import sweep
    from sim.api.validation import validate
    from sim.catalogue import results
    from sim.engine.model import EngagementModel
    from sim.scenario import Scenario
    from sim.studies.comparison import Until
    from sim.studies.study import Study

__all__ = [
    "EngagementModel",
    "Result",
    "Scenario",
    "Study",
    "Until",
    "compare",
    "results",
    "resume",
    "run",
    "sweep",
    "twin",
    "validate",
]

_HOMES = {
    "EngagementModel": "sim.engine.model",
    "Result": "sim.api.runs",
    "Scenario": "sim.scenario",
    "Study": "sim.studies.study",
    "Until": "sim.studies.comparison",
    "compare": "sim.api.comparisons",
    "results": "sim.catalogue",
    "resume": "sim.api.runs",
    "run": "sim.api.runs",
    "sweep": "sim.api.studies",
    "twin": "sim.api.comparisons",
    "validate": "sim.api.validation",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when first used, so that `import sim` is quick."""
    if name == "__version__":
        return importlib.import_module("sim.runs.manifest").versions()["gresham"]
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
