"""Numba's `njit`, also where compiled code cannot be kept: an installation and a home that are not writable."""

# mypy: disable-error-code="no-untyped-def"

import atexit
import gc
import hashlib
import os
import shutil
import tempfile
import warnings
from functools import cache, partial
from pathlib import Path

import numba
from numba import config
from numba.core import event

VARIABLE = "NUMBA_CACHE_DIR"
NOWHERE = (
    "compiled code cannot be kept, since neither the installation nor the home is writable: each start compiles anew; "
    "set {variable} to a folder that is writable"
)

# no reference counting and no allocation, which Numba's runtime (NRT) does; there is no public option for it
NO_RUNTIME = {"_nrt": False}
COMPILED_ALL_THE_SAME = "NUMBA_DISABLE_JIT counts for nothing here: the kernels run only compiled"


class NoCompilerCacheWarning(UserWarning):
    """Compiled code is not kept for the next start."""


def compile_all_the_same():
    """Take back NUMBA_DISABLE_JIT before anything is compiled: kernels use instructions that Python lacks."""
    if config.DISABLE_JIT:
        warnings.warn(COMPILED_ALL_THE_SAME, RuntimeWarning, stacklevel=2)
        config.DISABLE_JIT = 0


compile_all_the_same()


def njit(*signatures, **options):
    """As `numba.njit`, as a decorator; `cache=True` keeps the code for the next start where that is possible.

    What is kept is used until any file of this folder changes: Numba itself watches the file of the function alone,
    and not those of the functions that it calls. A kernel is given all its arrays and returns numbers: reference
    counting is off, which would take a locked instruction for every view of a row or an array.
    """
    # a way in from C takes time to compile and is not used
    options = {**NO_RUNTIME, "no_cfunc_wrapper": True, **options}
    if options.get("cache") and not can_keep():
        options["cache"] = False

    def compile_function(function):
        compiled = numba.njit(**options)(function)
        if options.get("cache"):
            _watch_folder(compiled)
        for signature in signatures:
            compiled.compile(signature)
        if signatures:
            compiled.disable_compile()
        return compiled

    return compile_function


def njit_inner(*signatures, **options):
    """As `njit`, of a function that only compiled functions call: without a way in from Python, and kept with them."""
    return numba.njit(*signatures, nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, **NO_RUNTIME, **options)


def njit_inline(*signatures, **options):
    """As `njit_inner`, of a small function, whose body takes the place of each call.

    LLVM does that. Numba's own `inline="always"` gives the same code, but works through the body at every call.
    """
    return njit_inner(*signatures, forceinline=True, **options)


class _PauseCollector(event.Listener):
    """Switches Python's garbage collector off while functions of this folder are compiled.

    A compiler uses all that it makes until it is done, so that collecting only takes time.
    """

    def __init__(self):
        self.depth = 0  # functions compile one at a time, but for those that they call
        self.was_on = False

    def on_start(self, event):
        if _is_ours(event):
            if self.depth == 0:
                self.was_on = gc.isenabled()
                gc.disable()
            self.depth += 1

    def on_end(self, event):
        if _is_ours(event):
            self.depth -= 1
            if self.depth == 0 and self.was_on:
                gc.enable()


def _is_ours(event):
    module = event.data["dispatcher"].py_func.__module__  # None for a function that `exec` made
    return (module or "").startswith(f"{__package__}.")


event.register("numba:compile", _PauseCollector())


def _watch_folder(compiled):
    """Let code that was kept count only with all files of this folder as they are."""
    kept = compiled._cache._cache_file  # Numba has no public way to say what code depends on
    kept._source_stamp = (kept._source_stamp, _digest_folder())


@cache
def _digest_folder():
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


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
