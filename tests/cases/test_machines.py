"""Machines that are not like the developer's: no locks, nowhere to keep compiled code, a part of the cores."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.core.cores import cpu_quota, usable_cores
from sim.runs import lock
from sim.runs.folder import RunFolder, is_dead, is_live
from tests.cases.commands import ROOT, TINY, gresham, said

NO_LOCKS = """
import errno, fcntl, os
def flock(*_):
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
fcntl.flock = flock
"""
STUDY = """
base: base.yaml
factors: {trust: {path: readers.trust_start, values: [0.3, 0.9]}}
outcomes: [exposure_quality]
design: grid
"""


def test_a_study_runs_on_a_file_system_without_locks(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(TINY)
    (tmp_path / "study.yaml").write_text(STUDY)
    words = ("sweep", "study.yaml", "--workers", "1", "--quiet", "--out", "s")
    done = gresham(*words, cwd=tmp_path, before=f"if __name__ == '__main__':{_indented(NO_LOCKS)}")
    assert done.returncode == 0, said(done)
    assert said(done).count("has no locks") == 1
    assert "Traceback" not in said(done)


def _indented(code: str) -> str:
    return "".join(f"\n    {line}" for line in code.splitlines())


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EINVAL, errno.ENOLCK])
def test_without_locks_a_run_is_taken_up_again_and_no_folder_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    monkeypatch.setattr(lock, "_warned", False)
    with pytest.warns(lock.UnguardedFolderWarning, match="has no locks"):
        first = RunFolder.create(tmp_path, "a-1-ab")
    again = RunFolder.reopen(first.path)  # a second warning would be an error
    assert not is_live(first.path) and not is_dead(first.path)
    RunFolder.create(tmp_path, "a-1-ab")
    assert first.path.exists()  # its process may be alive: nobody can tell
    assert again.commit().is_dir()


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.EACCES])
def test_a_lock_that_somebody_has_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    assert lock.take(tmp_path) is None


def test_code_that_cannot_be_kept_is_compiled_all_the_same(tmp_path: Path) -> None:
    # a file in the place of the cache folder refuses everybody, root too
    package = tmp_path / "lib" / "sim"
    shutil.copytree(ROOT / "sim", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "kernels" / "__pycache__").touch()
    code = (
        "import os, numpy as np, numba.core.caching as c\n"
        "from sim.kernels.mix import bits_of\n"
        "print(len(bits_of(np.arange(3, dtype=np.uint64), np.uint64(1), np.uint64(2))), os.environ['NUMBA_CACHE_DIR'])"
    )
    env = {key: value for key, value in os.environ.items() if key not in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    env |= {"HOME": "/dev/null", "PYTHONPATH": str(tmp_path / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "NUMBA_CACHE_DIR" in done.stderr and "Traceback" not in done.stderr
    n, place = done.stdout.split()
    assert n == "3"
    assert not Path(place).exists()  # cleared at the end


@pytest.mark.parametrize(
    ("lines", "files", "cores"),
    [
        ("0::/job\n", {"job/cpu.max": "200000 100000"}, 2.0),
        ("0::/job/step\n", {"job/cpu.max": "400000 100000", "job/step/cpu.max": "max 100000"}, 4.0),
        ("0::/elsewhere\n", {"cpu.max": "150000 100000"}, 1.5),
        ("0::/\n", {"cpu.max": "max 100000"}, None),
        ("4:cpu,cpuacct:/a\n1:name=systemd:/\n",
         {"cpu,cpuacct/a/cpu.cfs_quota_us": "300000", "cpu,cpuacct/a/cpu.cfs_period_us": "100000"}, 3.0),
        ("4:cpu:/a\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ("", {}, None),
    ],
)  # fmt: skip
def test_the_quota_of_a_control_group_is_read(
    tmp_path: Path, lines: str, files: dict[str, str], cores: float | None
) -> None:
    (tmp_path / "cgroup").write_text(lines)
    for name, content in files.items():
        file = tmp_path / "fs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content + "\n")
    assert cpu_quota(tmp_path / "cgroup", tmp_path / "fs") == cores
    assert cpu_quota(tmp_path / "there is none", tmp_path / "fs") is None


def test_the_cores_of_the_job_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr("sim.core.cores.cpu_quota", lambda: None)
    assert usable_cores() == 8
    monkeypatch.setattr("sim.core.cores.cpu_quota", lambda: 2.5)
    assert usable_cores() == 2
    monkeypatch.setattr("sim.core.cores.cpu_quota", lambda: 0.5)
    assert usable_cores() == 1


def test_nobody_counts_cores_by_himself() -> None:
    own = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "sim").rglob("*.py")
        if "cpu_count(" in file.read_text() or "sched_getaffinity(" in file.read_text()
    }
    assert own == {"sim/core/cores.py", "sim/bench/figures.py"}  # the latter asks for the whole machine's time
