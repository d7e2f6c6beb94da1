"""The report of a study: one HTML file that needs no network, its data inside as CSV."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING, Any, cast

from sim.charts.page import CSS, SCRIPT
from sim.charts.report import frame_html
from sim.charts.study import convergence, effects, indices, phase, screening
from sim.charts.study.about import StudyChart, name_of, number, percent, title_of
from sim.charts.style import CONFIG

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.findings import Findings

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
OPEN_ROWS = 15
MOST_ROWS = 40  # of a table on the page; the CSV has all
MORE_CSS = """
.csv { font-size: 14px; margin: 8px 0 0; } .csv a { color: var(--accent); }
h3 { font: 600 19px/1.3 "Source Serif 4", Charter, Georgia, "Noto Serif CJK SC", serif; margin: 14px 0 4px; }
h2 small { display: block; font: 400 16px/1.4 "Helvetica Neue", Helvetica, Arial, sans-serif; color: var(--quiet); }
.failures pre { font-size: 13px; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { .csv { display: none; } }
"""
escape = html.escape


def page(findings: Findings) -> str:
    """The whole report as HTML."""
    from plotly.offline import get_plotlyjs

    sections = [_varied(findings), *(_outcome(findings, each.name) for each in findings.outcomes), _failures(findings)]
    links = '<a href="#varied">What was varied</a> ' + "".join(
        f'<a href="#{_anchor(each.name)}">{escape(title_of(findings, each.name))}</a> ' for each in findings.outcomes
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(findings.name)} · Gresham</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{CSS}{MORE_CSS}</style></head><body>"
        f"{_head(findings)}<nav>{links}</nav><main>{''.join(sections)}</main>{_foot(findings)}"
        f'<script id="config" type="application/json">{_safe(json.dumps(CONFIG))}</script>'
        f"<script>{get_plotlyjs()}</script><script>{SCRIPT}</script></body></html>\n"
    )


# -- head -------------------------------------------------------------------------------------------------


def _head(findings: Findings) -> str:
    record = findings.swept.record
    points, seeds = len(findings.points), len(findings.swept.seeds)
    done = len(findings.values)
    asked = "all that were asked for" if done == points * seeds else f"of {points * seeds:,} asked for"
    tiles = [
        (f"{done:,}", "runs", asked),
        (f"{points:,}", "points", DESIGNS[findings.design["kind"]]),
        (f"{len(findings.factors):,}", "factors", _few([name_of(n) for n in findings.factors])),
        (f"{seeds:,}", "repetitions", f"seeds {findings.swept.seeds[0]} to {findings.swept.seeds[-1]}"),
    ]
    cells = "".join(
        f'<div class="tile"><b>{escape(value)}</b><span>{escape(label)}</span><small>{escape(note)}</small></div>'
        for value, label, note in tiles
    )
    about = f'<p class="about">{escape(record["description"])}</p>' if record["description"] else ""
    says = " ".join(_summary(findings, each.name) for each in findings.outcomes)
    return (
        f'<header><div class="eyebrow">Gresham · study · base {escape(str(findings.about["base"]))} · '
        f"{findings.about['days']} days · {findings.about['readers']:,} readers</div>"
        f'<h1>{escape(findings.name.replace("_", " "))}</h1>{about}<p class="summary">{escape(says)}</p>'
        f'<div class="tiles">{cells}</div></header>'
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
    top = found.ranked()[:1]
    by = f", moved most by {name_of(top[0])}" if top else ""
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
        f"{_csvs({'factors': frame, 'points': findings.points, 'outcomes of every run': findings.values})}"
        "</section>"
    )


def _table(frame: pd.DataFrame) -> str:
    """A long table is folded away."""
    if len(frame) <= OPEN_ROWS:
        return frame_html(frame)
    body = f"{frame_html(frame.head(MOST_ROWS))}{_more(frame)}"
    return f"<details><summary>The {len(frame):,} factors</summary>{body}</details>"


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


def _chart(name: str, chart: StudyChart, findings: Findings, outcome: str) -> str:
    fig, says = chart.draw(findings, outcome), chart.says(findings, outcome)
    height = fig.layout.height or fig.layout.template.layout.height
    frame = chart.table(findings, outcome)
    title = f"{title_of(findings, outcome)}: {chart.TITLE[0].lower()}{chart.TITLE[1:]}"
    return (
        f'<h3>{escape(title)}</h3><p class="says">{escape(says)}</p>'
        f'<figure role="img" aria-label="{escape(f"{title}. {says}", quote=True)}">'
        f'<div class="chart" style="height:auto;min-height:{int(height) - 40}px"></div>'
        f'<script type="application/json">{_safe(fig.to_json())}</script></figure>'
        f'<p class="csv">{_csv(f"{_anchor(outcome)}-{name}", "These figures as CSV", frame)}</p>'
        f"<details><summary>Figures behind the chart</summary>{frame_html(frame.head(MOST_ROWS))}{_more(frame)}"
        "</details>"
    )


def _more(frame: pd.DataFrame) -> str:
    left = len(frame) - MOST_ROWS
    return f'<p class="marks">and {left:,} more rows in the CSV</p>' if left > 0 else ""


def _csvs(frames: dict[str, pd.DataFrame]) -> str:
    links = " · ".join(_csv(name.replace(" ", "_"), name, frame) for name, frame in frames.items())
    return f'<p class="csv">As CSV: {links}</p>'


def _csv(file: str, text: str, frame: pd.DataFrame) -> str:
    """A link to the frame as a CSV file, which the page itself holds."""
    data = base64.b64encode(frame.to_csv(index=False).encode()).decode()
    return f'<a download="{escape(file)}.csv" href="data:text/csv;charset=utf-8;base64,{data}">{escape(text)}</a>'


def _failures(findings: Findings) -> str:
    failed = findings.swept.failures
    if not failed:
        return ""
    said = "".join(
        f"<p>Point {f.point}, seed {f.seed}, tried {f.tries} times: {escape(f.error)}</p><pre><code>{escape(f.command)}"
        "</code></pre>"
        for f in failed[:10]
    )
    more = f"<p>and {len(failed) - 10} more in the folder failed/</p>" if len(failed) > 10 else ""
    return (
        '<section id="failures" class="failures"><h2>Runs that failed</h2><p class="says">'
        f"{len(failed)} runs kept failing and were set aside; all figures are of the others.</p>{said}{more}</section>"
    )


def _foot(findings: Findings) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in findings.swept.record["versions"].items())
    return (
        "<footer><h2>To run it again</h2><pre><code>gresham sweep study.yaml</code></pre><p>The same study file, seed "
        "and versions give the same points and the same figures, bit for bit. Intervals are of 95 %. "
        f"<code>study.json</code>, beside this file, holds every point.</p><p>{escape(versions)}</p>"
        "<p>A closed simulated world; a study of manipulation and of defences. It gives no advice on any real "
        "platform.</p></footer>"
    )


def _safe(text: str) -> str:
    """JSON that cannot end the script element it stands in."""
    return text.replace("</", "<\\/")
