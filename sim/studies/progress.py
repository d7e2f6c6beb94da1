"""How far a sweep is: runs done, failed, time left."""

from __future__ import annotations

import sys
from typing import Any

from sim.runs.progress import Wanted


class Counter:
    """Counts; shows nothing. `done` includes what an earlier sweep had finished."""

    def __init__(self, name: str, total: int, done: int) -> None:
        self.name, self.total, self.done, self.failed = name, total, done, 0

    def add(self, wall_s: float) -> None:
        """One more run is finished; it took `wall_s` seconds of a worker."""
        self.done += 1
        self.show()

    def fail(self) -> None:
        """One run was set aside."""
        self.failed += 1
        self.show()

    def show(self) -> None:
        """Show where the sweep stands."""

    def stop(self) -> None:
        """Clear up."""


class TerminalCounter(Counter):
    """A bar on stderr with the time left."""

    def __init__(self, name: str, total: int, done: int) -> None:
        super().__init__(name, total, done)
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
        from rich.progress import TimeRemainingColumn as Left

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("runs", style="dim"),
            TimeElapsedColumn(),
            Left(),
            TextColumn("left", style="dim"),
            TextColumn("{task.fields[failed]}", style="red"),
            console=Console(stderr=True),
        )
        self._task: Any = self._bar.add_task(name[:24], total=total, completed=done, failed="")
        self._bar.start()

    def show(self) -> None:
        """Move the bar."""
        said = f"{self.failed} failed" if self.failed else ""
        self._bar.update(self._task, completed=self.done + self.failed, failed=said)

    def stop(self) -> None:
        """Leave the last state on the screen."""
        self._bar.stop()


def make_counter(wanted: Wanted, name: str, total: int, done: int) -> Counter:
    """A bar where somebody looks, silence elsewhere."""
    shown = wanted is True or (wanted == "auto" and sys.stderr.isatty())
    return (TerminalCounter if shown else Counter)(name, total, done)
