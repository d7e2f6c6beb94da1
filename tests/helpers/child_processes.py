"""Processes that another one started, and whether they end."""

from __future__ import annotations

import contextlib
import time

import psutil


def children(pid: int, word: str) -> list[int]:
    """Processes that another one started and whose command has a word in it."""
    found = []
    for each in psutil.Process(pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if word in " ".join(each.cmdline()):
                found.append(each.pid)
    return found


def gone(pids: list[int]) -> bool:
    """Whether processes end of themselves, soon."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not any(map(is_alive, pids)):
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
