"""What every section of a scenario is made of."""

from __future__ import annotations

import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from sim.core.errors import shown

_SCALARS: dict[Any, tuple[type, ...]] = {bool: (bool,), int: (int, float), float: (int, float), str: (str,)}
_OPTIONAL_NUMBERS = (int | None, float | None)
_LESS = "must be at least {name} ({least:,}), got {most:,}"
_MORE_THAN_ALL = "{names} must add up to at most 1, got {values}"
SUM_SLACK = 1e-9  # shares such as 0.7, 0.2 and 0.1 add up to a little more than 1
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


def check_shares(last: float, name: str, others: tuple[str, ...], info: ValidationInfo) -> float:
    """The share `last` of the field `name`, when it and the shares of `others`, declared above, are at most 1 together.

    For a validator of the last of the fields; ValueError names all of them.
    """
    if any(other not in info.data for other in others):  # wrong itself, and told so
        return last
    shares = [*(info.data[other] for other in others), last]
    if sum(shares) > 1.0 + SUM_SLACK:
        names = f"{', '.join(others)} and {name}"
        raise ValueError(_MORE_THAN_ALL.format(names=names, values=" + ".join(map(shown, shares))))
    return last


def check_at_least(most: int, name: str, info: ValidationInfo) -> int:
    """The upper end `most` of a range, when it is not below the field `name`, declared above; ValueError names both."""
    least = info.data.get(name, most)  # missing when that is wrong itself
    if most < least:
        raise ValueError(_LESS.format(name=name, least=least, most=most))
    return most


def section() -> Any:
    """A section of the scenario; all its parameters have their defaults when a file says nothing of it."""
    return Field(default_factory=dict)
