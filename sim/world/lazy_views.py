"""Views whose columns are made when they are first asked for: most detectors and rankers look at a few of them,
and the sanctions that ship at none of a case's tokens.

Users' own plug-ins are given copies of all columns (`sim.plugins.frozen`).
"""

from __future__ import annotations

from typing import Any

from sim.core.views import AccountRows, LogView, PostsView
from sim.plugins.sanctions.actions import Case


class _Lazy:
    """Columns by name, each an array or a function that makes it.

    What they are made from must not change meanwhile: a view is for the phase in which it was handed out.
    """

    def __init__(self, **columns: Any) -> None:
        self.__dict__["_columns"] = columns

    def __getattr__(self, name: str) -> Any:
        columns = self.__dict__.get("_columns", {})
        if name not in columns:
            raise AttributeError(name)
        column = columns[name]
        made = self.__dict__[name] = column() if callable(column) else column
        return made


class LazyPosts(_Lazy, PostsView):
    """A `PostsView` whose columns are made when they are first asked for."""


class LazyLog(_Lazy, LogView):
    """A `LogView` whose columns are made when they are first asked for."""


class LazyAccounts(_Lazy, AccountRows):
    """`AccountRows` whose columns are made when they are first asked for."""


class LazyCase(_Lazy, Case):
    """A `Case` whose columns are made when they are first asked for."""
