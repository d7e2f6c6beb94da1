"""Frames as text: tables of a terminal, and lines of aligned columns for a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.terminal import one_line

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

WIDEST = 44  # characters of a cell in a terminal
GAP = "  "


def cell(value: Any) -> str:
    """A value in few characters; nothing for a missing one."""
    import pandas as pd

    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    return one_line(str(value))


def frame_table(frame: pd.DataFrame, width: int | None, rows: int | None) -> tuple[Table, str]:
    """A frame as a table no wider than `width` and no longer than `rows`, and what was left out."""
    from rich.table import Table

    shown = frame if rows is None else frame.head(rows)
    cells = _cells(shown)
    kept: list[int] = []
    room = width
    for i, texts in enumerate(cells):
        wide = min(WIDEST, max([len(str(frame.columns[i])), *map(len, texts)])) + len(GAP)
        if room is not None and kept and wide > room:
            break
        kept.append(i)
        room = None if room is None else room - wide
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i in kept:
        table.add_column(
            str(frame.columns[i]), justify="right" if _is_number(frame, i) else "left", no_wrap=True,
            overflow="ellipsis", max_width=None if width is None else WIDEST,
        )  # fmt: skip
    for row in range(len(shown)):
        table.add_row(*(cells[i][row] for i in kept))
    return table, _left_out(len(frame) - len(shown), frame.shape[1] - len(kept))


def frame_lines(frame: pd.DataFrame) -> list[str]:
    """The whole frame in lines of aligned columns, the header first; numbers stand on the right.

    It looks like `frame_table` and takes a small part of the time.
    """
    from rich.cells import cell_len

    columns = []
    for i, texts in enumerate(_cells(frame)):
        column = [one_line(str(frame.columns[i])), *texts]
        lengths = [len(text) if text.isascii() else cell_len(text) for text in column]
        wide, right = max(lengths), _is_number(frame, i)
        columns.append(
            [
                " " * (wide - n) + text if right else text + " " * (wide - n)
                for n, text in zip(lengths, column, strict=True)
            ]
        )
    return [GAP.join(row).rstrip() for row in zip(*columns, strict=True)]


def _cells(frame: pd.DataFrame) -> list[list[str]]:
    """The cells as text, column by column."""
    return [[cell(value) for value in frame.iloc[:, i].tolist()] for i in range(frame.shape[1])]


def _is_number(frame: pd.DataFrame, i: int) -> bool:
    return frame.iloc[:, i].dtype.kind in "iuf"


def _left_out(rows: int, columns: int) -> str:
    parts = [f"{n} more {what}{'s' if n > 1 else ''}" for n, what in ((rows, "row"), (columns, "column")) if n]
    return " and ".join(parts)
