"""The shape of the tree: no circle of imports, few imports inside functions, and names that can be searched for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp
import networkx as nx
import pytest

import sim

ROOT = Path(sim.__file__).resolve().parent
MOST_LAZY = 40
LONG_FILE, LONG_CLASS = 300, 200

# names that said nothing to a newcomer, and what to search for instead
GONE = {
    "Beside", "beside", "live_one", "described", "Everyone", "Circles", "Agencies", "lab", "Watched", "said",
    "Surroundings", "look_around", "CreatorSees", "see", "luck", "Luck", "bell", "several", "Daybook", "Hand",
    "crew", "Crew", "Given", "renew", "answers", "_knock", "Swept", "gather", "set_aside", "_Round", "Report",
    "mistakes", "counter", "costs", "bearers", "complaint", "shelf", "put", "tell", "told", "ask", "give", "daylog",
    "Listed", "sheet", "says", "said_plainly", "workshop", "knob", "knobs", "param", "keen", "Action", "Verdicts",
    "Verdict", "LedgerError", "Ledger",
}  # fmt: skip
MODULES_GONE = {
    "beside", "living", "mesa_habits", "everyone", "circles", "surroundings", "sees", "daybook", "crew", "swept",
    "studyfile", "mistakes", "counter", "costs", "complaint", "shelf", "text", "put", "tell", "ask", "problem",
    "daylog", "sheet", "page", "says", "reach", "numbers", "names", "where", "workshop", "streams", "ledger",
    "tick_phases", "answers",
}  # fmt: skip
HOMONYMS = ("Luck", "Job", "Tally", "Place", "Part", "Study", "MEMORY", "ROW_GROUP")


def sources() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def identifiers(path: Path) -> Iterator[tuple[str, int]]:
    """Every name that is bound or used in a file, with its line."""
    for node in ast.walk(tree(path)):
        for field in ("id", "attr", "arg", "name"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                yield value, getattr(node, "lineno", 0)


def lazy_imports(code: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """Imports of our own modules inside functions, in the order of their lines."""
    found = {}
    for function in ast.walk(code):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if any(name.partition(".")[0] == "sim" for name in names):
                found[node.lineno] = node
    return [found[line] for line in sorted(found)]


def without_reason(code: str) -> list[int]:
    """Lines of imports inside functions that have no comment beside them, nor above their block of imports."""
    parsed, lines = ast.parse(code), code.splitlines()
    imports = {n.lineno: n for n in ast.walk(parsed) if isinstance(n, ast.Import | ast.ImportFrom)}
    ends = {node.end_lineno: line for line, node in imports.items()}
    found = []
    for node in lazy_imports(parsed):
        first = node.lineno
        while first - 1 in ends:  # an import on the line above belongs to the block
            first = ends[first - 1]
        beside = any("#" in line for line in lines[node.lineno - 1 : node.end_lineno])
        if not (beside or lines[first - 2].lstrip().startswith("#")):
            found.append(node.lineno)
    return found


def test_no_circle_of_imports() -> None:
    """Imports for types alone and imports inside functions count."""
    graph = grimp.build_graph("sim", cache_dir=None)
    arrows = nx.DiGraph()
    for module in graph.modules:
        arrows.add_edges_from((module, other) for other in graph.find_modules_directly_imported_by(module))
    circles = [sorted(part) for part in nx.strongly_connected_components(arrows) if len(part) > 1]
    assert not circles


def test_few_imports_stand_inside_functions() -> None:
    found = [f"{path.relative_to(ROOT)}:{node.lineno}" for path in sources() for node in lazy_imports(tree(path))]
    assert len(found) <= MOST_LAZY, found


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_an_import_inside_a_function_says_why(path: Path) -> None:
    assert without_reason(path.read_text(encoding="utf-8")) == []


def test_reasons_are_found_where_they_stand() -> None:
    code = """
def f():
    from sim.a import b  # slow
    # few need it
    import sim.c
    from sim.d import (
        e,
    )

    from sim.f import g
    import os
    # why
"""
    assert without_reason(code) == [10]


def test_nothing_is_imported_by_a_name_in_a_string() -> None:
    """But the lazy public names, and users' plug-ins."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if {"import_module", "__import__"} & {name for name, _ in identifiers(path)}
    }
    assert found == {"__init__.py", "plugins/user_file.py"}


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_names_that_nobody_would_search_for_are_gone(path: Path) -> None:
    assert not [f"line {line}: {name}" for name, line in identifiers(path) if name in GONE]
    assert path.stem not in MODULES_GONE


@pytest.mark.parametrize("name", HOMONYMS)
def test_a_name_means_one_thing(name: str) -> None:
    homes = []
    for path in sources():
        for node in ast.walk(tree(path)):
            named = isinstance(node, ast.ClassDef) and node.name == name
            assigned = isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == name for target in node.targets
            )
            if named or assigned:
                homes.append(path.relative_to(ROOT).as_posix())
    assert len(homes) <= 1, homes


def test_long_files_and_classes_are_named_with_their_reason() -> None:
    """What is longer than a screenful or two says why in docs/architecture.md."""
    page = (ROOT.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    long_files = [
        path.relative_to(ROOT.parent).as_posix()
        for path in sources()
        if len(path.read_text(encoding="utf-8").splitlines()) > LONG_FILE
    ]
    long_classes = [
        node.name
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno >= LONG_CLASS
    ]
    assert len(long_files) <= 4, long_files
    assert all(f"`{name}`" in page for name in [*long_files, *long_classes]), (long_files, long_classes)
