"""Finds numbers that stand in the source without a name.

A number that shapes behaviour is a parameter of the scenario or of a plug-in. In the code itself only these may stand:

- 0, 1, -1 and 2: nothing, all, none of it, and a half or a double;
- 0.5 where it is subtracted: the middle of a uniform draw;
- positions in brackets (the ends of slices are numbers like any other);
- what is written in hexadecimal: patterns of bits, which bits of a draw are taken (a quantity is never written so);
- which bits of a word are taken, in compiled code (`>> uint64(24)`) and in the random streams (`>> 30`); a quantity is
  not shifted but divided, by a scale that has a name, so that `memory * 15 >> 4` is found;
- which draw of a random stream is meant (a label: another one gives other chance, not other behaviour);
- members of an enumeration (codes), `maxsize` of a cache, `stacklevel` of a warning;
- module-level names in capitals: a test moves each of them, and no table may change;
- arguments of `parameter(...)` and `Field(...)`, for that is where they belong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SMALL = (0, 1, -1, 2)
DECLARATIONS = {"parameter", "Field"}
DRAWS = {"draw", "uniform", "uniforms", "normal", "integer", "uniform_array", "normal_array", "bits", "bits_array"}
TECHNICAL = {"maxsize", "stacklevel"}
WORDS = {"uint64", "uint32"}
CODES = {"IntEnum", "StrEnum", "Enum"}


@dataclass(frozen=True)
class Literal:
    """A number in the source: where, and which."""

    line: int
    value: float
    text: str  # the whole line


@dataclass(frozen=True)
class Constant:
    """A module-level name in capitals and the number or numbers that it stands for."""

    name: str
    line: int


def hidden_numbers(source: str, *, words: bool = False, shifts: bool = False) -> list[Literal]:
    """Numbers that may not stand where they stand.

    `words` allows `uint64(n)` and `uint32(n)` on the right side of `<<` and `>>`, `shifts` any number there.
    """
    lines = source.splitlines()
    tree = ast.parse(source)
    allowed = set(_allowed(tree, words, shifts))
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool | str | bytes | complex):
            continue
        if not isinstance(node.value, int | float) or node.value in SMALL or node in allowed:
            continue
        written = lines[node.lineno - 1][node.col_offset : node.end_col_offset]
        if not written.startswith("0x"):
            found.append(Literal(node.lineno, node.value, lines[node.lineno - 1].strip()))
    return found


def constants(source: str) -> list[Constant]:
    """Module-level names in capitals whose value has a number in it."""
    found = []
    for node in ast.parse(source).body:
        value = getattr(node, "value", None)
        if value is None or not any(_is_number(below) for below in ast.walk(value)):
            continue
        found += [Constant(name, node.lineno) for name in _capitals(node)]
    return found


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _is_word(node: ast.AST) -> bool:
    """Whether a number is wrapped as `uint64(n)`, which is how bits of a draw are taken."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in WORDS


def _capitals(node: ast.AST) -> list[str]:
    """Names in capitals that a statement assigns; empty unless all are."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    return names if all(name.isupper() or not name.strip("_0123456789") for name in names) else []


def _allowed(tree: ast.Module, words: bool, shifts: bool) -> Iterator[ast.AST]:
    """Everything below what may hold numbers."""
    for node in tree.body:
        if _capitals(node):
            yield from ast.walk(node)
    for node in ast.walk(tree):
        yield from (below for part in _exempt(node, words, shifts) for below in ast.walk(part))


def _exempt(node: ast.AST, words: bool, shifts: bool) -> Iterator[ast.AST]:
    if isinstance(node, ast.Subscript):
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        yield from (place for place in places if isinstance(place, ast.Constant | ast.UnaryOp))
    elif isinstance(node, ast.ClassDef) and CODES & {getattr(base, "id", "") for base in node.bases}:
        yield from node.body
    elif isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Sub) and getattr(node.right, "value", None) == 0.5:
            yield node.right
        if isinstance(node.op, ast.LShift | ast.RShift) and (shifts or (words and _is_word(node.right))):
            yield node.right
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in DECLARATIONS:
            yield node
        if name in DRAWS:
            yield from (each for each in node.args if isinstance(each, ast.Constant))
        yield from (word.value for word in node.keywords if word.arg in TECHNICAL)


def files(root: Path, folders: tuple[str, ...]) -> Iterator[Path]:
    """Python files of some folders (or single files) of the package, in order."""
    for folder in folders:
        path = root / folder
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))
