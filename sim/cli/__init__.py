"""The command `gresham`: each command parses, calls and prints. Heavy imports wait until called."""

from sim.cli import runs, compare, studies, catalogue, about  # noqa: F401, I001  # the order of the commands in the help
from sim.cli.app import app
from sim.core.terminal import accept_all_characters, show_warnings_in_one_line

__all__ = ["app", "main"]


def main() -> None:
    """Entry point of the console script and of `python -m sim`."""
    accept_all_characters()
    show_warnings_in_one_line()
    app(prog_name="gresham")
