"""A figure with its repeats and target, and how busy the machine was while it was taken."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Literal

from sim.core.cores import usable_cores
from sim.runs.manifest import commit, versions

BUSY_SHARE = 0.10  # of the machine's processor time, taken by other processes


@dataclass(frozen=True)
class Figure:
    """One measured quantity: the median of its repeats against a target."""

    name: str
    unit: str
    repeats: list[float]
    target: float | None = None
    better: Literal["more", "less"] = "more"
    note: str = ""

    @property
    def measured(self) -> float:
        """Median of the repeats."""
        return median(self.repeats)

    @property
    def spread(self) -> float:
        """Range of the repeats over their median (0 for a single repeat)."""
        return (max(self.repeats) - min(self.repeats)) / self.measured if self.measured else 0.0

    @property
    def verdict(self) -> Literal["ok", "short", ""]:
        """Whether the median meets the target; empty when there is none."""
        if self.target is None:
            return ""
        met = self.measured >= self.target if self.better == "more" else self.measured <= self.target
        return "ok" if met else "short"

    def plain(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "name": self.name,
            "unit": self.unit,
            "measured": self.measured,
            "repeats": self.repeats,
            "spread": self.spread,
            "target": self.target,
            "better": self.better,
            "verdict": self.verdict,
            "note": self.note,
        }


@dataclass
class Watch:
    """Watches the machine while a `with` block runs: load, own processor time, and that of everybody else."""

    facts: dict[str, Any] = field(default_factory=dict)
    _before: tuple[float, float, float | None] = (0.0, 0.0, None)

    def __enter__(self) -> Watch:
        self.facts["load_before"] = load()
        self._before = (time.perf_counter(), _own_cpu_s(), _machine_cpu_s())
        return self

    def __exit__(self, *exc: object) -> None:
        wall_s, own_s = time.perf_counter() - self._before[0], _own_cpu_s() - self._before[1]
        all_s = _machine_cpu_s()
        self.facts |= {"load_after": load(), "wall_s": wall_s, "own_cpu_s": own_s}
        cores = os.cpu_count() or 1  # the whole machine's: its counter is compared
        if all_s is not None and self._before[2] is not None:
            others = max(0.0, all_s - self._before[2] - own_s) / max(1e-9, wall_s * cores)
        else:  # no such counter here: what the load says beyond our own share
            others = max(0.0, (self.facts["load_after"] or [0.0])[0] - own_s / max(1e-9, wall_s)) / cores
        self.facts |= {"others_share": others, "busy": others > BUSY_SHARE}


def _own_cpu_s() -> float:
    return sum(os.times()[:4])  # with the children that have ended


def _machine_cpu_s() -> float | None:
    """Processor time spent by everybody since the machine started; None where it is not told."""
    try:
        fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        user, nice, system, _idle, _iowait, irq, softirq, steal = (int(x) for x in fields[:8])
        return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return None


def load() -> list[float]:
    """Load averages over 1, 5 and 15 minutes; empty where there are none."""
    return [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else []


def peak_bytes() -> int:
    """Most memory this process ever held.

    The kernel's own mark for this address space is preferred: what `getrusage` tells can include the
    parent's peak from before the program was replaced.
    """
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024


def resident_bytes() -> int:
    """Memory that this process holds now; the most it ever held where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return peak_bytes()
    return pages * os.sysconf("SC_PAGE_SIZE")


def available_bytes() -> int:
    """Memory that can be had without swapping; 0 where it is not told."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def cores() -> int:
    """Cores this process may use."""
    return usable_cores()


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "cpu": _cpu_model(),
        "cores": cores(),
        "memory_available_bytes": available_bytes(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions(),
        "commit": commit(),
    }


def _cpu_model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
