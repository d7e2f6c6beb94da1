"""Settings of a store, written KEY=VALUE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.core.errors import ScenarioError
from sim.runs.storage import Place
from sim.scenario.paths import set_by_path, split_path
from sim.scenario.yaml_io import parse_value

NO_SETTING = "must be KEY=VALUE, such as anon=true"


def open_place(address: str, settings: Sequence[str]) -> Place:
    """The place at an address with settings KEY=VALUE; a dotted key is a setting within a setting.

    `client_kwargs.endpoint_url=http://localhost:9000` is an example. Raises ScenarioError for what is not KEY=VALUE.
    """
    found: dict[str, Any] = {}
    for text in settings:
        key, equals, value = text.partition("=")
        if not (split_path(key.strip())[-1] and equals):
            raise ScenarioError(NO_SETTING, file=f"--storage-option {text}")
        set_by_path(found, key.strip(), parse_value(value))
    return Place(address, found)
