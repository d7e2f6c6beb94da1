"""What is watched while code of a user's plug-in runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sim.plugins.code_record import home_of, recorded
from sim.plugins.data_files import note_files
from sim.plugins.neighbours import importing_from
from sim.plugins.opened_files import watching


@contextlib.contextmanager
def running(cls: type) -> Iterator[None]:
    """While code of a plug-in's class runs: its late imports find its neighbours, and the files it reads are noted."""
    home = home_of(cls.__module__)
    with watching() as opened:
        try:
            with importing_from(home, again=True) if home is not None else contextlib.nullcontext():
                yield
        finally:
            if opened.read:
                note_files(cls.__module__, opened.read, recorded(cls.__module__))
