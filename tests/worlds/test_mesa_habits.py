"""What Mesa's users do with any model, done with this one: the figures are those of our own runner, to the bit."""

from __future__ import annotations

import pickle
from inspect import signature
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa.batchrunner import batch_run

from sim import EngagementModel, Scenario, run
from sim.actors.creators.creator import Creator
from sim.actors.readers.reader import Reader
from sim.core.errors import ScenarioError

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
SMALL: dict[str, Any] = {"scenario": str(BASELINE), "days": 3, "creators.n": 20}
LAST = 3 * 24 - 1
TINY: dict[str, Any] = {"readers.n": 64, "creators.n": 20}


def batch(parameters: dict[str, Any] | None = None, **options: Any) -> list[dict[str, Any]]:
    return batch_run(
        EngagementModel,
        SMALL | {"readers.n": 200, "run.seed": 1} | (parameters or {}),
        display_progress=False,
        **options,
    )


def ours(readers: int, seed: int, days: int = 3) -> pd.DataFrame:
    changes = {"readers.n": readers, "creators.n": 20}
    return run(BASELINE, seed=seed, days=days, set=changes, progress=False).daily


def lived(days: int = 3, **more: Any) -> EngagementModel:
    model = EngagementModel(BASELINE, days=days, **({"run.seed": 1, "readers.n": 200, "creators.n": 20} | more))
    while model.running:
        model.step()
    return model


def figures(row: dict[str, Any], daily: pd.DataFrame) -> pd.Series:
    return pd.Series([row[name] for name in daily.columns], daily.columns, float)


@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_ends_with_the_figures_of_our_runner(processes: int) -> None:
    rows = batch({"readers.n": [200, 300], "rng": [1, 2]}, number_processes=processes)
    assert sorted((row["readers.n"], row["rng"]) for row in rows) == [(200, 1), (200, 2), (300, 1), (300, 2)]
    for row in rows:
        daily = ours(row["readers.n"], row["rng"])
        assert row["Step"] == LAST
        pd.testing.assert_series_equal(
            figures(row, daily), daily.iloc[-1].astype(float), check_exact=True, check_names=False
        )


