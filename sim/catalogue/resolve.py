"""Finds the run or study that a user means by a path or a part of a name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.catalogue.catalogue import Catalogue
from sim.catalogue.find import STUDY
from sim.catalogue.issues import UnfitError
from sim.catalogue.stored import StoredRun, open_run
from sim.catalogue.study import StoredStudy, open_study
from sim.core.errors import RunError
from sim.runs.manifest import MANIFEST
from sim.runs.storage import Place

MOST = 10
NEITHER = "{path}: neither a finished run nor a study (it has no {manifest} and no {study})"
NO_SUCH = "there is no run or study '{name}' in {address}{hint}"
SEVERAL = "'{name}' may be any of:\n  {names}"
AND_MORE = "and {n} more"
NONE_THERE = ": it holds none at all"
NEAREST, LISTED = "; nearest: {names}", "; gresham ls lists what is there"
UNFIT = "{path}: {reason}"


@contextmanager
def resolve_name(wanted: str, folder: str | Path | Place) -> Iterator[StoredRun | StoredStudy]:
    """A run or study, found by its path, or by a part of its name that no other run or study in `folder` has.

    It can be read until the block ends: a run in a store is copied, and the copy is then removed.
    Raises RunError: nothing of that name (with the nearest), several, or one that cannot be used (with the reason).
    """
    at = Path(wanted)
    found: StoredRun | StoredStudy | None
    try:
        if (at / STUDY).is_file():
            found = open_study(at.resolve(), at.name or at.resolve().name)
        elif (at / MANIFEST).is_file():
            found = open_run(at.resolve(), at.as_posix())
        else:
            found = None
    except UnfitError as error:
        raise RunError(UNFIT.format(path=wanted, reason=error)) from None
    if found is not None:
        yield found
        return
    catalogue = Catalogue(folder)  # its copies last as long as it does
    yield _named(wanted.strip("/"), catalogue)


def _named(wanted: str, catalogue: Catalogue) -> StoredRun | StoredStudy:
    known: dict[str, StoredRun | StoredStudy] = {study.name: study for study in catalogue.studies}
    known |= {run.name: run for run in catalogue.listing.stored}
    names = _matching(wanted, list(known))
    if len(names) == 1:
        return known[names[0]]
    if names:
        shown = [*names[:MOST], *([AND_MORE.format(n=len(names) - MOST)] if len(names) > MOST else [])]
        raise RunError(SEVERAL.format(name=wanted, names="\n  ".join(shown)))
    for issue in catalogue.issues:
        if wanted in issue.path:
            raise RunError(str(issue))
    if wanted and Path(wanted).exists():
        raise RunError(NEITHER.format(path=wanted, manifest=MANIFEST, study=STUDY))
    raise RunError(NO_SUCH.format(name=wanted, address=catalogue.address, hint=_nearest(wanted, list(known))))


def _matching(wanted: str, names: list[str]) -> list[str]:
    """The matching names: the exact one, or else those that begin like this, or else those that contain it."""
    last = {name: name.rpartition("/")[2] for name in names}
    rules = (
        lambda name: wanted == name,
        lambda name: wanted == last[name],
        lambda name: name.startswith(wanted) or last[name].startswith(wanted),
        lambda name: wanted in name,
    )
    for rule in rules:
        found = [name for name in names if rule(name)]
        outer = [name for name in found if not any(name.startswith(f"{other}/") for other in found)]
        if found:  # a study goes before its runs
            return outer
    return []


def _nearest(wanted: str, names: list[str]) -> str:
    if not names:
        return NONE_THERE
    last = {name.rpartition("/")[2]: name for name in names}
    close = difflib.get_close_matches(wanted.rpartition("/")[2], list(last), n=3, cutoff=0.4)
    return NEAREST.format(names=", ".join(last[name] for name in close)) if close else LISTED
