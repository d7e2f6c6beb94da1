"""Old names of modules, classes and parameters that plug-ins use, and their new names.

The tables serve error messages only: an old name is an error that gives the new one.
"""

from __future__ import annotations

import ast
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

# old parameter of a shipped plug-in -> its new name, or the parameter of the scenario that has taken its place, by
# family; a key is `plugin.parameter`
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "ranking": {
        "likes_only.gravity": "platform.hot_gravity",
        "likes_only.age_offset_h": "platform.hot_age_offset_h",
        "likes_only.likes_prior": "platform.hot_prior",
        "likes_only.topic_boost": "platform.hot_topic_boost",
        "composite.gravity": "platform.hot_gravity",
        "composite.age_offset_h": "platform.hot_age_offset_h",
        "composite.topic_boost": "platform.hot_topic_boost",
    },
    "detection": {},
    "sanction": {},
    "strategy": {},
}

# names that a plug-in imports; the whole dotted name
NAMES: Mapping[str, str] = {
    "sim.plugins.knob": "sim.plugins.parameters.parameter",
    "sim.plugins.parameters.knob": "sim.plugins.parameters.parameter",
    "sim.detection.signals.likes_of": "view.log.likes (no import needed)",
    "sim.enforcement.Action": "sim.plugins.sanctions.EnforcementAction",
    "sim.enforcement.Verdict": "sim.plugins.sanctions.Case",
    "sim.enforcement.Verdicts": "sim.plugins.detectors.Flags",
    "sim.enforcement.verdict.Action": "sim.plugins.sanctions.EnforcementAction",
    "sim.enforcement.verdict.Verdict": "sim.plugins.sanctions.Case",
    "sim.enforcement.verdict.Verdicts": "sim.plugins.detectors.Flags",
    "sim.plugins.ranking.policy.ByTopic": "sim.plugins.ranking.policy.NonPersonalized",
    "sim.plugins.ranking.policy.topical": "platform.hot_topic_boost of the scenario (no import needed)",
    "sim.plugins.sanctions.Action": "sim.plugins.sanctions.EnforcementAction",
    "sim.plugins.sanctions.Verdict": "sim.plugins.sanctions.Case",
    "sim.plugins.sanctions.Verdicts": "sim.plugins.detectors.Flags",
    "sim.manipulation.Action": "sim.plugins.strategies.PushAction",
    "sim.manipulation.actions.Action": "sim.plugins.strategies.PushAction",
    "sim.manipulation.CreatorSees": "sim.plugins.strategies.CreatorObservation",
    "sim.manipulation.sees.CreatorSees": "sim.plugins.strategies.CreatorObservation",
    "sim.plugins.strategies.Action": "sim.plugins.strategies.PushAction",
    "sim.plugins.strategies.CreatorSees": "sim.plugins.strategies.CreatorObservation",
}

# modules; what is imported from them keeps its own name unless it stands above
MODULES: Mapping[str, str] = {
    "sim.ranking": "sim.plugins.ranking",
    "sim.detection.detectors": "sim.plugins.detectors",
    "sim.detection": "sim.plugins.detectors",
    "sim.enforcement.verdict": "sim.plugins.sanctions",
    "sim.enforcement": "sim.plugins.sanctions",
    "sim.manipulation.sees": "sim.plugins.strategies",
    "sim.manipulation": "sim.plugins.strategies",
    "sim.names": "sim.core.enums",
    "sim.numbers": "sim.core.lookup_tables",
    "sim.observables": "sim.core.views",
    "sim.clock": "sim.core.clock",
    "sim.errors": "sim.core.errors",
}

_IS_NOW = "{old} is now {new}"


def new_name(name: str) -> str | None:
    """What a dotted name of this package is called now; None when it was not renamed."""
    if name in NAMES:
        return NAMES[name]
    for old in sorted(MODULES, key=len, reverse=True):
        if name == old or name.startswith(f"{old}."):
            return MODULES[old] + name.removeprefix(old)
    return None


def describe_renaming(name: str) -> str:
    """The hint for a dotted name that was renamed; empty for any other."""
    new = new_name(name)
    return _IS_NOW.format(old=name, new=new) if new is not None else ""


def renamed_imports(error: BaseException) -> str:
    """Old names that are imported by the file in which an exception was raised, each with its new name.

    Empty when there are none, or when the file cannot be read.
    """
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    last = next((file for file in reversed(files) if file.is_file()), None)
    try:
        names = list(_imported(ast.parse(last.read_bytes()))) if last is not None else []
    except (OSError, SyntaxError, ValueError):
        return ""
    return "; ".join(filter(None, map(describe_renaming, dict.fromkeys(names))))


def _imported(tree: ast.Module) -> Iterator[str]:
    """The dotted names that a module imports, in the order written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{each.name}" for each in node.names)
