"""One small mechanism for every plug-in family: frozen dataclasses whose fields are their parameters."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def knob(default: Any, help: str, *, unit: str = "1", source: str = "assumed", ge: float | None = None, le: float | None = None) -> Any:
    """A plug-in's parameter: a dataclass field that carries meaning, unit, source and range.

    Read back with `dataclasses.fields(plugin)[i].metadata` (keys help, unit, source, ge, le).
    """
    return field(default=default, metadata={"help": help, "unit": unit, "source": source, "ge": ge, "le": le})
