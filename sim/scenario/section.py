"""What every section of a scenario is made of."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A frozen group of parameters; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def param(default: Any, description: str, *, unit: str = "1", source: str = "assumed", **bounds: Any) -> Any:
    """A scenario parameter: meaning, unit, source and range (`ge`, `gt`, `le`, `lt`) beside the default."""
    return Field(default, description=description, json_schema_extra={"unit": unit, "source": source}, **bounds)
