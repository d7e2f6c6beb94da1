"""The interaction log of the current tick: what the platform records, with the true origin beside it."""

from typing import ClassVar

import numpy as np

from sim.core.enums import Origin
from sim.world.columns import Columns, Spec


class Log(Columns):
    """Log columns; `origin` is truth and never reaches a view. Cleared at the start of every tick.

    Organic READ rows are present only when somebody asked for them (`--events`, or a detector that
    declares `needs_reads`); every other kind of row always is. A like carries the dwell and completion
    of the reading it came from: 0 when there was none.
    """

    spec: ClassVar[Spec] = {
        "time_s": (np.int64, (), 0),  # seconds since the start of the run
        "account": (np.int32, (), 0),
        "post": (np.int32, (), 0),
        "kind": (np.uint8, (), 0),
        "channel": (np.uint8, (), 0),
        "dwell_s": (np.uint16, (), 0),
        "completion": (np.uint8, (), 0),  # percent of the post read
        "aux": (np.uint8, (), 0),  # comment depth 1..8, or forwarding motive
        "ip": (np.uint32, (), 0),
        "device": (np.uint32, (), 0),
        "origin": (np.uint8, (), int(Origin.ORGANIC)),
    }
