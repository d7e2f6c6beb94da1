"""What every section of a scenario is made of."""

from __future__ import annotations

import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

_SCALARS: dict[Any, tuple[type, ...]] = {bool: (bool,), int: (int, float), float: (int, float), str: (str,)}
_OPTIONAL_NUMBERS = (int | None, float | None)
_DATES = (datetime.date, datetime.date | None)


class Mistyped:
    """A value of another type than the parameter's, wrapped so that no type converts it."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Section(BaseModel):
    """A frozen group of parameters; unknown keys are errors, and so is text where a number belongs."""

    # sections are validated as parts of the scenario, so that their own validators need not be built at import
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False, defer_build=True)

    # one validator for all fields: pydantic inspects the signature anew for each field that a validator stands on
    @model_validator(mode="before")
    @classmethod
    def _no_silent_conversion(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        fields = cls.model_fields
        return {
            name: Mistyped(value) if name in fields and _is_mistyped(value, fields[name].annotation) else value
            for name, value in values.items()
        }


def _is_mistyped(value: Any, annotation: Any) -> bool:
    """Whether pydantic would convert, without a word, a value that was not meant for this parameter."""
    if annotation in _SCALARS:
        return isinstance(value, bool) != (annotation is bool) or not isinstance(value, _SCALARS[annotation])
    if annotation in _OPTIONAL_NUMBERS:
        return isinstance(value, bool)
    return annotation in _DATES and _is_number(value)


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
