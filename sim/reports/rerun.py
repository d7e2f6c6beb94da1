"""Commands on a page that make its runs again: in the folder that the page lies in, wherever that was moved."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.runs.storage import Place
    from sim.studies.failures import Failure

HERE = "In the folder of this file:"
ANYWHERE = "In any folder, with the --storage-option that the address needs, if any:"
IN_THIS_FOLDER = "gresham reproduce ."
IN_A_STORE = "gresham reproduce {name} --in {above}"
FAILED = "gresham run failed/{key}.yaml --no-twin --out .."  # `..` is where the folder of the page lies


def rerun(place: Place | None = None) -> tuple[str, str]:
    """Where to stand, and the command that repeats what is at a place; without one, a run in a folder."""
    if place is None or place.is_local:
        return HERE, IN_THIS_FOLDER
    above, _, name = place.address.rstrip("/").rpartition("/")
    return ANYWHERE, IN_A_STORE.format(name=shlex.quote(name), above=shlex.quote(above))


def rerun_failed(failure: Failure, place: Place) -> Failure:
    """A failure with a command that works in the folder of the page; that of a store says what to fetch first."""
    return replace(failure, command=FAILED.format(key=shlex.quote(failure.key))) if place.is_local else failure
