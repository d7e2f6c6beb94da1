"""Parameters of a scenario that were renamed. Wherever an old name is used, the error gives the new one."""

from __future__ import annotations

from collections.abc import Mapping

# old dotted path -> new dotted path
RENAMED: Mapping[str, str] = {
    "mutual_aid.keen_pace": "mutual_aid.reciprocity_pace",
    "mutual_aid.free_rider_give": "mutual_aid.free_rider_generosity",
}

_NOW_CALLED = "is now called '{new}'"


def describe_renaming(path: str, renamed: Mapping[str, str] = RENAMED) -> str | None:
    """The message for a path that was renamed; None for any other."""
    return _NOW_CALLED.format(new=renamed[path]) if path in renamed else None
