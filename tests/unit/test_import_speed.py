"""`import sim` loads nothing heavy."""

import subprocess
import sys


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_import_is_light():
    assert not loaded_by("import sim") & {"numba", "pandas", "plotly", "pyarrow", "mesa", "pydantic", "numpy"}


def test_a_scenario_needs_no_charts():
    assert not loaded_by("from sim import Scenario") & {"plotly", "pyarrow", "pandas"}


def test_the_runner_loads_no_charts_before_they_are_drawn():
    heavy = {"plotly", "pandas", "rich", "pyarrow", "mesa", "numba", "sim.plugins.code_record"}
    assert not loaded_by("from sim import run, resume, Result") & heavy


def test_lists_of_runs_need_no_engine_and_no_schema():
    assert not loaded_by("import sim.cli.catalogue_output") & {"numba", "mesa", "scipy", "plotly", "pydantic", "pandas"}
