"""Scripts of `scenarios/evidence/` as modules."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EVIDENCE = Path(__file__).parents[2] / "scenarios" / "evidence"


def script_fixture(name: str) -> Any:
    """A fixture that gives the script `name`; what it imports from beside itself is found, too."""

    @pytest.fixture
    def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
        monkeypatch.syspath_prepend(str(EVIDENCE))
        return importlib.import_module(name)

    return script
