"""One question in SQL: refused when it is more than that, and mistakes told in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sim.core.errors import GreshamError, did_you_mean, nearest_name

if TYPE_CHECKING:
    import duckdb

ALLOWED = ("SELECT", "EXPLAIN", "MULTI")  # MULTI: a PIVOT, as DuckDB 2 has it
ONLY_QUESTIONS = "only questions (SELECT ...) are answered, not {kind}; runs are never changed from here"
NO_QUESTION, SEVERAL = "no question was put", "one question at a time: more than one statement"
IN_TABLES, TABLES = "; it is a column of {tables}", "; tables here: {tables}"
_TABLE = re.compile(r"Table with name \"?(.+?)\"? does not exist")
_COLUMN = re.compile(
    r"(?:Referenced column|does not have a column named|column named) \"(.+?)\"|column \"(.+?)\" not found"
)


class QueryError(GreshamError):
    """A question that cannot be answered as it is put."""


def check_question(connection: duckdb.DuckDBPyConnection, sql: str, known: dict[str, list[str]]) -> None:
    """One statement that only reads; QueryError otherwise."""
    import duckdb

    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise explain_error(error, known) from None
    if len(statements) > 1 and not any(statement.query.strip() for statement in statements):
        return  # a PIVOT, as DuckDB 1 takes it apart: parts that nobody wrote have no text
    if len(statements) != 1:
        raise QueryError(NO_QUESTION if not statements else SEVERAL)
    kind = statements[0].type.name
    if kind not in ALLOWED:
        raise QueryError(ONLY_QUESTIONS.format(kind=kind))


def explain_error(error: Exception, known: dict[str, list[str]]) -> QueryError:
    """What DuckDB says, its first line, and the nearest name that there is."""
    message = str(error).strip()
    first = message.splitlines()[0] if message else type(error).__name__
    return QueryError(f"{first.rstrip('!')}{_hint(first, known)}")


def _hint(first: str, known: dict[str, list[str]]) -> str:
    table = _TABLE.search(first)
    if table:
        near = did_you_mean(nearest_name(table.group(1), known))
        return near or TABLES.format(tables=", ".join(known))
    column = _COLUMN.search(first)
    if not column:
        return ""
    wanted = next(group for group in column.groups() if group)
    homes = [name for name, columns in known.items() if wanted in columns]
    if homes:
        return IN_TABLES.format(tables=", ".join(homes))
    return did_you_mean(nearest_name(wanted, dict.fromkeys(c for columns in known.values() for c in columns)))


def is_about_files(error: Exception) -> bool:
    """Whether the trouble may lie in a file, and not in the question."""
    import duckdb

    user_errors: tuple[Any, ...] = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
    return not isinstance(error, (*user_errors, duckdb.PermissionException, duckdb.ConversionException))
