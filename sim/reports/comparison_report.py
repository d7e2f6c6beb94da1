"""The report of a comparison: scorecard, differences, measures over time, dose and response, who bears the cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.attribution import COUNTED, STAKEHOLDERS, Attribution
from sim.analysis.comparison import FACTOR, Comparison
from sim.analysis.verdict import OPEN
from sim.charts.compare import deciles, differences, dose, fan, frontier
from sim.charts.compare.subjects import ComparedMeasure, ComparedOutcome, HonestCreators, Tradeoff
from sim.charts.summary import Tile
from sim.core.enums import words
from sim.core.formatting import name_seeds, times
from sim.reports import comparison_text as text
from sim.reports import twin_verdict, verdict_matrix, verdict_text
from sim.reports.assets import render
from sim.reports.components import ChartView, Page, chart_view, csv_links, failures_of, table_of
from sim.reports.notices import comparison_notices
from sim.reports.ranking_words import describe_rankings
from sim.reports.rerun import rerun
from sim.reports.scorecard import scorecard_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sim.analysis.outcomes import Outcome
    from sim.studies.results import StudyResults

EYEBROW = "Gresham · {kind} · {days} days · {readers:,} seats · {creators:,} creators"
EFFECT_COLUMNS = {
    "label": "outcome", FACTOR: FACTOR, "n": "seeds", "effect": "effect (g)", "in_reference_sd": "in reference sd",
    "correlation": "correlation", "narrowed": "narrowed", "p": "p", "p_holm": "p after Holm",
}  # fmt: skip


def render_page(comparison: Comparison, results: StudyResults) -> str:
    """The whole report as HTML; `results` are the runs of the comparison."""
    sections = _sections(comparison)
    return render(
        "comparison.html.j2",
        page=_page(comparison, results, sections),
        sections=sections,
        matrix=None if isinstance(comparison, Attribution) else verdict_matrix.matrix(comparison),
        lines=twin_verdict.lines(comparison) if isinstance(comparison, Attribution) else None,
        tradeoffs=_tradeoffs(comparison),
        tradeoff_caption=frontier.section(comparison),
        scorecard=_scorecard(comparison),
        differences=_differences(comparison),
        chart_sections={name: charts for name, charts in _chart_sections(comparison).items() if name in sections},
        trial=_trial(comparison) if "dose" in sections else None,
        certainty=_certainty(comparison),
    )


def tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Everything behind the report, by the name of its CSV file."""
    found = _scorecard_frames(comparison)
    found |= {f"fan-{each.name}": fan.table(each) for each in _measures(comparison)}
    if dose.applies(comparison):
        found["dose"] = dose.table(comparison)
    if isinstance(comparison, Attribution):
        found |= {
            "stakeholders": comparison.stakeholders,
            "deciles": comparison.deciles,
            "honest-creators": comparison.honest,
        }
    return found


def _sections(comparison: Comparison) -> dict[str, str]:
    """Anchors and titles of the sections, in their order on the page."""
    is_attribution = isinstance(comparison, Attribution)
    found = {
        "frontier": "What quality costs" if _tradeoffs(comparison) else "",
        "scorecard": "Scorecard",
        "differences": "What manipulation changes" if is_attribution else "What each policy changes",
        "honest": "Which honest creators lose" if is_attribution else "",
        "time": "Over time" if _measures(comparison) else "",
        "dose": "" if is_attribution else "Dose and response",
        "certainty": "Effect sizes and p-values",
    }
    return {anchor: title for anchor, title in found.items() if title}


# -- header ------------------------------------------------------------------------------------------------


def _page(comparison: Comparison, results: StudyResults, sections: Mapping[str, str]) -> Page:
    about, title = comparison.about, text.title(comparison)
    kind = "what manipulation costs" if isinstance(comparison, Attribution) else "policies compared"
    return Page(
        title=title,
        heading=title,
        eyebrow=EYEBROW.format(kind=kind, **{name: about[name] for name in ("days", "readers", "creators")}),
        summary=[
            twin_verdict.paragraph(comparison)
            if isinstance(comparison, Attribution)
            else verdict_text.paragraph(comparison)
        ],
        notices=comparison_notices(comparison),
        notes=[
            *(each for each in (text.stopping_sentence(comparison),) if each),
            *describe_rankings(about.get("rankings", {})),
        ],
        tiles=_tiles(comparison),
        links=sections,
        rerun=rerun(results.place),
        versions=results.record["versions"],
        failures=failures_of(results),
    )


