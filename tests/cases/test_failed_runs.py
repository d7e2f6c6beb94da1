"""Runs that fail are told in Python as they are on the command line."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import sim
from sim.core.errors import RunError
from sim.studies.failures import RunsFailedWarning
from tests.helpers.catalogue_shelf import put_study

TINY = "run: {days: 2}\nreaders: {n: 200}\ncreators: {n: 12}\n"
FRAGILE = '''
from dataclasses import dataclass
from sim.plugins.ranking import RankingPolicy

@dataclass(frozen=True)
class Fragile(RankingPolicy):
    """Fails from the second day on."""

    def score(self, posts, cell, clock):
        if clock.day >= 1:
            raise ValueError("no luck today")
        return posts.reads.astype(float)
'''


def test_a_comparison_with_failed_runs_warns_with_cause_and_command(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(TINY)
    (tmp_path / "policy.yaml").write_text("extends: base.yaml\nplatform: {ranking: my_rank.py:Fragile}\n")
    (tmp_path / "my_rank.py").write_text(FRAGILE)
    files = [tmp_path / "base.yaml", tmp_path / "policy.yaml"]
    with ThreadPoolExecutor(1) as one, pytest.warns(RunsFailedWarning) as caught:
        found = sim.compare(files, seeds=2, executor=one, out=tmp_path / "out", retries=0, progress=False)
    (told,) = [str(each.message) for each in caught if issubclass(each.category, RunsFailedWarning)]
    assert "policy: 0 of 2" in told and "base" not in told.partition("were asked for")[2].partition(")")[0]
    assert "2 kept failing" in told and "no luck today" in told and "gresham run " in told
    assert len(found.results.failures) == 2


def test_a_study_without_a_finished_run_says_why_it_has_no_table(tmp_path: Path) -> None:
    results = put_study(tmp_path / "s", [{"x": 1}], [666], seeds=(1, 2))
    with pytest.raises(RunError, match=r"(?s)no run of it is finished.*the beast.*gresham run "):
        results.table("daily")
    with pytest.warns(RunsFailedWarning, match=r"1: 0 of 2"):
        results.warn_of_failures()


def test_unequal_numbers_of_runs_are_said(tmp_path: Path) -> None:
    results = put_study(tmp_path / "s", [{"x": 1}, {"x": 2}], [100, 666], seeds=(1, 2))
    assert len(results.table("daily"))
    with pytest.warns(RunsFailedWarning, match=r"fewer runs than were asked for \(2: 0 of 2\)"):
        results.warn_of_failures()


def test_nothing_is_said_when_nothing_failed(tmp_path: Path) -> None:
    put_study(tmp_path / "s", [{"x": 1}], [100], seeds=(1, 2)).warn_of_failures()  # a warning would be an error
