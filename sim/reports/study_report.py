"""The report of a study: one HTML file that needs no network, its data inside as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.analysis.study_outcome import StudyOutcome, factor_label
from sim.charts.study import convergence, effects, indices, phase, screening
from sim.charts.summary import Tile
from sim.core.formatting import name_seeds, number, percent
from sim.reports.assets import render
from sim.reports.components import MOST_ROWS, Page, chart_view, csv_links, failures_of, table_of
from sim.reports.notices import study_notices
from sim.reports.parameters import describe_value
from sim.reports.ranking_words import describe_rankings
from sim.reports.rerun import rerun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.analysis.findings import Findings
    from sim.charts.protocol import Chart
    from sim.studies.results import StudyResults

CHARTS: dict[str, Chart[StudyOutcome]] = {
    "phase": phase,
    "effects": effects,
    "indices": indices,
    "screening": screening,
    "convergence": convergence,
}
DESIGNS = {
    "grid": "every combination of the values (grid)",
    "latin_hypercube": "a Latin hypercube",
    "sobol": "Saltelli's scheme on Sobol' points",
    "morris": "Morris trajectories",
}
OPEN_ROWS = 15  # of factors; a longer table is folded away
MOST_NAMES = 4  # of factors in a tile
MOST_TOLD = 4  # outcomes in the terminal
MOST_PATHS = 4  # of parameters of a factor
VARIED = "{factors} factors, {design}{settings}, each point under the same seeds. Base: {base}{changes}."
LOST = "{lost} points are left out: one of their runs is missing, or has no value."


def render_page(findings: Findings, results: StudyResults) -> str:
    """The whole report as HTML; `results` are the runs of the study."""
    outcomes = [StudyOutcome(findings, each.name) for each in findings.outcomes]
    return render(
        "study.html.j2",
        page=_page(findings, results, outcomes),
        varied=_varied(findings),
        outcomes=[_outcome(each) for each in outcomes],
    )


# -- header ------------------------------------------------------------------------------------------------


def _page(findings: Findings, results: StudyResults, outcomes: list[StudyOutcome]) -> Page:
    about = findings.about
    return Page(
        title=findings.name,
        heading=findings.name.replace("_", " "),
        eyebrow=f"Gresham · study · base {about['base']} · {about['days']} days · {about['readers']:,} seats",
        about=findings.description,
        summary=[_sentence(each) for each in outcomes],
        notices=study_notices(findings),
        notes=describe_rankings({"": about["ranking"]} if "ranking" in about else {}),
        tiles=_tiles(findings),
        links={"varied": "What was varied"} | {_anchor(each.name): each.label for each in outcomes},
        rerun=rerun(results.place),
        versions=results.record["versions"],
        failures=failures_of(results),
    )


def _tiles(findings: Findings) -> list[Tile]:
    points, seeds, done = len(findings.points), len(findings.seeds), len(findings.values)
    asked = "all that were asked for" if done == points * seeds else f"of {points * seeds:,} asked for"
    return [
        Tile("runs", f"{done:,}", asked),
        Tile("points", f"{points:,}", DESIGNS[findings.design["kind"]]),
        Tile("factors", f"{len(findings.factors):,}", _few([factor_label(name) for name in findings.factors])),
        Tile("repetitions", f"{seeds:,}", name_seeds(findings.seeds)),
    ]


def key_figures(findings: Findings) -> list[str]:
    """A study in a few lines, for the terminal: how large it is, and what its first outcomes show."""
    sizes = ", ".join(f"{tile.label} {tile.value}" for tile in _tiles(findings))
    return [sizes, *(_sentence(StudyOutcome(findings, each.name)) for each in findings.outcomes[:MOST_TOLD])]


def _few(names: list[str]) -> str:
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[: MOST_NAMES - 1])} and {len(names) - MOST_NAMES + 1} more"


def _sentence(outcome: StudyOutcome) -> str:
    """The range of an outcome, and what moves it most."""
    matrix = outcome.matrix
    known = matrix[~np.isnan(matrix).any(axis=1)].mean(axis=1)
    if not len(known):
        return f"{outcome.label} could not be computed at any point."
    if known.max() == known.min():
        return f"{outcome.label} is {number(known.max())} on average at every point."
    if not [name for name in outcome.findings.factors if name not in outcome.findings.unchanged_in(outcome.name)]:
        return f"{outcome.label} is {number(known.mean())} on average, whatever the factors are."
    share = outcome.sensitivity.run_variance.share
    random = "" if share != share else f" ({percent(share)} of the variance of a single run is random)"
    return f"{outcome.label} runs from {number(known.min())} to {number(known.max())}{_strongest(outcome)}{random}."


def _strongest(outcome: StudyOutcome) -> str:
    """Which factor moves an outcome most, as the end of a sentence."""
    top, significant = outcome.sensitivity.ranked()[:1], outcome.sensitivity.sure()[:1]
    if not significant:
        return ", and no factor has a significant effect"
    if top == significant:
        return f", moved most by {factor_label(top[0])}"
    return f", with a significant effect of {factor_label(significant[0])}"


def _anchor(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)


# -- sections ----------------------------------------------------------------------------------------------


def _varied(findings: Findings) -> dict[str, Any]:
    """What the study varied."""
    rows = [
        {
            "factor": factor_label(name),
            "what": _what(each),
            "values": _values(each),
            "unit": each["unit"],
            "meaning": each["meaning"],
        }
        for name, each in findings.about["varied"].items()
    ]
    frame = pd.DataFrame(rows)
    csvs = {"factors": frame, "points": findings.points, "outcomes of every run": findings.values}
    return {
        "caption": _varied_caption(findings),
        "table": table_of(frame, MOST_ROWS),
        "folded": f"The {len(frame):,} factors" if len(frame) > OPEN_ROWS else "",
        "csvs": csv_links(csvs),
    }


def _varied_caption(findings: Findings) -> str:
    design, changes = findings.design, findings.about["set"]
    asked = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in design.items() if key != "kind" and value)
    return VARIED.format(
        factors=len(findings.about["varied"]),
        design=DESIGNS[design["kind"]],
        settings=f" ({asked})" if asked else "",
        base=findings.about["base"],
        changes=f", with {_changes(changes)}" if changes else "",
    )


def _changes(changes: Mapping[str, Any]) -> str:
    return "; ".join(f"{path} = {describe_value(value)}" for path, value in changes.items())


def _what(factor: Mapping[str, Any]) -> str:
    if factor["how"] == "policy":
        return "the whole policy"
    paths = factor["paths"]
    more = f" and {len(paths) - MOST_PATHS} more" if len(paths) > MOST_PATHS else ""
    shown = ", ".join(paths[:MOST_PATHS]) + more
    return f"times {shown}" if factor["how"] == "times" else shown


def _values(factor: Mapping[str, Any]) -> str:
    if factor["levels"] is not None:
        return ", ".join(str(level) for level in factor["levels"])
    law = factor["distribution"]
    if law is not None:
        return f"{law['name']} ({', '.join(f'{key} {value:g}' for key, value in law.items() if key != 'name')})"
    low, high = factor["range"]
    return f"{number(low)} to {number(high)}{' (log)' if factor['scale'] == 'log' else ''}"


def _outcome(outcome: StudyOutcome) -> dict[str, Any]:
    """An outcome with all its charts."""
    lost = outcome.sensitivity.lost
    anchor = _anchor(outcome.name)
    own = outcome.findings.outcome(outcome.name)
    window = ", ".join(
        filter(None, (own.definition, own.window(int(outcome.findings.about.get("days", own.last + 1)))))
    )
    unit = f", unit {outcome.unit}" if outcome.unit not in ("", "1") else ""
    charts = {name: chart for name, chart in CHARTS.items() if chart.applies(outcome)}
    return {
        "anchor": anchor,
        "title": outcome.label,
        "notes": f"{outcome.name}{unit}, {window}. {LOST.format(lost=lost) if lost else ''}".strip(),
        "charts": [chart_view(chart, outcome, f"{anchor}-{name}") for name, chart in charts.items()],
        "constant": number(float(np.nanmax(outcome.matrix))) if outcome.sensitivity.used and not outcome.varies else "",
    }
