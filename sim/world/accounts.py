"""Accounts: a row a person. Most people live at a seat and read; bought accounts have none."""

from typing import Any, ClassVar

import numpy as np

from sim.world.columns import Columns, Spec

NOBODY = -1


class Accounts(Columns):
    """Account columns; the platform sees a token in place of the row.

    `device`, `address` (that of registration: home, or the stock that the account was bought with), `region`,
    `registered_day`, `status` and `standing_at_midnight` are what the platform knows. `seat`, `grade` and `creator` are
    truth: the reader whose account it is (-1: nobody lives by it), what kind of account it is, and the creator who
    publishes with it (-1: none); so is `fan_club`, the number of the club whose member the person is (-1: none).

    `entity` keys the random numbers. That of a person is the place among the people and how many held it before, so
    that accounts which others buy in between change nobody's draws.

    `finished` is the share of reads finished, a moving average (255 is all), of accounts without a seat; that of people
    is kept with their seat. The platform looks at it once a day, in steps (`standing_at_midnight`).
    """

    spec: ClassVar[Spec] = {
        "device": (np.uint32, (), 0),
        "address": (np.uint32, (), 0),
        "region": (np.uint8, (), 0),
        "registered_day": (np.int32, (), 0),
        "status": (np.uint8, (), 0),  # sim.core.enums.Status; the only place where it is kept
        "limited_until": (np.int32, (), -1),  # tick
        "shadowbanned_until": (np.int32, (), -1),  # tick until which its likes are taken out without a word
        "standing_at_midnight": (np.uint8, (), 0),
        "finished": (np.uint8, (), 0),
        "seat": (np.int32, (), NOBODY),
        "grade": (np.uint8, (), 0),
        "creator": (np.int32, (), NOBODY),
        "fan_club": (np.int16, (), NOBODY),
        "entity": (np.uint64, (), 0),
    }

    def __init__(self, finished: int = 0, step: int = 1) -> None:
        """`finished` (0..255) is what a new account is taken to have finished; `step` the width of a level."""
        self.finished_start, self.step = finished, step
        super().__init__()

    def levels(self, finished: Any) -> Any:
        """Shares finished as the platform notes them: rounded down to whole steps."""
        return finished // self.step * self.step

    def _fill(self, name: str) -> Any:
        if name == "finished":
            return self.finished_start
        return self.levels(self.finished_start) if name == "standing_at_midnight" else super()._fill(name)

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"finished_start": self.finished_start, "step": self.step}
