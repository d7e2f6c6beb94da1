"""The command `gresham`: each command parses, calls and prints. Heavy imports wait until called."""

import warnings

from sim.cli.app import app
from sim.core.terminal import accept_all_characters, show_warnings_in_one_line

# isort: off
from sim.cli import runs, compare, studies, catalogue, about  # noqa: F401  # in the order of the commands in the help
# isort: on

__all__ = ["app", "main"]


def main() -> None:
    """Entry point of the console script and of `python -m sim`."""
    accept_all_characters()
    show_warnings_in_one_line()
    warnings.filterwarnings("ignore", "(?s).*kept failing and were set aside")  # commands say so themselves
    app(prog_name="gresham")
