"""Whether two source trees of Gresham make the same tables, bit by bit: `python -m tests.helpers.compare_trees OLD`.

Every scenario that ships is run by both trees at the same time, each in processes of its own, under the same seeds.
Checksums of tables and event files are compared as the manifests hold them. There is one line for each table that
differs, with the first cell where it does; the exit code is 1 then, or when nothing was compared, and 0 otherwise. A
tree is any folder with the package `sim` and the folder `scenarios`: what lies inside `sim` may have other names.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parents[2]
FOLDERS = (".", "controls", "ablations")  # of scenarios/; the others hold studies and claims
EVENTS = ("events", "truth")

NOT_A_TREE = "{tree}: no tree of Gresham, it has no {lacks}"
OTHER_TREE = "{tree}: Python imports {found} instead"
NO_SCENARIO = "no scenario '{name}' in {tree}"
ONE_SIDED = "{case}: not compared, {tree} has no such scenario"
FAILED = "{case}: fails in {tree}: {error}"
ONLY = "{case}: {table}: only in {tree}"
DIFFERS = "{case}: {table}: {difference}"
SUMMARY = "{tables} tables of {runs} runs compared, {differing} differ"


def main(words: list[str] | None = None) -> int:
    """Compare, print one line for each difference, and return the exit code."""
    chosen = _parse(words)
    old, new = (_checked(tree.resolve()) for tree in (chosen.old, chosen.new))
    differing = tables = runs = 0
    for name in _chosen_names(chosen.scenario, new):
        if not _file(old, name).is_file():
            print(ONE_SIDED.format(case=name, tree=old), flush=True)
            continue
        for seed in chosen.seed or [1]:
            case = f"{name}, seed {seed}, {chosen.days} days"
            with tempfile.TemporaryDirectory() as folder:
                lines, compared = _compare(case, (old, new), name, seed, chosen.days, Path(folder))
            for line in lines:
                print(line, flush=True)
            runs, tables, differing = runs + 1, tables + compared, differing + len(lines)
    print(SUMMARY.format(tables=tables, runs=runs, differing=differing))
    return 1 if differing or not runs else 0


def _parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.helpers.compare_trees", description=__doc__)
    parser.add_argument("old", type=Path, metavar="OLD", help="the tree to compare with")
    parser.add_argument("--new", type=Path, default=HERE, metavar="TREE", help="the other tree (%(default)s)")
    parser.add_argument("--days", type=int, default=10, help="length of each run (%(default)s)")
    parser.add_argument("--seed", type=int, action="append", help="may be repeated; 1 otherwise")
    parser.add_argument("--scenario", action="append", metavar="NAME", help="may be repeated; all that ship otherwise")
    return parser.parse_args(words)


def _checked(tree: Path) -> Path:
    """The tree, when Python would import `sim` from it."""
    for lacks in ("sim", "scenarios"):
        if not (tree / lacks).is_dir():
            raise SystemExit(NOT_A_TREE.format(tree=tree, lacks=lacks))
    code = "import sim; print(sim.__file__)"
    found = subprocess.run([sys.executable, "-P", "-c", code], env=_environment(tree), capture_output=True, text=True)
    if found.returncode or tree not in Path(found.stdout.strip()).resolve().parents:
        raise SystemExit(OTHER_TREE.format(tree=tree, found=found.stdout.strip() or found.stderr.strip()))
    return tree


def _environment(tree: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(tree)}


def _file(tree: Path, name: str) -> Path:
    return tree / "scenarios" / f"{name}.yaml"


def _chosen_names(wanted: list[str] | None, tree: Path) -> list[str]:
    """Names of scenarios below `scenarios/`, such as `controls/placebo`."""
    root = tree / "scenarios"
    ships = [
        file.relative_to(root).with_suffix("") for part in FOLDERS for file in sorted((root / part).glob("*.yaml"))
    ]
    names = [path.as_posix() for path in ships]
    for name in wanted or []:
        if name not in names:
            raise SystemExit(NO_SCENARIO.format(name=name, tree=tree))
    return wanted or names


def _compare(
    case: str, trees: tuple[Path, Path], name: str, seed: int, days: int, folder: Path
) -> tuple[list[str], int]:
    """One line for each table that differs between the runs of two trees, and how many tables there were."""
    outs = [folder / side for side in ("old", "new")]
    options = ["--seed", str(seed), "--days", str(days), "--events", "--quiet"]
    started = []
    for tree, out in zip(trees, outs, strict=True):
        command = [sys.executable, "-P", "-m", "sim", "run", str(_file(tree, name)), *options, "--out", str(out)]
        started.append(
            subprocess.Popen(
                command,
                env=_environment(tree),
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    errors = [process.communicate()[1].strip().splitlines() for process in started]
    failed = [
        FAILED.format(case=case, tree=tree, error=(error or ["nothing printed"])[-1])
        for tree, error, process in zip(trees, errors, started, strict=True)
        if process.returncode
    ]
    if failed:
        return failed, 0
    old, new = (next(out.glob("*/manifest.json")).parent for out in outs)
    before, after = _checksums(old), _checksums(new)
    return list(_differences(case, trees, (old, new), before, after)), len(before.keys() | after.keys())


def _checksums(run: Path) -> dict[str, str]:
    """Checksum of every table and of the event files, as the manifest holds them."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    return {name: about["sha256"] for name, about in manifest["tables"].items()}


def _differences(
    case: str, trees: tuple[Path, Path], runs: tuple[Path, Path], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if (name in before) != (name in after):
            yield ONLY.format(case=case, table=name, tree=trees[0] if name in before else trees[1])
        elif before[name] != after[name]:
            yield DIFFERS.format(
                case=case, table=name, difference=_first_difference(*(_read(run, name) for run in runs))
            )


def _read(run: Path, name: str) -> pa.Table:
    files = sorted((run / name).glob("*.parquet")) if name in EVENTS else [run / f"{name}.parquet"]
    return pa.concat_tables([pq.ParquetFile(file).read() for file in files])


def _first_difference(old: pa.Table, new: pa.Table) -> str:
    """Columns that one lacks, numbers of rows, and the first cell in which two tables differ."""
    both = [name for name in old.column_names if name in new.column_names]
    gone, added = set(old.column_names) - set(both), set(new.column_names) - set(both)
    parts = [f"{what} columns {', '.join(sorted(names))}" for what, names in (("lost", gone), ("new", added)) if names]
    if old.num_rows != new.num_rows:
        return "; ".join([*parts, f"{old.num_rows} rows before, {new.num_rows} now"])
    for name in both:
        difference = _column_difference(name, old[name].to_numpy(), new[name].to_numpy())
        if difference:
            return "; ".join([*parts, difference])
    return "; ".join([*parts, "every column that both have is equal"])


def _column_difference(name: str, before: Any, after: Any) -> str:
    """Type, or the first cell in which a column differs; empty when it is the same."""
    if before.dtype != after.dtype:
        return f"column {name}: {before.dtype} before, {after.dtype} now"
    rows = np.flatnonzero(_cells_differ(before, after))
    if len(rows) == 0:
        return ""
    row = int(rows[0])
    return f"column {name}, row {row}: {before[row]!r} before, {after[row]!r} now ({len(rows)} rows differ)"


def _cells_differ(before: Any, after: Any) -> Any:
    """Which cells differ in any bit; two cells that are no number are the same."""
    if before.dtype.kind == "f":
        before, after = (column.view(f"u{column.dtype.itemsize}") for column in (before, after))
    return before != after


if __name__ == "__main__":
    raise SystemExit(main())
