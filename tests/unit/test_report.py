"""The report: whole in itself, every chart with its sentence and its figures."""

import base64
import io
import re
from collections import Counter
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest
from markupsafe import escape

from sim import Scenario
from sim.charts.all_charts import CHARTS
from sim.charts.style import plain
from sim.charts.summary import make_tiles
from sim.reports import parameters
from sim.reports.components import cell
from sim.reports.ranking_words import describe_ranking, describe_rankings
from sim.reports.run_report import paragraph, render_page
from tests.helpers.synthetic import make


@pytest.fixture(scope="module")
def run():
    return make()


@pytest.fixture(scope="module")
def text(run):
    return render_page(run)


def without_library(text: str) -> str:
    from plotly.offline import get_plotlyjs

    assert text.count(get_plotlyjs()) == 1
    return text.replace(get_plotlyjs(), "")


def test_nothing_is_fetched(text):
    own = re.sub(r'href="data:text/csv;charset=utf-8;base64,[A-Za-z0-9+/=]*"', "", without_library(text))
    assert not re.findall(r"""\b(?:src|href|action|srcset|poster)\s*=\s*["'][^#"'][^"']*""", own)
    assert "http" not in own.replace("http://www.w3.org", "")
    assert "url(" not in own
    assert "@import" not in own


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_there_with_its_sentence(run, text, name):
    chart = CHARTS[name]
    caption = chart.caption(run)
    assert caption.endswith(".")
    assert f'id="chart-{name}"' in text
    assert text.count(escape(caption)) == 2  # under the title, and for those who cannot see the chart
    section = text[text.index(f'<section id="{name}">') :]
    section = section[: section.index("</section>")]
    assert '<figure role="img" aria-label="' in section
    assert "<details>" in section
    assert section.count("<tr>") > 1


def test_figures_are_not_nan(run):
    for chart in CHARTS.values():
        assert "nan" not in chart.caption(run)
    assert "nan" not in paragraph(run)
    assert all("nan" not in t.value + t.note for t in make_tiles(run.daily, run.twin_daily))


def test_the_audience_is_people_in_seats_and_readers_in_an_older_run(run):
    from sim.reports.run_report import _audience

    world = {"readers": {"n": 20_000, "people": None}, "creators": {"n": 2_000, "posts_per_day": 1.0}}
    assert _audience(world) == "586,269 people in 20,000 seats"
    assert _audience(world | {"readers": {"n": 500, "people": 700}}) == "700 people in 500 seats"
    assert _audience(world | {"readers": {"n": 500}}) == "500 readers"
    assert _audience(run.manifest["scenario"]) in paragraph(run)


def test_the_reads_of_a_mean_post_stand_beside_those_to_be_had():
    import pandas as pd

    from sim.reports.run_report import _reads

    scenario = {"readers": {"n": 100, "people": 500}, "creators": {"n": 10, "posts_per_day": 1.0}}
    posts = pd.DataFrame({"published_day": [0, 7, 12, 13], "reads": [9000, 100, 300, 9000]})
    run = SimpleNamespace(manifest={"scenario": scenario, "days": 20}, posts=posts)
    (said,) = _reads(run)
    assert "got 200 reads on average" in said and said.endswith("would give 168.")
    assert _reads(SimpleNamespace(manifest={"scenario": scenario, "days": 8}, posts=posts)) == []


def test_parameters_and_calendar_are_told(text):
    own = without_library(text)
    changed = "<code>readers.n</code></td><td>30000</td><td>20000</td><td>seats</td><td>seats: simulated readers"
    assert changed in own
    assert "a stricter threshold" in own
    assert '"showSendToCloud": false' in own


NASTY = "</title></style></script><script>alert('x')</script><img src=x onerror=\"y\"> & \x00\x1b[31m\u009b %{x}"


def elements(text: str) -> Counter[str]:
    """How often each element stands on a page; whatever is inside a script or a style is text."""
    found: Counter[str] = Counter()

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found[tag] += 1
            assert not [name for name, _ in attrs if name.startswith("on")]

    Parser().feed(text)
    return found


