"""Options of commands that make many runs: where they run, and where their results go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import show_unused
from sim.core.errors import ScenarioError

if TYPE_CHECKING:
    from sim.runs.storage import Place
    from sim.studies.executors.dask import Cluster
    from sim.studies.executors.local import InProcess, Processes

MEMORY = "memory:"  # fsspec's store in the memory of a process
Workers = Annotated[
    int | None,
    typer.Option(min=0, help="number of processes; one for each core otherwise; 0: this one alone"),
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="tcp://HOST:PORT", help="run on the Dask cluster of this scheduler")
]
Storage = Annotated[
    list[str] | None,
    typer.Option(
        "--storage-option",
        metavar="KEY=VALUE",
        help="a setting of the store that the address leads to; may be repeated",
    ),
]
Retries = Annotated[int, typer.Option(min=0, help="how often a run that fails is tried again")]


def run_executor(scheduler: str | None, workers: int | None) -> InProcess | Processes | Cluster:
    """The cluster of a scheduler, contacted at once, processes of this machine, or this process."""
    # help need not wait for it, nor most commands
    from sim.studies.executors.local import executor_for

    return executor_for(scheduler, workers)


def unused_options(
    scheduler: str | None, workers: int | None, out: str | None, storage: list[str] | None
) -> dict[str, bool]:
    """Options that are without effect beside others, or without them; whether each is given so."""
    return {
        "--workers beside --scheduler": scheduler is not None and workers is not None,
        "--storage-option without --out": bool(storage) and out is None,
    }


def place(address: str, settings: list[str] | None, option: str = "--out") -> Place:
    """Where results are, as `option` says; `settings` are KEY=VALUE, of the store.

    ScenarioError without an address, and for the memory of this command, which nobody can read afterwards.
    """
    if not address:
        raise ScenarioError("is empty: name a folder or an fsspec address", file=option)
    if address.startswith(MEMORY):
        raise ScenarioError(f"{address}: lasts as long as a command: name a folder or another address", file=option)
    if settings:
        from sim.runs.store_settings import open_place  # pydantic comes with it

        found = open_place(address, settings)
        show_unused({"--storage-option for a folder of this machine": "://" not in address})
        return found
    from sim.runs.storage import Place  # help need not wait for pyarrow

    return Place(address)
