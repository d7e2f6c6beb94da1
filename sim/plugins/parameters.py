"""How a plug-in declares its parameters."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from sim.core.errors import span_text


def parameter(
    default: Any,
    help: str,
    *,
    unit: str = "1",
    source: str = "assumed",
    ge: float | None = None,
    le: float | None = None,
) -> Any:
    """A plug-in's parameter: a dataclass field that carries meaning, unit, source and range.

    Read back with `dataclasses.fields(plugin)[i].metadata` (keys help, unit, source, ge, le).
    """
    return field(default=default, metadata={"help": help, "unit": unit, "source": source, "ge": ge, "le": le})


def span(meta: Any) -> str:
    """The range of a parameter as text; empty when it has none."""
    return span_text(meta.get("ge"), meta.get("le"))
