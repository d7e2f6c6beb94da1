"""The catalogue of runs: what is found below a folder, and what can be asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import ANY

import fsspec
import pandas as pd
import pytest

import sim
from sim.catalogue import Catalogue, CatalogueWarning, QueryError
from sim.core.errors import RunError
from tests.helpers.catalogue_shelf import BASE, DAYS, put_run, put_study

LABELS = ["run", "scenario", "seed", "study", "point", "repetition"]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs by themselves, one of them in a folder below; a study of 2 x 2 runs; nothing wrong with any."""
    root = tmp_path_factory.mktemp("shelf")
    put_run(root / "a-1-00", seed=1)
    put_run(
        root / "below" / "b-2-00", seed=2, name="village", scenario=BASE.with_changes({"readers.n": 200}), extra=7.0
    )
    put_study(root / "likes", [{"size": 1, "how": "x"}, {"size": 2, "how": "y"}], [100, 200], keep=("daily", "orders"))
    return root


def asked(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in Catalogue(folder).query(sql).itertuples(index=False)]


def test_a_table_has_one_row_for_every_run_repetition_and_day(shelf: Path) -> None:
    catalogue = sim.results(shelf)
    assert catalogue.issues == []
    daily = catalogue.query("select * from daily")
    assert list(daily.columns[:8]) == [*LABELS, "size", "how"]
    assert len(daily) == (2 + 4) * DAYS
    assert not daily.duplicated(["run", "day"]).any()
    assert (daily["exposure_quality"] == daily["seed"] + daily["day"] / 10).all()
    assert asked(shelf, "select distinct run, scenario, seed from daily where study is null order by run") == [
        ("a-1-00", "town", 1),
        ("below/b-2-00", "village", 2),
    ]
    assert asked(
        shelf, "select point, repetition, seed, size, how, any_value(reads) from daily where study = 'likes' "
        "group by all order by all"
    ) == [(0, 0, 1, 1, "x", 100), (0, 1, 2, 1, "x", 100), (1, 0, 1, 2, "y", 200), (1, 1, 2, 2, "y", 200)]  # fmt: skip


def test_every_table_has_the_labels_and_factors(shelf: Path) -> None:
    catalogue = Catalogue(shelf)
    assert catalogue.tables == ["runs", "daily", "orders", "parameters"]
    for table in ("runs", "daily", "orders"):
        assert {*LABELS, "size", "how"} <= {*catalogue.columns[table]}
    assert {*LABELS, "path", "value", "number"} == {*catalogue.columns["parameters"]}
    assert set(catalogue.query("show tables")["name"]) == set(catalogue.tables)


def test_runs_say_where_what_and_when(shelf: Path) -> None:
    runs = Catalogue(shelf).runs
    assert list(runs["run"][:2]) == ["a-1-00", "below/b-2-00"]
    assert (len(runs), set(runs["status"])) == (6, {"finished"})
    assert list(runs["size"].dropna()) == [1, 1, 2, 2]
    first = runs.iloc[0]
    assert (first["days"], first["wall_s"], first["gresham"]) == (DAYS, 0.25, sim.__version__)
    assert first["size_bytes"] > 1000
    assert first["finished"].year >= 2024
    same = runs[(runs["seed"] == 1) & (runs["study"].isna() | (runs["point"] == 0))]
    assert same["scenario_digest"].nunique() == 1
    asked_for = Catalogue(shelf).query("select * from runs")
    assert list(asked_for.columns) == list(runs.columns)


def test_parameters_can_be_asked_by_path(shelf: Path) -> None:
    assert asked(
        shelf, "select study, point, value, number from parameters where path = 'readers.n' and seed = 2 order by point"
    ) == [("likes", 0, "100", 100.0), ("likes", 1, "200", 200.0), (ANY, ANY, "200", 200.0)]  # fmt: skip
    rows = Catalogue(shelf).query("select * from parameters where run = 'a-1-00'")
    by_path = rows.set_index("path")
    assert by_path["number"]["readers.n"] == 100
    assert by_path["value"]["platform.ranking.name"] == "likes_only"
    assert pd.isna(by_path["number"]["platform.ranking.name"])
    assert (by_path["value"]["manipulation.enabled"], by_path["number"]["manipulation.enabled"]) == ("true", 1)
    assert by_path["number"]["platform.like_ladder.0.strikes"] == 0
    joined = "select avg(d.exposure_quality) from daily d join parameters p using (run) where p.path = 'readers.n' "
    assert asked(shelf, f"{joined} and p.number = 200 and d.study is null") == [(2.1,)]


