"""The report of a study: one HTML file that needs no network, its data inside as CSV."""

from __future__ import annotations

import html
import json
import shlex
from typing import TYPE_CHECKING, Any, cast

from sim.charts.study import convergence, effects, indices, phase, screening
from sim.charts.study.about import StudyChart, name_of, number, percent, title_of
from sim.reports.components import MOST_ROWS, chart, csvs, document, failures, foot, tiles
from sim.reports.run_report import frame_html

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.findings import Findings
    from sim.studies.results import Swept

CHARTS: dict[str, StudyChart] = {
    name: cast("StudyChart", module)
    for name, module in {
        "phase": phase,
        "effects": effects,
        "indices": indices,
        "screening": screening,
        "convergence": convergence,
    }.items()
}
DESIGNS = {
    "grid": "every combination of the values (grid)",
    "latin_hypercube": "a Latin hypercube",
    "sobol": "Saltelli's scheme on Sobol' points",
    "morris": "Morris trajectories",
}
OPEN_ROWS = 15  # of factors; more are folded away
escape = html.escape


def page(findings: Findings, results: Swept) -> str:
    """The whole report as HTML; `results` are the runs of the study."""
    outcomes = [each.name for each in findings.outcomes]
    sections = [_varied(findings), *(_outcome(findings, name) for name in outcomes), failures(results.failures)]
    links = {"varied": "What was varied"} | {_anchor(name): title_of(findings, name) for name in outcomes}
    same = (
        "Runs a sample of the runs again and compares every bit: the same study file, seed and versions give the same "
        "points and the same figures. Intervals are of 95 %."
    )
    end = foot(f"gresham reproduce {shlex.quote(results.place.address)}", same, results.record["versions"])
    return document(findings.name, _head(findings), links, sections, end)


# -- head -------------------------------------------------------------------------------------------------


def _head(findings: Findings) -> str:
    points, seeds = len(findings.points), len(findings.seeds)
    done = len(findings.values)
    asked = "all that were asked for" if done == points * seeds else f"of {points * seeds:,} asked for"
    rows = [
        (f"{done:,}", "runs", asked),
        (f"{points:,}", "points", DESIGNS[findings.design["kind"]]),
        (f"{len(findings.factors):,}", "factors", _few([name_of(n) for n in findings.factors])),
        (f"{seeds:,}", "repetitions", f"seeds {findings.seeds[0]} to {findings.seeds[-1]}"),
    ]
    about = f'<p class="about">{escape(findings.description)}</p>' if findings.description else ""
    says = " ".join(_summary(findings, each.name) for each in findings.outcomes)
    return (
        f'<header><div class="eyebrow">Gresham · study · base {escape(str(findings.about["base"]))} · '
        f"{findings.about['days']} days · {findings.about['readers']:,} readers</div>"
        f'<h1>{escape(findings.name.replace("_", " "))}</h1>{about}<p class="summary">{escape(says)}</p>'
        f"{tiles(rows)}</header>"
    )


