"""The interaction log of the current tick: what the platform records, with the true origin beside it."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind, Origin
from sim.core.ordering import order_of
from sim.kernels.scales import WORD_BITS
from sim.world.columns import Columns, Spec


class Log(Columns):
    """Log columns; `origin`, `order` and `depth` are truth and never reach a view. Cleared at the start of every tick.

    Organic READ rows are present only when somebody asked for them (`--events`, or a detector that
    declares `needs_reads`); every other kind of row always is. A reaction carries the dwell and completion
    of the reading that it came from, and the seconds since that began: 0, 0 and -1 when there was none.
    Accounts, posts, phones and addresses stand here by row; views and files show tokens.
    """

    spec: ClassVar[Spec] = {
        "time_s": (np.int64, (), 0),  # seconds since the start of the run
        "account": (np.int32, (), 0),
        "post": (np.int32, (), 0),
        "kind": (np.uint8, (), 0),
        "channel": (np.uint8, (), 0),
        "dwell_s": (np.uint16, (), 0),
        "since_s": (np.int32, (), -1),  # seconds since the account opened the post, -1: it did not
        "completion": (np.uint8, (), 0),  # percent of the post read
        "aux": (np.uint8, (), 0),  # comment depth 1..8, or forwarding motive
        "comment": (np.uint8, (), 0),  # sim.core.enums.CommentClass
        "referrer": (np.uint8, (), 0),  # sim.core.enums.Referrer
        "parent": (np.int32, (), -1),  # account whose forward the post was met by, -1: none
        "depth": (np.uint8, (), 1),  # of a forward: 1 when the post was not met through somebody's forward; truth
        "address": (np.uint32, (), 0),
        "device": (np.uint32, (), 0),
        "origin": (np.uint8, (), int(Origin.ORGANIC)),
        "order": (np.int32, (), -1),  # truth: number of the order that it was bought with, -1: none
    }

    def rows_of(self, kind: Kind) -> NDArray[np.intp]:
        """Rows of one kind, in order; kept until the log changes, since many ask."""
        name = f"rows {kind}"
        found: NDArray[np.intp] | None = self.__dict__.get(name)
        if found is None:
            found = self.__dict__[name] = np.flatnonzero(self.kind == int(kind))
            self._seen.append(name)
        return found

    def add(self, count: int, **values: Any) -> slice:
        """As of any table; what earlier ticks left in the columns not named is written over here."""
        at = super().add(count, **values)
        for name, column in self._data.items():
            if name not in values:
                column[self._first + at.start : self._first + at.stop] = self._fill(name)
        return at

    def time_order(self, rank: NDArray[np.uint32]) -> NDArray[np.intp]:
        """The rows in order of time, those of one second by `rank` (one a row), and equals as they stand."""
        # one key: sorting by two is several times slower where many act
        since = self.time_s - self.time_s.min()
        key = since.astype(np.uint64) << np.uint64(WORD_BITS) | rank
        return order_of(key, int(since.max()).bit_length() + WORD_BITS)
