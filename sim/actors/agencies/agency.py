"""MCN agencies: an account matrix that likes every post of the creators it incubates (S3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.core.enums import Grade, Origin, Status, Surface
from sim.core.money import Purpose
from sim.world.inventory import Inventory

if TYPE_CHECKING:
    from sim.engine.model import EngagementModel

FIRST_BLOCK = 0xA0000000
BLOCK = 1 << 20


@dataclass
class Job:
    """A post that the matrix is liking."""

    post: int
    accounts: np.ndarray
    per_tick: int
    done: int = 0


class Mcn(mesa.Agent):
    """An agency: owns accounts, signs creators, likes their posts, sells deals, goes by return on spend."""

    model: EngagementModel

    def __init__(self, model: EngagementModel, number: int) -> None:
        super().__init__(model)
        opts = model.scenario.mcn
        self.number = number
        self.open = True
        self.ledger = model.ledger.open("mcn", str(number), overdraft=True)
        model.ledger.transfer(model.party_savings, self.ledger, opts.capital_cny, Purpose.ENDOWMENT)
        self.matrix = Inventory(
            Grade.MATRIX,
            number,
            per_device=opts.accounts_per_device,
            per_ip=10_000,
            block=FIRST_BLOCK + number * BLOCK,
        )
        self.matrix.buy(model.world, opts.matrix_accounts, 0, 200)
        self.signed: list[int] = []
        self.jobs: list[Job] = []
        self.brought: dict[int, float] = {}  # commission by creator since the last look at the books, CNY
        self.spent = 0.0

    def sign(self, row: int) -> bool:
        """Take a creator in, when there is room."""
        if not self.open or len(self.signed) >= self.model.scenario.mcn.capacity:
            return False
        self.signed.append(row)
        self.model.world.creators.mcn[row] = self.number
        return True

    def release(self, row: int) -> None:
        """Let a creator go."""
        if row in self.signed:
            self.signed.remove(row)
        self.model.world.creators.mcn[row] = -1

    def ask(self, post: int) -> None:
        """Schedule the matrix for a post; asking twice is asking once."""
        opts = self.model.scenario.mcn
        if any(job.post == post for job in self.jobs):
            return
        usable = self.matrix.usable(self.model.world)
        accounts = usable[: int(len(usable) * opts.like_share)].copy()
        self.matrix.turn(max(1, len(accounts) // 3))
        if len(accounts):
            ticks = max(1, round(opts.spread_h * 3600 / self.model.clock.tick_s))
            self.jobs.append(Job(post, accounts, -(-len(accounts) // ticks)))

    def due(self) -> tuple[np.ndarray, np.ndarray]:
        """The likes due this tick: accounts able to give them, and their posts."""
        world, alive = self.model.world, self.model.world.alive.start
        due = [job for job in self.jobs if job.post >= alive]
        parts = [job.accounts[job.done : job.done + job.per_tick] for job in due]
        for job in due:
            job.done += job.per_tick
        self.jobs = [job for job in due if job.done < len(job.accounts)]
        if not due:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        account = np.concatenate(parts)
        post = np.repeat([job.post for job in due], [len(part) for part in parts])
        able = world.accounts.status[account] == Status.ACTIVE
        cost = self.model.scenario.mcn.operations_cny_per_like * int(able.sum())
        self.model.ledger.burn(self.ledger, cost, Purpose.OPERATIONS)
        self.spent += cost
        return account[able], post[able]

    def close_day(self) -> None:
        """Pay wages weekly; look at the books every four weeks."""
        opts, day = self.model.scenario.mcn, self.model.clock.day
        self.matrix.drop_burnt(self.model.world)
        if day % 7 == self.number % 7:
            wages = opts.wages_cny_per_creator_week * len(self.signed)
            self.model.ledger.burn(self.ledger, wages, Purpose.WAGES)
            self.spent += wages
        if day % 28 == 27:
            self._look_at_books()

    @property
    def earned(self) -> float:
        """Commission since the last look at the books, CNY."""
        return sum(self.brought.values())

    def _look_at_books(self) -> None:
        """What earns more than it costs grows, what does not shrinks; a broke agency closes."""
        opts, size = self.model.scenario.mcn, len(self.matrix.ids)
        if self.earned > 1.2 * self.spent:
            # a matrix that was banned away is built up again from what an agency starts with
            count = min(int(opts.growth * max(size, opts.matrix_accounts)), opts.matrix_max - size)
            cost = opts.account_cost_cny * max(0, count)
            if count > 0 and self.model.ledger.balance(self.ledger) > 2 * cost:
                self.model.ledger.burn(self.ledger, cost, Purpose.ACCOUNTS)
                self.matrix.buy(self.model.world, count, self.model.clock.day, 3)
        elif self.earned < 0.8 * self.spent:
            self.matrix.ids = self.matrix.ids[: size - int(opts.growth * size)]
            self._drop_the_worst()
        self.brought, self.spent = {}, 0.0
        if self.model.ledger.balance(self.ledger) < 0.0:
            self.close()

    def _drop_the_worst(self) -> None:
        """End the contracts of those who bring in least, as long as that is less than their care costs."""
        opts = self.model.scenario.mcn
        care = 4.0 * opts.wages_cny_per_creator_week
        poor = sorted((self.brought.get(row, 0.0), row) for row in self.signed)
        for brought, row in poor[: int(opts.growth * len(self.signed))]:
            if brought < care:
                self.model.creators[row].adopt(0)  # without an agency it goes on alone

    def close(self) -> None:
        """Release everybody, who must go on alone, and go."""
        for row in list(self.signed):
            self.model.creators[row].adopt(0)
        self.jobs = []
        self.open = False
        self.remove()


def like_from_matrix(model: EngagementModel, account: np.ndarray, post: np.ndarray) -> None:
    """Matrix accounts look at posts for some seconds and like them, at any time of the tick."""
    opts, world, clock = model.scenario.mcn, model.world, model.clock
    u = model.luck.uniform_array("matrix", 0, account, post)
    v = model.luck.uniform_array("matrix at", 0, account, post)
    published = np.maximum(0, world.posts.published_s[post] - clock.start_s)
    at = clock.start_s + published + (clock.tick_s - published - 1) * v
    dwell = (2.0 * opts.dwell_s * u).astype(np.int64)
    world.record_likes_after_reading(
        account=account,
        post=post,
        time_s=at.astype(np.int64),
        channel=Surface.SUBSCRIPTION,
        dwell_s=dwell,
        completion=np.minimum(100, 100 * dwell / model.scenario.readers.length_s).astype(np.int64),
        origin=Origin.MATRIX,
    )


class Agencies:
    """All the agencies."""

    def __init__(self, model: EngagementModel) -> None:
        opts = model.scenario.mcn
        on = model.scenario.manipulation.enabled and opts.enabled
        self.all: list[Mcn] = [Mcn(model, number) for number in range(opts.n if on else 0)]

    def sign(self, model: EngagementModel, row: int) -> bool:
        """Sign with the agency that has most room; False when all are full."""
        free = [agency for agency in self.all if agency.open]
        return bool(free) and min(free, key=lambda agency: (len(agency.signed), agency.number)).sign(row)

    def release(self, model: EngagementModel, row: int) -> None:
        """End a creator's contract."""
        number = int(model.world.creators.mcn[row])
        if number >= 0:
            self.all[number].release(row)

    def ask(self, model: EngagementModel, row: int, post: int) -> None:
        """Have the creator's agency like a post."""
        number = int(model.world.creators.mcn[row])
        if number >= 0:
            self.all[number].ask(post)

    def act(self, model: EngagementModel) -> None:
        """Every matrix with jobs works on them."""
        due = [agency.due() for agency in self.all if agency.jobs]
        if due:
            account, post = (np.concatenate(column) for column in zip(*due, strict=True))
            if len(account):
                like_from_matrix(model, account, post)

    def close_day(self, model: EngagementModel) -> None:
        """Agencies close their day."""
        for agency in self.all:
            if agency.open:
                agency.close_day()

    def offers(self, model: EngagementModel, advertiser: int) -> np.ndarray:
        """Creators whom agencies present to an advertiser today: each agency its one who shows most likes."""
        shown, share, day = model.world.creators.visible_ema, model.scenario.mcn.pitch_share, model.clock.day
        rows = [
            max(agency.signed, key=lambda row: (shown[row], -row))
            for agency in self.all
            if agency.signed and model.luck.uniform("pitch", day, (advertiser << 8) + agency.number) < share
        ]
        return np.array(rows, np.int64)

    def commission(self, model: EngagementModel, row: int, cny: float) -> float:
        """Take the agency's share of a sponsorship; return what is left for the creator."""
        number = int(model.world.creators.mcn[row])
        if number < 0:
            return cny
        agency = self.all[number]
        cut = cny * model.scenario.mcn.commission
        model.ledger.transfer(int(model.world.creators.ledger[row]), agency.ledger, cut, Purpose.COMMISSION)
        agency.brought[row] = agency.brought.get(row, 0.0) + cut
        return cny - cut
