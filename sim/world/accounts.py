"""Every account of the platform: readers first, then creators' own, then matrix and farm accounts."""

from typing import Any, ClassVar

import numpy as np

from sim.world.columns import Columns, Spec


class Accounts(Columns):
    """Account columns. Row = account id; rows [0, n_readers) are the organic readers.

    `ip`, `device`, `registered_day`, `status` are what the platform sees; `grade` and `owner` are truth
    (owner: creator id for creators' accounts, farm or MCN id for theirs, -1 for readers).
    `standing_at_midnight` is the share of reads finished (255 is all), as the platform last looked: it is written
    at the end of a day and stays through the next, while the readers' own `finished` moves with every read. A new
    account has `standing` (0..255), and accounts that are no reader's keep it.
    """

    spec: ClassVar[Spec] = {
        "ip": (np.uint32, (), 0),
        "device": (np.uint32, (), 0),
        "registered_day": (np.int16, (), 0),
        "status": (np.uint8, (), 0),  # sim.core.enums.Status; the only place where it is kept, of readers too
        "limited_until": (np.int32, (), -1),  # tick
        "standing_at_midnight": (np.uint8, (), 0),
        "grade": (np.uint8, (), 0),
        "owner": (np.int32, (), -1),
    }

    def __init__(self, standing: int = 0) -> None:
        self.standing_start = standing
        super().__init__()

    def _fill(self, name: str) -> Any:
        return self.standing_start if name == "standing_at_midnight" else super()._fill(name)

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"standing_start": self.standing_start}
