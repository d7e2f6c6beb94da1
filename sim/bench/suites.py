"""The measurements, by name. Each gives figures; targets are those the engine was designed for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from statistics import median
from typing import Any

from sim.actors.readers.workers import ReaderWorkers
from sim.bench.catalogue_questions import questions
from sim.bench.child import Found, measure, python
from sim.bench.contest import KernelRival, Measured, Rival, run_contest
from sim.bench.figures import Figure, available_bytes, cores
from sim.bench.object_rival import ObjectRival
from sim.bench.parts import MOST_US, take_costs
from sim.bench.sizes import MILLION, Size
from sim.bench.sweeping import sweeps
from sim.bench.tasks import TASKS
from sim.bench.worlds import SEED, baseline, baseline_file, build, simulate_days

GB, TEN_MILLION = 1e9, 10_000_000
ROOM_FOR_TEN_MILLION = 12 * GB
OBJECT_BYTES = 9_000  # that a reader takes as a Mesa object with its share of all else, amply
PROPORTION = 250  # seats for each creator where worlds grow in proportion: no creator has people for 300
SETTLED_RUNS = 10  # after which a process has loaded and compiled all that it needs
YEAR = 365  # days; longer than any stretch measured


class Bench:
    """The measurements at one size; what several of them need is prepared once."""

    def __init__(self, size: Size) -> None:
        self.size = replace(size, creators=max(size.creators, size.readers // PROPORTION))

    def target(self, value: float) -> float | None:
        """A target that is set for a million readers, and for no other number."""
        return value if self.size.readers == MILLION else None

    def measure(self, task: str, parameters: dict[str, Any]) -> Found:
        """Run a task in a new process; small ones run here, since their figures are not used."""
        return measure(task, parameters) if self.size.thorough else TASKS[task](**parameters)

    @cached_property
    def contest(self) -> tuple[list[list[Measured]], list[float]]:
        """One and two threads in a warm world: tallies of days on the same ticks, ratios of whole days."""
        size = self.size
        model = build(baseline(size.readers, size.creators, YEAR), threads=min(2, cores()))
        simulate_days(model, size.warm_days)
        days = run_contest(model, [KernelRival(size.readers, threads) for threads in (1, 2)], size.repeats)
        phases = {threads: ReaderWorkers(size.readers, threads) for threads in (1, 2)}
        ratios = []
        for pair in range(size.repeats):
            walls = {}
            for threads in (1, 2) if pair % 2 == 0 else (2, 1):
                model.actors.readers = phases[threads]
                walls[threads] = simulate_days(model, 1)[0][0]
            ratios.append(walls[1] / walls[2])
        return days, ratios

    def kernel(self) -> list[Figure]:
        """The reader kernel alone, on one core."""
        one = [day[0] for day in self.contest[0]]
        cpu = [t.impressions / t.cpu_s / 1e6 for t in one]
        wall = [t.impressions / t.wall_s / 1e6 for t in one]
        tick_ns = [t.cpu_s / t.reader_ticks * 1e9 for t in one]
        name, note = "one core", f"{self.size.readers:,} readers, whole days"
        return [
            Figure(f"{name}, CPU time", "M impressions/s", cpu, note=note),
            Figure(f"{name}, wall time", "M impressions/s", wall),
            Figure(f"{name}, CPU time", "ns/reader-tick", tick_ns, better="less"),
        ]

    def readers(self) -> list[Figure]:
        """The whole reader side by part, in a small and a large world in turn, one thread."""
        size = self.size
        days = size.scale_warm_days, size.repeats
        return take_costs(size.readers, size.creators, *days, self.target(MOST_US))

    def threads(self) -> list[Figure]:
        """Two threads against one, alternated."""
        days, whole = self.contest
        note = f"{self.size.readers:,} readers, same ticks" + ("; only one core here" if cores() < 2 else "")
        loop = [one.wall_s / two.wall_s for one, two in days]
        cpu = [one.cpu_s / two.longest_cpu_s for one, two in days]
        phase = [one.phase_wall_s / two.phase_wall_s for one, two in days]
        return [
            Figure("two threads, kernel, wall time", "times faster", loop, self.target(1.7), note=note),
            Figure("two threads, kernel, CPU time", "times faster", cpu, note="had both threads a free core"),
            Figure("two threads, kernel and tables, wall time", "times faster", phase),
            Figure("two threads, whole tick, wall time", "times faster", whole, note="alternate days, all phases"),
        ]

    def objects(self) -> list[Figure]:
        """The kernel against one Mesa object per reader, on the same ticks: few readers, then many."""
        figures = self._few_objects()
        if available_bytes() > OBJECT_BYTES * self.size.readers:
            figures += self._many_objects()
        return figures

    def _few_objects(self) -> list[Figure]:
        """A world so small that the objects stay near the processor: Mesa at its best."""
        size = self.size
        model = build(baseline(size.object_readers, size.object_creators, YEAR), threads=1)
        simulate_days(model, min(3, size.warm_days))
        rivals: list[Rival] = [
            KernelRival(size.object_readers, 1),
            ObjectRival(model),
            ObjectRival(model, shuffled=False),
        ]
        days = run_contest(model, rivals, size.repeats, size.object_every)

        def per_impression(rival: int) -> list[float]:
            return [day[rival].cpu_s / day[rival].impressions * day[0].impressions / day[0].cpu_s for day in days]

        note = f"{size.object_readers:,} readers, same ticks, CPU per impression"
        speed = [day[1].impressions / day[1].cpu_s / 1e6 for day in days]
        shown = [day[1].impressions / day[0].impressions for day in days]
        reads = [day[1].reads / max(1, day[0].reads) for day in days]
        return [
            Figure("kernel over Mesa, shuffle_do", "times faster", per_impression(1), note=note),
            Figure("kernel over Mesa, do", "times faster", per_impression(2)),
            Figure("Mesa's shuffle_do, CPU time", "M impressions/s", speed),
            Figure("Mesa's impressions over the kernel's", "", shown, note="about 1: the same step"),
            Figure("Mesa's reads over the kernel's", "", reads),
        ]

    def _many_objects(self) -> list[Figure]:
        """The size the engine is made for: every core it can use against Mesa, which has use for one."""
        size, threads = self.size, min(2, cores())
        n = size.readers
        model = build(baseline(n, size.creators, YEAR), threads=threads)
        simulate_days(model, min(3, size.warm_days))
        rivals: list[Rival] = [KernelRival(n, 1), KernelRival(n, threads), ObjectRival(model)]
        days = run_contest(model, rivals, size.many_objects_days, size.many_objects_every)

        def over_mesa(rival: int, seconds: str) -> list[float]:
            """How many times faster an impression is, by the tallies' `seconds` (for Mesa: of its step)."""
            mesa = {"cpu_s": "cpu_s", "phase_wall_s": "wall_s"}[seconds]
            return [
                (getattr(day[2], mesa) / day[2].impressions) / (getattr(day[rival], seconds) / day[rival].impressions)
                for day in days
            ]

        note = "with the tables of the tick; wall time per impression, same ticks"
        speed = [day[2].impressions / day[2].cpu_s / 1e6 for day in days]
        name = f"{n:,} readers"
        return [
            Figure(
                f"{name}: reader phase, {threads} threads, over Mesa, shuffle_do", "times faster",
                over_mesa(1, "phase_wall_s"), self.target(300), note=note,
            ),
            Figure(f"{name}: kernel, one core, over Mesa, shuffle_do", "times faster", over_mesa(0, "cpu_s")),
            Figure(f"{name}: Mesa's shuffle_do, CPU time", "M impressions/s", speed),
        ]  # fmt: skip

    def scale(self) -> list[Figure]:
        """Cost per reader and memory by number of readers, one thread, a fresh process each.

        Once with the same creators everywhere, and once with creators in proportion to the readers.
        """
        size = self.size
        sizes = list(size.scale)
        same = [self._cost_of(n, size.creators) for n in sizes]
        note = f"{sizes[0]:,} to {sizes[-1]:,} readers, {size.creators:,} creators"
        if size.full or (size.thorough and available_bytes() > ROOM_FOR_TEN_MILLION):
            sizes.append(TEN_MILLION)  # with creators in proportion alone: too few have no people for so many seats
        grown = [self._cost_of(n, max(4, n // PROPORTION)) for n in sizes]
        growing = f"{sizes[0]:,} to {sizes[-1]:,} readers, a creator for every {PROPORTION}"
        kernel, whole, memory = zip(*same, strict=True)
        _, in_proportion, more_memory = zip(*grown, strict=True)
        return [
            *kernel,
            *whole,
            *memory,
            Figure("dearest over cheapest, kernel", "", [_span(kernel)], self.target(1.2), "less", note),
            Figure("dearest over cheapest, whole tick", "", [_span(whole)], None, "less", note),
            *in_proportion,
            *more_memory,
            Figure("dearest over cheapest, whole tick", "", [_span(in_proportion)], self.target(1.2), "less", growing),
        ]

    def _cost_of(self, readers: int, creators: int) -> tuple[Figure, Figure, Figure]:
        """What a reader costs in the kernel and in the whole tick, and what the world needs in memory."""
        days = self.size.repeats
        parameters = {
            "readers": readers, "creators": creators, "days": YEAR, "warm_days": self.size.scale_warm_days,
            "measured_days": days, "threads": 1,
        }  # fmt: skip
        found = self.measure("stretch", parameters)
        per = 1e9 / (readers * found["ticks_per_day"])
        name, unit = f"{readers:,} readers, {creators:,} creators", "ns/reader-tick"
        limit = 8.0 if readers == TEN_MILLION else None
        return (
            Figure(
                f"{name}, kernel, CPU time", unit, [s * per for s in found["day_kernel_cpu_s"][-days:]], None, "less"
            ),
            Figure(f"{name}, whole tick, CPU time", unit, [s * per for s in found["day_cpu_s"][-days:]], None, "less"),
            Figure(f"{name}, memory", "GB", [found["peak_bytes"] / GB], limit, "less"),
        )

    def baseline(self) -> list[Figure]:
        """The shipped baseline whole, and how soon a command reaches its first tick."""
        readers, creators, days = self.size.baseline
        sized = {"readers": readers, "creators": creators}
        runs = [self.measure("whole", sized | {"days": days, "threads": None}) for _ in range(self.size.runs)]
        walls, cpus = [run["wall_s"] for run in runs], [run["cpu_s"] for run in runs]
        peaks = [run["peak_bytes"] / GB for run in runs]
        figures = [
            Figure("whole run, wall time", "s", walls, 25, "less", "one world, all days, no files"),
            Figure("whole run, CPU time", "s", cpus, better="less"),
            Figure("whole run, memory", "GB", peaks, better="less"),
        ]
        if self.size.thorough:
            note = "one repeat, with honest twin, files and report"
            figures.append(Figure("the command, wall time", "s", [_command_s()], None, "less", note))
            lesson = {"readers": None, "creators": None, "days": None, "threads": None, "scenario": "classroom"}
            walls = [self.measure("whole", lesson)["wall_s"] for _ in range(self.size.runs)]
            figures.append(Figure("`classroom`, wall time", "s", walls, 6, "less", "one world, all days, no files"))
        warm = [measure("first_tick", sized)["process_s"] for _ in range(self.size.runs)]
        figures.append(Figure("to the first tick, later starts", "s", warm, 2, "less", "whole process"))
        if self.size.thorough:
            with tempfile.TemporaryDirectory() as folder:
                cold = measure("first_tick", sized, {"NUMBA_CACHE_DIR": folder})["process_s"]
            more = cold - median(warm)
            figures.append(Figure("compiling everything", "s", [more], 8, "less", "more than a later start takes"))
        return figures

    def million(self) -> list[Figure]:
        """The baseline scaled up for a season: whole, or its first days and the rest from the steady ones."""
        size, threads = self.size, min(2, cores())
        sized = {"readers": size.readers, "creators": size.creators, "days": size.days, "threads": threads}
        if size.full:
            run = self.measure("whole", sized)
            took, note = [run["wall_s"]], f"{threads} threads, lived whole"
        else:
            measured = max(1, min(3, size.days - size.warm_days))
            run = self.measure("stretch", sized | {"warm_days": size.warm_days, "measured_days": measured})
            walls = run["day_wall_s"]
            lived = run["build_s"] + sum(walls)
            took = [lived + (size.days - len(walls)) * day for day in walls[-measured:]]
            note = f"{threads} threads, {len(walls)} days lived, the rest like the last {measured}"
        name = f"{size.readers:,} readers, {size.days} days"
        peak = [run["peak_bytes"] / GB]
        return [
            Figure(f"{name}, wall time", "s", took, self.target(100), "less", note),
            Figure(f"{name}, memory", "GB", peak, self.target(2), "less"),
            Figure(f"{name}, building", "s", [run["build_s"]], self.target(10), "less"),
        ]

    def sweep(self) -> list[Figure]:
        """Studies: a second worker, and what a run costs beyond its simulation."""
        return sweeps(self.size)

    def catalogue(self) -> list[Figure]:
        """The catalogue: a question over many runs, with the index and without."""
        return questions(self.size)

    def memory(self) -> list[Figure]:
        """Many runs in one process: whether finished worlds stay in memory."""
        readers, creators, days = self.size.many
        runs = self.size.many_runs
        found = self.measure("many", {"readers": readers, "creators": creators, "days": days, "runs": runs})
        first, last = found["resident_bytes"][SETTLED_RUNS - 1], found["resident_bytes"][-1]
        note = f"{runs:,} runs of {readers:,} readers in one process"
        return [
            Figure(f"memory after {SETTLED_RUNS} runs", "GB", [first / GB], None, "less", note),
            Figure(f"memory after {runs:,} runs", "GB", [last / GB], None, "less"),
            Figure("memory after the last run over the tenth", "", [last / first], 1.05, "less"),
        ]


def _span(figures: Sequence[Figure]) -> float:
    measured = [figure.measured for figure in figures]
    return max(measured) / min(measured)


def _command_s() -> float:
    """Wall seconds of the command a newcomer types."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", str(baseline_file()), "--seed", str(SEED), "--out", folder, "--quiet"]
        return python("sim", *words)[1]


SUITES: dict[str, Callable[[Bench], list[Figure]]] = {
    "kernel": Bench.kernel,
    "readers": Bench.readers,
    "threads": Bench.threads,
    "objects": Bench.objects,
    "scale": Bench.scale,
    "baseline": Bench.baseline,
    "million": Bench.million,
    "sweep": Bench.sweep,
    "catalogue": Bench.catalogue,
    "memory": Bench.memory,
}
