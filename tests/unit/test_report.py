"""The report: whole in itself, every chart with its sentence and its figures."""

import html
import re

import pytest

from sim.charts.all_charts import CHARTS
from sim.charts.summary import paragraph, tiles
from sim.reports.run_report import cell, page
from tests.helpers.synthetic import make


@pytest.fixture(scope="module")
def run():
    return make()


@pytest.fixture(scope="module")
def text(run):
    return page(run)


def without_library(text: str) -> str:
    from plotly.offline import get_plotlyjs

    assert text.count(get_plotlyjs()) == 1
    return text.replace(get_plotlyjs(), "")


def test_nothing_is_fetched(text):
    own = without_library(text)
    assert not re.findall(r"""\b(?:src|href|action|srcset|poster)\s*=\s*["'][^#"'][^"']*""", own)
    assert "http" not in own.replace("http://www.w3.org", "")
    assert "url(" not in own
    assert "@import" not in own


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_there_with_its_sentence(run, text, name):
    chart = CHARTS[name]
    says = chart.says(run)
    assert says.endswith(".")
    assert f'id="chart-{name}"' in text
    assert text.count(html.escape(says)) == 2  # under the title, and for those who cannot see the chart
    section = text[text.index(f'<section id="{name}">') :]
    section = section[: section.index("</section>")]
    assert '<figure role="img" aria-label="' in section
    assert "<details>" in section
    assert section.count("<tr>") > 1


def test_figures_are_not_nan(run):
    for chart in CHARTS.values():
        assert "nan" not in chart.says(run)
    assert "nan" not in paragraph(run)
    assert all("nan" not in t.value + t.note for t in tiles(run.daily, run.twin_daily))


def test_parameters_and_calendar_are_told(text):
    own = without_library(text)
    assert "<code>readers.n</code></td><td>20000</td><td>50000</td><td>accounts</td><td>organic readers</td>" in own
    assert "a stricter threshold" in own
    assert '"showSendToCloud": false' in own


def test_text_from_a_scenario_cannot_break_the_page():
    run = make(days=10, n_posts=50)
    run.manifest["name"] = "<script>alert(1)</script>"
    run.manifest["scenario"]["calendar"][0]["note"] = "</script><b>x"
    own = without_library(page(run))
    assert "<script>alert" not in own
    assert "</script><b>x" not in own


@pytest.mark.parametrize("days", [1, 3, 60])
@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize("twin", [True, False])
def test_short_empty_and_honest_runs_have_a_report(days, empty, twin):
    run = make(days=days, n_posts=40, fraud=not empty, twin=twin, empty=empty)
    text = page(run)
    assert "exposure quality" in text
    assert ("honest twin" in text) == twin


def test_no_farms_no_market_chart():
    text = without_library(page(make(days=20, empty=True, fraud=False)))
    for name in ("market", "detectors", "punished", "reach", "speed", "dose_response"):
        assert f'<section id="{name}">' not in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [(float("nan"), "–"), (3, "3"), (1234567.0, "1,234,567"), (0.123456, "0.1235"), ("a", "a")],
)
def test_cells(value, shown):
    assert cell(value) == shown


def test_report_is_written_where_told(run, tmp_path):
    path = run.report(tmp_path / "r.html")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_same_run_same_report(text):
    assert page(make()) == text


def test_notebook_summary(run):
    assert "exposure quality" in run._repr_html_()
    assert "synthetic" in repr(run)
