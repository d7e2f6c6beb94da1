"""Charts: named axes, one look, right formatting."""

import json
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest

from sim.charts import (
    detectors,
    dose,
    honest_mistakes,
    market,
    punished,
    quality,
    quality_vs_reach,
    speed,
    strategies,
    trust,
)
from sim.charts.all_charts import CHARTS
from sim.charts.run import changes_of
from sim.charts.style import GRADES, ORIGINS, STRATEGIES, TEMPLATE, look_of
from sim.core import formatting
from sim.core.errors import RunError
from tests.helpers.synthetic import make


@pytest.fixture(scope="module")
def run():
    return make()


@pytest.mark.parametrize("name", CHARTS)
def test_figures_have_titles_and_named_axes(run, name):
    fig = getattr(run.figures, name)()
    assert isinstance(fig, go.Figure)
    assert fig.layout.title.text == CHARTS[name].title(run)
    assert fig.layout.template == TEMPLATE
    for y in {t.yaxis or "y" for t in fig.data}:
        if name != "money":  # its bars carry their names
            assert fig.layout[y.replace("y", "yaxis")].title.text
    assert any(axis.title.text for axis in fig.select_xaxes())
    assert len(fig.data) > 0
    json.loads(fig.to_json())


@pytest.mark.parametrize("name", CHARTS)
def test_drawing_leaves_the_frames_alone(run, name):
    frames = (run.daily, run.posts, run.farms, run.actions, run.twin_daily)
    before = [frame.copy() for frame in frames]
    chart = CHARTS[name]
    chart.draw(run), chart.caption(run), chart.table(run)
    assert all(a.equals(b) for a, b in zip(frames, before, strict=True))


def test_a_missing_figure_is_refused_by_name():
    empty = make(days=5, empty=True, fraud=False)
    assert "market" not in empty.figures.names()
    with pytest.raises(RunError, match="nothing to draw for 'market'"):
        empty.figures.market()


def test_policy_changes_are_lettered(run):
    assert [(m.letter, m.day, m.text) for m in changes_of(run)] == [("A", 30, "a stricter threshold")]
    fig = run.figures.timeline()
    assert [a.text for a in fig.layout.annotations] == ["<b>A</b>"]
    assert "A day 30: a stricter threshold" in fig.layout.title.subtitle.text


def test_dated_and_unnoted_changes():
    run = make(days=40)
    run.manifest["scenario"]["calendar"] = [
        {"day": None, "date": "2022-01-13", "set": {"ranking": {"name": "composite"}}, "note": ""},
        {"day": 10, "date": None, "set": {"detectors.device": None}, "note": ""},
        {"day": 3, "date": None, "set": {}, "note": "first"},
    ]
    assert [(m.letter, m.day, m.text) for m in changes_of(run)] == [
        ("A", 3, "first"),
        ("B", 10, "ranking = composite; detectors.device = off"),
    ]


def test_the_gap_is_this_world_less_its_twin(run):
    frame = quality.table(run)
    assert np.allclose(frame["gap"], frame["quality_weekly_mean"] - frame["twin_weekly_mean"])
    last = run.daily["exposure_quality"].tail(14).mean()
    gap = run.twin_daily["exposure_quality"].tail(14).mean() - last
    assert f"is {last:.3f} over the last 14 days, {gap:.3f} below" in quality.caption(run)


def test_shares_of_strategies_add_up(run):
    fig = strategies.draw(run)
    assert np.allclose(np.sum([t.y for t in fig.data], axis=0), 1.0)
    assert fig.data[-1].name == "honest"


def test_the_scatter_is_a_bounded_sample_without_the_trial():
    fig = quality_vs_reach.draw(make(n_posts=9000))
    dots = [t for t in fig.data if t.mode == "markers"]
    assert 500 < sum(len(t.x) for t in dots) <= 1500
    run = make()
    assert quality_vs_reach.table(run)["posts"].sum() <= (run.posts["dose"] < 0).sum()


def test_the_trial_has_the_means_it_should(run):
    table = dose.table(run).set_index("likes_bought")
    posts = run.posts[run.posts["dose"] == 200]
    assert table.loc[200, "mean_reach"] == posts["impressions"].mean()
    assert table.loc[200, "low"] < table.loc[200, "mean_reach"] < table.loc[200, "high"]


