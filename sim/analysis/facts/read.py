"""Reads a facts file, the one that ships or a user's own; every error names its line."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from sim.analysis.facts.measures import MEASURES
from sim.analysis.facts.schema import Fact, FactsFile, Row, letters_of
from sim.core.errors import ScenarioError, nearest_name, shown
from sim.scenario.document import NO_FILE, Document, files_in, no_such, read
from sim.scenario.paths import Keys
from sim.scenario.validation import MESSAGES, Wording, combine, describe, error_at, translate
from sim.scenario.yaml_io import parse_text

SHIPPED = "facts.yaml"
KEYS = ("facts", "description", "window", "groups")
A_SCENARIO = "is no facts file: it has no `facts`"
NOT_A_MAPPING = "a facts file is a mapping of description, window and facts"
A_FOLDER = "is a folder, not a facts file"
NO_MEASURE = "there is no measure '{name}' (there are {known})"
NO_PARAMETER = "the measure {measure} has no parameter '{name}' (it has {known})"
NO_GROUP = "no name of a fact begins with '{group}' (they begin with {known})"
LACKS = "the measure {measure} needs {name}"
NOT_ONE_OF = "must be one of {choices}, got {given}"
SAME = "must differ from `{name}`, which it is held against"
HELD_AGAINST = {"trial_ratio": "dose", "price_ratio": "grade"}  # what a measure's parameter `against` stands beside
WORDING = {
    **MESSAGES,
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "string_type": "must be text",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "is empty",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "literal_error": "must be {expected}",
    "finite_number": "must be finite",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
FACTS = Wording(FactsFile, unknown="unknown key", renamed={}, messages=WORDING)


@dataclass(frozen=True)
class Facts:
    """A facts file that was read and checked; `name` is that of its file."""

    name: str
    file: FactsFile

    @property
    def facts(self) -> dict[str, Fact]:
        """Facts by name, in the file's order."""
        return self.file.facts


def load_facts(path: str | Path | None = None) -> Facts:
    """Read a facts file, by default the one that ships; ScenarioError with file, line and the nearest valid name."""
    if path is None:
        text = (files("sim.analysis.facts") / SHIPPED).read_text(encoding="utf-8")
        document, name = Document(*parse_text(text, SHIPPED)), Path(SHIPPED).stem
    else:
        document, name = _read(Path(path)), Path(path).stem
    if "facts" not in document.values:
        near = nearest_name("facts", [str(key) for key in document.values])
        raise error_at(document, (), A_SCENARIO, near)
    try:
        file = FactsFile.model_validate(document.values)
    except ValidationError as error:
        raise translate(error, document, FACTS) from None
    errors = [
        error
        for fact, each in file.facts.items()
        for n, row in enumerate(each.rows)
        for error in _check_measure(row, document, ("facts", fact, "rows", n))
    ]
    errors += _check_groups(file, document)
    if errors:
        raise combine(errors)
    return Facts(name, file)


def _check_groups(file: FactsFile, document: Document) -> list[ScenarioError]:
    """Groups to which no fact belongs."""
    known = list(dict.fromkeys(map(letters_of, file.facts)))
    errors = []
    for group in file.groups:
        if group not in known:
            what = NO_GROUP.format(group=group, known=", ".join(known))
            errors.append(error_at(document, ("groups", group), what, nearest_name(group, known)))
    return errors


def _read(path: Path) -> Document:
    """The YAML of a facts file; ScenarioError, in the words of facts files, when it cannot be read."""
    try:
        return read(path)
    except ScenarioError as error:
        what = error.what.replace(no_such(path), NO_FILE)
        what = what.replace("a scenario is a mapping of sections", NOT_A_MAPPING)
        what = what.replace("is a folder, not a scenario file", A_FOLDER)
        nearest = error.nearest if what == error.what else None
        if what == NO_FILE:  # a facts file, for which no scenario is meant
            here = {other.stem: name for name, other in files_in(path.parent).items()}
            nearest = here.get(nearest_name(path.stem, here) or "")
        raise ScenarioError(what, path=error.keys, file=error.file, line=error.line, nearest=nearest) from None


def _check_measure(row: Row, document: Document, at: Keys) -> list[ScenarioError]:
    """What is wrong with the measure of a row and with its parameters."""
    if row.measure not in MEASURES:
        what = NO_MEASURE.format(name=row.measure, known=", ".join(MEASURES))
        return [error_at(document, (*at, "measure"), what, nearest_name(row.measure, MEASURES))]
    known = parameters_of(row.measure)
    errors = []
    for name, given in row.parameters.items():
        place = (*at, "parameters", name)
        if name not in known:
            what = NO_PARAMETER.format(measure=row.measure, name=name, known=", ".join(known) or "none")
            errors.append(error_at(document, place, what, nearest_name(name, known)))
        elif (wrong := _wrong(known[name].annotation, given)) is not None:
            near = nearest_name(given, map(str, get_args(known[name].annotation))) if isinstance(given, str) else None
            errors.append(error_at(document, place, wrong, near))
    if not errors and _is_against_itself(row, known):
        what = SAME.format(name=HELD_AGAINST[row.measure])
        errors.append(error_at(document, (*at, "parameters", "against"), what))
    for name, parameter in known.items() if not errors else ():
        if parameter.default is parameter.empty and name not in row.parameters:
            errors.append(error_at(document, at, LACKS.format(measure=row.measure, name=name)))
    return errors


def _is_against_itself(row: Row, known: dict[str, inspect.Parameter]) -> bool:
    """Whether a measure holds a value against the very same."""
    name = HELD_AGAINST.get(row.measure)
    return name in row.parameters and row.parameters[name] == row.parameters.get("against", known["against"].default)


def parameters_of(measure: str) -> dict[str, inspect.Parameter]:
    """The parameters of a measure by name, with their types, and ranges if they have some, as annotations."""
    function = MEASURES[measure]
    hints = get_type_hints(function, include_extras=True)
    found = inspect.signature(function).parameters
    own = {name: each for name, each in found.items() if each.kind == each.KEYWORD_ONLY}
    return {name: each.replace(annotation=hints[name]) for name, each in own.items()}


def _wrong(kind: Any, given: Any) -> str | None:
    """What is wrong with a value; None when nothing is."""
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        fits = any(given == each and type(given) is type(each) for each in choices)
        return None if fits else NOT_ONE_OF.format(choices=", ".join(map(str, choices)), given=shown(given))
    try:
        TypeAdapter(kind, config=ConfigDict(strict=True, allow_inf_nan=False)).validate_python(given)
    except ValidationError as error:
        return describe(error.errors(include_url=False)[0], FACTS)
    return None
