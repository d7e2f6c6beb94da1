"""What a study leaves: figures by hand, charts with named axes, a page that needs no network and holds its data."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pyarrow as pa
import pytest

from sim import Study, sweep
from sim.analysis.effects import by_factor, by_two
from sim.analysis.findings import Findings
from sim.analysis.study_outcome import StudyOutcome
from sim.core.errors import RunError
from sim.reports.study_report import CHARTS, render_page
from sim.scenario import Scenario
from sim.studies.failures import RunsFailedWarning
from sim.studies.plan import Plan, Point
from sim.studies.results import StudyResults

DESIGNS = {
    "grid": "grid",
    "latin_hypercube": "{kind: latin_hypercube, samples: 24}",
    "sobol": "{kind: sobol, samples: 16, second_order: true}",
    "morris": "{kind: morris, trajectories: 6}",
}
TEXT = """
name: trial <b>
description: A trial & its report
base: base.yaml
set: {run.days: 9}
factors:
  trust: {path: readers.trust_start, range: [0.2, 0.8], levels: 3}
  anxiety: {path: creators.anxiety_mean, range: [0.1, 0.9], scale: log, levels: 2}
outcomes: [exposure_quality, share_manipulating_creators]
replications: 3
"""


def simulate(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """Quality rises with trust and with the seed; the share of manipulators is the same everywhere."""
    trust, anxiety = scenario.readers.trust_start, scenario.creators.anxiety_mean
    rng = np.random.default_rng([scenario.run.seed, int(1000 * trust)]).normal() / 50
    quality = trust + 0.2 * anxiety * trust + scenario.run.seed + rng
    table = pa.table({"day": np.arange(9), "exposure_quality": np.full(9, quality)})
    return dict.fromkeys(keep, table.append_column("share_manipulating_creators", pa.array(np.full(9, 0.25))))


def faulty(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    if scenario.readers.trust_start == 0.5 and scenario.run.seed == 2:
        raise ZeroDivisionError("an <odd> world")
    return simulate(scenario, keep)


def made(folder: Path, design: str = "grid", simulate=simulate, text: str = TEXT) -> StudyResults:
    folder.mkdir(exist_ok=True)
    (folder / "base.yaml").write_text("description: a world that is never lived\n")
    (folder / "study.yaml").write_text(f"{text}design: {DESIGNS.get(design, design)}\n")
    study = Study.load(folder / "study.yaml")
    return sweep(study, folder / "out", workers=0, simulate=simulate, progress=False, retries=0)


@pytest.fixture(scope="module", params=DESIGNS)
def results(request, tmp_path_factory) -> StudyResults:
    return made(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def findings(results) -> Findings:
    return results.findings


def test_outcomes_are_those_of_the_runs(findings):
    values = findings.values
    assert len(values) == 3 * len(findings.points)
    expected = values["trust"] * (1 + 0.2 * values["anxiety"]) + values["seed"]
    assert (values["exposure_quality"] - expected).abs().max() < 0.2
    assert (values["share_manipulating_creators"] == 0.25).all()


def test_every_figure_has_a_title_named_axes_and_a_sentence(findings):
    for outcome in ("exposure_quality", "share_manipulating_creators"):
        for name, chart in CHARTS.items():
            if not chart.applies(StudyOutcome(findings, outcome)):
                continue
            fig = chart.draw(StudyOutcome(findings, outcome))
            assert isinstance(fig, go.Figure) and fig.layout.title.text and len(fig.data) > 0, name
            assert any(axis.title.text for axis in fig.select_xaxes()), name
            assert any(axis.title.text for axis in fig.select_yaxes()), name
            assert re.fullmatch(r"[^\n]+\.", chart.caption(StudyOutcome(findings, outcome))), name
            assert isinstance(chart.table(StudyOutcome(findings, outcome)), pd.DataFrame)
            json.loads(fig.to_json())


def test_the_page_needs_no_network_and_holds_its_data(results, findings):
    text = render_page(findings, results)
    outside = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", outside)
    assert "<title>trial &lt;b&gt; · Gresham</title>" in text and "A trial &amp; its report" in text
    files = dict(re.findall(r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', text))
    assert {"factors.csv", "points.csv", "outcomes_of_every_run.csv", "exposure-quality-indices.csv"} <= set(files)
    held = pd.read_csv(io.BytesIO(base64.b64decode(files["points.csv"])))
    pd.testing.assert_frame_equal(held, findings.points, check_dtype=False)


def test_an_outcome_that_never_changes_has_no_charts_but_a_sentence(results, findings):
    constant = StudyOutcome(findings, "share_manipulating_creators")
    assert not any(chart.applies(constant) for chart in CHARTS.values())
    assert any(chart.applies(StudyOutcome(findings, "exposure_quality")) for chart in CHARTS.values())
    assert "the outcome is 0.250 in every run" in render_page(findings, results)


def test_what_is_written_beside_the_report(results, findings):
    place = results.place
    assert place.exists("report.html")
    written = pd.read_csv(io.BytesIO(place.read("indices.csv")))
    pd.testing.assert_frame_equal(written, findings.indices, check_dtype=False)
    assert "verdict" in json.loads(place.read("findings.json"))["exposure_quality"]


def test_a_study_can_be_read_again_from_its_folder(results, findings):
    again = StudyResults.load(results.place).findings
    pd.testing.assert_frame_equal(again.indices, findings.indices)


# -- by hand ----------------------------------------------------------------------------------------------


def test_means_by_factor_and_by_two_in_a_grid(tmp_path):
    found = made(tmp_path).findings
    values = found.values
    rows = by_factor(found, "exposure_quality", ["trust"]).set_index("at")
    by_hand = values.groupby("trust")["exposure_quality"].mean()
    assert rows["mean"].to_numpy() == pytest.approx(by_hand.to_numpy())
    cells = by_two(found, "exposure_quality", "trust", "anxiety")
    assert len(cells) == 6 and (cells["runs"] == 3).all()
    # seeds differ by whole units; what they do to all points alike is not in the intervals
    assert (cells["high"] - cells["low"]).max() < 0.3


def test_an_interval_is_students_t_over_centred_repetitions(tmp_path):
    found = made(tmp_path).findings
    cells = by_two(found, "exposure_quality", "trust", "anxiety")
    y = found.matrix("exposure_quality")
    centred = y - y.mean(axis=0)
    half = 4.302652729911275 * centred[0].std(ddof=1) * np.sqrt(6 / 5 / 3)  # t of 2 degrees of freedom; Morey's factor
    assert cells["high"].iloc[0] - cells["mean"].iloc[0] == pytest.approx(half)


def test_the_strongest_factor_is_named(tmp_path):
    found = made(tmp_path).findings
    assert found.sensitivity["exposure_quality"].ranked()[0] == "trust"
    assert "trust moves" in CHARTS["effects"].caption(StudyOutcome(found, "exposure_quality"))
    assert "No factor moves" in CHARTS["indices"].caption(StudyOutcome(found, "share_manipulating_creators"))
    assert "highest" in CHARTS["phase"].caption(StudyOutcome(found, "exposure_quality"))


def test_runs_that_failed_are_told_and_the_rest_is_shown(tmp_path):
    with pytest.warns(RunsFailedWarning, match="2 kept failing"):
        results = made(tmp_path, simulate=faulty)
    found = results.findings
    assert len(results.failures) == 2
    assert found.sensitivity["exposure_quality"].lost == 2
    text = render_page(found, results)
    assert "2 runs kept failing" in text and "an &lt;odd&gt; world" in text and "gresham run" in text
    assert np.isnan(found.matrix("exposure_quality")).sum() == 2


@pytest.mark.parametrize("design", DESIGNS)
def test_a_study_of_which_hardly_anything_is_left_still_has_its_page(tmp_path, design):
    def dying(scenario, keep):
        if scenario.run.seed == 2:
            raise ZeroDivisionError
        return simulate(scenario, keep)

    with pytest.warns(RunsFailedWarning):
        results = made(tmp_path, design, simulate=dying)
    assert results.findings.sensitivity["exposure_quality"].used == 0
    assert "There is nothing to draw" in render_page(results.findings, results)


def test_many_cells_get_a_second_panel_for_their_uncertainty(tmp_path):
    text = TEXT.replace("levels: 3", "levels: 9").replace("levels: 2", "levels: 9")
    fig = CHARTS["phase"].draw(StudyOutcome(made(tmp_path, text=text).findings, "exposure_quality"))
    assert len(fig.data) == 2 and fig.data[1].z.shape == (9, 9)


def test_named_levels_and_policies_can_be_drawn(tmp_path):
    text = TEXT.replace("factors:\n", "factors:\n  kind: {levels: {few: {readers.n: 2100}, many: {readers.n: 2200}}}\n")
    for design in ("grid", "latin_hypercube"):
        results = made(tmp_path / design, design, text=text)
        assert "kind" in render_page(results.findings, results)


def test_other_folders_are_no_studies(tmp_path):
    plan = Plan("plain", (Point(0, {"x": 1}, Scenario()),), (1,))
    results = sweep(plan, tmp_path, workers=0, simulate=simulate, progress=False)
    with pytest.raises(RunError, match="not the folder of a study file"):
        _ = results.findings