def test_innocents_are_counted(run):
    days = int((run.daily["n_punished_creators"] > 0).sum())
    assert punished._daily(run)["innocent"].sum() == days * round(9 * 0.12)
    assert len(punished._weekly(run)) == -(-60 // 7)
    rival, fans = (
        "75% for likes that a rival had bought against them",
        "5.0% for likes that fan clubs had bought for them",
    )
    assert f"Innocent creators were hit: {rival}, {fans}, 20% for likes that nobody" in punished.caption(run)
    older = make(days=60)
    del older.manifest["tables"]["punished_creators"]
    assert "Innocent creators were hit" not in punished.caption(older)


def test_mistakes_by_rule_and_cause(run):
    assert honest_mistakes.title(run) == "Most mistakes: 'no read like' wrongly flagged 90 of 2,000 honest likes"
    fig = honest_mistakes.draw(run)
    heads = list(fig.data[0].x)
    assert heads[0] == "all honest likes" and heads[2] == "no read like (90)"  # without mistakes there is no column
    assert list(fig.data[0].y) == ["carrier's address", "not opened"]
    assert np.allclose(np.array(fig.data[0].customdata)[:, 1:], [[100, 33], [0, 67]])  # as printed
    times = np.array(fig.data[0].z)  # as common as among all, powers of 2
    assert (times[:, 0] == 0).all() and times[1, 1] == -2  # the yardstick, and none: the colour ends at a quarter
    assert times[0, 2] == pytest.approx(np.log2(33 / fig.data[0].customdata[0][0])) and times[1, 2] == 2
    few = SimpleNamespace(
        honest_mistakes=run.honest_mistakes.assign(wrong_likes=run.honest_mistakes["wrong_likes"] // 9)
    )
    assert not np.any(honest_mistakes.draw(few).data[0].z)  # of ten likes shares say little
    assert honest_mistakes.caption(few).startswith("No rule flagged 20 honest likes wrongly")
    assert "no colour" not in honest_mistakes.caption(run)
    some = run.honest_mistakes
    some.loc[some["rule"] == "ip_burst", "wrong_likes"] //= 9
    assert "Columns of fewer than 20 likes have no colour." in honest_mistakes.caption(
        SimpleNamespace(honest_mistakes=some)
    )
    assert "had the cause 'not opened', against 6.0% of all honest likes" in honest_mistakes.caption(run)
    assert not honest_mistakes.applies(make(days=5, empty=True))


def test_of_one_rule_nothing_is_the_most():
    mistakes = make().honest_mistakes
    alone = SimpleNamespace(honest_mistakes=mistakes[mistakes["rule"] == "no_read_like"])
    assert honest_mistakes.title(alone) == "'no read like' wrongly flagged 90 of 2,000 honest likes"
    two, one = make(days=3), make(days=3)
    for run in (two, one):
        for name in [column for column in run.daily if column.endswith(("_precision", "_recall"))]:
            del run.daily[name]
        run.daily[["a_precision", "a_recall"]] = 0.5, 0.1
    two.daily[["b_precision", "b_recall"]] = 0.75, 0.1
    assert detectors.title(two) == "Most precise detector: b, right in 75% of its flags"
    assert detectors.title(one) == "A: right in 50% of its flags"


def test_a_run_of_an_older_version_has_no_chart_of_mistakes():
    older = make(days=5)
    del older.manifest["tables"]["mistakes"]
    assert "honest_mistakes" not in older.figures.names()


def test_speed_is_in_readable_units(run):
    assert " minutes" in speed.caption(run) or " hours" in speed.caption(run)
    assert set(speed.table(run)) >= {"strategy", "posts", "median_h"}


def test_strategies_that_are_equally_fast_are_all_named():
    tied = make(days=5)
    posts = tied.posts
    posts["s_to_1000"], posts["dose"] = -1, -1
    posts["s_to_100"] = np.where(posts["strategy"].isin(["honest", "mutual_aid"]), 600, 7200)
    assert "honest posts and posts with 'mutual aid' that get there, after 10 minutes" in speed.title(tied)
    assert "no honest post" not in speed.caption(tied)


def test_one_fast_post_does_not_make_a_strategy_the_fastest():
    lucky = make(days=5)
    posts = lucky.posts
    posts["s_to_100"], posts["s_to_1000"], posts["dose"] = -1, -1, -1
    honest = posts.index[posts["strategy"] == "honest"][:8]
    posts.loc[honest, "s_to_100"] = 7200
    posts.loc[posts.index[posts["strategy"] == "mutual_aid"][:1], "s_to_100"] = 60
    assert speed.title(lucky) == "Fastest to 100 likes: honest posts that get there, after 2.0 hours"


def test_trust_that_hardly_changes_is_drawn_so_and_what_changes_fills_the_axis():
    flat, falling = make(days=20), make(days=20)
    flat.daily["platform_trust"] = np.linspace(0.700, 0.701, 20)
    falling.daily["platform_trust"] = np.linspace(0.7, 0.3, 20)
    for made, widest in ((flat, 0.12), (falling, 0.5)):
        twin = made.twin_daily
        if twin is not None:
            twin["platform_trust"] = made.daily["platform_trust"].to_numpy()
        low, high = trust.draw(made).layout.yaxis.range
        drawn = made.daily["platform_trust"]
        assert low < drawn.min() and drawn.max() < high and 0.1 <= high - low <= widest


def test_closed_farms_count_as_closed(run):
    days = market._by_day(run)
    assert days["open_farms"].iloc[0] == 3
    assert days["open_farms"].iloc[-1] == 2


def test_everybody_has_a_look_of_their_own():
    for known in (STRATEGIES, ORIGINS, GRADES):
        looks = [(h.color, h.dash, h.pattern, h.symbol) for h in known.values()]
        assert len(set(looks)) == len(looks)
    stranger = look_of(STRATEGIES, "my_module:MyStrategy", 3)
    assert stranger.label == "MyStrategy"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(59, "59 seconds"), (600, "10 minutes"), (5400, "1.5 hours"), (3 * 86400, "3.0 days")],
)
def test_spans(seconds, text):
    assert formatting.span(seconds) == text


def test_numbers_as_text():
    assert formatting.count(1234) == "1,234"
    assert formatting.count(2.5e6) == "2.5 million"
    assert formatting.percent(float("nan")) == "none known"
    assert formatting.moved(0.5, 0.5) == "stays at 0.50"
    assert formatting.moved(0.5, 0.25) == "falls from 0.50 to 0.25"
    assert formatting.join_words(["a", "b", "c"]) == "a, b and c"
    assert formatting.estimate(-0.0004, 3) == "0.000"
    assert formatting.estimate(-0.0004, 4, "+") == "-0.0004"
