"""What every section of a scenario is made of."""

from __future__ import annotations

import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails

from sim.core.errors import ParameterError, shown

_SCALARS: dict[Any, tuple[type, ...]] = {bool: (bool,), int: (int, float), float: (int, float), str: (str,)}
_OPTIONAL_NUMBERS = (int | None, float | None)
_BELOW = "must be at least {least} ({low:,.12g}), got {high:,.12g}"
_ABOVE = "must be at most {most} ({high:,.12g}), got {low:,.12g}"
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

    @model_validator(mode="after")
    def _no_crossing(self) -> Section:
        crossed = [self._crossing(least, most) for least, most in ends(type(self))]
        found = [each for each in crossed if each is not None]
        if found:
            raise ValidationError.from_exception_data(type(self).__name__, found)
        return self

    def _crossing(self, least: str, most: str) -> InitErrorDetails | None:
        """What is wrong with two ends that cross, told of the most, or of the least when only that was written."""
        low, high = getattr(self, least), getattr(self, most)
        if low <= high:
            return None
        lower = least in self.model_fields_set and most not in self.model_fields_set
        what = (_ABOVE if lower else _BELOW).format(least=least, most=most, low=low, high=high)
        key, given = (least, low) if lower else (most, high)
        return InitErrorDetails(type="value_error", loc=(key,), input=given, ctx={"error": ParameterError(what)})


def ends(model: type[BaseModel]) -> list[tuple[str, str]]:
    """Names of the parameters of a section of which the first may not exceed the second."""
    extras = {name: field.json_schema_extra for name, field in model.model_fields.items()}
    return [
        (str(extra["at_least"]), name)
        for name, extra in extras.items()
        if isinstance(extra, dict) and "at_least" in extra
    ]


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


def parameter(
    default: Any, description: str, *, unit: str = "1", source: str = "assumed", at_least: str = "", **bounds: Any
) -> Any:
    """A scenario parameter: meaning, unit, source and range (`ge`, `gt`, `le`, `lt`) beside the default.

    `at_least` names another parameter of the section, the lower end of a pair of which this one is the upper.
    """
    extra: dict[str, Any] = {"unit": unit, "source": source} | ({"at_least": at_least} if at_least else {})
    return Field(default, description=description, json_schema_extra=extra, **bounds)


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


def section() -> Any:
    """A section of the scenario; all its parameters have their defaults when a file says nothing of it."""
    return Field(default_factory=dict)
