"""A wheel, built from a clean copy of the tree, runs in an empty folder: what ships is found by name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SMALL = ("--set", "readers.n=500", "--set", "creators.n=40", "--days", "2", "-q")


def command(*words: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env={**{key: value for key, value in os.environ.items() if key != "PYTHONPATH"}, **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network from a copy that holds nothing but sources."""
    folder = tmp_path_factory.mktemp("wheel")
    clean = folder / "clean"
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("sim", "scenarios"):
        shutil.copytree(ROOT / name, clean / name, ignore=ignore)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, clean / name)
    done = command("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, clean, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is absent from the `packages`" not in done.stdout + done.stderr
    return next(folder.glob("gresham-*.whl"))


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel installed and nothing else; what it depends on comes from the environment."""
    site = tmp_path_factory.mktemp("site")
    words = ("-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile", "--target", site, wheel)
    done = command(*words, cwd=site)
    assert done.returncode == 0, done.stderr
    take_compiled(ROOT / "sim" / "kernels", site / "sim" / "kernels")
    return site


def take_compiled(there: Path, here: Path) -> None:
    """Take over what is compiled of the same sources, as far as it is: that they compile, all other tests show."""
    for file in here.glob("*.py"):
        assert file.read_bytes() == (there / file.name).read_bytes()
        shutil.copystat(there / file.name, file)
    (here / "__pycache__").mkdir(exist_ok=True)
    for file in there.glob("__pycache__/*.nb?"):
        shutil.copy(file, here / "__pycache__")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return tmp_path


def test_the_wheel_holds_what_ships_once_and_the_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {
        f"sim/_scenarios/{file.relative_to(ROOT / 'scenarios')}"
        for file in (ROOT / "scenarios").rglob("*.yaml")
        if file.parent.name != "evidence"
    }
    assert shipped and {name for name in names if name.endswith(".yaml")} == shipped | {"sim/analysis/facts/facts.yaml"}
    assert "sim/py.typed" in names and any(name.endswith("licenses/LICENSE") for name in names)
    templates = {f"sim/reports/templates/{file.name}" for file in (ROOT / "sim" / "reports" / "templates").iterdir()}
    assert templates and templates <= {*names}
    assert not [name for name in names if "/evidence/" in name or name.startswith(("tests", "scenarios"))]
    assert {name.split("/")[0] for name in names} == {"sim", "gresham-0.1.0.dist-info"}


def test_an_installed_gresham_finds_scenarios_by_name_in_an_empty_folder(site: Path, empty: Path) -> None:
    env = {"PYTHONPATH": str(site)}
    where = command("-c", "import sim; print(sim.__file__)", cwd=empty, **env)
    assert where.stdout.strip() == str(site / "sim" / "__init__.py")
    listed = command("-m", "sim", "scenarios", cwd=empty, **env)
    assert listed.returncode == 0 and {"baseline", "price_by_anxiety"} <= set(listed.stdout.split())
    code = "from sim import Scenario; s = Scenario.load('rules_2022'); print(s.name, s.base.name)"
    assert command("-c", code, cwd=empty, **env).stdout.split() == ["rules_2022", "_scenarios"]
    facts = "from sim.analysis.facts.read import load_facts; print(len(load_facts().facts))"
    assert command("-c", facts, cwd=empty, **env).stdout.strip() == "36"
    planned = command("-m", "sim", "sweep", "price_by_anxiety", "--dry-run", cwd=empty, **env)
    assert planned.returncode == 0 and "price_by_anxiety: grid" in planned.stdout, planned.stderr
    (empty / "mine.yaml").write_text("extends: baseline\nreaders: {n: 700}\ncreators: {n: 70}\n")
    told = command("-m", "sim", "explain", "mine.yaml", cwd=empty, **env)
    assert told.returncode == 0 and "mine" in told.stdout, told.stderr
    wrong = command("-m", "sim", "run", "basline", cwd=empty, **env)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.endswith("; did you mean 'baseline'?\n")
    assert sorted(path.name for path in empty.iterdir()) == ["mine.yaml"]


def test_an_installed_gresham_runs_a_scenario_by_name(site: Path, empty: Path) -> None:
    done = command("-m", "sim", "run", "baseline", *SMALL, "--no-twin", cwd=empty, PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    (run,) = (empty / "results").iterdir()
    assert run.name.startswith("baseline-") and (run / "report.html").is_file()
