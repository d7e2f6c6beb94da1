"""Rungs of a ladder of sanctions in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core.enums import words


def describe_rung(rung: Mapping[str, Any], sanction: str) -> str:
    """From which strikes what is done, and how, where that is not as usual; `sanction` is told by the caller."""
    review, notice = rung.get("review", "none"), rung.get("notice", "as_usual")
    delay_h, batch_days = rung.get("delay_h", 0), rung.get("batch_days", 0)
    how = [
        f"reviewed by {review}" if review != "none" else "",
        f"after {delay_h:g} h" if delay_h else "",
        f"every {batch_days} days" if batch_days else "",
        f"notice to {words(notice)}" if notice != "as_usual" else "",
        "" if rung.get("appeal", True) else "no appeal",
    ]
    strikes = f"{rung['strikes']:g} strike" + ("" if rung["strikes"] == 1 else "s")
    return ", ".join([f"from {strikes} {sanction}", *filter(None, how)])
