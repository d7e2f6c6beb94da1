"""run and resume: the same bits by whatever way, and nothing half done."""

import errno
import json
import os

import pytest

import sim
import sim.api.runs
from sim import Result
from sim.core.errors import RunError
from sim.runs import checkpoint, loop
from sim.runs.run import folder_name
from sim.scenario import Scenario
from tests.helpers.stub import StubModel


@pytest.fixture(autouse=True)
def stub(monkeypatch):
    def build(scenario, threads, log_reads=False):
        return StubModel(scenario, scenario.run.seed, threads, log_reads)

    monkeypatch.setattr(loop, "_build", build)
    monkeypatch.setattr(loop, "has_room", lambda scenario, threads: False)
    monkeypatch.setattr(StubModel, "fail_at", None)
    monkeypatch.setattr(StubModel, "error", KeyboardInterrupt())


SCENARIO = Scenario.model_validate(
    {"name": "tiny", "run": {"days": 9, "tick_minutes": 360}, "readers": {"n": 64}, "creators": {"n": 8}}
)


def digests(result: Result) -> dict:
    return result.manifest["tables"]


def test_in_memory_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = sim.run(SCENARIO, progress=False)
    assert result.path is None
    assert len(result.daily) == 9
    assert result.twin_daily is None
    assert not list(tmp_path.iterdir())


def test_a_run_folder_has_everything_and_reads_back(tmp_path):
    result = sim.run(SCENARIO, seed=7, out=tmp_path / "results", progress=False)
    assert result.path.name.startswith("tiny-7-")
    names = {p.name for p in result.path.iterdir()}
    tables = {"daily", "creators", "posts", "orders", "groups", "farms", "verdicts", "actions", "appeals"}
    tables |= {"labels", "thresholds", "survival", "mistakes", "hit_groups", "punished_creators"}
    tables |= {"rhythm", "reading", "reading_times", "view_gaps", "visits", "liking", "like_delays"}
    tables |= {"twin_daily"}
    assert names == {"manifest.json", "scenario.yaml", "report.html"} | {f"{t}.parquet" for t in tables}
    memory = sim.run(SCENARIO, seed=7, twin=True, progress=False)
    assert digests(result) == digests(memory)
    for name in tables:
        assert result.table(name).equals(memory.table(name))
        assert result.table(name).dtypes.equals(memory.table(name).dtypes)
    assert result.seed == result.scenario.run.seed == 7
    assert len(result.twin_daily) == 9


def test_the_manifest_names_no_place_on_this_machine(tmp_path):
    result = sim.run(SCENARIO, out=tmp_path / "results", progress=False)
    text = (result.path / "manifest.json").read_text()
    assert str(tmp_path) not in text
    assert os.getcwd() not in text
    manifest = json.loads(text)
    assert manifest["scenario"] == result.scenario.resolved()
    assert set(manifest["versions"]) >= {
        "python",
        "gresham",
        "mesa",
        "numpy",
        "pandas",
        "numba",
        "plotly",
        "pyarrow",
    }
    assert manifest["timings"]["ticks_per_s"] > 0


def test_the_scenario_left_behind_makes_the_same_run(tmp_path):
    first = sim.run(SCENARIO, seed=3, set={"readers.n": 99}, out=tmp_path, progress=False)
    again = sim.run(first.path / "scenario.yaml", progress=False, twin=True)
    assert digests(again) == digests(first)
    assert again.scenario.digest() == first.scenario.digest()


def test_what_changes_a_result_changes_the_name():
    other = SCENARIO.with_changes({"run.seed": 2})
    names = {
        folder_name(SCENARIO),
        folder_name(other),
        folder_name(SCENARIO, events=True),
    }
    names.add(folder_name(SCENARIO.with_changes({"run.days": 8})))
    assert len(names) == 4
    assert folder_name(SCENARIO) == folder_name(SCENARIO.with_changes({}))


def test_a_shorter_run_drops_the_entries_it_does_not_reach():
    entries = [
        {"day": 2, "set": {"hot_threshold": 9}},
        {"date": "2022-01-10", "set": {"hot_threshold": 8}},
    ]
    scenario = SCENARIO.with_changes({"calendar": entries})
    assert len(sim.run(scenario, days=5, progress=False).scenario.calendar) == 1
    assert len(sim.run(scenario, days=8, progress=False).scenario.calendar) == 2


@pytest.mark.parametrize("fail_at", [13, 17, 35])
def test_resume_gives_the_same_bits(tmp_path, monkeypatch, fail_at):
    whole = sim.run(SCENARIO, out=tmp_path / "a", events=True, progress=False)
    monkeypatch.setattr(StubModel, "fail_at", fail_at)
    with pytest.raises(KeyboardInterrupt) as caught:
        sim.run(SCENARIO, out=tmp_path / "b", events=True, checkpoint_every=2, progress=False)
    assert "gresham resume" in caught.value.__notes__[0]
    (partial,) = (tmp_path / "b").iterdir()
    assert partial.name.startswith(".partial-tiny-1-")
    monkeypatch.setattr(StubModel, "fail_at", None)
    resumed = sim.resume(tmp_path / "b" / whole.path.name, progress=False)
    assert resumed.path == tmp_path / "b" / whole.path.name
    assert [p.name for p in (tmp_path / "b").iterdir()] == [whole.path.name]
    assert digests(resumed) == digests(whole)
    for day in ("events", "truth"):
        ours, theirs = sorted((resumed.path / day).iterdir()), sorted((whole.path / day).iterdir())
        assert [p.name for p in ours] == [p.name for p in theirs]
        assert [p.read_bytes() for p in ours] == [p.read_bytes() for p in theirs]
    assert sim.resume(resumed.path).path == resumed.path


