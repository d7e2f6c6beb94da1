"""Parts of a report on many runs: the document, a chart with its words and its data, tables, links to CSV."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING, Any

from sim.charts.style import CONFIG
from sim.reports.assets import CSS, SCRIPT
from sim.reports.run_report import frame_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    import plotly.graph_objects as go

MOST_ROWS = 40  # of a table on the page; the CSV has all
SHEET_CSS = """
.csv { font-size: 14px; margin: 8px 0 0; } .csv a { color: var(--accent); }
h3 { font: 600 19px/1.3 "Source Serif 4", Charter, Georgia, "Noto Serif CJK SC", serif; margin: 14px 0 4px; }
h2 small { display: block; font: 400 16px/1.4 "Helvetica Neue", Helvetica, Arial, sans-serif; color: var(--quiet); }
.failures pre { font-size: 13px; white-space: pre-wrap; overflow-wrap: anywhere; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 8px 32px; }
.panels h3 { font-size: 17px; margin: 16px 0 0; } .panels .csv { margin: 0; }
.card { width: 100%; } .card td, .card th { padding: 7px 12px 7px 0; }
.card td b { display: block; font-weight: 600; font-size: 15px; }
.card td small { color: var(--quiet); white-space: nowrap; display: inline-block; }
.card td { vertical-align: top; }
.card .change { font-size: 15px; white-space: nowrap; display: block; }
.card .good .change, .card .good small { color: #00694c; } .card .bad .change, .card .bad small { color: #a34700; }
@media (max-width: 560px) { .tile:last-child:nth-child(odd) { grid-column: span 2; } }
@media print { .csv { display: none; } .panels { grid-template-columns: 1fr 1fr; } }
"""
escape = html.escape


def document(title: str, head: str, links: Mapping[str, str], sections: Iterable[str], foot: str) -> str:
    """The whole page: it needs no network."""
    from plotly.offline import get_plotlyjs

    nav = " ".join(f'<a href="#{escape(anchor)}">{escape(text)}</a>' for anchor, text in links.items())
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · Gresham</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{CSS}{SHEET_CSS}</style></head><body>{head}<nav>{nav}</nav><main>{''.join(sections)}</main>{foot}"
        f'<script id="config" type="application/json">{safe(json.dumps(CONFIG))}</script>'
        f"<script>{get_plotlyjs()}</script><script>{SCRIPT}</script></body></html>\n"
    )


def tiles(rows: Iterable[tuple[str, str, str]]) -> str:
    """Figures at a glance: value, label, note."""
    cells = "".join(
        f'<div class="tile"><b>{escape(value)}</b><span>{escape(label)}</span><small>{escape(note)}</small></div>'
        for value, label, note in rows
    )
    return f'<div class="tiles">{cells}</div>'


def chart(title: str, says: str, fig: go.Figure, frame: pd.DataFrame, file: str, *, fold: bool = True) -> str:
    """A chart under its title, with one sentence, its data as CSV and, folded away, as a table."""
    height = fig.layout.height or fig.layout.template.layout.height
    words = f'<p class="says">{escape(says)}</p>' if says else ""
    return (
        f"<h3>{escape(title)}</h3>{words}"
        f'<figure role="img" aria-label="{escape(f"{title}. {says}", quote=True)}">'
        f'<div class="chart" style="height:auto;min-height:{int(height) - 40}px"></div>'
        f'<script type="application/json">{safe(fig.to_json())}</script></figure>'
        f'<p class="csv">{csv(file, "These figures as CSV", frame)}</p>{folded(frame) if fold else ""}'
    )


def folded(frame: pd.DataFrame) -> str:
    """A table that opens on a click."""
    left = len(frame) - MOST_ROWS
    more = f'<p class="marks">and {left:,} more rows in the CSV</p>' if left > 0 else ""
    return f"<details><summary>Figures behind the chart</summary>{frame_html(frame.head(MOST_ROWS))}{more}</details>"


def csv(file: str, text: str, frame: pd.DataFrame) -> str:
    """A link to a frame as a CSV file, which the page itself holds."""
    data = base64.b64encode(frame.to_csv(index=False).encode()).decode()
    return f'<a download="{escape(file)}.csv" href="data:text/csv;charset=utf-8;base64,{data}">{escape(text)}</a>'


def csvs(frames: Mapping[str, pd.DataFrame]) -> str:
    """Links to several."""
    links = " · ".join(csv(name.replace(" ", "_"), name, frame) for name, frame in frames.items())
    return f'<p class="csv">As CSV: {links}</p>'


def failures(failed: Iterable[Any]) -> str:
    """Runs that were set aside, with the commands that show them again; nothing when there are none."""
    failed = list(failed)
    if not failed:
        return ""
    said = "".join(
        f"<p>Point {f.point}, seed {f.seed}, tried {f.tries} times: {escape(f.error)}</p>"
        f"<pre><code>{escape(f.command)}</code></pre>"
        for f in failed[:10]
    )
    more = f"<p>and {len(failed) - 10} more in the folder failed/</p>" if len(failed) > 10 else ""
    return (
        '<section id="failures" class="failures"><h2>Runs that failed</h2><p class="says">'
        f"{len(failed)} runs kept failing and were set aside; all figures are of the others.</p>{said}{more}</section>"
    )


def foot(command: str, same: str, versions: Mapping[str, str]) -> str:
    """How to run it again, versions, and what this is not."""
    told = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"<footer><h2>To run it again</h2><pre><code>{escape(command)}</code></pre><p>{escape(same)} "
        f"<code>study.json</code>, beside this file, holds every point.</p><p>{escape(told)}</p>"
        "<p>A closed simulated world; a study of manipulation and of defences. It gives no advice on any real "
        "platform.</p></footer>"
    )


def safe(text: str) -> str:
    """JSON that cannot end the script element it stands in."""
    return text.replace("</", "<\\/")
