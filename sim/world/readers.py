"""The organic readers in columns: a 64-byte record each, what waits for them, and lists of any length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Status
from sim.kernels.read_layout import Seats
from sim.kernels.scales import CACHE_LINE, INBOX, MAX_FOLLOWS, N_TOPICS, NO_CREATOR, RECORD_SPARE, RING

__all__ = ["INBOX", "LISTS", "MAX_FOLLOWS", "NO_CREATOR", "RECORD", "RING", "Readers", "aligned"]

RECORD = np.dtype(
    [
        ("interest", np.uint8, (N_TOPICS,)),  # 255 is full interest in a topic
        ("activity", np.float32),  # how often it visits, on average 1
        ("zeal", np.float32),  # readiness to open what it is shown, on average 1
        ("voice", np.float32),  # readiness to like: mean of `voice_sums`, kept where a reading looks
        ("sharing", np.float32),  # readiness to forward, on average 1
        ("follow_at", np.uint32),  # where its list of creators followed begins
        ("follow_places", np.uint16),  # how long that can be
        ("follow_n", np.uint16),  # how long it is
        ("trust_counts", np.uint16),  # 65535 is full: visible counts mean something
        ("trust_platform", np.uint16),
        ("expect", np.uint16),  # quality met so far, moving average, 65535 is 1
        ("reads_today", np.uint16),
        ("speed", np.uint8),  # 32 is an average reading speed, 255 eight times that
        ("expressive", np.uint8),  # 128 is an average readiness to comment and follow
        ("cell", np.uint8),  # main topic: which recommendation list is shown
        ("finished", np.uint8),  # share of reads finished, moving average, 255 is all
        ("ring_at", np.uint8),
        ("inbox_n", np.uint8),
        ("left", np.bool_),  # whoever sits there stays away, by choice, and may come back
        ("inbox_way", np.uint8, (INBOX,)),  # how each post in the inbox came: times passed on, and NEAR
        ("spare", np.uint8, (RECORD_SPARE,)),
    ],
    align=False,
)
assert RECORD.itemsize == CACHE_LINE

# Two cache lines a reader: what waits in the first, what was read in the second.
LISTS = np.dtype(
    [
        ("inbox", np.uint32, (INBOX,)),
        ("inbox_from", np.int32, (INBOX,)),
        ("ring", np.uint32, (RING,)),
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

    The accounts of the people at seat i are `persons[first_person[i] : first_person[i + 1]]`; acts are drawn for them
    one by one, and whoever is banned takes no part. They leave, and come back, together. `voice_sums` has, for each of
    them, how readily they like, summed from the first of the seat on.
    `site` is the address of the campus or office of each of the people, -1 for none; `last_tick` is that of the last
    visit of a seat, -1 before the first; `rate` how often it visits today, against the average.
    """

    def __init__(self, n: int, people: NDArray[Any] | None = None) -> None:
        self.record = aligned(n, RECORD)
        self.lists = aligned(n, LISTS)
        self.lists["inbox_from"] = -1
        self.last_tick = np.full(n, -1, np.int32)
        self.rate = np.zeros(n, np.float32)
        self.follows = np.zeros(0, np.uint16)
        self.follow_trust = np.zeros(0, np.uint8)
        self.friend_start = np.zeros(n + 1, np.int64)
        self.friends = np.zeros(0, np.int32)
        self.first_person = np.arange(n + 1, dtype=np.int32)
        if people is not None:
            self.first_person[1:] = np.cumsum(people)
        self.persons = np.arange(int(self.first_person[-1]), dtype=np.int32)
        self.voice_sums = (self.persons - np.repeat(self.first_person[:-1], self.people) + 1).astype(np.float32)
        self.record["voice"] = 1.0
        self.fewest = int(self.people.min()) if n else 0  # people at a seat
        self.site = np.full(len(self.persons), -1, np.int32)

    def __len__(self) -> int:
        return len(self.record)

    def seats(self, status: NDArray[Any]) -> Seats:
        """What the reader kernel takes; `status` is that of all accounts."""
        return Seats(
            self.record, self.last_tick, self.rate, self.lists, self.first_person, self.persons, self.voice_sums,
            status, self.follows, self.follow_trust,
        )  # fmt: skip

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

    def here(self, status: NDArray[Any]) -> NDArray[np.bool_]:
        """Which seats have somebody: they have not left, and not all are banned (`status`, of all accounts)."""
        allowed = status.take(self.persons) < Status.BANNED
        some: NDArray[np.bool_] = np.logical_or.reduceat(allowed, self.first_person[:-1]) if len(self) else allowed
        return some & ~self.record["left"]

    @property
    def voices(self) -> NDArray[np.float32]:
        """How readily each person likes, on average 1; 0 is never (float32, as `persons`)."""
        first = self.first_person[:-1]
        own: NDArray[np.float32] = np.diff(self.voice_sums, prepend=np.float32(0))
        own[first] = self.voice_sums[first]
        return own

    def make_room_to_follow(self, places: NDArray[Any]) -> None:
        """Give each seat an empty list of creators followed, of so many `places`."""
        ends = np.cumsum(places, dtype=np.int64)
        self.record["follow_places"] = places
        self.record["follow_at"] = ends - places
        self.follows = np.full(int(ends[-1]) if len(ends) else 0, NO_CREATOR, np.uint16)
        self.follow_trust = np.zeros(len(self.follows), np.uint8)

    def followed(self, seat: int) -> NDArray[np.uint16]:
        """Rows of the creators that a seat follows (uint16)."""
        at, n = int(self.record["follow_at"][seat]), int(self.record["follow_n"][seat])
        rows: NDArray[np.uint16] = self.follows[at : at + n]
        return rows

    def seats_following(self, creator: int) -> NDArray[np.bool_]:
        """Whether each seat follows a creator (row)."""
        places = np.flatnonzero(self.follows == creator)
        seats = np.searchsorted(
            self.record["follow_at"] + self.record["follow_places"].astype(np.int64), places, "right"
        )
        following = np.zeros(len(self), np.bool_)
        following[seats] = True
        return following

    @property
    def inbox(self) -> NDArray[Any]:
        """Posts that friends forwarded, waiting to be seen (uint32, n x 8; post id + 1)."""
        column: NDArray[Any] = self.lists["inbox"]
        return column

    @property
    def inbox_from(self) -> NDArray[Any]:
        """Accounts that forwarded them (int32, n x 8)."""
        column: NDArray[Any] = self.lists["inbox_from"]
        return column

    @property
    def ring(self) -> NDArray[Any]:
        """Posts read last (uint32, n x 16; post id + 1, 0 is none)."""
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
