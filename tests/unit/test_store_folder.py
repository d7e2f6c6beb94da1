"""Run folders: what carries the final name is a finished run, whatever happens."""

import errno
import multiprocessing
import os

import pytest

from sim.runs import folder
from sim.runs.folder import CHECKPOINT, RunFolder, is_live, partials, recover, replace_folder

NAME = "baseline-1-abcd1234"


def finished(out, text):
    run = RunFolder.create(out, NAME)
    (run.path / "manifest.json").write_text(text)
    return run.commit()


def test_a_run_appears_only_when_whole(tmp_path):
    run = RunFolder.create(tmp_path, NAME)
    (run.path / "manifest.json").write_text("one")
    assert not (tmp_path / NAME).exists()
    assert run.path.name.startswith(".partial-")
    final = run.commit()
    assert final == tmp_path / NAME
    assert [p.name for p in final.iterdir()] == ["manifest.json"]
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("exchange", [True, False])
def test_the_same_run_again_replaces_the_old(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(folder, "_exchange", lambda a, b: False)
    finished(tmp_path, "one")
    finished(tmp_path, "two")
    assert (tmp_path / NAME / "manifest.json").read_text() == "two"
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


def test_a_failed_exchange_leaves_the_old_run(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "_exchange", lambda a, b: False)
    final = finished(tmp_path, "one")
    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "not there", final)
    assert (final / "manifest.json").read_text() == "one"


def test_a_run_caught_between_two_renames_is_put_back(tmp_path):
    final = finished(tmp_path, "one")
    final.rename(tmp_path / f".old-{NAME}-ffff0000")
    recover(tmp_path, NAME)
    assert (final / "manifest.json").read_text() == "one"
    (tmp_path / f".old-{NAME}-ffff0001").mkdir()
    recover(tmp_path, NAME)
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


def test_a_full_disk_at_the_last_moment_leaves_the_old_run(tmp_path, monkeypatch):
    finished(tmp_path, "one")
    run = RunFolder.create(tmp_path, NAME)
    (run.path / "manifest.json").write_text("two")

    def full(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folder, "sync", full)
    with pytest.raises(OSError, match="No space"):
        run.commit()
    run.abandon()
    assert (tmp_path / NAME / "manifest.json").read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


def test_abandoned_runs_stay_only_with_a_checkpoint(tmp_path):
    run = RunFolder.create(tmp_path, NAME)
    assert run.abandon() is False
    assert not run.path.exists()
    run = RunFolder.create(tmp_path, NAME)
    (run.path / CHECKPOINT).write_bytes(b"x")
    assert run.abandon() is True
    assert partials(tmp_path, NAME) == [run.path]


def _create_and_die(out):
    RunFolder.create(out, NAME)
    os._exit(9)


def test_the_dead_are_cleared_and_the_living_left_alone(tmp_path):
    child = multiprocessing.get_context("spawn").Process(target=_create_and_die, args=(tmp_path,))
    child.start()
    child.join()
    assert child.exitcode == 9
    (dead,) = partials(tmp_path, NAME)
    assert not is_live(dead)
    living = RunFolder.create(tmp_path, NAME)
    assert partials(tmp_path, NAME) == [living.path]
    another = RunFolder.create(tmp_path, NAME)
    assert is_live(living.path)
    assert living.path.exists()
    with pytest.raises(BlockingIOError, match="another process"):
        RunFolder.reopen(living.path)
    living.abandon()
    another.abandon()


def test_partials_of_a_longer_name_are_not_ours(tmp_path):
    other = RunFolder.create(tmp_path, NAME + "-x")
    assert partials(tmp_path, NAME) == []
    other.abandon()
