"""How much each factor decides: the indices of the design as bars, with intervals."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.findings import Findings
from sim.analysis.sensitivity import UNITS
from sim.charts.study.about import in_text, legend_below, name_of, number, percent, title_of
from sim.charts.style import BLUE, ORANGE, QUIET, Look, figure

TITLE = "What decides it"
MOST_BARS = 20
KINDS: dict[str, tuple[tuple[str, Look], ...]] = {
    "sobol": (("ST", Look("total, with all interplay", BLUE)), ("S1", Look("alone", ORANGE, pattern="/"))),
    "morris": (("mu_star", Look("mean size of the effect (mu*)", BLUE)),),
    "latin_hypercube": (("prcc", Look("partial rank correlation", BLUE)),),
    "grid": (
        ("share", Look("a factor alone", BLUE)),
        ("interaction", Look("two factors together", ORANGE, pattern="/")),
        ("higher", Look("more factors together", "#009E73", pattern="\\")),
        ("luck", Look("luck", QUIET, pattern=".")),
    ),
}
AXES = {
    "sobol": "share of the variance",
    "morris": "mean change over the factor's range",
    "latin_hypercube": "partial rank correlation",
    "grid": "share of the variance",
}
MAIN_NAMES = {"ST": "total index", "mu_star": "mu*", "prcc": "partial rank correlation", "share": "share of variance"}


def applies(findings: Findings, outcome: str) -> bool:
    """Where there is anything to say of any factor."""
    return len(findings.sensitivity[outcome].indices) > 0


def table(findings: Findings, outcome: str) -> pd.DataFrame:
    """All indices with their intervals."""
    return findings.sensitivity[outcome].indices


def draw(findings: Findings, outcome: str) -> go.Figure:
    """Bars from the largest down; names on the axis."""
    kind = findings.design["kind"]
    rows = table(findings, outcome)
    fig = figure(f"{title_of(findings, outcome)}: what decides it")
    fig.update_layout(barmode="group", hovermode="closest")
    known = {index for index, _ in KINDS[kind]}
    order = rows[rows["index"].isin(known)].assign(size=lambda r: r["value"].abs())
    names = list(dict.fromkeys(order.sort_values("size", ascending=False, kind="stable")["factor"]))[:MOST_BARS]
    for index, how in KINDS[kind]:
        own = rows[(rows["index"] == index) & rows["factor"].isin(names)]
        if own.empty:
            continue
        up, down = (own["high"] - own["value"]).clip(lower=0), (own["value"] - own["low"]).clip(lower=0)
        fig.add_trace(
            go.Bar(
                x=own["value"],
                y=[name_of(name) for name in own["factor"]],
                orientation="h",
                name=how.label,
                marker={
                    "color": how.color,
                    "pattern": {"shape": how.pattern, "fillmode": "overlay", "fgcolor": "white", "solidity": 0.15}
                    if how.pattern
                    else None,
                },
                error_x={
                    "type": "data", "array": up.fillna(0.0), "arrayminus": down.fillna(0.0),
                    "thickness": 1.6, "width": 4, "color": "#1a1a1a",
                },
                customdata=own[["low", "high"]].to_numpy(),
                hovertemplate=(
                    f"%{{y}}, {how.label}: %{{x:.3g}} (%{{customdata[0]:.3g}} to %{{customdata[1]:.3g}})<extra></extra>"
                ),
            )
        )  # fmt: skip
    several = 2 if kind == "sobol" else 1
    fig.update_yaxes(
        title_text="factor", categoryorder="array", categoryarray=[name_of(n) for n in reversed(names)], showgrid=False
    )
    fig.update_xaxes(title_text=AXES[kind], showgrid=True, gridcolor="#e4e4e1", rangemode="tozero")
    fig.update_layout(height=190 + 28 * several * len(names), showlegend=kind != "latin_hypercube", **legend_below())
    if kind == "grid":
        fig.update_layout(barmode="overlay", bargap=0.35)
    return fig


def says(findings: Findings, outcome: str) -> str:
    """The strongest factor, whether it acts alone, and what luck does."""
    found = findings.sensitivity[outcome]
    rows = found.indices
    label = in_text(findings, outcome)
    main = rows[rows["index"] == found.main]
    if not len(main):
        return "No factor is a number that varies; the shares in the table are all there is."
    if float(main["value"].abs().max()) == 0:
        return f"No factor moves {label}."
    top = main.iloc[int(main["value"].abs().to_numpy().argmax())]
    name, value = name_of(str(top["factor"])), float(top["value"])
    span = "" if top["low"] != top["low"] else f" ({number(top['low'])} to {number(top['high'])})"
    said = {
        "ST": f"{name} decides most about {label}: {number(value)} of its variance{span}, interplay included",
        "mu_star": f"{name} moves {label} most: by {number(value)}{span} from one end of its range to the other",
        "prcc": f"{name} goes with {label} most closely: a partial rank correlation of {number(value)}{span}",
        "share": f"{name} alone accounts for {percent(value)} of how {label} varies between runs under one seed{span}",
    }[found.main]
    said = said if "." in name else said[0].upper() + said[1:]
    if str(top["factor"]) not in found.sure():
        return f"{said}. The interval holds 0: more {UNITS[findings.design['kind']]} would tell whether it is luck."
    return f"{said}; {_interplay(findings, outcome, str(top['factor']))}."


def _interplay(findings: Findings, outcome: str, top: str) -> str:
    """Whether the strongest factor acts through others."""
    found = findings.sensitivity[outcome]
    by = found.indices.set_index(["index", "factor"])["value"]
    if found.main == "ST":
        alone = max(0.0, float(by["S1", top]))
        return f"{number(alone)} is what would go if its value were known"
    if found.main == "mu_star":
        if float(by["sigma", top]) < 0.5 * float(by["mu_star", top]):
            return "much the same whatever the others are"
        return "how much depends on the other factors, or bends (sigma is of the same size)"
    if found.main == "prcc":
        named = "".join(f", {name_of(name)} adds {percent(by[i, name])} of R2" for i, name in by.index if i == "share")
        return (
            f"all factors together explain {percent(found.r2.get('rank R2', 0.0))} of the variance of the ranks{named}"
        )
    pairs = float(by["interaction"].sum()) if "interaction" in by else 0.0
    luck = f", luck {percent(float(by['luck'].sum()))}" if "luck" in by else ""
    return f"factors acting together account for {percent(pairs)}{luck}"
