"""What the catalogue skips, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """Something in a results folder that is left out: its path below the folder, and the reason in one line."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class UnfitError(Exception):
    """A run that cannot be taken into the catalogue; the message is the reason."""
