"""The command `gresham`: each command parses, calls and prints. Heavy imports wait until called."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

Command = TypeVar("Command", bound=Callable[..., None])
BAD_INPUT, FAILED, INTERRUPTED = 2, 1, 130

app = typer.Typer(
    name="gresham",
    help="Simulate likes bought, exchanged and earned on a content platform, and compare policies.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

File = Annotated[Path, typer.Argument(help="scenario file", show_default=False)]
Folder = Annotated[Path, typer.Argument(help="run folder", show_default=False)]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="override a parameter; may be repeated"),
]
Days = Annotated[int | None, typer.Option(min=1, help="length of the run; later calendar entries fall away")]
Threads = Annotated[int | None, typer.Option(min=1, help="threads; they change the speed and nothing else")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="no progress bar, no closing words")]


def said_plainly(command: Command) -> Command:
    """Mistakes and mishaps end a command with one message on stderr and an exit code, never a traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        from sim.errors import GreshamError, RunError

        try:
            command(*args, **kwargs)
        except RunError as error:
            _stop(str(error), FAILED if isinstance(error.__cause__, OSError) else BAD_INPUT)
        except GreshamError as error:
            _stop(str(error), BAD_INPUT)
        except KeyboardInterrupt as error:
            _stop("; ".join(["interrupted; finished runs are untouched", *_notes(error)]), INTERRUPTED)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(FAILED) from None
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            said = f"{place}{error.strerror or error}; finished runs are untouched"
            _stop("; ".join([said, *_notes(error)]), FAILED)

    return guarded  # type: ignore[return-value]


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", []))


def _overrides(texts: list[str] | None) -> dict[str, Any]:
    from sim.errors import ScenarioError
    from sim.scenario.text import parse_value

    pairs = [text.partition("=") for text in texts or []]
    for path, equals, _ in pairs:
        if not (path and equals):
            raise ScenarioError("must be PATH=VALUE, such as readers.n=10000", file=f"--set {path}")
    return {path.strip(): parse_value(value) for path, _, value in pairs}


@app.command()
@said_plainly
def run(
    file: File,
    seed: Annotated[int | None, typer.Option(min=0, help="seed of all chance")] = None,
    set_: Sets = None,
    days: Days = None,
    out: Annotated[Path, typer.Option(help="folder in which the run folder is made")] = Path("results"),
    events: Annotated[
        bool, typer.Option("--events", help="keep the whole interaction log, and its truth apart")
    ] = False,
    checkpoint_every: Annotated[
        int | None, typer.Option(min=1, metavar="DAYS", help="so that it can be resumed")
    ] = None,
    threads: Threads = None,
    twin: Annotated[bool, typer.Option(help="also run the same seed where nobody manipulates")] = True,
    quiet: Quiet = False,
) -> None:
    """Run a scenario and leave a folder with tables, manifest and report."""
    from sim.scenario import Scenario

    scenario = Scenario.load(file, set=_overrides(set_), days=days)
    import sim

    result = sim.run(
        scenario, seed=seed, out=out, events=events, checkpoint_every=checkpoint_every, threads=threads,
        twin=twin, progress=False if quiet else "auto",
    )  # fmt: skip
    _tell(result, quiet)


@app.command()
@said_plainly
def resume(folder: Folder, threads: Threads = None, quiet: Quiet = False) -> None:
    """Go on with an interrupted run from its last checkpoint."""
    import sim

    _tell(sim.resume(folder, threads=threads, progress=False if quiet else "auto"), quiet)


def _tell(result: Any, quiet: bool) -> None:
    if not quiet:
        typer.echo(f"{result.path}\nreport: {result.path / 'report.html'}")


@app.command()
@said_plainly
def report(
    folder: Folder,
    out: Annotated[Path | None, typer.Option(help="file to write; report.html in the folder otherwise")] = None,
) -> None:
    """Write the report of a finished run anew."""
    from sim import Result

    typer.echo(Result.load(folder).report(out or folder / "report.html"))


@app.command()
@said_plainly
def explain(
    file: File,
    day: Annotated[int, typer.Option(min=0, help="show the policy in force on this day")] = 0,
    set_: Sets = None,
) -> None:
    """Show the order of a tick with the parameters in force, and the policy calendar."""
    from rich.console import Console

    from sim.explain import explain as explained
    from sim.scenario import Scenario

    console = Console()
    console.print(explained(Scenario.load(file, set=_overrides(set_)), day))


@app.command()
@said_plainly
def scenarios(
    folder: Annotated[Path, typer.Argument(help="where to look", show_default="scenarios")] = Path("scenarios"),
) -> None:
    """List scenario files, one line each."""
    from sim.scenario.shelf import lines

    typer.echo("\n".join(lines(folder)))


@app.command()
@said_plainly
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.scenario.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
@said_plainly
def bench(context: typer.Context) -> None:
    """Measure speed and memory on this machine."""
    import importlib

    importlib.import_module("sim.bench").main(context.args)


@app.command()
@said_plainly
def version() -> None:
    """Print versions: Gresham, Python and what matters to results."""
    from sim import __version__
    from sim.store.manifest import versions

    found = {"gresham": __version__} | {name: number for name, number in versions().items() if name != "gresham"}
    typer.echo("\n".join(f"{name} {number}" for name, number in found.items()))


def main() -> None:
    """Entry point of the console script and of `python -m sim`."""
    app(prog_name="gresham")
