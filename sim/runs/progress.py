"""The progress bar: day, speed, time left and two live figures, in a terminal or a notebook."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any, Literal

from sim.core.terminal import make_console

Wanted = bool | Literal["auto"]
REFRESH_S = 0.25


def make_progress(wanted: Wanted, days: int, readers: int) -> Progress:
    """A bar where somebody looks (a terminal or a notebook), silence elsewhere."""
    if wanted is False:
        return Progress(days, readers)
    if _in_notebook():
        return NotebookProgress(days, readers)
    if wanted is True or sys.stderr.isatty():
        return TerminalProgress(days, readers)
    return Progress(days, readers)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def live_figures(row: Mapping[str, Any]) -> str:
    """The two live figures of a day, as text."""
    quality, share = row.get("exposure_quality"), row.get("share_manipulating_creators")
    if quality is None or share is None:
        return ""
    return f"exposure quality {quality:.3f} · manipulating {share:.1%}"


class Progress:
    """Silent progress; also the arithmetic of the ones that show."""

    def __init__(self, days: int, readers: int) -> None:
        self.days = days
        self.readers = readers
        self.first = 0
        self.label = ""
        self._started = self._shown = time.perf_counter()

    def start(self, label: str, day: int = 0) -> None:
        """Begin a world at `day` (not 0 when resumed)."""
        self.label, self.first = label, day
        self._started = time.perf_counter()

    def day(self, done: int, row: Mapping[str, Any]) -> None:
        """`done` days are over; `row` holds the measures of the last."""
        now = time.perf_counter()
        if done < self.days and now - self._shown < REFRESH_S:
            return
        self._shown = now
        self.show(done, live_figures(row))

    def speed(self, done: int) -> str:
        """Reader-days lived through per second."""
        elapsed = max(1e-9, time.perf_counter() - self._started)
        rate = (done - self.first) * self.readers / elapsed
        for size, mark in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
            if rate >= size:
                return f"{rate / size:.1f}{mark} reader-days/s"
        return f"{rate:.0f} reader-days/s"

    def left(self, done: int) -> str:
        """Time left."""
        lived = done - self.first
        if lived <= 0:
            return "?"
        seconds = (self.days - done) * (time.perf_counter() - self._started) / lived
        return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"

    def show(self, done: int, figures: str) -> None:
        """Show where the run stands."""

    def stop(self) -> None:
        """Clear up."""


class TerminalProgress(Progress):
    """A bar of the rich library on stderr, the live figures under it."""

    def __init__(self, days: int, readers: int) -> None:
        super().__init__(days, readers)
        from rich.live import Live
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("day {task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[speed]}", style="dim"),
            TextColumn("{task.fields[left]} left", style="dim"),
        )
        self._live = Live(self._bar, console=make_console(stderr=True), auto_refresh=False)
        self._live.start()
        self._task: Any = None

    def start(self, label: str, day: int = 0) -> None:
        """Begin a world at `day`."""
        super().start(label, day)
        self._task = self._bar.add_task(label[:20], total=self.days, completed=day, speed="", left="?")
        self._live.refresh()

    def show(self, done: int, figures: str) -> None:
        """Move the bar."""
        from rich.console import Group
        from rich.text import Text

        self._bar.update(self._task, completed=done, speed=self.speed(done), left=self.left(done))
        self._live.update(
            Group(self._bar, Text(f"{self.label}: {figures}" if figures else "", style="dim")), refresh=True
        )

    def stop(self) -> None:
        """Leave the last state on the screen."""
        self._live.stop()


class NotebookProgress(Progress):
    """One line of HTML that is updated in place."""

    def __init__(self, days: int, readers: int) -> None:
        super().__init__(days, readers)
        self._handle: Any = None

    def show(self, done: int, figures: str) -> None:
        """Update the line."""
        from IPython.display import HTML, display

        line = HTML(
            f"<progress value='{done}' max='{self.days}'></progress> {self.label}: day {done} of "
            f"{self.days}, "
            f"{self.speed(done)}, {self.left(done)} left. {figures}"
        )
        if self._handle is None:
            self._handle = display(line, display_id=True)
        else:
            self._handle.update(line)
