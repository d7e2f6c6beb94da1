"""The progress bar of a sweep: runs done, runs failed, time left."""

from __future__ import annotations

import sys
from typing import Any

from sim.core.terminal import make_console
from sim.runs.progress import Wanted


class StudyProgress:
    """Counts runs and shows nothing. `done` includes runs that an earlier sweep finished."""

    def __init__(self, name: str, total: int, done: int) -> None:
        self.name, self.total, self.done, self.failed = name, total, done, 0

    def add(self) -> None:
        """Count one more finished run."""
        self.done += 1
        self.show()

    def fail(self) -> None:
        """Count one more run that failed for good."""
        self.failed += 1
        self.show()

    def show(self) -> None:
        """Show the counts."""

    def stop(self) -> None:
        """Stop showing."""


class TerminalStudyProgress(StudyProgress):
    """A bar on stderr with the time left."""

    def __init__(self, name: str, total: int, done: int) -> None:
        super().__init__(name, total, done)
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
        from rich.progress import TimeRemainingColumn as Left

        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("runs", style="dim"),
            TimeElapsedColumn(),
            Left(),
            TextColumn("left", style="dim"),
            TextColumn("{task.fields[failed]}", style="red"),
            console=make_console(stderr=True),
        )
        self._task: Any = self._bar.add_task(name[:24], total=total, completed=done, failed="")
        self._bar.start()

    def show(self) -> None:
        """Move the bar."""
        failed = f"{self.failed} failed" if self.failed else ""
        self._bar.update(self._task, completed=self.done + self.failed, failed=failed)

    def stop(self) -> None:
        """Leave the last state on the screen."""
        self._bar.stop()


def make_study_progress(wanted: Wanted, name: str, total: int, done: int) -> StudyProgress:
    """A bar in a terminal, nothing elsewhere."""
    shown = wanted is True or (wanted == "auto" and sys.stderr.isatty())
    return (TerminalStudyProgress if shown else StudyProgress)(name, total, done)
