"""The catalogue: what a question over many runs costs with the index and without, and what commands cost whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sim.api.runs import run
from sim.bench.child import python
from sim.bench.figures import Figure
from sim.bench.worlds import SEED, baseline
from sim.catalogue import Catalogue

if TYPE_CHECKING:
    from sim.bench.sizes import Size

QUESTION = "SELECT count(*) AS n, avg(exposure_quality) AS quality FROM daily WHERE day > 0"
COMMANDS = {"ls": (), "query": (QUESTION,), "show": ("run-00001",)}
TARGET_S, TARGET_RUNS = 2, 2_000
SETTLED_S = 3.5  # files younger than this are not kept in the index


def questions(size: Size) -> list[Figure]:
    """The same question over the same runs, alternating: with the index and without, in processor seconds; then whole
    commands."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "results"
        _copies(root, size)
        time.sleep(SETTLED_S)
        _ask(root, True)  # makes the index, and loads what is needed
        pairs = [(_ask(root, True), _ask(root, False)) for _ in range(size.repeats)]
        whole = {name: [_command_s(root, name, *words) for _ in range(size.runs)] for name, words in COMMANDS.items()}
    runs = f"{size.catalogue_runs:,} runs"
    target = TARGET_S * size.catalogue_runs / TARGET_RUNS
    with_index, without = ([pair[i] for pair in pairs] for i in (0, 1))
    gain = [slow / fast for fast, slow in pairs]
    return [
        Figure(f"{runs}, a question with the index", "s", with_index, target, "less", "CPU"),
        Figure(f"{runs}, a question without", "s", without, None, "less", "CPU"),
        Figure(f"{runs}, gain by the index", "times", gain, None, "more", "same question, alternating"),
        *(
            Figure(f"{runs}, the command {name}", "s", taken, target, "less", "CPU, whole process with the index")
            for name, taken in whole.items()
        ),
    ]


def _ask(root: Path, index: bool) -> float:
    started = time.process_time()
    Catalogue(root, index=index).query(QUESTION)
    return time.process_time() - started


def _command_s(root: Path, name: str, *words: str) -> float:
    """Processor seconds of a command as a user gives it, start of Python and imports included."""
    before = os.times()
    python("sim", name, *words, "--in", str(root))
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _copies(root: Path, size: Size) -> None:
    """One small run under many seeds; only its tables matter here."""
    readers, creators, days = size.sweep
    one = run(baseline(readers, creators, days), seed=SEED, out=root.parent / "one", twin=False, progress=False).path
    assert one is not None
    manifest = json.loads((one / "manifest.json").read_text(encoding="utf-8"))
    for seed in range(size.catalogue_runs):
        folder = root / f"run-{seed:05d}"
        folder.mkdir(parents=True)
        for file in one.glob("*.parquet"):
            shutil.copyfile(file, folder / file.name)
        manifest["seed"] = manifest["scenario"]["run"]["seed"] = seed
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
