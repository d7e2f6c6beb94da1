"""Options of commands that make many runs: where they run, and where their results go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.core.errors import ScenarioError

if TYPE_CHECKING:
    from sim.runs.storage import Place
    from sim.studies.executors.dask import Cluster
    from sim.studies.executors.local import Processes

Workers = Annotated[int | None, typer.Option(min=1, help="processes; as many as there are cores otherwise")]
Scheduler = Annotated[
    str | None, typer.Option(metavar="tcp://HOST:PORT", help="run on the Dask cluster of this scheduler")
]
Storage = Annotated[
    list[str] | None,
    typer.Option("--storage-option", metavar="KEY=VALUE", help="of the store at an address; may be repeated"),
]
Retries = Annotated[int, typer.Option(min=0, help="times a run that fails is tried again")]


def run_executor(scheduler: str | None, workers: int | None) -> Processes | Cluster:
    """The cluster of a scheduler, contacted at once, or processes of this machine."""
    from sim.studies.executors.local import executor_for

    return executor_for(scheduler, workers)


def place(address: str, options: list[str] | None) -> Place:
    """Where results go. A dotted key is a setting within a setting: `client_kwargs.endpoint_url=...`."""
    from sim.runs.storage import Place
    from sim.scenario.paths import set_by_path, split_path
    from sim.scenario.yaml_io import parse_value

    found: dict[str, Any] = {}
    for text in options or []:
        key, equals, value = text.partition("=")
        if not (split_path(key.strip())[-1] and equals):
            raise ScenarioError("must be KEY=VALUE, such as anon=true", file=f"--storage-option {text}")
        set_by_path(found, key.strip(), parse_value(value))
    return Place(address, found)