def test_resume_by_the_partial_folder_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(StubModel, "fail_at", 20)
    with pytest.raises(KeyboardInterrupt):
        sim.run(SCENARIO, out=tmp_path, checkpoint_every=1, progress=False)
    monkeypatch.setattr(StubModel, "fail_at", None)
    (partial,) = tmp_path.iterdir()
    assert len(sim.resume(partial, progress=False).daily) == 9


def test_without_a_checkpoint_an_interrupted_run_leaves_nothing(tmp_path, monkeypatch):
    finished = sim.run(SCENARIO, out=tmp_path, progress=False)
    monkeypatch.setattr(StubModel, "fail_at", 3)
    with pytest.raises(KeyboardInterrupt):
        sim.run(SCENARIO, out=tmp_path, progress=False)
    assert [p.name for p in tmp_path.iterdir()] == [finished.path.name]
    assert digests(Result.load(finished.path)) == digests(finished)


@pytest.mark.parametrize("where", ["write", "write_manifest", "write_plan"])
def test_a_full_disk_is_told_and_costs_no_finished_run(tmp_path, monkeypatch, where):
    finished = sim.run(SCENARIO, out=tmp_path, progress=False)
    before = {p.name: p.read_bytes() for p in finished.path.iterdir()}

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"sim.runs.run.{where}", full)
    with pytest.raises(RunError, match="No space left on device; finished runs are untouched"):
        sim.run(SCENARIO, out=tmp_path, progress=False)
    assert [p.name for p in tmp_path.iterdir()] == [finished.path.name]
    assert {p.name: p.read_bytes() for p in finished.path.iterdir()} == before


def test_a_disk_that_fills_up_while_saving_keeps_the_last_checkpoint(tmp_path, monkeypatch):
    real, calls = checkpoint.pickle.dump, []

    def dump(value, file, protocol=None):
        calls.append(1)
        if len(calls) == 3:
            file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(value, file, protocol=protocol)

    monkeypatch.setattr(checkpoint.pickle, "dump", dump)
    with pytest.raises(RunError, match="gresham resume"):
        sim.run(SCENARIO, out=tmp_path, checkpoint_every=1, progress=False)
    (partial,) = tmp_path.iterdir()
    assert not list(partial.glob("*.new"))
    assert checkpoint.restore(partial).ticks == 8
    assert len(sim.resume(partial, progress=False).daily) == 9


def test_what_cannot_be_resumed_says_why(tmp_path):
    with pytest.raises(RunError, match="no such run"):
        sim.resume(tmp_path / "baseline-1-00000000")
    (tmp_path / ".partial-baseline-1-00000000-aa").mkdir()
    with pytest.raises(RunError, match="before its first checkpoint"):
        sim.resume(tmp_path / "baseline-1-00000000")
    with pytest.raises(RunError, match="not a finished run"):
        Result.load(tmp_path)


def test_a_killed_run_is_no_result(tmp_path, monkeypatch):
    monkeypatch.setattr(StubModel, "fail_at", 20)
    with pytest.raises(KeyboardInterrupt):
        sim.run(SCENARIO, out=tmp_path, checkpoint_every=1, progress=False)
    (partial,) = tmp_path.iterdir()
    with pytest.raises(RunError, match="not a finished run"):
        Result.load(partial)


def test_bad_wishes_are_refused(tmp_path):
    with pytest.raises(RunError, match="`out`"):
        sim.run(SCENARIO, events=True)
    with pytest.raises(RunError, match="at least 1"):
        sim.run(SCENARIO, out=tmp_path, checkpoint_every=0)
    assert not list(tmp_path.iterdir())


def test_the_log_and_its_truth_are_apart(tmp_path):
    result = sim.run(SCENARIO, out=tmp_path, events=True, progress=False)
    events, both = result.events(), result.events(truth=True)
    assert "origin" not in events
    assert not {"order", "account_row", "post_row"} & set(events)
    assert (both["origin"] == both["post_row"] % 4).all()
    names = both.groupby("post_row")["post"].agg(["nunique", "first"])
    assert (names["nunique"] == 1).all() and names["first"].is_unique  # a post has one name, and no other has it
    assert not (both["post"] == both["post_row"]).any()
    assert events["event"].tolist() == list(range(len(events)))
    assert len(result.events(day=0)) == 0 + 1 + 2 + 3
    assert len(events) == sum(t % 5 for t in range(36)) == digests(result)["events"]["rows"]
    with pytest.raises(RunError, match="no day 99"):
        result.events(day=99)
    with pytest.raises(RunError, match="no interaction log"):
        sim.run(SCENARIO, progress=False).events()


def test_the_twin_is_the_same_world_without_manipulation(tmp_path):
    result = sim.run(SCENARIO, twin=True, progress=False)
    honest = sim.run(SCENARIO, set={"manipulation.enabled": False}, twin=True, progress=False)
    assert result.twin_daily.equals(honest.daily)
    assert honest.twin_daily is None


def test_public_names():
    assert sim.run is sim.api.runs.run
    assert set(dir(sim)) >= {"run", "resume", "Result", "Scenario", "EngagementModel"}
    assert isinstance(sim.__version__, str)
    with pytest.raises(AttributeError):
        sim.nothing  # noqa: B018
