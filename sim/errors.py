"""What can be the user's mistake, said in one message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class GreshamError(Exception):
    """Anything that a user can put right; shown without a traceback."""


class ScenarioError(GreshamError):
    """A scenario that cannot be used: where (file, line, path), what, and the nearest valid name."""

    def __init__(
        self, what: str, *, path: str = "", file: str | Path | None = None, line: int | None = None, nearest: str | None = None
    ) -> None:
        place = str(file) if file is not None else "scenario"
        if line is not None:
            place += f":{line}"
        hint = f"; did you mean '{nearest}'?" if nearest else ""
        super().__init__(": ".join(part for part in (place, path, what) if part) + hint)
        self.what, self.path, self.file, self.line, self.nearest = what, path, file, line, nearest


class RunError(GreshamError):
    """A run that cannot be made, read or resumed."""


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """The valid name most like `name`, or None when none is near."""
    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.55)
    return found[0] if found else None