def _tiles(comparison: Comparison) -> list[Tile]:
    seeds, done = comparison.seeds, len(comparison.values)
    asked, narrowed = len(comparison.policies) * len(seeds), comparison.narrowed
    verdicts = comparison.verdict["verdict"]
    what = "worlds" if isinstance(comparison, Attribution) else "policies"
    tiles = [
        Tile(what, f"{len(comparison.policies)}", f"reference: {words(comparison.reference)}"),
        Tile("seeds", f"{len(seeds)}", f"{name_seeds(seeds)}, the same for all"),
        Tile("runs", f"{done:,}", "all that were asked for" if done == asked else f"of {asked:,} asked for"),
        Tile("verdicts known", f"{int((verdicts != OPEN).sum())} of {len(verdicts)}", verdict_text.counts(comparison)),
    ]
    if comparison.has_intervals:
        gain = "–" if narrowed != narrowed else f"{times(narrowed)} ×"
        tiles.append(Tile("narrower intervals", gain, "by common random numbers, median"))
    return tiles


def _tradeoffs(comparison: Comparison) -> list[ChartView]:
    """Quality against innocent people hit and against cost; none for what manipulation costs."""
    if isinstance(comparison, Attribution):
        return []
    both = [Tradeoff(comparison, against) for against in frontier.TITLES]
    return [chart_view(frontier, each, f"frontier-{each.against}") for each in both if frontier.applies(each)]


# -- sections ----------------------------------------------------------------------------------------------


def _scorecard_frames(comparison: Comparison) -> dict[str, pd.DataFrame]:
    return {
        "verdict": comparison.verdict,
        "scorecard": comparison.scorecard,
        "differences": comparison.differences,
        "values": comparison.values,
    }


def _scorecard(comparison: Comparison) -> dict[str, Any]:
    """Outcomes down, policies across: the mean, and under it the difference from the reference with its interval."""
    card = scorecard_of(comparison)
    one = len(card.windows) == 1
    rows = [
        {
            "label": row.label,
            "notes": ", ".join(filter(None, (row.unit, row.definition, "" if one else row.window))),
            "cells": row.cells,
        }
        for row in card.rows
    ]
    window = card.windows[0] if one else "figure named under the outcome"
    return {
        "caption": text.describe_scorecard(comparison, window),
        "policies": card.policies,
        "rows": rows,
        "csvs": csv_links(_scorecard_frames(comparison)),
    }


def _differences(comparison: Comparison) -> dict[str, Any]:
    groups: dict[str, Sequence[Outcome]] = {"": comparison.outcomes}
    if isinstance(comparison, Attribution):
        by_name = {outcome.name: outcome for outcome in comparison.outcomes}
        groups = {
            text.STAKEHOLDERS[who]: [by_name[name] for name, _ in measured] for who, measured in STAKEHOLDERS.items()
        }
    return {
        "caption": text.describe_differences(comparison),
        "groups": [
            {"title": title, "panels": [_panel(ComparedOutcome(comparison, outcome)) for outcome in outcomes]}
            for title, outcomes in groups.items()
        ],
    }


def _panel(compared: ComparedOutcome) -> ChartView:
    name = f"difference-{compared.outcome.name}"
    if differences.applies(compared):
        return chart_view(differences, compared, name, fold=False)
    known, seeds = differences.table(compared)["n"], len(compared.comparison.seeds)
    shown = text.NO_DIFFERENCE if known.min() == seeds else text.FEW_VALUES.format(n=known.max(), seeds=seeds)
    return ChartView(name, differences.title(compared), shown if known.max() > 0 else text.NO_VALUE)


def _chart_sections(comparison: Comparison) -> dict[str, list[ChartView]]:
    changes = fan.changes_of(comparison)
    found = {"time": [chart_view(fan, each, f"fan-{each.name}", changes=changes) for each in _measures(comparison)]}
    if isinstance(comparison, Attribution):
        honest = [HonestCreators(comparison, counted) for counted in COUNTED]
        found = {"honest": [chart_view(deciles, each, f"deciles-{each.counted}") for each in honest]} | found
    return found


def _measures(comparison: Comparison) -> list[ComparedMeasure]:
    measured = [ComparedMeasure(comparison, name) for name in fan.SHOWN]
    return [each for each in measured if fan.applies(each)]


def _trial(comparison: Comparison) -> dict[str, Any]:
    """Dose and response, or why there is nothing to show."""
    return {
        "chart": chart_view(dose, comparison, "dose") if dose.applies(comparison) else None,
        "too_young": comparison.posts is not None,
        "min_age_days": dose.MIN_AGE_DAYS,
    }


def _certainty(comparison: Comparison) -> dict[str, Any]:
    """Effect sizes, what common random numbers gain, and how everything was computed."""
    frame = comparison.differences
    return {
        "caption": text.describe_certainty(comparison),
        "table": table_of(frame[[*EFFECT_COLUMNS]].rename(columns=EFFECT_COLUMNS)),
        "csvs": csv_links({"differences": frame}),
    }