def test_batch_run_by_day_and_by_step_tells_the_last_finished_day() -> None:
    daily = ours(200, 1)
    hourly = batch(data_collection_period=1)
    assert [row["Step"] for row in hourly] == list(range(LAST + 1))
    assert [row["day"] for row in hourly] == [(step + 1) // 24 - 1 for step in range(LAST + 1)]
    assert all(np.isnan(row["exposure_quality"]) for row in hourly[:23])
    for row in hourly[23:]:
        assert row["exposure_quality"] == daily["exposure_quality"][row["day"]]
    by_day = batch(data_collection_period=24)
    assert [(row["Step"], row["day"]) for row in by_day] == [(0, -1), (24, 0), (48, 1), (LAST, 2)]


def test_a_batch_cut_short_tells_the_last_day_it_finished() -> None:
    (row,) = batch(max_steps=30)
    assert row["day"] == 0
    assert row["exposure_quality"] == ours(200, 1)["exposure_quality"][0]
    (nothing,) = batch(max_steps=5)
    assert (nothing["day"], np.isnan(nothing["exposure_quality"])) == (-1, True)


def test_batch_run_takes_scenarios_and_the_seed_as_a_parameter() -> None:
    world = Scenario.load(BASELINE, days=2).with_changes({"readers.n": 200, "creators.n": 20})
    rows = batch_run(
        EngagementModel,
        {"scenario": [world, world.with_changes({"manipulation.enabled": False})], "run.seed": [4, 5]},
        display_progress=False,
    )
    share = "share_manipulating_creators"
    assert [(row["run.seed"], row[share] > 0) for row in rows] == [(4, True), (5, True), (4, False), (5, False)]
    assert rows[0]["exposure_quality"] == ours(200, 4, days=2)["exposure_quality"][1]


def test_batch_run_hands_seeds_on() -> None:
    from numpy.random import SeedSequence

    # Mesa from 3.4 on has an argument for seeds; before, they are a parameter like any other
    seeds = [7, SeedSequence(3), SeedSequence(3)]
    given = {"rng": seeds} if "rng" in signature(batch_run).parameters else {}
    varied = SMALL | {"readers.n": 200} | ({} if given else {"rng": seeds})
    rows = batch_run(EngagementModel, varied, display_progress=False, **given)
    assert rows[0]["exposure_quality"] == ours(200, 7)["exposure_quality"][2]
    assert rows[1]["exposure_quality"] == rows[2]["exposure_quality"] != rows[0]["exposure_quality"]


def test_the_collector_gives_the_daily_table() -> None:
    model, daily = lived(seed=5), ours(200, 5)
    frame = model.datacollector.get_model_vars_dataframe()
    pd.testing.assert_frame_equal(frame, daily.set_index("day"), check_exact=True)
    assert set(model.datacollector.model_reporters) == set(frame.columns)
    assert model.datacollector.model_reporters["reads"](model) == daily["reads"].iloc[-1]
    frame.loc[:, :] = 0  # the user's own copy
    pd.testing.assert_frame_equal(model.datacollector.get_model_vars_dataframe(), daily.set_index("day"))


def test_the_collector_goes_along_with_the_days() -> None:
    model = EngagementModel(BASELINE, days=2, seed=1, **{"readers.n": 200, "creators.n": 20})
    collector = model.datacollector
    empty = collector.get_model_vars_dataframe()
    assert (len(empty), "exposure_quality" in empty.columns) == (0, True)
    assert np.isnan(collector.model_reporters["reads"](model))
    for _ in range(30):
        model.step()
    assert list(collector.get_model_vars_dataframe().index) == [0]
    assert len(collector.model_vars["reads"]) == 30
    assert list(collector.model_vars["day"])[22:25] == [-1, 0, 0] == collector.model_vars["day"][22:25]


def test_collecting_again_adds_nothing() -> None:
    model = lived(days=1)
    before = model.datacollector.get_model_vars_dataframe()
    model.datacollector.collect(model)
    pd.testing.assert_frame_equal(model.datacollector.get_model_vars_dataframe(), before)


def test_agent_data_are_the_creators_of_each_week() -> None:
    model = lived(days=14)
    agents = model.datacollector.get_agent_vars_dataframe()
    assert agents.index.names == ["day", "creator"]
    assert set(agents.index.get_level_values("day")) == {6, 13}
    assert agents.equals(model.datacollector.get_agenttype_vars_dataframe(Creator))
    assert len(model.datacollector.get_agenttype_vars_dataframe(Reader)) == 0
    assert len(model.datacollector.get_table_dataframe("creators")) == len(agents)
    assert model.datacollector.tables["creators"]["day"][0] == 6


def test_the_collector_is_mesas_and_may_be_replaced() -> None:
    model = lived(days=1)
    assert isinstance(model.datacollector, mesa.DataCollector)
    again = pickle.loads(pickle.dumps(model))
    assert again.datacollector.model is again
    model.datacollector = mesa.DataCollector({"day": lambda m: m.clock.day})
    model.datacollector.collect(model)
    assert model.datacollector.get_model_vars_dataframe()["day"].tolist() == [1]


def test_keywords_are_parameters_by_path() -> None:
    model = EngagementModel(
        BASELINE, days=5, seed=9, **{"readers.n": 128, "creators.n": 20, "platform.ranking": "composite"}
    )
    assert (model.scenario.readers.n, model.scenario.run.days, model.scenario.run.seed) == (128, 5, 9)
    assert len(model.readers) == 128
    assert (
        EngagementModel(rng=np.random.default_rng(1), **TINY).state.rng
        == EngagementModel(rng=np.random.default_rng(1), **TINY).state.rng
    )
    assert EngagementModel(rng=6, **TINY).state.rng == EngagementModel(seed=6, **TINY).state.rng


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"sead": 3}, "EngagementModel: sead: unknown keyword; did you mean 'seed'?"),
        ({"raeders.n": 3}, "raeders: unknown parameter; did you mean 'readers'?"),
        ({"readers.m": 3}, "readers.m: unknown parameter"),
        ({"readers.n": "many"}, "must be a whole number"),
        ({"scenario": ("name", "x")}, "put it in a list"),
    ],
)
def test_unknown_keywords_are_told_with_the_nearest(keywords: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        EngagementModel(**keywords)
    assert said in str(caught.value)
