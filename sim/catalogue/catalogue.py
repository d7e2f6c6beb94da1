"""The catalogue: all runs below a folder, as tables that can be asked in SQL."""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
import weakref
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.catalogue import views
from sim.catalogue.fetch import fetch
from sim.catalogue.issues import Issue
from sim.catalogue.listing import Listing, exclude_runs, factor_name, make_listing, runs_table
from sim.catalogue.query import check_question, explain_error, is_about_files
from sim.catalogue.run_index import RunIndex
from sim.core.errors import RunError
from sim.runs.storage import Place

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from sim.catalogue.study import StoredStudy


NO_FOLDER, NOTHING = "{path}: not a folder", "{path}: there is no such folder"


class CatalogueWarning(UserWarning):
    """Some of a results folder was skipped; `Catalogue.issues` says what and why."""


def results(folder: str | Path | Place = "results", *, verify: bool = False) -> Catalogue:
    """All runs below a folder (or any fsspec address; a `Place` for one with settings), to be asked in SQL.

    `verify` reads every table and compares its digest; without it only footers are looked at: that files are
    whole, of the right form and as long as their manifest says. What cannot be used is skipped, listed in
    `issues`, and warned of once (CatalogueWarning).
    Raises RunError when there is no such folder.
    """
    catalogue = Catalogue(folder, verify=verify)
    if catalogue.issues:
        n = len(catalogue.issues)
        first = f"{catalogue.issues[0]}" + (f" (and {n - 1} more, see .issues)" if n > 1 else "")
        warnings.warn(f"skipped in {catalogue.address}: {first}", CatalogueWarning, stacklevel=2)
    return catalogue


class Catalogue:
    """Runs and studies below a folder. Made once: what comes later is seen by a new catalogue.

    What is read of runs is kept in a file beside them (or in the user's cache) for the next catalogue; `index=False`
    does without.
    """

    def __init__(self, folder: str | Path | Place = "results", *, verify: bool = False, index: bool = True) -> None:
        self._place = folder if isinstance(folder, Place) else Place(folder)
        root = self._local()
        without_index = verify or self._is_elsewhere or not index
        self._listing = make_listing(root, verify, None if without_index else RunIndex(root))
        self._parameters = False
        self._unreadable: dict[str, str] = {}  # runs that only DuckDB minds, and why

    @property
    def address(self) -> str:
        """The folder or address, as it was given."""
        return self._place.address

    @property
    def _is_elsewhere(self) -> bool:
        """Whether it is the address of another store."""
        return re.match(r"^[a-z0-9+.-]{2,}://", self.address) is not None

    def _local(self) -> Path:
        """The folder; of another store, a copy of what matters in a temporary one."""
        if self._is_elsewhere:
            aside = Path(tempfile.mkdtemp(prefix="gresham-")).resolve()
            weakref.finalize(self, shutil.rmtree, aside, ignore_errors=True)
            copy = aside / self.address.rstrip("/").rpartition("/")[2]  # a run or study is called like its folder
            fetch(self._place, copy)
            return copy
        root = Path(self.address)
        if not root.is_dir():
            raise RunError((NO_FOLDER if root.exists() else NOTHING).format(path=root))
        return root.resolve()

    @property
    def root(self) -> Path:
        """The folder that paths are relative to."""
        return self._listing.root

    @property
    def listing(self) -> Listing:
        """Runs and studies as they were found."""
        return self._listing

    @property
    def issues(self) -> list[Issue]:
        """What was skipped, each with its reason."""
        return self._listing.issues

    @property
    def studies(self) -> list[StoredStudy]:
        """The studies found."""
        return self._listing.studies

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run: finished ones, and those that a study asks for and has not (`status`)."""
        frame: pd.DataFrame = runs_table(self._listing).to_pandas()
        return frame

    @property
    def factor_columns(self) -> list[str]:
        """Columns of `runs` that hold factors of studies."""
        return [factor_name(name) for name in self._listing.factors]

    @property
    def tables(self) -> list[str]:
        """Names of the tables that can be asked."""
        return list(self.columns)

    @property
    def columns(self) -> dict[str, list[str]]:
        """Names of the columns of every table."""
        return self._open[1]

    @cached_property
    def _open(self) -> tuple[duckdb.DuckDBPyConnection, dict[str, list[str]]]:
        connection = views.connect(str(self.root), self._listing.linked)
        views.begin(connection, self._listing)
        self._made: set[str] = set()
        return connection, views.columns(self._listing)

    def _make_views(self, sql: str) -> None:
        """Make the views that a question needs and that are not there yet."""
        connection, known = self._open
        wanted = [table for table in views.find_mentioned_tables(sql, known) if table not in self._made]
        try:
            views.add(connection, self._listing, wanted)
        except _trouble():  # a file that Arrow does not mind and DuckDB does
            self._unreadable |= views.unreadable(connection, self._listing)
            self._listing = exclude_runs(self._listing, self._unreadable)
            for name in ("runs", "_open"):
                self.__dict__.pop(name, None)
            connection, known = self._open
            wanted = views.find_mentioned_tables(sql, known)
            views.add(connection, self._listing, wanted)
        self._made |= {*wanted}

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to one SELECT, as a pandas frame.

        A run whose files have gone, or turn out damaged, is skipped from then on (see `issues`) and the rest
        answered for. Raises QueryError for a question that cannot be answered as it is put.
        """
        connection, known = self._open
        check_question(connection, sql, known)
        self._make_views(sql)
        connection, known = self._open
        if views.PARAMETERS in sql.lower() and not self._parameters:
            views.fill_parameters(connection, self._listing)
            self._parameters = True
        try:
            return _answer(connection, sql)
        except _trouble() as error:
            if not (is_about_files(error) and self._drop_spoilt()):
                raise explain_error(error, known) from None
        return self.query(sql)

    def _drop_spoilt(self) -> bool:
        """Look at every file again, cell by cell; what is spoilt or gone is skipped. Says whether anything was."""
        before = {run.name for run in self._listing.stored}
        connection, _ = self._open
        self._listing = exclude_runs(make_listing(self.root, verified=True), self._unreadable)
        if before <= {run.name for run in self._listing.stored}:  # nothing that Arrow minds
            self._unreadable |= views.unreadable(connection, self._listing)
            self._listing = exclude_runs(self._listing, self._unreadable)
        for name in ("runs", "_open"):
            self.__dict__.pop(name, None)
        self._parameters = False
        return not before <= {run.name for run in self._listing.stored}

    def __repr__(self) -> str:
        n, studies, skipped = len(self._listing.stored), len(self.studies), len(self.issues)
        parts = [f"{n} finished run{'' if n == 1 else 's'}"]
        parts += [f"{studies} stud{'y' if studies == 1 else 'ies'}"] if studies else []
        parts += [f"{skipped} skipped"] if skipped else []
        return f"Catalogue({self.address}: {', '.join(parts)})"


def _trouble() -> tuple[type[Exception], ...]:
    """What DuckDB raises; names that are no text, in a damaged file, come as UnicodeDecodeError."""
    import duckdb

    return duckdb.Error, UnicodeDecodeError


def _answer(connection: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    frame: Any = connection.execute(sql).df()
    return frame
