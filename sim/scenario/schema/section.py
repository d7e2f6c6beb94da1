"""What every section of a scenario is made of."""

from __future__ import annotations

import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

_SCALARS: dict[Any, tuple[type, ...]] = {bool: (bool,), int: (int, float), float: (int, float), str: (str,)}
_OPTIONAL_NUMBERS = (int | None, float | None)
_DATES = (datetime.date, datetime.date | None)


class TypeMistake(ValueError):
    """A value of another type than the parameter's; the loader says which type belongs there."""


class Section(BaseModel):
    """A frozen group of parameters; unknown keys are errors, and so is text where a number belongs."""

    # sections are validated as parts of the scenario, so that their own validators need not be built at import
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False, defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_silent_conversion(cls, value: Any, info: ValidationInfo) -> Any:
        annotation = cls.model_fields[info.field_name or ""].annotation
        if annotation in _SCALARS:
            mistaken = isinstance(value, bool) and annotation is not bool
            if mistaken or not isinstance(value, _SCALARS[annotation]):
                raise TypeMistake("wrong type")
        if annotation in _OPTIONAL_NUMBERS and isinstance(value, bool):
            raise TypeMistake("wrong type")
        if annotation in _DATES and _is_number(value):
            raise TypeMistake("wrong type")
        return value


def _is_number(value: Any) -> bool:
    """Whether a value, or a text, is a number: pydantic would take it for seconds since 1970."""
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return False
        return True
    return isinstance(value, int | float)


def parameter(default: Any, description: str, *, unit: str = "1", source: str = "assumed", **bounds: Any) -> Any:
    """A scenario parameter: meaning, unit, source and range (`ge`, `gt`, `le`, `lt`) beside the default."""
    return Field(default, description=description, json_schema_extra={"unit": unit, "source": source}, **bounds)


def section() -> Any:
    """A section of the scenario; all its parameters have their defaults when a file says nothing of it."""
    return Field(default_factory=dict)
