"""Commands about the program itself: scenarios, schema, bench, version."""

# no `from __future__ import annotations`: typer would compile every annotation again, each time a command starts

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

import sim
from sim.cli.app import app, echo, report_errors, show_unused


def _show_version(asked: bool) -> None:
    if asked:
        echo(f"gresham {sim.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="print the version, and end")
    ] = False,
) -> None:
    """Simulate likes bought, exchanged and earned on a content platform, and compare policies."""


@app.command()
@report_errors
def scenarios(
    folder: Annotated[
        Path | None, typer.Argument(help="where to look; what ships, and ./scenarios, otherwise", show_default=False)
    ] = None,
    copy: Annotated[
        Path | None, typer.Option(metavar="DIR", help="write the scenarios and studies that ship into this folder")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace files that are there already")] = False,
) -> None:
    """List scenarios, one line each, or copy those that ship."""
    show_unused(
        {
            "--overwrite without --copy": overwrite and copy is None,
            "a folder to look in, together with --copy": copy is not None and folder is not None,
        }
    )
    # this module is loaded for every command: what only one needs waits until it is called
    from sim.scenario.index import list_all, list_folder
    from sim.scenario.shipped import copy_shipped

    if copy is not None:
        echo("\n".join(str(file) for file in copy_shipped(copy, overwrite)))
    else:
        echo("\n".join(list_folder(folder) if folder is not None else list_all()))


@app.command()
@report_errors
def schema(study: Annotated[bool, typer.Option("--study", help="the schema of study files instead")] = False) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    # both schemas need pydantic, which help need not wait for
    from sim.scenario.json_schema import json_schema
    from sim.studies.schema import study_schema

    echo(json.dumps(study_schema() if study else json_schema(), indent=2, ensure_ascii=False))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
@report_errors
def bench(context: typer.Context) -> None:
    """Measure speed and memory on this machine."""
    # a process of its own: what this one has imported and allocated is not to be measured
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    raise typer.Exit(subprocess.run([sys.executable, "-P", "-m", "sim.bench", *context.args], env=env).returncode)


@app.command()
@report_errors
def version() -> None:
    """Print versions: Gresham, Python and what matters to results."""
    # help need not wait for what looks versions up
    from sim.runs.manifest import versions

    found = {"gresham": sim.__version__} | {name: number for name, number in versions().items() if name != "gresham"}
    echo("\n".join(f"{name} {number}" for name, number in found.items()))
