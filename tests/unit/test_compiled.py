"""Compiled code that is kept from one start to the next."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba import types
from numba.core import event
from numba.core.dispatcher import Dispatcher

from sim import kernels
from sim.kernels import compiled
from sim.kernels.ends import larger, smaller
from tests.helpers.compiled import compile_all


def test_kept_code_is_compiled_anew_when_a_function_that_it_calls_changes(tmp_path: Path) -> None:
    folder = tmp_path / "sim" / "kernels"
    folder.mkdir(parents=True)
    (tmp_path / "sim" / "__init__.py").touch()
    for name in ("__init__", "compiled", "mix", "scales"):
        shutil.copy(Path(compiled.__file__).with_name(f"{name}.py"), folder)
    code = (
        "import numpy as np\n"
        "from sim.kernels.caller import call\n"
        "print(call(np.uint64(7)), sum(call.stats.cache_hits.values()))\n"
    )
    (folder / "caller.py").write_text(
        "from sim.kernels.compiled import njit\nfrom sim.kernels.mix import mix\n\n\n"
        "@njit(cache=True)\ndef call(x):\n    return mix(x)\n"
    )

    def answer() -> list[str]:
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.split()

    first, again = answer(), answer()
    assert first == [first[0], "0"]
    assert again == [first[0], "1"]
    source = (folder / "mix.py").read_text()
    (folder / "mix.py").write_text(source.replace("0x9E3779B97F4A7C15", "0x9E3779B97F4A7C17"))
    changed = answer()
    assert changed[0] != first[0]
    assert changed[1] == "0"


def test_the_garbage_collector_rests_while_a_kernel_is_compiled_and_works_again_afterwards() -> None:
    during: list[bool] = []

    class Watch(event.Listener):
        def on_start(self, event: event.Event) -> None:
            during.append(gc.isenabled())

        def on_end(self, event: event.Event) -> None:
            pass

    def add(x: int, y: int) -> int:
        return x + y

    add.__module__ = "sim.kernels.added"
    kernel, other = compiled.njit()(add), numba.njit(lambda x: x + 1)
    with event.install_listener("numba:run_pass", Watch()):
        assert kernel(2, 3) == 5
        ours = during.copy()
        during.clear()
        assert other(2) == 3
    assert ours and not any(ours)
    assert during and all(during)  # what others compile is left as it is
    assert gc.isenabled()


def test_functions_that_belong_to_no_module_compile_as_well() -> None:
    made: dict[str, Any] = {}
    exec("def add(x, y): return x + y", {"__name__": None}, made)  # as code generators do
    assert made["add"].__module__ is None
    assert numba.njit(made["add"])(1, 2) == 3


def test_a_collector_that_somebody_turned_off_stays_off() -> None:
    def add(x: int, y: int) -> int:
        return x - y

    add.__module__ = "sim.kernels.added"
    gc.disable()
    try:
        assert compiled.njit()(add)(2, 3) == -1
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_kernel_that_makes_an_array_is_refused() -> None:
    """So that references to arrays need not be counted in any."""

    def fill(n: int) -> float:
        return float(np.zeros(n)[0])

    assert numba.njit(fill)(3) == 0
    for decorate in (compiled.njit, compiled.njit_inner, compiled.njit_inline):
        kernel = decorate()(fill)
        with pytest.raises(numba.TypingError, match="zeros"):
            numba.njit(lambda n, kernel=kernel: kernel(n))(3)


def test_kernels_return_numbers_only() -> None:
    """An array that one made or cut out would be gone when Python looks at it."""
    compile_all()
    modules = [importlib.import_module(f"sim.kernels.{each.name}") for each in pkgutil.iter_modules(kernels.__path__)]
    found = [one for module in modules for one in vars(module).values() if isinstance(one, Dispatcher)]
    returned = {signature.return_type for one in found for signature in one.nopython_signatures}
    numbers = (types.Number, types.Boolean, types.NoneType)
    assert returned and all(
        isinstance(part, numbers)
        for each in returned
        for part in (each.types if isinstance(each, types.BaseTuple) else [each])
    )


@pytest.mark.parametrize("pair", [(1, 2), (2, 1), (-1.5, 3.0), (0.0, -0.0), (-0.0, 0.0), (7, 7)])
def test_the_smaller_and_the_larger_are_those_of_python(pair: tuple[float, float]) -> None:
    @numba.njit
    def ends(x: float, y: float) -> tuple[float, float]:
        return smaller(x, y), larger(x, y)

    assert [str(end) for end in ends(*pair)] == [str(min(*pair)), str(max(*pair))]


def test_kernels_are_compiled_where_numba_is_told_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    with pytest.warns(RuntimeWarning, match="NUMBA_DISABLE_JIT counts for nothing here"):
        compiled.compile_all_the_same()
    assert compiled.njit()(lambda x: x).nopython_signatures == []
