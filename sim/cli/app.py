"""The application, and what its commands share: error messages, common options, overrides."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from sim.core.cores import MOST_THREADS
from sim.core.errors import GreshamError, RunError, ScenarioError, explain_os_error
from sim.core.terminal import plain
from sim.plugins.permission import users_code

Command = TypeVar("Command", bound=Callable[..., None])
BAD_INPUT, FAILED, INTERRUPTED, TERMINATED = 2, 1, 130, 143

# where to write or read is given wrongly; any other trouble with files is not the user's
WRONG_PLACE = (FileExistsError, NotADirectoryError, IsADirectoryError, FileNotFoundError, PermissionError)

_WRONG_PLACE = "{place}{reason}"
_OS_ERROR = "{place}{reason}; finished runs are untouched"
NO_EFFECT = "{reason}: it changes nothing"
NOTE = "note: {line}"
STOPPED = "interrupted; finished runs are untouched"
_PATH_VALUE = "must be PATH=VALUE, such as readers.n=10000"

app = typer.Typer(
    name="gresham",
    help="Simulate likes bought, exchanged and earned on a content platform, and compare policies.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

File = Annotated[Path, typer.Argument(help="scenario file, or the name of one that ships", show_default=False)]
Folder = Annotated[Path, typer.Argument(help="run folder", show_default=False)]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="change a parameter, such as readers.n=10000; may be repeated"),
]
Days = Annotated[
    int | None, typer.Option(min=1, help="length of the run in days; calendar entries after its end are dropped")
]
Threads = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_THREADS, help="number of threads; it changes the speed and nothing else"),
]
NoCode = Annotated[
    bool,
    typer.Option("--no-code", help="import no plug-ins but those that ship; a scenario that names others is refused"),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="no progress bar, no notes and no key figures")]


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM), as a batch system does at the end of its time: like Ctrl-C."""


def end_in_order(*_: object) -> NoReturn:
    """The handler of SIGTERM."""
    raise Terminated


def report_errors(command: Command) -> Command:
    """End a command that fails with one message on stderr and an exit code, never with a traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:

        try:
            command(*args, **kwargs)
        except RunError as error:
            cause = error.__cause__
            code = FAILED if isinstance(cause, OSError) and not isinstance(cause, WRONG_PLACE) else BAD_INPUT
            stop("; ".join([str(error), *_notes(error)]), code)
        except GreshamError as error:
            stop("; ".join([str(error), *_notes(error)]), BAD_INPUT)
        except KeyboardInterrupt as error:
            code = TERMINATED if isinstance(error, Terminated) else INTERRUPTED
            stop("; ".join([STOPPED, *_notes(error)]), code)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(FAILED) from None
        except OSError as error:
            place, wrong = f"{error.filename}: " if error.filename else "", isinstance(error, WRONG_PLACE)
            message = (_WRONG_PLACE if wrong else _OS_ERROR).format(place=place, reason=explain_os_error(error))
            stop("; ".join([message, *_notes(error)]), BAD_INPUT if wrong else FAILED)

    return guarded  # type: ignore[return-value]


def announce_code(command: Command) -> Command:
    """Say in one line of each file that code of users is imported from it; refuse it under the option `no_code`."""

    @functools.wraps(command)
    def watched(*args: Any, **kwargs: Any) -> None:
        with users_code(
            refuse=kwargs["no_code"], announce=lambda line: show_notices([line], kwargs.get("quiet", False))
        ):
            command(*args, **kwargs)

    return watched  # type: ignore[return-value]


def show_notices(lines: list[str], quiet: bool) -> None:
    """What changes nothing, and what is a control: on stderr, a line each."""
    for line in [] if quiet else lines:
        echo(NOTE.format(line=line), err=True)


def show_unused(unused: dict[str, bool], quiet: bool = False) -> None:
    """Report options that have no effect here, one line per reason."""
    show_notices([NO_EFFECT.format(reason=reason) for reason, given in unused.items() if given], quiet)


def stop(message: str, code: int) -> NoReturn:
    """End the command with one message on stderr."""
    echo(message, err=True)
    raise typer.Exit(code)


def echo(text: object, err: bool = False) -> None:
    """Print a text without what could steer a terminal; names and messages may hold anything."""
    print(plain(str(text)), file=sys.stderr if err else sys.stdout, flush=True)


def _notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", []))


def overrides(texts: list[str] | None) -> dict[str, Any]:
    """`--set` options as a mapping from dotted path to value."""
    # help need not wait for it
    from sim.scenario.yaml_io import parse_value

    pairs = [text.partition("=") for text in texts or []]
    for path, equals, _ in pairs:
        if not (path and equals):
            raise ScenarioError(_PATH_VALUE, file=f"--set {path}")
    return {path.strip(): parse_value(value) for path, _, value in pairs}
