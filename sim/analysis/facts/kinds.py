"""Whether a fact was typed in, shaped by parameters chosen for several, or emerges: by the parameters' sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sim.plugins.registry import describe, name_of
from sim.scenario import Scenario
from sim.scenario.parameters import parameters

TYPED, SHAPED, EMERGENT = "typed in", "shaped", "emergent"
NAME = re.compile(r"\b([A-Za-z]+)(\d+)\b(?:\s*(?:-|–|\.\.\.|to)\s*\1(\d+)\b)?")
NAMED_BY = "named in the source of {parameters}"
MOST_PARAMETERS = 4


def kinds_of(facts: Iterable[str], sources: Mapping[str, str] | None = None) -> dict[str, str]:
    """The kind of each fact, from the `sources` of parameters (by default all of a scenario and of its plug-ins).

    typed in: one parameter names it and no other fact. shaped: named otherwise. emergent: no parameter names it.
    """
    by_parameter = named_facts(facts, sources)
    found = {}
    for fact in facts:
        naming = [names for names in by_parameter.values() if fact in names]
        if not naming:
            found[fact] = EMERGENT
        else:
            found[fact] = TYPED if len(naming) == 1 and naming[0] == {fact} else SHAPED
    return found


def parameters_naming(facts: Iterable[str], sources: Mapping[str, str] | None = None) -> dict[str, str]:
    """For each fact that parameters name, which they are, in words."""
    by_parameter = named_facts(facts, sources)
    found = {}
    for fact in facts:
        naming = [path for path, names in by_parameter.items() if fact in names]
        if naming:
            more = [f"{len(naming) - MOST_PARAMETERS} more"] if len(naming) > MOST_PARAMETERS else []
            found[fact] = NAMED_BY.format(parameters=", ".join([*naming[:MOST_PARAMETERS], *more]))
    return found


def named_facts(facts: Iterable[str], sources: Mapping[str, str] | None = None) -> dict[str, set[str]]:
    """The facts that each parameter's source names, by the parameter's path; without those that name none."""
    known = set(facts)
    chosen = all_sources() if sources is None else sources
    found = {path: _names_in(text, known) for path, text in chosen.items()}
    return {path: names for path, names in found.items() if names}


def all_sources(scenario: Scenario | None = None) -> dict[str, str]:
    """The source of every parameter of a scenario, by path, and of those of the plug-ins that it uses."""
    found = {row["path"]: str(row["source"]) for row in parameters(Scenario)}
    for plugin in _plugins(Scenario() if scenario is None else scenario):
        found |= {f"{name_of(plugin)}.{row['name']}": str(row["source"]) for row in describe(type(plugin))}
    return found


def _plugins(scenario: Scenario) -> list[Any]:
    """The plug-ins of a scenario under all its policies."""
    found: list[Any] = list(scenario.strategies)
    for _, policy in scenario.policies():
        rungs = (*policy.like_ladder, *policy.creator_ladder)
        found += [policy.ranking, *policy.detectors.values(), *(rung.sanction for rung in rungs)]
    return [plugin for plugin in found if plugin is not None]


def _names_in(text: str, known: set[str]) -> set[str]:
    """The facts named in a text; a span such as C2-C4 names all between its ends."""
    found = {name for name in known if re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text)}
    for letters, first, last in NAME.findall(text):
        if last:
            found |= {f"{letters}{n}" for n in range(int(first), int(last) + 1)} & known
    return found
