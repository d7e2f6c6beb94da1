"""What goes to a terminal or a pipe: any encoding takes it, data is never markup, and no control character passes."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

LAYOUT = "\n\t"
# C0, DEL and C1 codes move cursors and set titles; the others reorder what stands beside them or cannot be encoded
_CODES = (range(0x20), range(0x7F, 0xA0), range(0x2028, 0x202F), range(0x2066, 0x206A))
_HIDDEN = dict.fromkeys(code for span in _CODES for code in span)
_KEEP_LAYOUT = {code: None for code in _HIDDEN if chr(code) not in LAYOUT}
_ONE_LINE: dict[int, str | None] = {**_HIDDEN, **{ord(c): " " for c in "\n\r\t\v\f\x85\u2028\u2029"}}


def plain(text: str) -> str:
    """A text without control characters, but for ends of lines and tabs."""
    return text.translate(_KEEP_LAYOUT)


def one_line(text: str) -> str:
    """A text without control characters; ends of lines and tabs become spaces."""
    return text.translate(_ONE_LINE)


def accept_all_characters() -> None:
    """Make the streams of this process write what their encoding has no character for as an escape, such as \\u653f."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError, OSError):  # closed
                stream.reconfigure(errors="backslashreplace")


def show_warnings_in_one_line() -> None:
    """Print warnings of this package, and of users' code, as a line for readers and not for programmers."""
    usual = warnings.formatwarning

    def formatted(message: Any, category: type[Warning], *rest: Any, **more: Any) -> str:
        if not issubclass(category, UserWarning):
            return usual(message, category, *rest, **more)
        return f"{plain(str(message))}\n"

    warnings.formatwarning = formatted


def make_console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console of the rich library in which text is text: `[red]` in a name is shown as it stands."""
    from rich.console import Console, ConsoleOptions
    from rich.segment import Segment

    class PlainConsole(Console):
        """Takes control characters out of whatever is printed; styles are no part of a segment's text."""

        def render(self, renderable: Any, options: ConsoleOptions | None = None) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else Segment(plain(segment.text), segment.style)

    return PlainConsole(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)
