"""What `import sim` offers: each function runs what is asked for and then writes the pages.

One module for each kind, imported when it is first used: a run needs none of what a study needs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api.runs import Result, resume, run
    from sim.studies.carry_out import sweep
    from sim.studies.comparison import compare
    from sim.studies.costs import twin

__all__ = ["Result", "compare", "resume", "run", "sweep", "twin"]

_HOMES = {
    "Result": "sim.api.runs",
    "resume": "sim.api.runs",
    "run": "sim.api.runs",
    "compare": "sim.studies.comparison",
    "sweep": "sim.studies.carry_out",
    "twin": "sim.studies.costs",
}


def __getattr__(name: str) -> Any:
    """The public name, from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim.api' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
