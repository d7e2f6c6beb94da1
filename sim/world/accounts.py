"""Every account of the platform: readers first, then creators' own, then matrix and farm accounts."""

from typing import ClassVar

import numpy as np

from sim.world.columns import Columns, Spec


class Accounts(Columns):
    """Account columns. Row = account id; rows [0, n_readers) are the organic readers.

    `ip`, `device`, `registered_day`, `status` are what the platform sees; `grade` and `owner` are truth
    (owner: creator id for creators' accounts, farm or MCN id for theirs, -1 for readers).
    """

    spec: ClassVar[Spec] = {
        "ip": (np.uint32, (), 0),
        "device": (np.uint32, (), 0),
        "registered_day": (np.int16, (), 0),
        "status": (np.uint8, (), 0),
        "limited_until": (np.int32, (), -1),  # tick
        "standing": (np.uint8, (), 64),  # 0..255, the platform's view of how an account reads (reading history)
        "grade": (np.uint8, (), 0),
        "owner": (np.int32, (), -1),
    }
