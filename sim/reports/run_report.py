"""The report: one HTML file that needs no network, for a screen, a projector, a phone and paper."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.charts.all_charts import CHARTS
from sim.charts.run import Chart, Mark, Run, marks
from sim.charts.style import CONFIG
from sim.charts.summary import paragraph, tiles
from sim.reports.assets import CSS, SCRIPT
from sim.reports.parameters import changed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

escape = html.escape


def write_report(run: Run, path: Path) -> Path:
    """Write the report of a run to `path`."""
    path.write_text(page(run), encoding="utf-8")
    return path


def page(run: Run) -> str:
    """The whole report as HTML."""
    from plotly.offline import get_plotlyjs

    manifest = run.manifest
    shown = {name: chart for name, chart in CHARTS.items() if chart.applies(run)}
    changes = marks(run)
    title = f"{manifest['name']}, seed {manifest['seed']}"
    sections = "".join(_section(name, chart, run, changes) for name, chart in shown.items())
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · '
        "Gresham</title>"
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{CSS}'
        "</style></head><body>"
        f"{_head(run)}<nav>{''.join(_link(name, chart) for name, chart in shown.items())}</nav>"
        f"<main>{sections}{_changes(changes)}{_parameters(manifest)}</main>{_foot(manifest)}"
        f'<script id="config" type="application/json">{_json(CONFIG)}</script>'
        f"<script>{get_plotlyjs()}</script><script>{SCRIPT}</script></body></html>\n"
    )


def _head(run: Run) -> str:
    manifest = run.manifest
    start = str(manifest["scenario"]["run"]["start_date"])[:10]
    cells = "".join(
        f'<div class="tile"><b>{escape(t.value)}</b><span>{escape(t.label)}</span><small>{escape(t.note)}</small></div>'
        for t in tiles(run.daily, run.twin_daily)
    )
    about = f'<p class="about">{escape(manifest["description"])}</p>' if manifest["description"] else ""
    return (
        f'<header><div class="eyebrow">Gresham · seed {manifest["seed"]} · {manifest["days"]} '
        f"days from {start}</div>"
        f'<h1>{escape(manifest["name"])}</h1>{about}<p class="summary">{escape(paragraph(run))}</p>'
        f'<div class="tiles">{cells}</div></header>'
    )


def _link(name: str, chart: Chart) -> str:
    return f'<a href="#{name}">{escape(chart.TITLE)}</a> '


def _section(name: str, chart: Chart, run: Run, changes: Sequence[Mark]) -> str:
    fig, says = chart.draw(run), chart.says(run)
    lettered = changes if fig.layout.annotations else ()
    height = fig.layout.height or fig.layout.template.layout.height
    return (
        f'<section id="{name}"><h2>{escape(chart.TITLE)}</h2><p class="says">{escape(says)}</p>'
        f'<figure role="img" aria-label="{escape(f"{chart.TITLE}. {says}", quote=True)}">'
        f'<div class="chart" id="chart-{name}" style="height:auto;min-height:{int(height) - 40}px"></div>'
        f'<script type="application/json">{_safe(fig.to_json())}</script></figure>{_legend(lettered)}'
        "<details><summary>Figures behind the chart</summary><div "
        f'class="scroll">{frame_html(chart.table(run))}</div></details>'
        "</section>"
    )


def _legend(changes: Iterable[Mark]) -> str:
    items = " · ".join(f"<b>{m.letter}</b> day {m.day}: {escape(m.text)}" for m in changes)
    return f'<p class="marks">{items}</p>' if items else ""


def _changes(changes: Sequence[Mark]) -> str:
    if not changes:
        return ""
    rows = [[m.letter, str(m.day), m.text] for m in changes]
    return f'<section id="calendar"><h2>When policy changed</h2>{_table(["", "day", "what changed"], rows)}</section>'


def _parameters(manifest: dict[str, Any]) -> str:
    rows = [[f"{c.path}", c.value, c.default, c.unit, c.description] for c in changed(manifest["scenario"])]
    says = "" if rows else '<p class="says">Every parameter stands at its default.</p>'
    body = _table(["parameter", "here", "default", "unit", "meaning"], rows, code=True) if rows else ""
    return f'<section id="parameters"><h2>Parameters that differ from the defaults</h2>{says}{body}</section>'


def _foot(manifest: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    commit = f" Commit <code>{escape(manifest['commit'][:12])}</code>." if manifest["commit"] else ""
    seal = manifest["tables"]["daily"]["sha256"][:16]
    command = "gresham run scenario.yaml"
    return (
        "<footer><h2>To run it again</h2>"
        f"<pre><code>{escape(command)}</code></pre><p>The same scenario, seed and versions give "
        "the same figures, bit for bit: "
        f"the table of days then carries the seal <code>{seal}</code>. <code>scenario.yaml</code>, beside "
        f"this file, spells out every parameter, the seed and the length.{commit}</p>"
        f"<p>{escape(versions)}</p>"
        "<p>A closed simulated world; a study of manipulation and of defences. It gives no "
        "advice on any real platform.</p></footer>"
    )


def frame_html(frame: pd.DataFrame) -> str:
    """A frame as a plain table, numbers to the right, four significant digits."""
    names = [str(name).replace("_", " ") for name in frame.columns]
    numeric = [i for i, name in enumerate(frame.columns) if pd.api.types.is_numeric_dtype(frame[name])]
    rows = [[cell(value) for value in row] for row in frame.itertuples(index=False)]
    return _table(names, rows, right=numeric)


def cell(value: Any) -> str:
    """A value of a table as text."""
    if isinstance(value, str):
        return value
    number = float(value)
    if number != number:
        return "–"
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (), code: bool = False) -> str:
    def side(i: int) -> str:
        return ' class="n"' if i in right else ""

    head = "".join(f"<th{side(i)}>{escape(name)}</th>" for i, name in enumerate(names))
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{side(i)}>{f'<code>{escape(text)}</code>' if code and i == 0 else escape(text)}</td>"
            for i, text in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _json(value: Any) -> str:
    return _safe(json.dumps(value))


def _safe(text: str) -> str:
    """JSON that cannot end the script element it stands in."""
    return text.replace("</", "<\\/")
