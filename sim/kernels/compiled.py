"""Numba's `njit`, also where compiled code cannot be kept: an installation and a home that are not writable."""

# mypy: disable-error-code="no-untyped-def"

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache, partial

import numba
from numba import config

VARIABLE = "NUMBA_CACHE_DIR"
NOWHERE = (
    "compiled code cannot be kept, since neither the installation nor the home is writable: each start compiles anew; "
    "set {variable} to a folder that is writable"
)


class NoCompilerCacheWarning(UserWarning):
    """Compiled code is not kept for the next start."""


def njit(*args, **options):
    """As `numba.njit`; `cache=True` keeps the code for the next start where that is possible."""
    if options.get("cache") and not can_keep():
        options = {**options, "cache": False}
    return numba.njit(*args, **options)


@cache
def can_keep():
    """Whether compiled code can be kept for other processes: in its usual place, or in a folder of this process's."""
    if _has_place():
        return True
    warnings.warn(NOWHERE.format(variable=VARIABLE), NoCompilerCacheWarning, stacklevel=3)
    try:
        folder = tempfile.mkdtemp(prefix="gresham-compiled-")
    except OSError:
        return False
    atexit.register(partial(_remove, folder, os.getpid()))
    os.environ[VARIABLE] = config.CACHE_DIR = folder  # processes that this one starts use it as well
    return _has_place()


def _has_place():
    """Whether Numba finds a place for the code of this file, and so for that of its neighbours."""
    try:
        numba.njit(cache=True)(_nothing)
    except RuntimeError:  # cannot cache function: no locator available for file
        return False
    return True


def _remove(folder, process):
    if os.getpid() == process:  # a forked process leaves it to the one that made it
        shutil.rmtree(folder, ignore_errors=True)


def _nothing():
    return 0
