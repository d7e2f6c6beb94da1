"""The report of a run: one HTML file that needs no network, for a screen, a projector, a phone and paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.charts.all_charts import CHARTS, LINKS
from sim.charts.run import Run, changes_of
from sim.charts.summary import make_tiles
from sim.core.clock import WEEK_DAYS
from sim.core.errors import RunError
from sim.core.formatting import count, days_of, ends, last_days, number, percent
from sim.reports.assets import render
from sim.reports.components import Page, Table, chart_view
from sim.reports.notices import run_notices
from sim.reports.parameters import changed
from sim.reports.ranking_words import describe_ranking
from sim.reports.rerun import rerun
from sim.scenario.size import people_for, reads_per_post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.charts.changes import LetteredChange

CHECKSUM_DIGITS = 16
ONE_SEED = "This is one run under one seed; gresham twin says over many seeds what manipulation costs, with intervals."
READS = "Posts followed for at least a week got {reads} reads on average; published reading rates would give {wanted}."

LACKS = (
    "{name}, seed {seed}: a table lacks the column '{column}', which the report draws: it was changed, or another "
    "version wrote it"
)


def write_report(run: Run, path: Path) -> Path:
    """Write the report of a run to `path`, and return the path."""
    path.write_text(render_page(run), encoding="utf-8")
    return path


def render_page(run: Run) -> str:
    """The whole report as HTML; RunError when a table of the run lacks a column that is drawn."""
    try:
        return _render(run)
    except KeyError as error:
        raise RunError(
            LACKS.format(name=run.manifest["name"], seed=run.manifest["seed"], column=error.args[0])
        ) from error


def _render(run: Run) -> str:
    manifest, changes = run.manifest, changes_of(run)
    shown = {name: chart for name, chart in CHARTS.items() if chart.applies(run)}
    start = str(manifest["scenario"]["run"]["start_date"])[:10]
    about = Page(
        title=f"{manifest['name']}, seed {manifest['seed']}",
        heading=manifest["name"],
        eyebrow=f"Gresham · seed {manifest['seed']} · {days_of(manifest['days'])} from {start}",
        about=manifest["description"],
        summary=[paragraph(run)],
        notices=run_notices(run),
        notes=[*describe_ranking(manifest["scenario"]), ONE_SEED],
        tiles=make_tiles(run.daily, run.twin_daily),
        links={name: LINKS[name] for name in shown},
        rerun=rerun(),
        versions=manifest["versions"],
    )
    return render(
        "run.html.j2",
        page=about,
        charts=[chart_view(chart, run, name, changes=changes) for name, chart in shown.items()],
        calendar=_calendar(changes),
        parameters=_parameters(manifest["scenario"]),
        checksum=manifest["tables"]["daily"]["sha256"][:CHECKSUM_DIGITS],
        commit=(manifest["commit"] or "")[:12],
    )


def _audience(scenario: dict[str, Any]) -> str:
    """Who reads: people in seats; readers in a run of a version in which each stood for one person."""
    readers = scenario["readers"]
    if "people" not in readers:
        return f"{count(readers['n'])} readers"
    return f"{count(_people(scenario))} people in {count(readers['n'])} seats"


def _people(scenario: dict[str, Any]) -> int:
    readers, creators = scenario["readers"], scenario["creators"]
    return int(readers["people"] or people_for(creators["n"], creators["posts_per_day"]))


def _reads(run: Run) -> list[str]:
    """Reads of a mean post, beside what there was to be had; nothing for a short run, or one of an older version."""
    posts, scenario = run.posts, run.manifest["scenario"]
    if "people" not in scenario["readers"] or not {"reads", "published_day"} <= {*posts.columns}:
        return []
    days = posts["published_day"]
    settled = posts.loc[(days >= WEEK_DAYS) & (days < run.manifest["days"] - WEEK_DAYS), "reads"]
    if settled.empty:
        return []
    creators = scenario["creators"]
    wanted = reads_per_post(_people(scenario), creators["n"], creators["posts_per_day"])
    return [READS.format(reads=count(float(settled.mean())), wanted=count(wanted))]


def paragraph(run: Run) -> str:
    """What happened, in one paragraph of figures."""
    daily, manifest = run.daily, run.manifest
    scenario = manifest["scenario"]
    shown = f" {count(float(daily['impressions'].sum()))} times" if "impressions" in daily else ""
    parts = [
        f"In {days_of(manifest['days'])}, {_audience(scenario)} were shown the posts of "
        f"{count(scenario['creators']['n'])} creators{shown}.",
        *_reads(run),
    ]
    if "share_manipulating_creators" in daily:
        first, last = ends(daily["share_manipulating_creators"])
        changed_to = f"The share of creators who manipulate their likes went from {percent(first)} to {percent(last)}."
        none = not daily["share_manipulating_creators"].fillna(0.0).any()
        parts.append("No creator manipulated." if none else changed_to)
    if "share_fake_likes" in daily and ends(daily["share_fake_likes"])[1] > 0:
        parts.append(f"In {last_days(daily)}, {percent(ends(daily['share_fake_likes'])[1])} of all likes were fake.")
    if "exposure_quality" in daily:
        parts.append(_quality(run))
    return " ".join(parts)


def _quality(run: Run) -> str:
    _, last = ends(run.daily["exposure_quality"])
    text = f"The mean quality of what readers were shown was {number(last)} over {last_days(run.daily)}"
    if run.twin_daily is None:
        return f"{text}."
    gap = last - ends(run.twin_daily["exposure_quality"])[1]
    if not gap:
        return f"{text}, the same as in the twin world, which has the same random numbers but no manipulation."
    if gap != gap:
        return f"{text}."
    side = "below" if gap < 0 else "above"
    return f"{text}, {number(abs(gap))} {side} the twin world, which has the same random numbers but no manipulation."


def _calendar(changes: Sequence[LetteredChange]) -> Table | None:
    if not changes:
        return None
    return Table(["", "day", "what changed"], [[each.letter, str(each.day), each.text] for each in changes])


def _parameters(scenario: dict[str, Any]) -> Table:
    rows = [[each.path, each.value, each.default, each.unit, each.description] for each in changed(scenario)]
    return Table(["parameter", "here", "default", "unit", "meaning"], rows, code=True)
