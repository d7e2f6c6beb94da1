"""A class of a notebook's cell, or of a function, is known by all that its methods use."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.plugins.class_code import forget_tokens
from sim.plugins.code_record import code_of

CELLS = """
import numpy as np
from dataclasses import dataclass, field

RATE = 2.0
TABLE = {"a": [1, 2], "b": (3, {4, 5})}
WEIGHTS = np.arange(3)

class Curve:
    power = 2
    def at(self, x):
        return x ** self.power

CURVE = Curve()

def deep(x):
    return x * RATE

def helper(x, scale=1.0):
    return [deep(each) * scale for each in x] + list(WEIGHTS)

@dataclass(frozen=True)
class Plug:
    gain: float = 1.0
    more: list = field(default_factory=list)
    KEPT = "kept"

    def score(self, posts, cell, clock):
        return [CURVE.at(each) for each in helper(TABLE["a"])]

    @property
    def fact(self):
        return self.KEPT

    @staticmethod
    def aside():
        return lambda: (x := 1) in {"p", "q", "r"}
"""
EDITS = {
    "a number that a helper's helper uses": ("RATE = 2.0", "RATE = 2.5"),
    "a table": ("(3, {4, 5})", "(3, {4, 6})"),
    "an array": ("np.arange(3)", "np.arange(4)"),
    "a helper": ("* scale for", "+ scale for"),
    "a default": ("scale=1.0", "scale=2.0"),
    "another class": ("power = 2", "power = 3"),
    "a method of another class": ("x ** self.power", "x * self.power"),
    "its own method": ('TABLE["a"]', 'TABLE["b"]'),
    "a property": ("return self.KEPT", "return self.gain"),
    "an attribute": ('"kept"', '"lost"'),
    "a parameter": ("gain: float = 1.0", "gain: float = 2.0"),
    "a factory": ("default_factory=list", "default_factory=dict"),
    "a lambda": ("(x := 1)", "(x := 2)"),
}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Runs text as the cells of a fresh notebook and returns its class."""

    def run(text: str) -> type:
        module = types.ModuleType("__main__")
        monkeypatch.setitem(sys.modules, "__main__", module)
        exec(compile(text, "<ipython-input-1>", "exec", dont_inherit=True), vars(module))
        return module.Plug

    yield run


@pytest.mark.parametrize("edit", list(EDITS))
def test_an_edit_of_what_it_uses_is_another_class(session: Any, edit: str) -> None:
    before, after = EDITS[edit]
    assert CELLS.count(before) == 1
    assert code_of(session(CELLS.replace(before, after))) != code_of(session(CELLS))


def test_other_cells_do_not_matter_nor_does_another_session(session: Any) -> None:
    code = code_of(session(CELLS))
    assert code_of(session("OTHER = object()\n" + CELLS + "\ndef unused():\n    return OTHER\n")) == code
    text = f"import sys, types\nfrom sim.plugins.code_record import code_of\nCELLS = '''{CELLS}'''\n"
    text += "m = sys.modules['__main__'] = types.ModuleType('__main__')\n"
    text += "exec(compile(CELLS, '<ipython-input-9>', 'exec'), vars(m)); print(code_of(m.Plug))\n"
    for seed in ("1", "2"):  # the order of sets differs
        done = subprocess.run(
            [sys.executable, "-c", text], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(sim.__file__).parents[1])},
        )  # fmt: skip
        assert done.stdout.strip() == code


def test_a_helper_that_is_defined_anew_later_counts(session: Any) -> None:
    cls = session(CELLS)
    before = code_of(cls)
    exec("def deep(x):\n    return 0\n", vars(sys.modules["__main__"]))
    assert code_of(cls) != before


def test_what_cannot_be_told_is_never_taken_for_another_run(session: Any) -> None:
    cls = session(CELLS.replace("CURVE = Curve()", "CURVE = Curve(); CURVE.lock = __import__('threading').Lock()"))
    before = code_of(cls)
    assert code_of(cls) == before  # within one run
    forget_tokens()
    assert code_of(cls) != before


def test_classes_of_one_function_differ_by_what_they_close_over() -> None:
    def made(factor: float) -> type:
        class Inner:
            def score(self, posts: Any, cell: int, clock: Any) -> Any:
                return posts.reads * factor

        return Inner

    assert code_of(made(1.0)) == code_of(made(1.0)) != code_of(made(2.0))


def test_a_class_typed_after_a_script_ran_is_not_known_by_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: Any
) -> None:
    (tmp_path / "script.py").write_text("x = 1\n")
    codes = []
    for text in (CELLS, CELLS.replace("RATE = 2.0", "RATE = 3.0")):
        cls = session(text)
        sys.modules["__main__"].__file__ = str(tmp_path / "script.py")
        codes.append(code_of(cls))
    assert codes[0] != codes[1]
