"""Names of columns: at most 32 characters in everything that is written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import sim
from sim import Scenario
from sim.analysis.outcomes import measures
from sim.analysis.verdict import COLUMNS
from sim.catalogue import Catalogue
from sim.core.errors import ScenarioError
from sim.core.table_schema import LONGEST_COLUMN, TABLES, detector_column, strategy_column
from sim.studies.study import Study
from sim.world.log import Log

TINY = {"run.days": 8, "run.tick_minutes": 240, "readers.n": 300, "creators.n": 30}
STUDY = """
name: long
base: composite_plus_rules
set: {run.days: 3, readers.n: 300, creators.n: 30}
factors:
  all: {every: ["platform.detectors.*", "platform.creator_ladder.0.sanction.*"]}
outcomes:
  - exposure_quality
  - (likes_farm + likes_matrix + likes_mutual_aid) / reads
design: {kind: morris, trajectories: 2}
limit: 900
"""


def too_long(names: object) -> list[str]:
    return [str(n) for n in names if len(str(n)) > LONGEST_COLUMN]  # type: ignore[attr-defined]


def too_long_in(folder: Path) -> dict[str, list[str]]:
    """Columns with too long names, by file."""
    found = {str(file): too_long(pq.read_schema(file).names) for file in folder.rglob("*.parquet")}
    found |= {str(file): too_long(pd.read_csv(file, nrows=1)) for file in folder.rglob("*.csv")}
    assert found
    return {file: names for file, names in found.items() if names}


def test_no_schema_has_a_longer_name() -> None:
    assert not too_long(column.name for spec in TABLES.values() for column in spec.columns)
    assert not too_long(Log.spec)
    assert not too_long(measures())
    assert not too_long(COLUMNS)


def test_no_file_of_a_run_a_comparison_or_a_twin_has_a_longer_name(tmp_path: Path) -> None:
    worlds = [Scenario.load(f"scenarios/{n}.yaml", set=TINY) for n in ("baseline", "composite_plus_rules")]
    sim.run(worlds[1], out=tmp_path / "run", progress=False, events=True)
    outcomes = ["exposure_quality", "(likes_farm + likes_matrix + likes_mutual_aid) / reads"]
    sim.compare(worlds, seeds=2, outcomes=outcomes, out=tmp_path / "compared", workers=0, progress=False).write()
    sim.twin(worlds[0], seeds=2, out=tmp_path / "twin", workers=0, progress=False).write()
    assert too_long_in(tmp_path) == {}
    tables = Catalogue(tmp_path).columns
    assert not too_long(column for columns in tables.values() for column in columns)


def test_columns_named_after_long_labels_are_cut_and_stay_apart() -> None:
    assert detector_column("like_read_mismatch", "fpr") == "like_read_mismatch_fpr"
    assert strategy_column("buy_package") == "share_strategy_buy_package"
    long = [detector_column("a" * 40 + end, "precision") for end in "bc"]
    long += [strategy_column(f"my_plugins.py:{name}") for name in ("AStrategyWithALongName", "AStrategyWithALongName2")]
    assert len(set(long)) == 4 and not too_long(long)
    assert long[0].endswith("_precision") and long[2].startswith("share_strategy_my_plug")


def test_a_run_with_a_long_label_says_how_often_it_is_right(tmp_path: Path) -> None:
    label = "a_label_that_is_far_longer_than_a_column_may_be"
    world = Scenario.load("composite_plus_rules", set=TINY).with_changes(
        {f"platform.detectors.{label}": {"name": "device", "threshold": 2.0}}
    )
    made = sim.run(world, out=tmp_path, progress=False)
    assert detector_column(label, "recall") in made.daily
    assert not too_long(made.daily)


def test_factors_of_a_pattern_are_called_by_a_short_end_of_their_path(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text(STUDY)
    study = Study.load(tmp_path / "long.yaml")
    for axis in study.axes:
        (path,) = axis.paths
        assert path.endswith(axis.name) and len(axis.name) <= LONGEST_COLUMN
        assert (axis.name == path) == (len(path) <= LONGEST_COLUMN)
    assert "like_read_mismatch.prior_reads" in {axis.name for axis in study.axes}
    assert not too_long(study.plan().factors)


def test_every_number_of_the_schema_has_a_short_name_of_its_own() -> None:
    study = Study.load("scenarios/studies/morris_screening.yaml")
    names = [axis.name for axis in study.axes]
    assert not too_long(names)
    assert len({*names}) == len(names)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("all: {every", f"{'f' * 33}: {{path: creators.n, values: [30, 40]}}\n  all: {{every", "name 'f+' is longer"),
        ("- exposure_quality", f"- {{measure: reads, name: {'o' * 33}}}", "must be a text of 1 to 32 characters"),
    ],
)
def test_names_of_users_that_are_longer_are_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "long.yaml").write_text(STUDY.replace(old, new))
    with pytest.raises(ScenarioError, match=told):
        Study.load(tmp_path / "long.yaml")