def _few(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _summary(findings: Findings, outcome: str) -> str:
    """An outcome in one sentence: its span, and what moves it most."""
    matrix = findings.matrix(outcome)
    title = title_of(findings, outcome)
    known = matrix[~_nan(matrix).any(axis=1)].mean(axis=1)
    if not len(known):
        return f"{title} could not be computed at any point."
    found = findings.sensitivity[outcome]
    if known.max() == known.min():
        return f"{title} is {number(known.max())} everywhere."
    top, sure = found.ranked()[:1], found.sure()[:1]
    by = f", moved most by {name_of(top[0])}" if top == sure and top else ""
    by = by or (", and no factor can be told from luck" if not sure else f", {name_of(sure[0])} moving it for sure")
    luck = found.luck.share
    said = "" if luck != luck else f" ({percent(luck)} of a single run's variance is luck)"
    return f"{title} runs from {number(known.min())} to {number(known.max())}{by}{said}."


def _anchor(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)


def _nan(matrix: Any) -> Any:
    import numpy as np

    return np.isnan(matrix)


# -- sections ---------------------------------------------------------------------------------------------


def _varied(findings: Findings) -> str:
    """What the study varied, as a table."""
    import pandas as pd

    rows = [
        {
            "factor": name_of(name),
            "what": _what(each),
            "values": _values(each),
            "unit": each["unit"],
            "meaning": each["meaning"],
        }
        for name, each in findings.about["varied"].items()
    ]
    frame = pd.DataFrame(rows)
    design = findings.design
    kind = DESIGNS[design["kind"]]
    asked = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in design.items() if key != "kind" and value)
    changes = findings.about["set"]
    base = f" Base: {findings.about['base']}" + (f", with {_changes(changes)}." if changes else ".")
    says = f"{len(frame)} factors, {kind}{f' ({asked})' if asked else ''}, each point under the same seeds.{base}"
    return (
        f'<section id="varied"><h2>What was varied</h2><p class="says">{escape(says)}</p>'
        f"{_table(frame)}"
        f"{csvs({'factors': frame, 'points': findings.points, 'outcomes of every run': findings.values})}"
        "</section>"
    )


def _table(frame: pd.DataFrame) -> str:
    """A long table is folded away."""
    if len(frame) <= OPEN_ROWS:
        return frame_html(frame)
    body = frame_html(frame.head(MOST_ROWS))
    left = len(frame) - MOST_ROWS
    more = f'<p class="marks">and {left:,} more rows in the CSV</p>' if left > 0 else ""
    return f"<details><summary>The {len(frame):,} factors</summary>{body}{more}</details>"


def _changes(changes: dict[str, Any]) -> str:
    flat = {path: json.dumps(value) if isinstance(value, dict | list) else value for path, value in changes.items()}
    return ", ".join(f"{path} = {value}" for path, value in flat.items())


def _what(each: dict[str, Any]) -> str:
    if each["how"] == "policy":
        return "the whole policy"
    shown = ", ".join(each["paths"][:4]) + (f" and {len(each['paths']) - 4} more" if len(each["paths"]) > 4 else "")
    return f"times {shown}" if each["how"] == "times" else shown


def _values(each: dict[str, Any]) -> str:
    if each["levels"] is not None:
        return ", ".join(str(level) for level in each["levels"])
    law = each["distribution"]
    if law is not None:
        return f"{law['name']} ({', '.join(f'{key} {value:g}' for key, value in law.items() if key != 'name')})"
    low, high = each["range"]
    return f"{number(low)} to {number(high)}{' (log)' if each['scale'] == 'log' else ''}"


def _outcome(findings: Findings, outcome: str) -> str:
    """All charts of one outcome."""
    charts = {name: chart for name, chart in CHARTS.items() if chart.applies(findings, outcome)}
    found = findings.sensitivity[outcome]
    lost = f" {found.lost} points are left out: a run of theirs is missing, or has no value." if found.lost else ""
    unit = getattr(findings.outcome(outcome), "unit", "")
    small = escape(f"{outcome}{f', unit {unit}' if unit not in ('', '1') else ''}.{lost}")
    title = escape(title_of(findings, outcome))
    head = f'<section id="{_anchor(outcome)}"><h2>{title}<small>{small}</small></h2>'
    if not charts:
        return f'{head}<p class="says">There is nothing to draw: no point has all its runs.</p></section>'
    first, *rest = [_chart(name, chart, findings, outcome) for name, chart in charts.items()]
    return f"{head}{first}</section>" + "".join(f"<section>{each}</section>" for each in rest)


def _chart(name: str, module: StudyChart, findings: Findings, outcome: str) -> str:
    title = f"{title_of(findings, outcome)}: {module.TITLE[0].lower()}{module.TITLE[1:]}"
    says, fig = module.says(findings, outcome), module.draw(findings, outcome)
    return chart(title, says, fig, module.table(findings, outcome), f"{_anchor(outcome)}-{name}")
