"""The organic readers in columns: one 32-byte record each, and a few fixed-width lists."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernels.scales import CACHE_LINE, INBOX, MAX_FOLLOWS, N_TOPICS, NO_CREATOR, RECORD_SPARE, RING

__all__ = ["INBOX", "LISTS", "MAX_FOLLOWS", "NO_CREATOR", "RECORD", "RING", "Readers", "aligned"]

RECORD = np.dtype(
    [
        ("interest", np.uint8, (N_TOPICS,)),  # 255 is full interest in a topic
        ("last_tick", np.int32),  # last visit, -1 before the first
        ("trust_counts", np.uint16),  # 65535 is full: visible counts mean something
        ("trust_platform", np.uint16),
        ("expect", np.uint16),  # quality met so far, moving average, 65535 is 1
        ("activity", np.uint8),  # 128 is average
        ("chronotype", np.uint8),  # row of the rhythm table
        ("pages", np.uint8),  # feed pages per visit
        ("cursor", np.uint8),  # feed pages seen since the list was last begun
        ("speed", np.uint8),  # 32 is an average reading speed, 255 eight times that
        ("expressive", np.uint8),  # 128 is an average readiness to comment, forward and follow
        ("voice", np.uint16),  # 128 is an average readiness to like, 0 is never
        ("cell", np.uint8),  # main topic: which recommendation list is shown
        ("reads_today", np.uint8),
        ("finished", np.uint8),  # share of reads finished, moving average, 255 is all
        ("ring_at", np.uint8),
        ("inbox_n", np.uint8),
        ("spare", np.uint8, (RECORD_SPARE,)),
    ],
    align=False,
)
assert RECORD.itemsize == CACHE_LINE // 2

# Two cache lines a reader: what a visit needs in the first, what reading needs in the second.
LISTS = np.dtype(
    [
        ("follows", np.uint16, (MAX_FOLLOWS,)),
        ("inbox", np.uint32, (INBOX,)),
        ("ring", np.uint32, (RING,)),
        ("follow_trust", np.uint8, (MAX_FOLLOWS,)),
        ("spare", np.uint64),
    ]
)
assert LISTS.itemsize == CACHE_LINE * 2


def aligned(n: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Zeros whose rows start on a cache line: a row then costs the fewest fetches."""
    raw = np.zeros(n * dtype.itemsize + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + n * dtype.itemsize].view(dtype)


class Readers:
    """Columns of the seats: whoever sits there visits, reads, follows and trusts; index = seat.

    `record` holds what every visit needs, `lists` the creators followed (newest last, `NO_CREATOR` ends the
    list), the posts that friends forwarded and the posts read last; `friends` is the friend graph in CSR form.
    The accounts of the people of seat i are `persons[first_person[i]:first_person[i + 1]]`: likes, comments and
    forwards are theirs, one by one, and the status of the first decides whether the seat is visited.
    `site` is the address of the seat's campus or office, -1 for none; `inbox_from` who forwarded what is in the inbox.
    """

    def __init__(self, n: int, people: NDArray[Any] | None = None) -> None:
        self.record = aligned(n, RECORD)
        self.lists = aligned(n, LISTS)
        self.lists["follows"] = NO_CREATOR
        self.inbox_from = np.full((n, INBOX), -1, np.int32)
        self.friend_start = np.zeros(n + 1, np.int64)
        self.friends = np.zeros(0, np.int32)
        self.first_person = np.arange(n + 1, dtype=np.int32)
        if people is not None:
            self.first_person[1:] = np.cumsum(people)
        self.persons = np.arange(int(self.first_person[-1]), dtype=np.int32)
        self.site = np.full(n, -1, np.int32)

    def __len__(self) -> int:
        return len(self.record)

    @property
    def people(self) -> NDArray[np.int32]:
        """People at each seat (int32)."""
        counts: NDArray[np.int32] = np.diff(self.first_person)
        return counts

    @property
    def first_accounts(self) -> NDArray[np.int32]:
        """The account of the first person of each seat (int32)."""
        accounts: NDArray[np.int32] = self.persons[self.first_person[:-1]]
        return accounts

    @property
    def follows(self) -> NDArray[Any]:
        """Creators followed (uint16, n x 24)."""
        column: NDArray[Any] = self.lists["follows"]
        return column

    @property
    def follow_trust(self) -> NDArray[Any]:
        """Trust in each creator followed (uint8, n x 24; 255 is full)."""
        column: NDArray[Any] = self.lists["follow_trust"]
        return column

    @property
    def inbox(self) -> NDArray[Any]:
        """Posts that friends forwarded, waiting to be seen (uint32, n x 4; post id + 1)."""
        column: NDArray[Any] = self.lists["inbox"]
        return column

    @property
    def ring(self) -> NDArray[Any]:
        """Posts read last (uint32, n x 8; post id + 1, 0 is none)."""
        column: NDArray[Any] = self.lists["ring"]
        return column

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name.startswith("__") or name not in (RECORD.names or ()):
            raise AttributeError(name)
        column: NDArray[Any] = self.record[name]
        return column

    @property
    def nbytes(self) -> int:
        """Bytes held by all columns."""
        return sum(array.nbytes for array in vars(self).values() if isinstance(array, np.ndarray))
