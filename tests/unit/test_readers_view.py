"""Readers as Mesa agents: views on the columns."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.actors.creators.creator import Creator
from sim.actors.readers.reader import Reader


@pytest.fixture(scope="module")
def model() -> EngagementModel:
    scenario = Scenario().with_changes({"readers.n": 600, "creators.n": 24, "run.days": 2})
    model = EngagementModel(scenario, seed=3, threads=1)
    model.step()
    return model


def test_a_reader_is_a_mesa_agent_and_a_view(model):
    reader = model.readers[17]
    assert isinstance(reader, mesa.Agent) and isinstance(reader, Reader)
    before = reader.trust_platform
    reader.trust_platform = 12_345
    assert model.state.world.readers.trust_platform[17] == 12_345 == model.readers[17].trust_platform
    reader.trust_platform = before
    assert reader == model.readers[17] and hash(reader) == hash(model.readers[17])
    assert reader != model.readers[18]
    assert reader.model is model and reader.row == 17 and len({model.readers[17], reader}) == 1


def test_a_reader_has_no_columns_but_its_own(model):
    with pytest.raises(AttributeError, match="has no attribute 'mood'"):
        model.readers[0].mood  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'mood'"):
        model.readers[0].mood = 1


def test_indexing(model):
    assert model.readers[-1].row == 599
    assert [r.row for r in model.readers[10:14]] == [10, 11, 12, 13]
    for bad in (600, -601):
        with pytest.raises(IndexError):
            model.readers[bad]
    assert len(model.readers) == 600
    assert model.readers[5] in model.readers and "reader" not in model.readers


def test_the_set_stands_where_mesa_looks_for_it(model):
    assert model.agents_by_type[Reader].to_list() == model.readers.to_list()
    assert len(model.agents_by_type[Creator]) == 24
    everyone = model.agents
    assert len(everyone) == 600 + len(everyone.registered)
    kinds = [type(agent) for agent in everyone]
    assert kinds.count(Reader) == 600 and kinds.count(Creator) == 24
    assert model.readers[3] in everyone and model.actors.creators[3] in everyone
    assert len(everyone.select(agent_type=Reader)) == 600
    assert len(everyone.select(agent_type=Creator)) == 24


def test_get_agg_and_set_work_on_columns(model):
    trust = model.state.world.readers.trust_counts
    assert model.readers.get("trust_counts") == trust.tolist()
    assert model.readers.get(["cell", "speed"])[4] == [model.readers[4].cell, model.readers[4].speed]
    assert model.readers.agg("trust_counts", np.mean) == trust.mean()
    assert model.readers.agg("trust_counts", [min, max]) == [trust.min(), trust.max()]
    some = model.readers.select(where=np.arange(600) < 5)
    kept = trust[:6].copy()
    some.set("trust_counts", 7)
    assert (trust[:5] == 7).all() and trust[5] == kept[5]
    trust[:6] = kept


def test_select_by_function_mask_and_number(model):
    cell = model.state.world.readers.cell
    by_function = model.readers.select(lambda r: r.cell == 2)
    by_mask = model.readers.select(where=cell == 2)
    assert [r.row for r in by_function] == [r.row for r in by_mask] == np.flatnonzero(cell == 2).tolist()
    assert len(model.readers.select(at_most=7)) == 7
    assert len(model.readers.select(at_most=0.5)) == 300
    assert len(by_mask.select(where=np.ones(len(by_mask), bool), at_most=3)) == 3


def test_do_map_sort_and_shuffle(model):
    seen = []
    model.readers.select(at_most=4).do(lambda r: seen.append(r.row))
    assert seen == [0, 1, 2, 3]
    assert model.readers.select(at_most=3).map(lambda r: r.row * 2) == [0, 2, 4]
    speeds = [r.speed for r in model.readers.sort("speed", ascending=True)]
    assert speeds == sorted(speeds)
    assert sorted(r.row for r in model.readers.shuffle()) == list(range(600))


def test_friends_are_mutual(model):
    for row in (0, 17, 300, 599):
        for friend in model.readers[row].friends:
            assert model.readers[row] in friend.friends


def test_readers_cannot_be_added_or_taken_out(model):
    with pytest.raises(TypeError):
        model.readers.add(model.readers[0])
    with pytest.raises(TypeError):
        model.readers.discard(model.readers[0])
