"""What `import sim` offers: each function runs what is asked for and then writes the pages.

One module for each kind, imported when it is first used: a run needs none of what a study needs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api.comparisons import StudyAttribution, StudyComparison, compare, twin
    from sim.api.runs import Result, resume, run
    from sim.api.studies import sweep

__all__ = ["Result", "StudyAttribution", "StudyComparison", "compare", "resume", "run", "sweep", "twin"]

_HOMES = {
    "Result": "sim.api.runs",
    "resume": "sim.api.runs",
    "run": "sim.api.runs",
    "StudyAttribution": "sim.api.comparisons",
    "StudyComparison": "sim.api.comparisons",
    "compare": "sim.api.comparisons",
    "sweep": "sim.api.studies",
    "twin": "sim.api.comparisons",
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