def test_data_is_never_markup():
    harmless, nasty = make(days=40, n_posts=50), make(days=40, n_posts=50)
    for run, text in ((harmless, "plain"), (nasty, NASTY)):
        run.manifest["name"] = run.manifest["description"] = run.manifest["scenario"]["name"] = text
        run.manifest["scenario"]["calendar"][0]["note"] = text
        run.manifest["versions"] = {"python": text}
    assert elements(render_page(nasty)) == elements(render_page(harmless))
    own = without_library(render_page(nasty))
    assert "<script>alert" not in own and "<img" not in own
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", own)
    assert own.count(str(escape("</script><script>alert('x')</script>"))) >= 4  # title, heading, description, calendar


def test_plotly_shows_names_as_they_are():
    assert plain("a<b> & %{x}") == "a&lt;b> &amp; &#37;{x}"
    run = make(days=40)
    run.manifest["scenario"]["calendar"][0]["note"] = "<b>bold</b>"
    fig = run.figures.timeline()
    assert "&lt;b>bold" in fig.layout.title.subtitle.text
    assert all("<b>bold" not in (note.hovertext or "") for note in fig.layout.annotations)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_its_data_as_csv(run, text, name):
    files = dict(re.findall(r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', text))
    held = pd.read_csv(io.BytesIO(base64.b64decode(files[f"{name}.csv"])))
    assert list(held.columns) == list(CHARTS[name].table(run).columns) and len(held) == len(CHARTS[name].table(run))


@pytest.mark.parametrize("days", [1, 3, 60])
@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize("twin", [True, False])
def test_short_empty_and_honest_runs_have_a_report(days, empty, twin):
    run = make(days=days, n_posts=40, fraud=not empty, twin=twin, empty=empty)
    text = render_page(run)
    assert "Quality shown" in text
    assert ("honest twin" in text) == twin


def test_no_farms_no_market_chart():
    text = without_library(render_page(make(days=20, empty=True, fraud=False)))
    for name in ("market", "detectors", "punished", "quality_vs_reach", "speed", "dose_response"):
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
    assert render_page(make()) == text


def test_notebook_summary(run):
    assert "Quality shown" in run._repr_html_()
    assert "synthetic" in repr(run)


@pytest.mark.parametrize(("yardstick", "said"), [("visible", "bought likes included"), ("surviving", "last purge")])
def test_the_head_says_which_yardstick_is_on(yardstick: str, said: str) -> None:
    scenario = Scenario().with_changes({"platform.hot_yardstick": yardstick}).resolved()
    (line,) = describe_ranking(scenario)
    assert "likes only" in line and f"yardstick: {yardstick})" in line and said in line
    assert describe_ranking(scenario | {"controls": {"feed": "random"}}) == []


def test_worlds_that_are_ranked_alike_are_told_together() -> None:
    ranked = {"a": ("likes_only", "visible"), "b": ["likes_only", "visible"], "c": None, "d": ("composite", "slow")}
    first, second = describe_rankings(ranked)
    assert first.startswith("A and b: At the start posts were recommended by the ranking policy 'likes only'")
    assert second.startswith(
        "D: At the start posts were recommended by the ranking policy 'composite'"
    ) and second.endswith("(yardstick: slow).")
    (alike,) = describe_rankings({"a": ("likes_only", "visible"), "b": ("likes_only", "visible")})
    assert alike.startswith("At the start")
    assert describe_rankings({"a": None}) == []


def test_rungs_and_plugins_that_differ_are_told_in_words():
    strict = Scenario.load("composite_plus_rules").resolved()
    told = {parameter.path: parameter.value for parameter in parameters.changed(strict)}
    ladder = told["platform.creator_ladder"].split("; ")
    assert ladder[0] == "from 1 strike throttle_post (factor 0.1)"
    assert ladder[2] == "from 4 strikes limit_functions (days 7), notice to everybody"
    assert ladder[3] == "from 8 strikes ban, reviewed by expert"
    assert told["platform.detectors.device"] == "device (threshold 8)"
    without = Scenario.load("baseline").with_changes({"platform.detectors.device": None}).resolved()
    (off,) = [row for row in parameters.changed(without) if "device" in row.path]
    assert (off.path, off.value, off.default) == ("platform.detectors.device", "off", "device (threshold 20)")
    assert not any("{" in value for value in told.values())
