"""MCN agencies: an account matrix that likes every post of the creators it incubates (S3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.actors.actor import Actor, HasState
from sim.core.clock import HOUR_S, WEEK_DAYS
from sim.core.enums import Grade, Origin, Status, Surface
from sim.core.money import Purpose
from sim.kernels.scales import PERCENT
from sim.scenario.schema.mcn import McnSection
from sim.state import State
from sim.world.inventory import Inventory, Sharing, draw_channels


@dataclass
class MatrixJob:
    """A post that the matrix is liking."""

    post: int
    accounts: np.ndarray
    per_tick: int
    done: int = 0


class McnAgency(Actor):
    """An agency: owns accounts, signs creators, likes their posts, sells deals, decides by return on spend."""

    def __init__(self, model: HasState, number: int) -> None:
        super().__init__(model)
        state, opts = self.state, self.state.scenario.mcn
        self.number = number
        self.open = True
        self.party = state.money.open("mcn", str(number), overdraft=True)
        state.money.transfer(state.money.savings, self.party, opts.capital_cny, Purpose.ENDOWMENT)
        self.matrix = Inventory(Grade.MATRIX, number)
        self.matrix.buy(state.world, state.rng, opts.matrix_accounts, 0, sharing_of(opts))
        self.signed: list[int] = []
        self.jobs: list[MatrixJob] = []
        self.brought: dict[int, float] = {}  # commission by creator since the last review, CNY
        self.spent = 0.0

    def sign(self, row: int) -> bool:
        """Take a creator in, when there is room."""
        if not self.open or len(self.signed) >= self.state.scenario.mcn.capacity:
            return False
        self.signed.append(row)
        self.state.world.creators.mcn[row] = self.number
        return True

    def release(self, row: int) -> None:
        """Let a creator go."""
        if row in self.signed:
            self.signed.remove(row)
        self.state.world.creators.mcn[row] = -1

    def request_likes(self, post: int) -> None:
        """Schedule the matrix for a post; asking twice is asking once."""
        opts = self.state.scenario.mcn
        if any(job.post == post for job in self.jobs):
            return
        usable = self.matrix.usable(self.state.world)
        accounts = usable[: int(len(usable) * opts.like_share)].copy()
        self.matrix.turn(max(1, len(accounts) // opts.turn_divisor))
        if len(accounts):
            ticks = max(1, round(opts.spread_h * HOUR_S / self.state.clock.tick_s))
            self.jobs.append(MatrixJob(post, accounts, -(-len(accounts) // ticks)))

    def due(self) -> tuple[np.ndarray, np.ndarray]:
        """The likes due this tick: accounts able to give them, and their posts."""
        world, alive = self.state.world, self.state.world.alive.start
        due = [job for job in self.jobs if job.post >= alive and not world.posts.hidden[job.post]]
        parts = [job.accounts[job.done : job.done + job.per_tick] for job in due]
        for job in due:
            job.done += job.per_tick
        self.jobs = [job for job in due if job.done < len(job.accounts)]
        if not due:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        account = np.concatenate(parts)
        post = np.repeat([job.post for job in due], [len(part) for part in parts])
        able = world.accounts.status[account] == int(Status.ACTIVE)
        cost = self.state.scenario.mcn.operations_cny_per_like * int(able.sum())
        self.state.money.burn(self.party, cost, Purpose.OPERATIONS)
        self.spent += cost
        return account[able], post[able]

    def close_day(self) -> list[int]:
        """Pay wages weekly; review the business every `books_days`. Returns the creators whose contracts end."""
        opts, day = self.state.scenario.mcn, self.state.clock.day
        self.matrix.drop_burnt(self.state.world)
        if day % WEEK_DAYS == self.number % WEEK_DAYS:
            wages = opts.wages_cny_per_creator_week * len(self.signed)
            self.state.money.burn(self.party, wages, Purpose.WAGES)
            self.spent += wages
        ended = self._look_at_books() if day % opts.books_days == opts.books_days - 1 else []
        for row in ended:
            self.release(row)
        return ended

    @property
    def earned(self) -> float:
        """Commission since the last look at the books, CNY."""
        return sum(self.brought.values())

    def _look_at_books(self) -> list[int]:
        """Grow when earnings exceed costs, shrink when they do not, close when broke. Returns whose contracts end."""
        opts, size = self.state.scenario.mcn, len(self.matrix.ids)
        dropped: list[int] = []
        if self.earned > opts.grow_above * self.spent:
            # a matrix that was banned is built up again from the size that agencies start with
            count = min(int(opts.growth * max(size, opts.matrix_accounts)), opts.matrix_max - size)
            cost = opts.account_cost_cny * max(0, count)
            if count > 0 and self.state.money.balance(self.party) > opts.grow_cash * cost:
                self.state.money.burn(self.party, cost, Purpose.ACCOUNTS)
                self.matrix.buy(self.state.world, self.state.rng, count, self.state.clock.day, sharing_of(opts))
        elif self.earned < opts.shrink_below * self.spent:
            self.matrix.ids = self.matrix.ids[: size - int(opts.growth * size)]
            dropped = self._worst()
        self.brought, self.spent = {}, 0.0
        if self.state.money.balance(self.party) < 0.0:
            return self.close()
        return dropped

    def _worst(self) -> list[int]:
        """The creators who bring in least, as far as that is less than they cost."""
        opts = self.state.scenario.mcn
        care = opts.books_days / WEEK_DAYS * opts.wages_cny_per_creator_week
        poor = sorted((self.brought.get(row, 0.0), row) for row in self.signed)
        return [row for brought, row in poor[: int(opts.growth * len(self.signed))] if brought < care]

    def close(self) -> list[int]:
        """Give up; return the creators, whose contracts have ended and who must go on alone."""
        released = list(self.signed)
        for row in released:
            self.release(row)
        self.jobs = []
        self.open = False
        super().remove()
        return released

    def remove(self) -> None:
        """Close; the creators have no agency any more."""
        if self.open:
            self.close()


def like_from_matrix(state: State, account: np.ndarray, post: np.ndarray) -> None:
    """Matrix accounts look at posts for some seconds and like them, at any time of the tick."""
    opts, world, clock = state.scenario.mcn, state.world, state.clock
    u = state.rng.uniform_array("matrix", 0, account, post)
    v = state.rng.uniform_array("matrix at", 0, account, post)
    published = np.maximum(0, world.posts.published_s[post] - clock.start_s)
    at = clock.start_s + published + (clock.tick_s - published - 1) * v
    dwell = (2.0 * opts.dwell_s * u).astype(np.int64)
    world.record_likes_after_reading(
        account=account,
        post=post,
        time_s=at.astype(np.int64),
        channel=draw_channels(
            state.rng.uniform_array("matrix by", 0, account, post),
            {Surface.HOT: opts.hot_share, Surface.CHAT: opts.chat_share},
            Surface.SUBSCRIPTION,
        ),
        dwell_s=dwell,
        completion=np.minimum(PERCENT, PERCENT * dwell / state.scenario.readers.length_s).astype(np.int64),
        origin=Origin.MATRIX,
    )


def sharing_of(opts: McnSection) -> Sharing:
    """How the accounts of a matrix share phones and addresses, and how old they are when they start to work."""
    return Sharing(
        opts.accounts_per_device,
        opts.accounts_per_ip,
        opts.mobile_share,
        opts.hosted_share,
        opts.account_age_min_days,
        opts.account_age_days,
    )
