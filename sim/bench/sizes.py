"""How large the measurements are: as published, and tiny ones that only show that they work."""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True)
class Size:
    """How large the measurements are."""

    readers: int = MILLION
    creators: int = 4_000  # who are read by as many people as a million seats need, as in the scenario `city`
    warm_days: int = 8  # after a week most posts that are met often are there; more come for four weeks
    repeats: int = 5
    object_readers: int = 10_000
    object_creators: int = 200
    object_every: int = 3  # ticks; taking over the state is slow
    many_objects_every: int = 12
    many_objects_days: int = 3
    scale: tuple[int, ...] = (100_000, MILLION)
    scale_warm_days: int = 3
    baseline: tuple[int | None, int | None, int | None] = (None, None, None)  # readers, creators, days
    runs: int = 3
    days: int = 90
    sweep: tuple[int, int, int] = (5_000, 150, 30)  # readers, creators, days
    sweep_runs: int = 24
    catalogue_runs: int = 2_000
    many: tuple[int, int, int] = (500, 64, 2)  # readers, creators, days
    many_runs: int = 1_000  # in one process
    thorough: bool = True  # with what takes long whatever the size
    full: bool = False


QUICK = Size(
    readers=2_000,
    creators=64,
    warm_days=1,
    repeats=2,
    object_readers=400,
    object_creators=64,
    object_every=6,
    many_objects_days=1,
    scale=(500, 1_000),
    scale_warm_days=0,
    baseline=(500, 64, 1),
    runs=1,
    days=4,
    sweep=(300, 40, 1),
    sweep_runs=4,
    catalogue_runs=60,
    many=(300, 40, 1),
    many_runs=12,
    thorough=False,
)
