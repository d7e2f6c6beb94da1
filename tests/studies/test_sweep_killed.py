"""A sweep of 120 runs, disturbed at random moments: afterwards the same bits as if nothing had happened."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.studies.sweep import run_plan
from tests.helpers.child_processes import children, gone
from tests.helpers.toy import RUNS, plan, toy

ROOT = Path(__file__).parents[2]
TABLES = ("daily.parquet", "runs.parquet", "points.parquet")
MOMENTS = random.Random(20221103)
CLEAR = 60  # runs still to do at a disturbance, so that the sweep is not over before it comes


def bits(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}


def start(out: Path) -> subprocess.Popen[str]:
    # a session of its own: Ctrl-C reaches the coordinator and its workers, and nobody else
    return subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.toy", str(out)], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def finished(out: Path) -> int:
    return len(list(out.glob("runs/*/manifest.json")))


def workers_of(pid: int) -> list[int]:
    """Worker processes of a coordinator: children of its server of processes."""
    return sorted(worker for server in children(pid, "forkserver") for worker in children(server, "forkserver"))


def workers_and_server_of(pid: int) -> list[int]:
    return [*workers_of(pid), *children(pid, "forkserver")]


def after(out: Path, coordinator: subprocess.Popen[str], runs: int) -> None:
    """Wait until so many runs are finished."""
    while finished(out) < runs:
        assert coordinator.poll() is None, coordinator.communicate()
        time.sleep(0.02)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return resumed(tmp_path_factory.mktemp("undisturbed"))


def resumed(out: Path) -> dict[str, str]:
    results = run_plan(plan(), out, workers=2, simulate=toy, progress=False)
    assert len(results.runs()) == RUNS
    return bits(out)


def test_coordinator_killed_again_and_again(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    for _ in range(2):
        coordinator = start(tmp_path)
        after(tmp_path, coordinator, min(RUNS - CLEAR, finished(tmp_path) + MOMENTS.randrange(1, 30)))
        workers = workers_and_server_of(coordinator.pid)
        assert len(workers) > 1
        coordinator.kill()
        coordinator.communicate()
        assert gone(workers)  # none goes on alone
    assert 0 < finished(tmp_path) < RUNS
    assert resumed(tmp_path) == undisturbed


def test_workers_killed_under_way(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    coordinator = start(tmp_path)
    for _ in range(3):
        after(tmp_path, coordinator, min(RUNS - CLEAR, finished(tmp_path) + MOMENTS.randrange(1, 20)))
        workers = workers_of(coordinator.pid)
        if workers:
            os.kill(MOMENTS.choice(workers), signal.SIGKILL)
    said, complaints = coordinator.communicate()
    assert coordinator.returncode == 0, complaints
    assert said.strip() == str(RUNS)
    assert bits(tmp_path) == undisturbed


def test_ctrl_c(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    coordinator = start(tmp_path)
    after(tmp_path, coordinator, MOMENTS.randrange(1, RUNS - CLEAR))
    workers = workers_and_server_of(coordinator.pid)
    os.killpg(coordinator.pid, signal.SIGINT)
    _, complaints = coordinator.communicate()
    assert coordinator.returncode == 130, complaints
    assert gone(workers)
    assert resumed(tmp_path) == undisturbed


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("wait_s", [0.0, 0.5])
def test_ended_while_workers_start(tmp_path: Path, number: signal.Signals, code: int, wait_s: float) -> None:
    small = ["readers.n=300", "creators.n=40", "run.days=3"]
    words = ["validate", "--seeds", "2", "-q", "--out", str(tmp_path), *(w for each in small for w in ("--set", each))]
    command = subprocess.Popen(
        [sys.executable, "-m", "sim", *words], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a test run in the background ignores it
    )  # fmt: skip
    while not children(command.pid, "forkserver"):
        assert command.poll() is None, command.communicate()
        time.sleep(0.02)
    time.sleep(wait_s)
    started = workers_and_server_of(command.pid)
    (os.killpg if number == signal.SIGINT else os.kill)(command.pid, number)
    _, complaints = command.communicate(timeout=120)
    assert gone(started)
    assert (command.returncode, len(complaints.splitlines())) == (code, 1), complaints
    assert "the same command goes on with the rest" in complaints


def test_disk_full(tmp_path: Path, undisturbed: dict[str, str]) -> None:
    coordinator = start(tmp_path)
    after(tmp_path, coordinator, MOMENTS.randrange(1, RUNS - CLEAR))
    for pid in workers_of(coordinator.pid):  # from now on the system refuses to write more than this to a file
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (700, 700))
    _, complaints = coordinator.communicate()
    assert coordinator.returncode == 1
    assert "cannot write to" in complaints
    assert "the same command goes on with the rest" in complaints
    assert not list(tmp_path.glob("failed/*"))  # no run is blamed for it
    assert resumed(tmp_path) == undisturbed
