"""Runs a small world with some named constants of the source moved.

`python -m tests.helpers.moved FACTOR MODULE:NAME ... [-- FACTOR MODULE:NAME ...]` multiplies those constants with
FACTOR, in a process of its own for each case. The modules are compiled anew from the changed source, so that default
arguments and imported copies move too; for those of the kernels, so is all compiled code, in a folder that is thrown
away. Prints one line a table: the number of the case, the table's name, the digest of its contents.
"""

from __future__ import annotations

import ast
import os
import sys
import tempfile
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType
from typing import Any

import numba

TABLES = ("daily", "creators", "posts", "orders", "farms", "groups", "verdicts", "actions")

# every trade finds customers, every rule something to judge, and agencies look at their books within the 30 days
BUSY = {
    "readers.n": 1000,
    "creators.n": 80,
    "creators.manipulating_start": 0.7,
    "creators.savings_cny": 600.0,
    "creators.integrity_mean": 0.1,
    "creators.outside_cny": 1.0,
    "mutual_aid.members_start": 0.3,
    "mutual_aid.founders": 4,
    "mcn.capital_cny": 500.0,
    "probes.share_posts": 0.05,
}


class Mover(MetaPathFinder):
    """Finds the modules whose constants are to be moved, and loads them so."""

    def __init__(self, names: dict[str, set[str]], factor: float) -> None:
        self.names, self.factor = names, factor

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """The usual module with another loader."""
        if name not in self.names:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(name, spec.origin, self.names[name], self.factor)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, module: str, path: str, names: set[str], factor: float) -> None:
        super().__init__(module, path)
        self.moved, self.factor = names, factor

    def get_code(self, fullname: str) -> CodeType:
        """Compiled from the source with the constants moved, past the cache of compiled files."""
        tree = ast.parse(self.get_data(self.path), self.path)
        for node in tree.body:
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                for target in targets:
                    node.value = self._move(target, node.value)
        return compile(ast.fix_missing_locations(tree), self.path, "exec")

    def _move(self, target: ast.expr | None, value: ast.expr) -> ast.expr:
        """What is assigned to `target`, moved where that is one of the names."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            value.elts = [self._move(*pair) for pair in zip(target.elts, value.elts, strict=True)]
        elif isinstance(target, ast.Name) and target.id in self.moved:
            return _each(value, self.factor)
        return value


def _each(value: ast.expr, factor: float) -> ast.expr:
    """`value` times `factor`, and so with every number of a tuple, a list or the values of a dictionary."""
    if isinstance(value, ast.Tuple | ast.List):
        value.elts = [_each(below, factor) for below in value.elts]
    elif isinstance(value, ast.Dict):
        value.values = [_each(below, factor) for below in value.values]
    elif not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
        # the outcome is moved, not the numbers in it: `24 * 64` by 20 % and not by 44 %
        return _product(value, factor)
    return value


def _product(value: ast.expr, factor: float) -> ast.expr:
    """`value` times `factor`, of the same type."""
    made = ast.parse(f"(lambda value: type(value)(value * {factor!r}))(0)", mode="eval").body
    assert isinstance(made, ast.Call)
    made.args = [value]
    return made


def main(words: Sequence[str]) -> None:
    """Each case in a fork of this process, which has imported the libraries but nothing of the package."""
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401
    import pydantic  # noqa: F401
    import scipy.stats  # noqa: F401

    cases = " ".join(words).split(" -- ")
    for number, case in enumerate(cases):
        child = os.fork()
        if child == 0:
            _move(number, case.split())
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit(f"case {number} failed: {case}")


def _move(number: int, words: Sequence[str]) -> None:
    """Move, run, print."""
    factor, places = float(words[0]), [word.split(":") for word in words[1:]]
    names: dict[str, set[str]] = {}
    for module, name in places:
        names.setdefault(module, set()).add(name)
    sys.meta_path.insert(0, Mover(names, factor))
    with tempfile.TemporaryDirectory() as folder:
        if any(module.startswith("sim.kernels.") for module in names):
            os.environ["NUMBA_CACHE_DIR"] = numba.config.CACHE_DIR = (
                folder  # else numbers compiled in by earlier runs would stay
            )
        _run(number)


def _run(number: int) -> None:
    """A month of a busy world, and the digests of its tables."""
    from sim.core.parquet import digest
    from sim.engine.model import EngagementModel
    from sim.scenario import Scenario

    scenario = Scenario.load("composite_plus_rules", set=BUSY | {"run.tick_minutes": 360}, days=30)
    model = EngagementModel(scenario, threads=1)
    while model.running:
        model.step()
    model.finish()
    print(*(f"{number} {name} {digest(model.tables[name].arrays())}" for name in TABLES), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
