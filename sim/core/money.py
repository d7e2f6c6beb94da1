"""Money: every yuan paid is received by somebody or burnt as a named cost."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.kernels.scales import MICRO

ROOM = 64  # parties for which there is room at first
MOST_CNY = 1e11  # a single payment beyond this would strain int64


class Purpose(StrEnum):
    """What money is paid for."""

    ADS = "ads"
    SPONSORSHIP = "sponsorship"
    SALES = "sales"
    LIKES = "likes"
    COMMISSION = "commission"
    ACCOUNTS = "accounts"
    OPERATIONS = "operations"
    SALES_COST = "sales_cost"
    EFFORT = "effort"
    REVIEW = "review"
    ENDOWMENT = "endowment"
    WAGES = "wages"


class MoneyError(ValueError):
    """A payment that cannot be booked: a negative amount, no number, an unknown party, a list that cannot be paid."""


class MoneyLedger:
    """Double entry over parties, in whole micro-yuan (int64), so that sums are exact.

    Amounts are given in CNY and rounded once, half to even. A payer without an overdraft cannot pay more than
    it has: `transfer` and `burn` then return False and nothing moves, `transfer_many` and `burn_many` raise
    MoneyError and nothing moves. In a list, a party may pay out what the same list brings it. The parties outside the
    modelled world (brands, consumers, the experimenter, savings) and the platform are there from the start.
    """

    def __init__(self) -> None:
        self.names: list[tuple[str, str]] = []
        self._balance = np.zeros(ROOM, np.int64)
        self._overdraft = np.zeros(ROOM, np.bool_)
        self._flows: dict[str, int] = {str(purpose): 0 for purpose in Purpose}
        self._sinks = {str(purpose): self.open("burnt", str(purpose)) for purpose in Purpose}
        self.brands = self.open("outside", "brands", overdraft=True)
        self.consumers = self.open("outside", "consumers", overdraft=True)
        self.experimenter = self.open("outside", "experimenter", overdraft=True)
        self.savings = self.open("outside", "savings", overdraft=True)
        self.platform = self.open("platform", "platform", overdraft=True)

    def open(self, kind: str, name: str, overdraft: bool = False) -> int:
        """A new party with nothing; returns its handle."""
        handle = len(self.names)
        if handle == len(self._balance):
            self._balance = np.concatenate([self._balance, np.zeros(handle, np.int64)])
            self._overdraft = np.concatenate([self._overdraft, np.zeros(handle, np.bool_)])
        self.names.append((kind, name))
        self._overdraft[handle] = overdraft
        return handle

    def balance(self, handle: int) -> float:
        """What a party has, in CNY."""
        return int(self._balance[handle]) / MICRO

    def transfer(self, payer: int, payee: int, cny: float, purpose: str) -> bool:
        """Pay; False when the payer cannot."""
        amount = self._micro(cny)
        if not (0 <= payer < len(self.names) and 0 <= payee < len(self.names)):
            raise MoneyError(f"unknown party in a payment from {payer} to {payee} for {purpose}")
        if not self._overdraft[payer] and self._balance[payer] < amount:
            return False
        self._flows[str(purpose)] += amount  # first: an unknown purpose moves nothing
        self._balance[payer] -= amount
        self._balance[payee] += amount
        return True

    def burn(self, payer: int, cny: float, purpose: str) -> bool:
        """Pay for something whose receiver is outside the model; the sink of that purpose keeps the sum."""
        return self.transfer(payer, self._sinks[str(purpose)], cny, purpose)

    def transfer_many(self, payers: ArrayLike, payees: ArrayLike, cny: ArrayLike, purpose: str) -> None:
        """Pay many at once (arrays of one length); every payer must be able to pay."""
        payer, payee, amounts = np.asarray(payers), np.asarray(payees), self._micros(cny)
        if not len(payer) == len(payee) == len(amounts):
            raise MoneyError(f"{len(payer)} payers, {len(payee)} payees and {len(amounts)} amounts")
        if len(amounts) == 0:
            return
        if min(payer.min(), payee.min()) < 0 or max(payer.max(), payee.max()) >= len(self.names):
            raise MoneyError(f"unknown party in payments for {purpose}")
        after = self._balance.copy()
        np.subtract.at(after, payer, amounts)
        np.add.at(after, payee, amounts)
        broke = payer[(after[payer] < 0) & ~self._overdraft[payer]]
        if len(broke):
            raise MoneyError(f"{self.names[int(broke.min())]} cannot pay for {purpose}")
        self._flows[str(purpose)] += int(amounts.sum())
        self._balance = after

    def burn_many(self, payers: ArrayLike, cny: ArrayLike, purpose: str) -> None:
        """Burn many amounts at once (arrays of one length)."""
        sink = self._sinks[str(purpose)]
        self.transfer_many(payers, np.full(len(np.asarray(payers)), sink), cny, purpose)

    def burnt(self, purpose: str) -> float:
        """What has been burnt on a purpose so far, in CNY."""
        return self.balance(self._sinks[str(purpose)])

    def flows(self) -> dict[str, float]:
        """CNY paid so far by purpose."""
        return {purpose: amount / MICRO for purpose, amount in self._flows.items()}

    def total_micro(self) -> int:
        """Sum of all balances: always 0."""
        return int(self._balance.sum())

    @staticmethod
    def _micro(cny: float) -> int:
        if not 0.0 <= cny <= MOST_CNY:
            raise MoneyError(f"an amount must be a number from 0 to {MOST_CNY:g} CNY, got {cny}")
        return round(cny * MICRO)

    @staticmethod
    def _micros(cny: ArrayLike) -> NDArray[np.int64]:
        amounts = np.asarray(cny, np.float64)
        if not ((amounts >= 0.0) & (amounts <= MOST_CNY)).all():
            raise MoneyError(f"amounts must be numbers from 0 to {MOST_CNY:g} CNY")
        return np.rint(amounts * MICRO).astype(np.int64)