def test_a_measure_that_only_some_runs_have_is_null_elsewhere(shelf: Path) -> None:
    assert asked(shelf, "select run, any_value(extra) from daily where study is null group by run order by run") == [
        ("a-1-00", pytest.approx(float("nan"), nan_ok=True)),
        ("below/b-2-00", 7.0),
    ]
    assert asked(shelf, "select count(*), count(extra) from daily where study is null") == [(2 * DAYS, DAYS)]


def test_a_factor_called_like_a_column_gives_way(tmp_path: Path) -> None:
    put_study(tmp_path / "s", [{"farm": 1.5, "days": 4}], [100], keep=("daily", "orders"))
    columns = Catalogue(tmp_path).columns
    assert {"farm", "days"} <= {*columns["daily"]}
    assert {"farm", "factor_farm", "days"} <= {*columns["orders"]}
    assert {"farm", "factor_days", "days"} <= {*columns["runs"]}
    assert asked(tmp_path, "select distinct farm, factor_farm from orders") == [(0, 1.5)]


def test_factors_of_several_studies_keep_their_types_where_they_agree(tmp_path: Path) -> None:
    put_study(tmp_path / "s", [{"a": 1, "b": True, "c": 1, "readers.n": 2}], [100], seeds=(1,))
    put_study(tmp_path / "t", [{"a": 0.5, "b": False, "c": "much"}], [100], seeds=(1,))
    assert asked(tmp_path, "select distinct study, a, b, c from daily order by study") == [
        ("s", 1.0, True, "1"),
        ("t", 0.5, False, "much"),
    ]
    assert asked(tmp_path, "select distinct \"readers.n\" from daily where study = 's'") == [(2,)]


def test_points_of_one_content_share_a_run_and_are_both_listed(tmp_path: Path) -> None:
    put_study(tmp_path / "s", [{"x": 1}, {"x": 2}], [100, 100], seeds=(1,))
    put_study(tmp_path / "t", [{"x": 9}], [100], seeds=(1,))
    catalogue = Catalogue(tmp_path)
    assert catalogue.runs["run"].nunique() == 2
    assert asked(tmp_path, "select study, point, x, count(*) from daily group by all order by all") == [
        ("s", 0, 1, DAYS), ("s", 1, 2, DAYS), ("t", 0, 9, DAYS),
    ]  # fmt: skip


def test_a_study_tells_what_failed_and_what_is_missing(tmp_path: Path) -> None:
    put_study(tmp_path / "s", [{"x": 1}, {"x": 2}], [100, 666])
    key = next(iter(Catalogue(tmp_path).runs["run"]))
    (tmp_path / key / "manifest.json").unlink()
    (tmp_path / key / "daily.parquet").unlink()
    (tmp_path / key).rmdir()
    assert asked(tmp_path, "select point, repetition, status, x from runs order by all") == [
        (0, 0, "missing", 1), (0, 1, "finished", 1), (1, 0, "failed", 2), (1, 1, "failed", 2),
    ]  # fmt: skip
    assert asked(tmp_path, "select distinct point, repetition from daily") == [(0, 1)]


def test_a_single_run_or_study_is_a_catalogue_too(shelf: Path) -> None:
    assert list(Catalogue(shelf / "a-1-00").runs["run"]) == ["a-1-00"]
    assert asked(shelf / "likes", "select count(*) from daily") == [(4 * DAYS,)]


