"""The interface of whatever makes runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, Self


class RunExecutor(Protocol):
    """Workers that make runs.

    `size` is how many runs should be under way at once: for each worker the current one and the next. An executor is a
    context manager: at its end the workers are released, after an error without waiting for what is under way.
    """

    size: int

    def submit(self, call: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a worker make a call; raises BrokenExecutor when the workers are gone."""
        ...

    def restart(self) -> bool:
        """Replace workers that died; False when this executor cannot."""
        ...

    def is_alive(self) -> bool:
        """Whether the scheduler still answers; asked when no run has ended for a while."""
        ...

    def close(self, at_once: bool = False) -> None:
        """Release the workers; `at_once` without waiting for what is under way."""
        ...


class ClosingContext:
    """Makes an executor a context manager."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.close(at_once=kind is not None)

    def close(self, at_once: bool = False) -> None:
        """Release the workers."""
