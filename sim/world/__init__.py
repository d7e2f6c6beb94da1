"""The world in columns: accounts, creators, posts, readers, graphs, the tick's log, and all likes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import N_SURFACES, Kind, Origin, Removal, Status, Surface
from sim.kernels.count import count_reads, count_standing
from sim.kernels.scales import BOUGHT_ACCOUNT, BYTE, CHAT_LINKS, MOST_OPENED, ONE_8
from sim.kernels.spread import trust_sums
from sim.scenario.schema.controls import ControlsSection
from sim.scenario.schema.counts import CountsSection
from sim.world.accounts import Accounts
from sim.world.creator_law import CreatorScales
from sim.world.creators import Creators
from sim.world.history import DailyFeatures
from sim.world.labels import Labels
from sim.world.likes import LikeTable
from sim.world.log import Log
from sim.world.places import Addresses, Devices, count_in
from sim.world.posts import Posts
from sim.world.readers import Readers
from sim.world.swapped_likes import partners
from sim.world.tokens import TokenKey, token_keys

LOG_ROOM = 1024  # rows of a new log

__all__ = ["Accounts", "Creators", "LikeTable", "Log", "Posts", "Readers", "World"]


class World:
    """Everything that is stored in columns. `alive` is the slice of post ids young enough to be shown."""

    def __init__(self, opts: CountsSection | None = None, seed: int = 0) -> None:
        opts = opts or CountsSection()
        self.seed = seed
        self.tokens: dict[str, TokenKey] = token_keys(seed)
        self.accounts = Accounts(round(opts.standing_start * BYTE), max(1, ONE_8 // opts.standing_levels))
        self.devices = Devices()
        self.addresses = Addresses()
        self.shared: Any = None  # sim.world.shared_addresses.SharedAddresses
        self.creators = Creators()
        self.posts = Posts()
        self.log = Log(LOG_ROOM)
        self.likes = LikeTable()
        self.labels = Labels()
        self.features = DailyFeatures(opts.likes_kept_days)
        self.readers = Readers(0)
        self.likes_shown = True
        self.readers_see_likes = True
        self.likes_swapped = False
        self.alive = slice(0, 0)
        self.reads = 0  # of people who came to read, so far
        self.reading_times = np.zeros(1, np.int64)  # those reads by how many seconds they took, the longest together
        self.view_gaps = np.zeros(1, np.int64)  # times from one to the next in a visit, by seconds
        self.visits_by_reads = np.zeros(MOST_OPENED + 1, np.int64)  # of people, by how many posts they read in one
        self.scales = CreatorScales()
        self.finished_percent = opts.finished_percent  # of a post read, from which it counts as read to the end
        self.remembered_reads = 1  # over which an account's share of reads finished is averaged
        self.short_s = 0  # seconds below which a reading brings no advertising money where that is looked at
        self.reference_likes = 1.0  # the like count of a very popular post; follows the posts of the day
        # links shared in each group chat: post id + 1, when, by which account, and how often passed on
        self.chat_post = np.zeros((0, CHAT_LINKS), np.uint32)
        self.chat_tick = np.zeros((0, CHAT_LINKS), np.int32)
        self.chat_from = np.zeros((0, CHAT_LINKS), np.int32)
        self.chat_depth = np.zeros((0, CHAT_LINKS), np.uint8)

    def set_controls(self, opts: ControlsSection) -> None:
        """Hide likes from all, hide them from readers, or swap them."""
        self.likes_shown = opts.likes_shown
        self.readers_see_likes = opts.likes_shown and opts.readers_see_likes
        self.likes_swapped = opts.likes_shown and opts.likes_swapped

    def shown_likes(self, at: slice | np.ndarray) -> np.ndarray:
        """Likes that everybody sees under the posts `at` (int32): counted less removed; none in a placebo world."""
        if not self.likes_shown:
            return np.zeros_like(self.posts.likes[at])
        shown: np.ndarray = self.posts.likes[at] - self.posts.discounted[at]
        return shown

    def displayed_posts(self, at: slice | np.ndarray) -> slice | np.ndarray:
        """The posts whose likes stand under the posts `at` for readers and rankers: the same, but where swapped."""
        return partners(self.posts, self.seed, at) if self.likes_swapped else at

    def displayed_likes(self, at: slice | np.ndarray) -> np.ndarray:
        """Likes that stand under the posts `at` for readers and rankers (int32)."""
        return self.shown_likes(self.displayed_posts(at))

    def remove_likes(self, rows: NDArray[Any], cause: Removal) -> NDArray[np.int64]:
        """Take likes (rows of the table) out of the count; return those that counted until now."""
        gone = self.likes.remove(rows, cause)
        count_in(self.posts.discounted, self.likes.post[gone])
        return gone

    def restore_likes(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Count likes (rows of the table) again; return those that did not until now."""
        back = self.likes.restore(rows)
        count_in(self.posts.discounted, self.likes.post[back], -1)
        return back

    def have_left(self, accounts: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of these accounts are of people who stay away."""
        seat = self.accounts.seat.take(accounts)
        seated = np.flatnonzero(seat >= 0)
        left = np.zeros(len(seat), bool)
        left[seated] = self.readers.record["left"][seat[seated]]
        return left

    def may_act(self, accounts: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of these accounts may like, comment and forward, and are not of people who stay away."""
        active: NDArray[np.bool_] = self.accounts.status.take(accounts) == Status.ACTIVE
        return active & ~self.have_left(accounts)

    def trust_sums(self) -> NDArray[np.int64]:
        """Sums over people who are here, neither left nor banned: how many, trust in the platform, trust in counts.

        65535 is full trust.
        """
        readers = self.readers
        sums: NDArray[np.int64] = trust_sums(
            readers.record, self.accounts.status, readers.persons, readers.first_person
        )
        return sums

    def record(self, count: int, **rows: Any) -> None:
        """Write interactions that were arranged (columns of `Log`, broadcast to `count`), and count what is read.

        Likes, comments, forwards and follows are counted when the tick is settled. The posts must still be alive.
        """
        at = self.log.add(count, **rows)
        self.count_arranged_reads(at)

    def count_arranged_reads(self, at: slice) -> None:
        """Count the reads among rows of the log that were arranged, apart from those of people who came to read."""
        log, posts, accounts = self.log, self.posts, self.accounts
        read = at.start + np.flatnonzero(log.kind[at] == int(Kind.READ))
        if len(read) == 0:
            return
        completion = log.completion[read]
        count_reads(
            log.post[read], completion, log.dwell_s[read], self.finished_percent,
            self.short_s, posts.bought_reads, posts.bought_finishes, posts.bought_dwell_s, posts.bought_short_reads,
        )  # fmt: skip
        count_standing(
            log.account[read], completion >= self.finished_percent, self.remembered_reads, accounts.seat,
            accounts.finished, self.readers.record,
        )  # fmt: skip

    def count_visits(
        self, post: int, account: NDArray[Any], channel: NDArray[Any], completion: NDArray[Any], dwell_s: NDArray[Any]
    ) -> None:
        """Count reads of a post by people (one entry each) that are not the reader kernel's; it was shown to them too.

        The post must still be alive.
        """
        posts, finished = self.posts, completion >= self.finished_percent
        shown = np.bincount(channel, minlength=N_SURFACES)
        posts.impressions[post] += shown
        posts.reads[post] += shown
        self.reads += len(channel)
        posts.finishes[post] += np.bincount(channel[finished], minlength=N_SURFACES)
        posts.dwell_s[post] += np.bincount(channel, dwell_s, N_SURFACES).astype(np.int64)
        count_in(self.reading_times, np.minimum(dwell_s, len(self.reading_times) - 1))
        posts.short_reads[post] += int((dwell_s < self.short_s).sum())
        accounts = self.accounts
        count_standing(account, finished, self.remembered_reads, accounts.seat, accounts.finished, self.readers.record)

    def record_likes_after_reading(self, *, account: NDArray[Any], dwell_s: NDArray[Any], **rows: Any) -> None:
        """Write a read and a like for each of `account`, from its registered phone; `time_s` is that of the like.

        Where there was no look at all (`dwell_s` 0) only the like is written. Reads are not counted yet
        (`count_arranged_reads`).
        """
        rows |= {"account": account, "dwell_s": dwell_s, "device": self.accounts.device[account]}
        rows["parent"] = self.find_senders(rows["channel"], rows["post"])
        looked = np.asarray(dwell_s) > 0
        if looked.any():
            seen = {name: value[looked] if isinstance(value, np.ndarray) else value for name, value in rows.items()}
            seen["time_s"] = np.maximum(seen["time_s"] - seen["dwell_s"], self.posts.published_s[seen["post"]])
            self.log.add(int(looked.sum()), kind=Kind.READ, since_s=0, **seen)
        since = np.where(looked, np.minimum(dwell_s, rows["time_s"] - self.posts.published_s[rows["post"]]), -1)
        self.log.add(len(account), kind=Kind.LIKE, since_s=since, **rows)

    def find_senders(self, channel: NDArray[Any], post: Any) -> NDArray[np.int32]:
        """Who sent each post to the chat where it was arranged to be met: its author (int32; -1: it was no chat)."""
        author = self.creators.account[self.posts.creator[post]]
        return np.where(channel == int(Surface.CHAT), author, -1).astype(np.int32)

    def open_accounts(
        self,
        device: NDArray[Any],
        address: NDArray[Any],
        region: NDArray[Any],
        registered_day: NDArray[Any],
        **rows: Any,
    ) -> slice:
        """Register accounts (one entry each) and count them on their phones and at their addresses."""
        n = self.accounts.n
        rows = {"entity": np.arange(n, n + len(device), dtype=np.uint64) | np.uint64(BOUGHT_ACCOUNT)} | rows
        count_in(self.devices.accounts, device)
        count_in(self.addresses.accounts, address)
        return self.accounts.add(
            len(device), device=device, address=address, region=region, registered_day=registered_day, **rows
        )


def is_arranged(origin: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether acts of these origins were arranged, and not done for reasons of one's own."""
    arranged: NDArray[np.bool_] = origin != int(Origin.ORGANIC)
    return arranged


def is_by_creator(origin: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether acts of these origins were arranged by the creator who gains from them."""
    elsewhere = (origin == int(Origin.TRIAL)) | (origin == int(Origin.THIRD_PARTY))
    arranged: NDArray[np.bool_] = is_arranged(origin) & ~elsewhere
    return arranged
