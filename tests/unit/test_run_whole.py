"""The real model through run, checkpoint and resume, with its twin beside."""

import pytest

import sim
from sim.core.errors import RunError
from sim.core.tables import Tables
from sim.runs import loop
from sim.scenario import Scenario

TINY = Scenario.model_validate(
    {
        "name": "tiny",
        "run": {"days": 9},
        "readers": {"n": 400},
        "creators": {"n": 40},
        "platform": {"detectors": {"no_read_like": True, "ip_burst": True}, "hot_threshold": 5},
    }
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return sim.run(TINY, out=tmp_path_factory.mktemp("whole"), events=True, threads=1, progress=False)


def test_every_table_is_filled_as_declared(whole):
    assert whole.daily["day"].tolist() == list(range(9))
    assert whole.daily["exposure_quality"].notna().all()
    assert len(whole.posts) > 0
    assert len(whole.creators) > 0
    shown = [c for c in whole.posts if c.startswith("impr_")]
    assert (whole.posts[shown].sum(axis=1) == whole.posts["impressions"]).all()
    events = whole.events(truth=True)
    likes = events[events["kind"] == 1].groupby("post").size()
    counted = whole.posts.set_index("token")["likes"]
    assert (counted.reindex(likes.index) == likes).all()
    assert counted.sum() == likes.sum()
    assert (events["post_row"].map(whole.posts.set_index("post")["token"]) == events["post"]).all()
    assert events["time_s"].between(0, 9 * 86_400 - 1).all()


def test_resumed_bits_are_the_same(whole, tmp_path, monkeypatch):
    real, calls = Tables.add, []

    def add(self, name, **row):
        if name == "daily":
            calls.append(1)
            if len(calls) == 8:
                raise KeyboardInterrupt
        real(self, name, **row)

    monkeypatch.setattr(Tables, "add", add)
    with pytest.raises(KeyboardInterrupt):
        sim.run(TINY, out=tmp_path, events=True, checkpoint_every=3, threads=1, twin=False, progress=False)
    monkeypatch.setattr(Tables, "add", real)
    resumed = sim.resume(tmp_path / next(tmp_path.iterdir()).name, threads=2, progress=False)
    digests = {name: checksum for name, checksum in whole.manifest["tables"].items() if name != "twin_daily"}
    assert resumed.manifest["tables"] == digests


def test_a_run_with_its_twin_is_not_replaced_by_one_without(tmp_path):
    first = sim.run(TINY, days=1, out=tmp_path, progress=False)
    with pytest.raises(RunError, match="with its twin; give another folder"):
        sim.run(TINY, days=1, out=tmp_path, twin=False, progress=False)
    assert sim.Result.load(first.path).twin_daily is not None
    assert [path.name for path in tmp_path.iterdir()] == [first.path.name]
    (first.path / "manifest.json").write_text("[")  # nothing to lose
    alone = sim.run(TINY, days=1, out=tmp_path, twin=False, progress=False)
    assert alone.path == first.path and alone.twin_daily is None
    assert sim.run(TINY, days=1, out=tmp_path, progress=False).twin_daily is not None  # more may take the place of less


def test_the_twin_beside_is_the_twin_after(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "has_room", lambda scenario, threads: True)
    beside = sim.run(TINY, out=tmp_path, events=True, progress=False)
    assert beside.manifest["tables"] == whole.manifest["tables"]
    assert beside.path is not None
    assert not list(beside.path.glob("*.pickle*"))


def test_a_twin_that_dies_is_lived_here(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "has_room", lambda scenario, threads: True)
    monkeypatch.setattr("sim.runs.counterfactual.sys.executable", "/bin/false")
    result = sim.run(TINY, out=tmp_path, events=True, progress=False)
    assert result.manifest["tables"] == whole.manifest["tables"]
