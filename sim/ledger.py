"""Money: every yuan paid is received by somebody or burnt as a named cost."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MICRO = 1_000_000  # a like can cost half a fen, so amounts are kept in millionths of a yuan


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


class LedgerError(ValueError):
    """An impossible booking: a negative amount or an unknown party."""


class Ledger:
    """Double entry over parties, in whole micro-yuan (int64), so that sums are exact.

    Amounts are given in CNY and rounded once, half to even. A payer without an overdraft cannot pay more than it has:
    `transfer` then returns False and nothing moves.
    """

    def __init__(self) -> None:
        self.names: list[tuple[str, str]] = []
        self._balance = np.zeros(64, np.int64)
        self._overdraft = np.zeros(64, np.bool_)
        self._flows: dict[str, int] = {str(purpose): 0 for purpose in Purpose}
        self._sinks = {str(purpose): self.open("burnt", str(purpose)) for purpose in Purpose}

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
        if not self._overdraft[payer] and self._balance[payer] < amount:
            return False
        self._balance[payer] -= amount
        self._balance[payee] += amount
        self._flows[str(purpose)] += amount
        return True

    def burn(self, payer: int, cny: float, purpose: str) -> bool:
        """Pay for something whose receiver is outside the model; the sink of that purpose keeps the sum."""
        return self.transfer(payer, self._sinks[str(purpose)], cny, purpose)

    def transfer_many(self, payers: ArrayLike, payees: ArrayLike, cny: ArrayLike, purpose: str) -> None:
        """Pay many at once (arrays of one length); all payers must be good for it."""
        amounts = np.rint(np.asarray(cny, np.float64) * MICRO).astype(np.int64)
        if (amounts < 0).any():
            raise LedgerError("amounts cannot be negative")
        after = self._balance.copy()
        np.subtract.at(after, np.asarray(payers), amounts)
        np.add.at(after, np.asarray(payees), amounts)
        broke = np.unique(np.asarray(payers)[(after[np.asarray(payers)] < 0) & ~self._overdraft[np.asarray(payers)]])
        if len(broke):
            raise LedgerError(f"{self.names[int(broke[0])]} cannot pay for {purpose}")
        self._balance = after
        self._flows[str(purpose)] += int(amounts.sum())

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

    def of_kind(self, kind: str) -> Iterable[int]:
        """Handles of the parties of one kind, oldest first."""
        return (handle for handle, (k, _) in enumerate(self.names) if k == kind)

    @staticmethod
    def _micro(cny: float) -> int:
        amount = round(cny * MICRO)
        if amount < 0:
            raise LedgerError(f"amounts cannot be negative, got {cny}")
        return amount


def as_array(ledger: Ledger) -> NDArray[Any]:
    """All balances in CNY, by handle."""
    values: NDArray[Any] = ledger._balance[: len(ledger.names)] / MICRO
    return values
