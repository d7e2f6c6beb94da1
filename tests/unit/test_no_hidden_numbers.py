"""Every number that shapes behaviour is a parameter: none stands in the code without a name."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from tests.helpers.literals import files, hidden_numbers

ROOT = Path(sim.__file__).resolve().parent
FOLDERS = ("core", "kernels", "plugins", "world", "state.py", "actors", "measures", "engine")
EXEMPT = {
    "kernels/scales.py": "fixed-point scales and array sizes",
    "kernels/read.py": "the readers' world is about to be rebuilt",
    "actors/readers/workers.py": "builds the tables of kernels/read.py",
    "core/formatting.py": "words of messages; no table is made of them",
    "core/errors.py": "words of messages",
}


def found() -> dict[str, list[str]]:
    """Numbers without a name, by file."""
    numbers = {}
    for path in files(ROOT, FOLDERS):
        name = path.relative_to(ROOT).as_posix()
        if name in EXEMPT:
            continue
        shifts = name.startswith("kernels/") or name == "core/random_streams.py"
        literals = hidden_numbers(path.read_text(encoding="utf-8"), shifts=shifts)
        if literals:
            numbers[name] = [f"line {each.line}: {each.value} in `{each.text}`" for each in literals]
    return numbers


def test_no_number_stands_in_the_code_without_a_name():
    assert not found()


def test_what_is_exempt_is_there():
    assert all((ROOT / name).is_file() for name in EXEMPT)


@pytest.mark.parametrize(
    "source",
    [
        "x = y * 0.3",
        "def f(memory=0.97): ...",
        "class A:\n    share: float = 0.2",
        "x = 3 if y else 0",
        "rate = (draw(0) + 0.5) / 7",
        "x = [4, 2, 1]",
        "x = y << 20",
        "Counts = 7",
        "x = weeks[-4:]",
    ],
)
def test_a_hidden_number_is_found(source):
    assert hidden_numbers(source)


@pytest.mark.parametrize(
    "source",
    [
        "x = y[3] + y[:, 5]",
        "x = 2 * y - 1",
        "x = draw(7) - 0.5",
        "x = y & 0x1F",
        "MEMORY = 0.9",
        "A, B = 3, 4",
        "share: float = parameter(0.3, 'share', ge=0, le=10)",
        "class Kind(IntEnum):\n    READ = 5",
        "x = streams.uniform('post', 0, entity, 7)",
        "@lru_cache(maxsize=64)\ndef f(): ...",
    ],
)
def test_what_may_stand_is_left_alone(source):
    assert not hidden_numbers(source)


def test_shifts_are_for_compiled_code():
    assert not hidden_numbers("x = y >> uint64(24)", shifts=True)
    assert hidden_numbers("x = y >> uint64(24)")
