"""What code a run is made by, and what has changed between its beginning and its continuation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.runs.code_digest import code_digest
from sim.runs.manifest import versions
from sim.scenario import Scenario

CHANGED = "{name} {then}, now {now}"
OTHER_CODE = "the code of Gresham has changed"
OTHER_FILE = "the file {file}, which a plug-in read, has changed"
OTHER_PLUGINS = "the code of a plug-in has changed"


def describe_code(scenario: Scenario) -> dict[str, Any]:
    """The code that a run of the scenario is made by here and now: ours, its plug-ins', versions of packages."""
    return {"code": code_digest(), "plugins": scenario.plugin_code(), "versions": versions()}


def what_changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two makers of a run, a phrase each; none when they are the same."""
    found = [OTHER_CODE] if then.get("code") != now["code"] else []
    if list(then.get("plugins", ())) != list(now["plugins"]):
        found.append(OTHER_PLUGINS)
    before = then.get("versions", {})
    found += [
        CHANGED.format(name=name, then=before.get(name, "unknown"), now=version)
        for name, version in now["versions"].items()
        if before.get(name) != version
    ]
    return found
