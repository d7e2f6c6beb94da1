"""The studies that ship can be used as they are: valid at every point, and of the size that they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from sim import Study

FOLDER = Path(sim.__file__).resolve().parents[1] / "scenarios" / "studies"
STUDIES = sorted(FOLDER.glob("*.yaml"))


def test_some_ship():
    names = {path.stem for path in STUDIES}
    assert {"likes_weight_by_strictness", "price_by_anxiety", "sanction_ladders", "morris_screening"} <= names


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_a_shipped_study_is_valid_at_its_points(path, tmp_path):
    """At every point; of the screening, which has thousands, at those of two trajectories, and so of every factor."""
    study = Study.load(path)
    said = re.search(r"([\d,]+) runs", study.file.description)
    assert said and int(said[1].replace(",", "")) == pytest.approx(study.runs, rel=0.05)
    text = path.read_text(encoding="utf-8")
    assert f"gresham sweep scenarios/studies/{path.name}" in text
    shorter = tmp_path / path.name
    shorter.write_text(text.replace("../", f"{FOLDER.parent}/").replace("trajectories: 6", "trajectories: 2"), "utf-8")
    study = Study.load(shorter)
    plan = study.plan()
    assert len(plan.points) * len(plan.seeds) == study.runs
    assert len({point.scenario.digest() for point in plan.points}) > 0.9 * len(plan.points)


def test_the_screening_leaves_no_number_out():
    study = Study.load(FOLDER / "morris_screening.yaml")
    names = {axis.name for axis in study.axes}
    assert len(names) > 150
    assert {
        "readers.trust_start",
        "farms.price_per_1000_cny",
        "platform.ranking.likes",
        "mcn.n_per_1000_creators",
    } <= names
