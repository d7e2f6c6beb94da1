"""The tool that compares the tables of two source trees, on stand-ins for trees."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.helpers.compare_trees import _first_difference, main

# writes what `gresham run` leaves: a folder with a manifest and tables
STAND_IN = """
import hashlib, json, pathlib, sys
import pyarrow as pa, pyarrow.parquet as pq
words = sys.argv[1:]
given = dict(zip(words[2:], words[3:]))
{before}
run = pathlib.Path(given["--out"]) / "run"
(run / "events").mkdir(parents=True)
tables = {{"daily": [1.0, 2.0, float(given["--seed"])], "events": [3.0]}}
{change}
manifest = {{"tables": {{}}}}
for name, cells in tables.items():
    table = pa.table({{"x": cells}})
    pq.write_table(table, run / ("events/day-0000.parquet" if name == "events" else name + ".parquet"))
    manifest["tables"][name] = {{"sha256": hashlib.sha256(repr(cells).encode()).hexdigest()}}
(run / "manifest.json").write_text(json.dumps(manifest))
"""


def stand_in(root: Path, *, change: str = "", before: str = "", scenarios: tuple[str, ...] = ("one", "two")) -> Path:
    (root / "sim").mkdir(parents=True)
    (root / "scenarios").mkdir()
    (root / "sim" / "__init__.py").write_text("")
    (root / "sim" / "__main__.py").write_text(STAND_IN.format(change=change, before=before))
    for name in scenarios:
        (root / "scenarios" / f"{name}.yaml").write_text("{}")
    return root


def compared(old: Path, new: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str]]:
    code = main([str(old), "--new", str(new), "--days", "3", *words])
    return code, capsys.readouterr().out.splitlines()


def test_equal_trees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = stand_in(tmp_path / "old"), stand_in(tmp_path / "new")
    code, lines = compared(old, new, capsys, "--seed", "1", "--seed", "2")
    assert (code, lines) == (0, ["8 tables of 4 runs compared, 0 differ"])


def test_a_cell_that_differs_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = stand_in(tmp_path / "old"), stand_in(tmp_path / "new", change='tables["daily"][1] = 2.5')
    code, lines = compared(old, new, capsys, "--scenario", "two")
    assert code == 1
    assert lines[0].startswith("two, seed 1, 3 days: daily: column x, row 1: ")
    assert "2.0" in lines[0] and "2.5" in lines[0] and "(1 rows differ)" in lines[0]
    assert lines[1] == "2 tables of 1 runs compared, 1 differ"


def test_signs_of_zero_count_and_no_numbers_are_alike(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = stand_in(tmp_path / "old", change='tables["daily"] = [float("nan"), 0.0]')
    new = stand_in(tmp_path / "new", change='tables["daily"] = [float("nan"), -0.0]')
    code, lines = compared(old, new, capsys, "--scenario", "one")
    assert code == 1
    assert "column x, row 1: " in lines[0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ('tables["daily"].append(1.0)', "daily: 3 rows before, 4 now"),
        ('tables["more"] = [1.0]', "more: only in {new}"),
        ('tables["events"] = [4.0]', "events: column x, row 0: "),
    ],
)
def test_other_differences(tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, expected: str) -> None:
    old, new = stand_in(tmp_path / "old"), stand_in(tmp_path / "new", change=change)
    code, lines = compared(old, new, capsys, "--scenario", "one")
    assert code == 1
    assert expected.format(new=new) in lines[0]


def test_a_new_column_leaves_the_others_to_be_compared() -> None:
    old, new = pa.table({"a": [1, 2], "b": ["x", "y"]}), pa.table({"a": [1, 2], "c": [0, 0], "b": ["x", "y"]})
    assert _first_difference(old, new) == "new columns c; every column that both have is equal"
    assert _first_difference(new, old) == "lost columns c; every column that both have is equal"
    changed = new.set_column(2, "b", pa.array(["x", "z"]))
    assert _first_difference(old, changed).startswith("new columns c; column b, row 1: ")


def test_a_run_that_fails_is_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = stand_in(tmp_path / "old"), stand_in(tmp_path / "new", before='raise SystemExit("no such thing")')
    code, lines = compared(old, new, capsys, "--scenario", "one")
    assert code == 1
    assert lines[0] == f"one, seed 1, 3 days: fails in {new}: no such thing"


def test_what_cannot_be_compared_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = stand_in(tmp_path / "old", scenarios=("one",)), stand_in(tmp_path / "new")
    code, lines = compared(old, new, capsys)
    assert code == 0
    assert lines == [f"two: not compared, {old} has no such scenario", "2 tables of 1 runs compared, 0 differ"]
    assert compared(old, new, capsys, "--scenario", "two")[0] == 1  # nothing was compared
    with pytest.raises(SystemExit, match="it has no sim"):
        main([str(tmp_path)])
    with pytest.raises(SystemExit, match="no scenario 'three'"):
        main([str(old), "--new", str(new), "--scenario", "three"])
