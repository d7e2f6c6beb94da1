"""Whether code of users may be imported, and who is told of it before it is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from sim.core.errors import PluginError

REFUSED = "'{name}' is code that does not ship with Gresham ({file}); it is not imported because of --no-code"
IMPORTING = "importing your own code: {file}"
_refuse: ContextVar[bool] = ContextVar("refuse", default=False)
_announce: ContextVar[Callable[[str], None] | None] = ContextVar("announce", default=None)


@contextlib.contextmanager
def users_code(refuse: bool, announce: Callable[[str], None] | None = None) -> Iterator[None]:
    """Inside, refuse to import users' code, or say so in one line of each file or module before it is imported."""
    announced: dict[str, None] = {}

    def once(line: str) -> None:
        if announce is not None and line not in announced:
            announced[line] = None
            announce(line)

    tokens = _refuse.set(refuse), _announce.set(once)
    try:
        yield
    finally:
        _refuse.reset(tokens[0])
        _announce.reset(tokens[1])


def ask_to_import(name: str, file: str, announced: bool = True) -> None:
    """Announce that a plug-in's code is imported; PluginError where that is refused.

    `name` is as the scenario writes it, `file` the file or module that it stands in. What is not there to be imported,
    or is no user's own, needs no announcement.
    """
    if _refuse.get():
        raise PluginError(REFUSED.format(name=name, file=file))
    announce = _announce.get()
    if announced and announce is not None:
        announce(IMPORTING.format(file=file))
