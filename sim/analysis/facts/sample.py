"""The tables of one run as measures of facts see them: posts and days of a window."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.facts.schema import Window

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

TOO_SHORT = "no post was published from day {first} on and followed for {followed} days: the run is {days} days long"
NO_DAYS = "no day is left after the first {first}: the run is {days} days long"


class NotMeasurable(Exception):
    """A run that cannot be held against a fact; the message is the reason."""


class Sample:
    """One run: `tables` by name, its scenario, and the window that counts."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], scenario: Scenario, window: Window) -> None:
        self.tables, self.scenario, self.window = tables, scenario, window

    def with_window(self, window: Window) -> Sample:
        """The same run under another window."""
        return self if window == self.window else Sample(self.tables, self.scenario, window)

    @property
    def creators(self) -> int:
        """Creators of the world."""
        return int(self.scenario.creators.n)

    @property
    def people(self) -> int:
        """People of the world."""
        return int(self.scenario.people)

    @cached_property
    def posts(self) -> pd.DataFrame:
        """Posts of the window that are not in the trial; NotMeasurable when there is none."""
        posts = self._published
        return self._some(posts[posts["dose"] < 0])

    @cached_property
    def trial(self) -> pd.DataFrame:
        """Posts of the window that are in the trial; NotMeasurable when there is none."""
        posts = self._published
        return self._some(posts[posts["dose"] >= 0])

    @cached_property
    def _published(self) -> pd.DataFrame:
        posts, window = self.tables["posts"], self.window
        last = self.scenario.run.days - 1 - window.followed_days
        if window.days is not None:
            last = min(last, window.discard_days + window.days - 1)
        return posts[posts["published_day"].between(window.discard_days, last)]

    def _some(self, posts: pd.DataFrame) -> pd.DataFrame:
        if posts.empty:
            first, followed = self.window.discard_days, self.window.followed_days
            raise NotMeasurable(TOO_SHORT.format(first=first, followed=followed, days=self.scenario.run.days))
        return posts

    def days(self, table: str) -> pd.DataFrame:
        """Rows of a table by day, of the days in which posts of the window are followed; NotMeasurable for none."""
        frame, window = self.tables[table], self.window
        last = self.scenario.run.days - 1
        if window.days is not None:
            last = window.discard_days + window.days - 1 + window.followed_days
        kept = frame[frame["day"].between(window.discard_days, last)]
        if kept.empty:
            raise NotMeasurable(NO_DAYS.format(first=self.window.discard_days, days=self.scenario.run.days))
        return kept

    @cached_property
    def reads_by_creator(self) -> tuple[Any, Any]:
        """Reads and posts of each creator who published in the window, those with most reads first (two arrays)."""
        grouped = self.posts.groupby("creator")["reads"].agg(["sum", "size"])
        order = np.argsort(-grouped["sum"].to_numpy(), kind="stable")
        return grouped["sum"].to_numpy()[order], grouped["size"].to_numpy()[order]
