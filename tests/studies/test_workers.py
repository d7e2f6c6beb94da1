"""Worker processes: what they find, and what they have in common."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sim.studies.executors.local import Processes
from sim.studies.executors.preload import live_through_a_tiny_world

ROOT = Path(__file__).parents[2]
SWEEP = """
import os
from tests.studies.test_workers import place_of_package
from sim.studies.executors.local import Processes

if __name__ == "__main__":
    with Processes(1) as workers:
        print(*workers.submit(place_of_package).result(timeout=60))
"""


def place_of_package() -> tuple[str, int]:
    """Where a worker has the package from, and whether the server had loaded the engine before it was asked for."""
    loaded = "sim.engine.model" in sys.modules
    import sim

    return str(Path(sim.__file__).parent), int(loaded)


def variable(name: str) -> str | None:
    return os.environ.get(name)


def draw() -> float:
    return float(np.random.random())


def test_workers_have_the_package_of_their_parent_whatever_lies_in_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "__init__.py").write_text("raise SystemExit('another package')")
    (tmp_path / "study.py").write_text(f"import sys\nsys.path[0] = {str(ROOT)!r}\n{SWEEP}")
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    words = [sys.executable, str(tmp_path / "study.py")]
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(ROOT / "sim"), str(int(sys.platform.startswith("linux")))]


def test_workers_have_the_variables_that_their_parent_has_when_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that began under other variables is not asked, since modules may read them as they are imported."""
    for value in (None, "one", "two"):
        if value:
            monkeypatch.setenv("A_VARIABLE_OF_THE_USER", value)
        with Processes(1) as workers:
            assert workers.submit(variable, "A_VARIABLE_OF_THE_USER").result(timeout=60) == value
            for name in ("GRESHAM_WORKER_SERVER", "PYTHONSAFEPATH", "PYTHONPATH"):
                assert workers.submit(variable, name).result(timeout=60) == os.environ.get(name)
    assert "GRESHAM_WORKER_SERVER" not in os.environ


@pytest.mark.parametrize("where", ["ensure_running", "connect_to_new_process"])
def test_workers_are_spawned_where_no_server_can_be_had(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """As where sockets are refused, the folder for them has too long a name, or the server died."""

    def refused(*fds: object) -> None:
        raise (OSError("AF_UNIX path too long") if where == "ensure_running" else EOFError)

    monkeypatch.setattr(f"multiprocessing.forkserver._forkserver.{where}", refused)
    monkeypatch.setattr(f"multiprocessing.forkserver.{where}", refused)
    with Processes(1) as workers:
        assert workers.submit(place_of_package).result(timeout=60)[0] == str(ROOT / "sim")


def test_a_killed_server_is_replaced() -> None:
    with Processes(1) as workers:
        server = workers.submit(os.getppid).result(timeout=60)
    assert server != os.getpid()  # as it would be of a worker that was spawned
    os.kill(server, signal.SIGKILL)
    time.sleep(0.2)
    with Processes(1) as workers:
        assert workers.submit(place_of_package).result(timeout=60) == (str(ROOT / "sim"), 1)
        assert workers.submit(os.getppid).result(timeout=60) != server


def test_the_tiny_world_of_the_server_can_be_lived_through() -> None:
    live_through_a_tiny_world()


def test_workers_share_no_chance() -> None:
    drawn = []
    for _ in range(2):
        with Processes(1) as workers:
            drawn.append(workers.submit(draw).result(timeout=60))
    assert drawn[0] != drawn[1]
