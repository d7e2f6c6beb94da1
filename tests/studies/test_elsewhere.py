"""The same study on a Dask cluster and in an S3-compatible store, both real and both on this machine."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import sim
from sim import Scenario
from sim.cli import app
from sim.core.errors import RunError
from sim.runs.storage import Place
from sim.studies import dispatcher
from sim.studies.executors.local import executor_for
from sim.studies.plan import Plan, Point
from sim.studies.results import StudyResults
from sim.studies.sweep import run_plan
from tests.helpers.toy import RUNS, faulty_toy, plan, slow_toy, toy

TABLES = ("daily.parquet", "runs.parquet", "points.parquet")
ROOT = Path(__file__).parents[2]


def bits(place: Place) -> dict[str, str]:
    return {name: hashlib.sha256(place.read(name)).hexdigest() for name in TABLES}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DaskCluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path, workers: int = 1) -> None:
        self.folder = folder
        self.address = f"tcp://127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        self.workers = [self.add_worker() for _ in range(workers)]
        while self.scheduler.poll() is None and not self._is_up(int(port)):  # which may take longer than commands wait
            time.sleep(0.05)

    def _is_up(self, port: int) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True
        return False

    def _start(self, role: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + role, *words]
        return subprocess.Popen(
            command, cwd=self.folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def add_worker(self) -> subprocess.Popen[bytes]:
        # without a nanny: a killed worker stays dead
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def dask_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    cluster = DaskCluster(tmp_path_factory.mktemp("dask"), workers=2)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, Any]]:
    """Options for `s3://gresham`, a bucket of a server on this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    server_there = {"endpoint_url": f"http://{host}:{port}", "region_name": "eu-west-1"}
    options = {"key": "k", "secret": "s", "client_kwargs": server_there}
    import s3fs

    s3fs.S3FileSystem(**options).mkdir("gresham")
    yield options
    server.stop()


def here(study: Plan, out: Path | Place, simulate: Any = toy) -> StudyResults:
    with ThreadPoolExecutor(2) as executor:
        return run_plan(study, out, executor=executor, simulate=simulate, progress=False)


def there(study: Plan, out: Path | Place, cluster: DaskCluster, simulate: Any = toy) -> StudyResults:
    with executor_for(cluster.address) as executor:
        return run_plan(study, out, executor=executor, simulate=simulate, progress=False)


