"""The command `gresham`: each command parses, calls and prints. Heavy imports wait until called."""

import gc
import signal
import sys
import warnings

import typer

from sim.cli.app import BAD_INPUT, INTERRUPTED, STOPPED, TERMINATED, Terminated, app, echo, end_in_order
from sim.core.terminal import accept_all_characters, show_warnings_in_one_line

# isort: off
from sim.cli import runs, compare, studies, validate, catalogue, about  # noqa: F401  # in the order of the commands in the help
# isort: on

__all__ = ["app", "main"]

# how many objects are made and not freed before the collector looks at the new ones, and how many such looks come
# before one at older ones: imports and pages make many that stay, and looking at them took a tenth of a short run
COLLECTOR = 50_000, 20, 20
WRONG_CALL = "{command}: {what}; {command} --help shows what it takes"


def main() -> None:
    """Entry point of the console script and of `python -m sim`."""
    gc.set_threshold(*COLLECTOR)
    signal.signal(signal.SIGTERM, end_in_order)
    accept_all_characters()
    show_warnings_in_one_line()
    warnings.filterwarnings("ignore", "(?s).*kept failing and were set aside")  # commands say so themselves
    try:
        code = app(prog_name="gresham", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort) as error:  # outside of a command's own work
        stopped = isinstance(error, Terminated) or isinstance(error.__cause__, Terminated)
        echo(STOPPED, err=True)
        sys.exit(TERMINATED if stopped else INTERRUPTED)
    except Exception as error:
        context = getattr(error, "ctx", None)
        if not hasattr(error, "format_message"):  # no wrong call, but a fault
            raise
        if type(error).__name__ == "NoArgsIsHelpError" or context is None:
            error.show()  # type: ignore[attr-defined]
        else:
            command = context.command_path
            echo(WRONG_CALL.format(command=command, what=" ".join(error.format_message().split())), err=True)
        sys.exit(BAD_INPUT)
    sys.exit(code if isinstance(code, int) else 0)
