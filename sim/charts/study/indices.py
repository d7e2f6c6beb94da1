"""How much each factor matters: the sensitivity indices of the design as bars, with intervals."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.sensitivity import UNITS
from sim.analysis.study_outcome import StudyOutcome, factor_label
from sim.charts.style import BLUE, GREEN, GRID, INK, ORANGE, QUIET, Look, factor_text, legend_below, new_figure
from sim.core.formatting import join_words, number, percent

MOST_NAMED = 2  # factors that a title names

MOST_BARS = 20
KINDS: dict[str, tuple[tuple[str, Look], ...]] = {
    "sobol": (("ST", Look("total, interactions included", BLUE)), ("S1", Look("alone", ORANGE, pattern="/"))),
    "morris": (("mu_star", Look("mean size of the effect (mu*)", BLUE)),),
    "latin_hypercube": (("prcc", Look("partial rank correlation", BLUE)),),
    "grid": (
        ("share", Look("a factor alone", BLUE)),
        ("interaction", Look("two factors together", ORANGE, pattern="/")),
        ("higher", Look("more factors together", GREEN, pattern="\\")),
        ("random", Look("random variation", QUIET, pattern=".")),
    ),
}
AXES = {
    "sobol": "share of the variance",
    "morris": "mean change over the factor's range",
    "latin_hypercube": "partial rank correlation",
    "grid": "share of the variance",
}
MAIN_LABELS = {"ST": "total index", "mu_star": "mu*", "prcc": "partial rank correlation", "share": "share of variance"}


def title(outcome: StudyOutcome) -> str:
    """The outcome, and the factors whose index is not chance."""
    sure = [factor_label(name) for name in outcome.sensitivity.sure()]
    if not sure:
        return f"{outcome.label}: no factor has a significant effect"
    if len(sure) > MOST_NAMED:
        return f"{outcome.label}: {len(sure)} factors have a significant effect"
    return f"{outcome.label}: {join_words(sure)} {'has' if len(sure) == 1 else 'have'} a significant effect"


def applies(outcome: StudyOutcome) -> bool:
    """Whether any factor has an index."""
    return outcome.varies and len(outcome.sensitivity.indices) > 0


def table(outcome: StudyOutcome) -> pd.DataFrame:
    """All indices with their intervals."""
    return outcome.sensitivity.indices


def draw(outcome: StudyOutcome) -> go.Figure:
    """Bars, the largest on top."""
    kind = outcome.design
    rows = table(outcome)
    fig = new_figure(title(outcome))
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
                y=[factor_text(name) for name in own["factor"]],
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
                    "thickness": 1.6, "width": 4, "color": INK,
                },
                customdata=own[["low", "high"]].to_numpy(),
                hovertemplate=(
                    f"%{{y}}, {how.label}: %{{x:.3g}} (%{{customdata[0]:.3g}} to %{{customdata[1]:.3g}})<extra></extra>"
                ),
            )
        )  # fmt: skip
    bars = 2 if kind == "sobol" else 1
    fig.update_yaxes(
        title_text="factor",
        categoryorder="array",
        categoryarray=[factor_text(n) for n in reversed(names)],
        showgrid=False,
    )
    fig.update_xaxes(title_text=AXES[kind], showgrid=True, gridcolor=GRID, rangemode="tozero")
    fig.update_layout(height=190 + 28 * bars * len(names), showlegend=kind != "latin_hypercube", **legend_below())
    if kind == "grid":
        fig.update_layout(barmode="overlay", bargap=0.35)
    return fig


def caption(outcome: StudyOutcome) -> str:
    """The strongest factor, whether it acts through others, and how much is random variation."""
    found = outcome.sensitivity
    rows = found.indices
    label = outcome.label_in_text
    main = rows[rows["index"] == found.main]
    if not len(main):
        return "No factor is a number that varies, so there is no ranking; the table has the shares of variance."
    if float(main["value"].abs().max()) == 0:
        return f"No factor moves {label}."
    top = main.iloc[int(main["value"].abs().to_numpy().argmax())]
    name, value = factor_label(str(top["factor"])), float(top["value"])
    shown = percent if found.main == "share" else number
    span = "" if top["low"] != top["low"] else f" ({shown(float(top['low']))} to {shown(float(top['high']))})"
    text = {
        "ST": f"{name} matters most for {label}: {number(value)} of its variance{span}, interactions included",
        "mu_star": f"{name} moves {label} most: by {number(value)}{span} from one end of its range to the other",
        "prcc": f"{name} is associated most closely with {label}: partial rank correlation {number(value)}{span}",
        "share": f"{name} alone explains {percent(value)} of the variance of {label} between runs under one seed{span}",
    }[found.main]
    text = text if "." in name else text[0].upper() + text[1:]
    if str(top["factor"]) not in found.sure():
        return f"{text}. The interval contains 0: more {UNITS[outcome.design]} would show whether this is chance."
    return f"{text}; {_interaction(outcome, str(top['factor']))}."


def _interaction(outcome: StudyOutcome, top: str) -> str:
    """How far the strongest factor acts through others."""
    found = outcome.sensitivity
    by = found.indices.set_index(["index", "factor"])["value"]
    if found.main == "ST":
        alone = max(0.0, float(by["S1", top]))
        return f"knowing its value would remove {number(alone)} of the variance"
    if found.main == "mu_star":
        if float(by["sigma", top]) < 0.5 * float(by["mu_star", top]):
            return "the effect is much the same whatever the other factors are"
        return "the effect depends on the other factors, or is not linear (sigma is as large)"
    if found.main == "prcc":
        named = "".join(
            f", {factor_label(name)} adds {percent(by[i, name])} to R2" for i, name in by.index if i == "share"
        )
        return (
            f"all factors together explain {percent(found.r2.get('rank R2', 0.0))} of the variance of the ranks{named}"
        )
    pairs = float(by["interaction"].sum()) if "interaction" in by else 0.0
    noise = f", random variation for {percent(float(by['random'].sum()))}" if "random" in by else ""
    return f"factors acting together account for {percent(pairs)}{noise}"