@pytest.mark.parametrize("name", ["it's", "a[1]*", "x=1", "小镇 1", 'say "so"', "semi;colon"])
def test_folders_may_be_called_anything(name: str, tmp_path: Path) -> None:
    put_run(tmp_path / name / "run-1-0", seed=1)
    put_run(tmp_path / name / "run-2-0", seed=2)
    assert asked(tmp_path / name, "select seed, count(*) from daily group by 1 order by 1") == [(1, DAYS), (2, DAYS)]
    assert asked(tmp_path, "select distinct run from daily order by 1")[0] == (f"{name}/run-1-0",)


def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    put_run(tmp_path / "elsewhere" / "run-1-0")
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(shelf)
    assert list(Catalogue(shelf).runs["run"]) == ["linked/run-1-0"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select * from dialy", "Table with name dialy does not exist; did you mean 'daily'?"),
        ("select * from zzz", "tables here: runs, daily, orders, parameters"),
        ("select exposure_qualty from daily", "did you mean 'exposure_quality'?"),
        ("select d.exposure_qualty from daily d", "did you mean 'exposure_quality'?"),
        ("select price_cny from daily", "it is a column of orders"),
        ("selec 1", 'syntax error at or near "selec"'),
        ("select 1; select 2", "one question at a time"),
        ("select 1; create table t as select 1", "one question at a time"),
        ("", "no question was put"),
        ("-- nothing", "no question was put"),
        ("select 'a'::int from daily", "Conversion Error"),
        ("copy (select 1) to 'x.csv'", "only questions (SELECT ...) are answered, not COPY"),
        ("create table t as select 1", "not CREATE"),
        ("drop view daily", "not DROP"),
        ("set threads = 1", "not SET"),
        ("attach 'x.db'", "not ATTACH"),
        ("install httpfs", "only questions"),
        ("select * from read_csv('/etc/hostname')", "Permission Error"),
        ("select * from 'https://localhost:9/x.parquet'", "Permission Error"),
        ("select * from shelf", "does not exist"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(shelf: Path, sql: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        Catalogue(shelf).query(sql)
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_questions_of_every_form_are_answered(shelf: Path) -> None:
    catalogue = Catalogue(shelf)
    assert len(catalogue.query("with d as (from daily) select count(*) from d")) == 1
    assert list(catalogue.query("pivot daily on seed using avg(exposure_quality) group by study").columns) == [
        "study", "1", "2",
    ]  # fmt: skip
    assert "exposure_quality" in set(catalogue.query("describe daily")["column_name"])
    assert len(catalogue.query("explain select * from daily")) >= 1


def test_an_empty_folder_is_an_empty_catalogue(tmp_path: Path) -> None:
    catalogue = sim.results(tmp_path)
    assert (len(catalogue.runs), catalogue.tables, catalogue.issues) == (0, ["runs", "parameters"], [])
    assert asked(tmp_path, "select count(*) from runs") == [(0,)]
    with pytest.raises(QueryError, match="daily"):
        catalogue.query("select * from daily")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no such folder"):
        sim.results(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="not a folder"):
        sim.results(tmp_path / "file")


def test_runs_of_another_store_are_copied_and_asked(shelf: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(str(shelf), "/catalogue-shelf", recursive=True)
    try:
        catalogue = sim.results("memory://catalogue-shelf")
        assert catalogue.query("select count(*) n from daily")["n"][0] == 6 * DAYS
        with pytest.raises(RunError, match="nothing there"):
            sim.results("memory://catalogue-nowhere")
        with pytest.raises(RunError, match="cannot be opened"):
            sim.results("nonsense://bucket")
    finally:
        memory.rm("/catalogue-shelf", recursive=True)


def test_what_is_skipped_is_warned_of_once(tmp_path: Path) -> None:
    put_run(tmp_path / "good")
    for name in ("bad", "worse"):
        (put_run(tmp_path / name) / "daily.parquet").unlink()
    with pytest.warns(CatalogueWarning, match=r"bad: daily.parquet is gone \(and 1 more, see .issues\)"):
        catalogue = sim.results(tmp_path)
    assert repr(catalogue) == f"Catalogue({tmp_path}: 1 finished run, 2 skipped)"
