"""A stock of accounts that are bought, used in rotation, banned and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.enums import Grade, Status

if TYPE_CHECKING:
    from sim.world import World


class Inventory:
    """One owner's accounts of one grade, used in rotation so that an order gets distinct ones."""

    def __init__(self, grade: Grade, owner: int, *, per_device: int, per_ip: int, block: int) -> None:
        self.grade = grade
        self.owner = owner
        self.per_device = per_device
        self.per_ip = per_ip
        self.block = block  # high bits of the owner's own devices and addresses
        self.ids = np.zeros(0, np.int64)
        self.bought = 0
        self.burnt = 0
        self.next = 0

    def buy(self, world: World, count: int, day: int, age_days: int, homes: np.ndarray | None = None) -> None:
        """Add accounts `age_days` old; real people share the address of a reader of `homes`."""
        if count <= 0:
            return
        index = np.arange(self.bought, self.bought + count)
        device = self.block + index // self.per_device
        ip = self.block + index // self.per_ip if homes is None else world.accounts.ip[homes].astype(np.int64)
        at = world.accounts.add(
            count,
            ip=ip.astype(np.uint32),
            device=device.astype(np.uint32),
            registered_day=day - age_days,
            grade=self.grade,
            owner=self.owner,
        )
        self.ids = np.concatenate([self.ids, np.arange(at.start, at.stop)])
        self.bought += count

    def drop_burnt(self, world: World) -> int:
        """Forget banned accounts; return how many."""
        good = world.accounts.status[self.ids] != Status.BANNED
        lost = int((~good).sum())
        if lost:
            self.ids = self.ids[good]
            self.burnt += lost
            self.next = self.next % max(1, len(self.ids))
        return lost

    def usable(self, world: World) -> np.ndarray:
        """Accounts that may like now, in rotation order."""
        turned = np.roll(self.ids, -self.next)
        able: np.ndarray = turned[world.accounts.status[turned] == Status.ACTIVE]
        return able

    def turn(self, used: int) -> None:
        """Move the rotation on."""
        self.next = (self.next + used) % max(1, len(self.ids))

    @property
    def devices(self) -> int:
        """Phones kept running."""
        return -(-len(self.ids) // self.per_device)
