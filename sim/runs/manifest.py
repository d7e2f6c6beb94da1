"""What a run was: scenario, seed, versions, commit, platform, timings, and a digest of every table.

Everything but `timings` and `environment` is a function of scenario, seed and version, so two manifests
tell whether two runs agree. Nothing in it names a place on this machine.
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.cores import usable_cores
from sim.core.parquet import sync

if TYPE_CHECKING:
    from sim.scenario import Scenario

MANIFEST, SCENARIO_FILE = "manifest.json", "scenario.yaml"
FORMAT = 1
PACKAGES = (
    "gresham",
    "mesa",
    "numpy",
    "pandas",
    "numba",
    "plotly",
    "pyarrow",
    "pydantic",
    "scipy",
    "networkx",
)


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that can matter to a result."""
    return dict(_versions())


@cache  # a process runs the code that it loaded: a study of thousands of runs need not look for each
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


@cache
def commit() -> str | None:
    """Commit of the source tree the package runs from ('-dirty' when changed); None when there is none."""
    here = Path(__file__).resolve().parents[1]
    if not (here.parent / ".git").exists():
        return None
    head = _git(here, "rev-parse", "HEAD")
    if head is None:
        return None
    return head + ("-dirty" if _git(here, "status", "--porcelain", "--untracked-files=no", "--", ".") else "")


def _git(folder: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def make_manifest(
    scenario: Scenario,
    tables: dict[str, dict[str, Any]],
    timings: dict[str, Any],
    files: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The manifest as plain values. `tables` gives rows and digest of each table.

    `files` are those that users' plug-ins read while the run went on, relative to the scenario's folder, with digests;
    with `plugins`, digests of the plug-ins' code, it stands in the manifest only where there are any.
    """
    from sim.scenario.without_effect import without_effect  # who only reads manifests need not wait for it

    plugins = scenario.plugin_code()
    return {
        "format": FORMAT,
        "name": scenario.name,
        "description": scenario.description,
        "seed": scenario.run.seed,
        "days": scenario.run.days,
        "digest": scenario.digest(),
        **({"plugins": plugins} if plugins else {}),
        **({"files": dict(files)} if files else {}),
        **more,
        "notices": without_effect(scenario),
        "scenario": scenario.resolved(),
        "versions": versions(),
        "commit": commit(),
        "tables": tables,
        "environment": {
            "system": platform.system(),
            "machine": platform.machine(),
            "cores": usable_cores(),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        "timings": timings,
    }


def write_manifest(manifest: dict[str, Any], folder: Path) -> None:
    """Write the manifest and see it onto the disk."""
    path = folder / MANIFEST
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    sync(path)


def write_scenario(manifest: dict[str, Any], folder: Path) -> None:
    """Write the scenario with every parameter spelt out: run it to make the same run again."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    with (folder / SCENARIO_FILE).open("w", encoding="utf-8") as file:
        yaml.dump(manifest["scenario"], file)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a finished run; FileNotFoundError when the folder is none."""
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found
