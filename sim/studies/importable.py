"""Refuses plug-ins that worker processes could not import, before a process is started."""

from __future__ import annotations

import copyreg
import sys
from collections.abc import Iterable
from concurrent.futures import Executor, ProcessPoolExecutor

from sim.core.errors import RunError
from sim.plugins.code_record import stands_in
from sim.scenario import Scenario
from sim.studies.executors.base import RunExecutor
from sim.studies.executors.local import Processes

NOT_IMPORTABLE = (
    "the plug-in {name} of scenario '{scenario}' {why}, so worker processes cannot import it; put it into a file and "
    "name it `file.py:{name}`, or run in this process with workers=0"
)
IN_A_SESSION = "is defined in a notebook or an interactive session"
IN_A_FUNCTION = "is defined inside a function"
NOT_FOUND = "is not found under its name in the module {module}"


def check_importable(scenarios: Iterable[Scenario], executor: Executor | RunExecutor | None) -> None:
    """Raise RunError for a plug-in that the workers of this executor cannot import; threads need not."""
    if executor is not None and not isinstance(executor, Processes | ProcessPoolExecutor):
        return
    seen: set[type] = set()
    for scenario in scenarios:
        for cls in {type(plugin): None for plugin in scenario.plug_ins()}:
            if cls in seen:
                continue
            seen.add(cls)
            why = why_not_importable(cls)
            if why:
                raise RunError(NOT_IMPORTABLE.format(name=cls.__name__, scenario=scenario.name, why=why))


def why_not_importable(cls: type) -> str:
    """Why another process cannot import a class; empty when it can."""
    if cls in copyreg.dispatch_table:  # a class from a plug-in's file travels by the path of the file
        return ""
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if "<locals>" in cls.__qualname__:
        return IN_A_FUNCTION
    if not stands_in(cls, file):
        return IN_A_SESSION
    found: object = module
    for part in cls.__qualname__.split("."):
        found = getattr(found, part, None)
    return "" if found is cls else NOT_FOUND.format(module=cls.__module__)