def test_a_cluster_with_a_worker_killed_gives_the_same_bits(tmp_path: Path, dask_cluster: DaskCluster) -> None:
    study = plan()
    here(study, tmp_path / "here")
    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(there, study, tmp_path / "there", dask_cluster, slow_toy)
        enough = random.Random(7).randrange(20, RUNS // 2)
        while len(list((tmp_path / "there").glob("runs/*/manifest.json"))) < enough:
            assert not running.done(), running.result()
            time.sleep(0.02)
        dask_cluster.workers[0].send_signal(signal.SIGKILL)
        results = running.result()
    assert results.failures == ()
    assert len(results.runs()) == RUNS
    assert bits(Place(tmp_path / "there")) == bits(Place(tmp_path / "here"))
    dask_cluster.workers[0].wait()
    dask_cluster.workers[0] = dask_cluster.add_worker()


def test_real_worlds_on_a_cluster_with_their_tables_in_s3(
    tmp_path: Path, dask_cluster: DaskCluster, bucket: dict[str, Any]
) -> None:
    base = Scenario.model_validate({"run": {"days": 2}, "readers": {"n": 400}, "creators": {"n": 40}})
    points = tuple(Point(n, {"readers": n}, base.with_changes({"readers.n": n})) for n in (300, 400))
    study = Plan("real", points, (3, 4), keep=("daily", "creators"))
    here(study, tmp_path)
    from sim.studies.job import simulate_scenario

    there(study, Place("s3://gresham/real", bucket), dask_cluster, simulate_scenario)
    here(study, tmp_path / "real", simulate_scenario)
    assert bits(Place("s3://gresham/real", bucket)) == bits(Place(tmp_path / "real"))


def test_the_catalogue_asks_a_store_that_needs_settings(bucket: dict[str, Any]) -> None:
    place = Place("s3://gresham/asked", bucket)
    here(plan(points=2, seeds=(1, 2)), place)
    assert sim.results(place).query("select count(*) from daily").iloc[0, 0] == 40
    settings = [f"key={bucket['key']}", f"secret={bucket['secret']}"]
    settings += [f"client_kwargs.{name}={value}" for name, value in bucket["client_kwargs"].items()]
    options = [part for each in settings for part in ("--storage-option", each)]
    asked = CliRunner().invoke(app, ["ls", "--in", place.address, *options])
    assert asked.exit_code == 0 and "4 of 4" in asked.stdout, asked.output
    shown = CliRunner().invoke(app, ["show", "asked", "--in", place.address, *options])
    assert shown.exit_code == 0, shown.output


def test_a_sweep_goes_on_in_an_object_store(tmp_path: Path, bucket: dict[str, Any]) -> None:
    study, place = plan(points=5, seeds=(1, 2)), Place("s3://gresham/toy", bucket)
    first = here(study, place, faulty_toy)
    assert {f.point for f in first.failures} == {3}
    assert "s3://gresham/toy/failed/" in StudyResults.load(place).failures[0].command
    asked: list[int] = []

    def noted(scenario: Scenario, keep: tuple[str, ...]) -> Any:
        asked.append(scenario.readers.n)
        return toy(scenario, keep)

    assert here(study, place, noted).failures == ()
    assert asked == [103, 103]
    here(study, tmp_path)
    assert bits(place) == bits(Place(tmp_path))
    assert not [name for name in place.list() if name.startswith("failed")]


def test_an_object_store_that_is_not_there_is_refused_before_the_first_run(bucket: dict[str, Any]) -> None:
    def never(scenario: Scenario, keep: tuple[str, ...]) -> Any:
        raise AssertionError("was run")

    with pytest.raises(RunError, match="s3://nowhere/x: cannot be written to"):
        here(plan(1), Place("s3://nowhere/x", bucket), never)
    dead = {**bucket, "client_kwargs": {"endpoint_url": f"http://127.0.0.1:{free_port()}"}}
    with pytest.raises(RunError, match="s3://gresham/x: cannot be written to"):
        here(plan(1), Place("s3://gresham/x", dead), never)


def test_a_scheduler_that_does_not_answer_is_refused() -> None:
    from sim.studies.executors.dask import Cluster

    with pytest.raises(RunError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1"):
        Cluster(f"tcp://127.0.0.1:{free_port()}", patience_s=1)
    with pytest.raises(RunError, match="no Dask scheduler answers at nonsense"):
        Cluster("nonsense://x:1", patience_s=1)
    for wrong in ("nonsense", "tcp://host", "8786", "tcp://host:port"):
        with pytest.raises(RunError, match="must be an address such as"):
            Cluster(wrong, patience_s=1)


def test_a_client_whose_loop_starts_late_is_asked_for_again() -> None:
    """Dask gives its loop ten seconds and fails an assertion when a busy machine takes longer."""
    from sim.studies.executors.dask import connect

    calls = iter([False, False, True])

    def client() -> str:
        assert next(calls)
        return "connected"

    assert connect(client) == "connected"
    with pytest.raises(TimeoutError, match="too busy"):
        connect(loop_that_never_starts)


def loop_that_never_starts() -> None:
    raise AssertionError


@pytest.mark.parametrize("given", [False, True])
def test_a_scheduler_gone_unnoticed_does_not_hold_the_sweep_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bool
) -> None:
    """As when Dask's client fails while it calls off what was asked of a lost scheduler: futures that never end."""
    monkeypatch.setattr(dispatcher, "SILENCE_S", 0.2)
    cluster = DaskCluster(tmp_path)
    try:
        with executor_for(cluster.address) as dask, ThreadPoolExecutor(1) as beside:
            executor = dask._client.get_executor(pure=False) if given else dask
            asked = partial(run_plan, plan(), tmp_path / "a", executor=executor, simulate=slow_toy, progress=False)
            running = beside.submit(asked)
            while len(list((tmp_path / "a").glob("runs/*/manifest.json"))) < 20:
                assert not running.done(), running.result()
                time.sleep(0.02)
            dask._client.loop.add_callback(dask._client._handle_report_task.cancel)
            time.sleep(0.1)
            assert not running.done()
            cluster.stop()
            with pytest.raises(RunError, match="its scheduler is gone"):
                running.result(timeout=60)
    finally:
        cluster.stop()


def test_a_scheduler_that_dies_ends_the_sweep_and_it_can_go_on(tmp_path: Path) -> None:
    study, cluster = plan(), DaskCluster(tmp_path)
    try:
        with ThreadPoolExecutor(1) as beside:
            running = beside.submit(there, study, tmp_path / "a", cluster, slow_toy)
            while len(list((tmp_path / "a").glob("runs/*/manifest.json"))) < 20:
                assert not running.done(), running.result()
                time.sleep(0.02)
            cluster.stop()
            with pytest.raises(RunError):
                running.result()
    finally:
        cluster.stop()
    done = len(list((tmp_path / "a").glob("runs/*/manifest.json")))
    assert 20 <= done < RUNS
    assert not list((tmp_path / "a").glob("failed/*"))
    here(study, tmp_path / "a")
    here(study, tmp_path / "b")
    assert bits(Place(tmp_path / "a")) == bits(Place(tmp_path / "b"))
