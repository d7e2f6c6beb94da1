"""Every number that shapes behaviour is a parameter: none stands in the code without a name."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.core import clock
from sim.core.enums import CommentClass, Kind, Referrer, Status, Surface
from sim.kernels import addresses, read_layout, spread
from tests.helpers.literals import constants, files, hidden_numbers

ROOT = Path(sim.__file__).resolve().parent
FOLDERS = ("core", "kernels", "plugins", "world", "state.py", "actors", "measures", "engine")
EXEMPT = {
    "kernels/scales.py": "fixed-point scales and array sizes",
    "kernels/read_trust.py": "trust in fixed point: its scales and shifts stand where they are used",
    "core/formatting.py": "words of messages; no table is made of them",
    "core/errors.py": "words of messages",
}
# named constants that are not moved to see whether a table changes, and why
UNMOVED = {
    "kernels/scales.py": "fixed-point scales and array sizes",
    "kernels/read_layout.py": "the codes of core/enums.py, and places and scales of columns",
    "kernels/read_trust.py:NEITHER": "a code",
    "kernels/acts.py": "how many are drawn for at once, and a mask",
    "kernels/prefetch.py": "codes of the processor",
    "kernels/read_offers.py": "codes; to move one would compile everything anew",
    "kernels/addresses.py": "units of time, for compiled code",
    "kernels/tokens.py": "the hash that makes tokens, and its reverse",
    "core/clock.py": "units of time",
    "core/random_streams.py": "the hash that makes chance",
    "core/formatting.py": "words of messages",
    "core/parquet.py": "how files are compressed",
    "core/terminal.py": "control characters",
    "plugins/code_record.py": "a folder",
    "plugins/sanctions/actions.py": "what stands for no end",
    "core/table_schema.py": "part of the names of columns",
    "core/table_columns.py": "what stands for nothing in a table",
    "core/views.py": "an empty view",
    "actors/advertisers/advertiser.py:VISIBLE": "a code",
    "actors/advertisers/advertiser.py:AUDITED": "a code",
    "actors/creators/creator.py:SHARE": "what may be set from outside",
    "actors/creators/creator.py:NOT_NEGATIVE": "likewise",
    "actors/creators/creator.py:RANGES": "likewise",
    "engine/phases/yardstick.py": "the score of one like, and what divides where there is no score",
    "engine/phases/feeds.py:EVEN": "the factor that changes nothing",
    "plugins/strategies/strategies.py:UNCHANGED": "likewise",
    "kernels/feeds.py": "codes",
    "world/accounts.py:NOBODY": "a code",
    "world/build.py:DAY": "the first day is 0",
    "world/tokens.py:LOW": "the lower half of a word",
}


def found() -> dict[str, list[str]]:
    """Numbers without a name, by file."""
    numbers = {}
    for path in files(ROOT, FOLDERS):
        name = path.relative_to(ROOT).as_posix()
        if name in EXEMPT:
            continue
        words, shifts = name.startswith("kernels/"), name == "core/random_streams.py"
        literals = hidden_numbers(path.read_text(encoding="utf-8"), words=words, shifts=shifts)
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


def test_compiled_code_takes_bits_and_shifts_no_quantity():
    assert not hidden_numbers("x = y >> uint64(24)", words=True)
    assert hidden_numbers("x = y >> 4", words=True)
    assert not hidden_numbers("x = y >> 4", shifts=True)
    assert hidden_numbers("x = y >> uint64(24)")


def named() -> list[str]:
    """Named constants that are to be moved, as `module:NAME`."""
    places = []
    for path in files(ROOT, FOLDERS):
        name = path.relative_to(ROOT).as_posix()
        module = ".".join(("sim", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        found_there = [constant.name for constant in constants(path.read_text(encoding="utf-8"))]
        places += [f"{module}:{each}" for each in found_there if not f"{name}:{each}".startswith(tuple(UNMOVED))]
    return places


def tables(*cases: tuple[float, list[str]]) -> list[dict[str, str]]:
    """Digests of the tables of a small world in which some constants are `factor` times what they are, by case."""
    words = " -- ".join(" ".join([str(factor), *places]) for factor, places in cases).split()
    words = [sys.executable, "-m", "tests.helpers.moved", *words]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT.parent)
    found: list[dict[str, str]] = [{} for _ in cases]
    for line in done.stdout.splitlines():
        number, table, digest = line.split()
        found[int(number)][table] = digest
    return found


def test_the_list_of_constants_that_stay_is_up_to_date():
    every = [path.relative_to(ROOT).as_posix() for path in files(ROOT, FOLDERS)]
    for place in UNMOVED:
        name, _, constant = place.partition(":")
        assert any(file.startswith(name) for file in every), place
        assert not constant or constant in [c.name for c in constants((ROOT / name).read_text())], place


def test_no_named_constant_is_a_parameter_in_disguise():
    felt = "sim.plugins.strategies.strategies:UNCHANGED"
    usual, more, less, one = tables((1.0, []), (1.2, named()), (0.8, named()), (0.8, [felt]))
    assert usual
    for factor, found in ((1.2, more), (0.8, less)):
        if found == usual:
            continue
        each = zip(named(), tables(*((factor, [place]) for place in named())), strict=True)
        assert not [place for place, changed in each if changed != usual], f"times {factor}"
    assert not [place for place in named() if ".kernels." in place]  # one would need a compiled control
    # a number that tables do depend on shows that moving one is felt
    assert one != usual


def test_codes_in_compiled_code_are_those_of_the_enumerations():
    for kernel in (read_layout, spread):
        for codes in (Kind, Surface, Status, CommentClass, Referrer):
            for name in vars(kernel).keys() & codes.__members__.keys():
                assert getattr(kernel, name) == codes[name], name
    assert (addresses.HOUR_S, addresses.DAY_S) == (clock.HOUR_S, clock.DAY_S)


def test_every_parameter_is_read():
    """By its name, somewhere below the scenario: one that nobody asks for changes nothing."""
    from sim.scenario import Scenario

    asked = set()
    for path in files(ROOT, (*FOLDERS, "runs", "scenario/scenario.py")):
        asked |= {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    for name, section in Scenario.model_fields.items():
        for parameter in getattr(section.annotation, "model_fields", ()):
            assert parameter in asked, f"{name}.{parameter}"
