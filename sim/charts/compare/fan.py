"""A measure over time: the median over seeds, and the ranges of half and of nine tenths of the seeds."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.comparison import FACTOR, Comparison
from sim.charts.changes import LetteredChange, letter_changes
from sim.charts.compare.subjects import ComparedMeasure, finding
from sim.charts.style import BLUE, INK, QUIET, TEMPLATE, add_day_axis, has_lone_points, look_of, new_figure, plain
from sim.core.enums import words
from sim.core.formatting import number, window_of
from sim.core.windows import LAST

SHOWN = ("exposure_quality", "share_manipulating_creators", "honest_survival", "platform_trust", "share_fake_likes",
         "farm_profit_cny")  # fmt: skip
FEW = 2  # policies whose bands can still be distinguished in one chart
ACROSS = 2  # panels beside each other
MOST_TOLD = 6  # policies that a caption gives a value of
RANGE_BAND = ("lowest", "highest", 0.18)
BANDS = (
    "Lines are medians over the seeds, the bands hold half and nine tenths of them; the middle half of the seeds spans "
    "{width}"
)
FEW_BANDS = (
    "Lines are medians over the {n} seeds, the band reaches from the lowest of them to the highest, {width} apart"
)
LONGEST = 24  # characters of a policy's name above its panel


def title(compared: ComparedMeasure) -> str:
    """The measure, and what its verdicts are where it is among the outcomes."""
    found = finding(compared.comparison, compared.name)
    return f"{compared.label}: {found}" if found else compared.label


def applies(compared: ComparedMeasure) -> bool:
    """Whether it was measured in any of the runs."""
    daily = compared.comparison.daily
    return compared.name in daily.columns and bool(daily[compared.name].notna().any())


def table(compared: ComparedMeasure) -> pd.DataFrame:
    """Quantiles over seeds by policy and day."""
    return compared.comparison.fan(compared.name)


def draw(compared: ComparedMeasure) -> go.Figure:
    """A line and its bands for every policy; of more than two policies a panel each, on one scale."""
    fan = table(compared)
    policies = compared.comparison.policies
    if len(policies) > FEW:
        return _panels(compared, fan)
    fig = new_figure(title(compared))
    for i, policy in enumerate(policies):
        rows, how = fan[fan[FACTOR] == policy], look_of({}, policy, i)
        for low, high, depth in _bands(fan):
            _band(fig, rows, low, high, how.color, depth, policy)
        fig.add_trace(
            go.Scatter(
                x=rows["day"],
                y=rows["median"],
                mode="lines+markers" if has_lone_points(rows["median"]) else "lines",
                name=plain(how.label),
                legendgroup=policy,
                line={"color": how.color, "dash": how.dash, "width": 3},
                hovertemplate=f"%{{y:.3g}}<extra>{plain(how.label)}</extra>",
            )
        )
    add_day_axis(fig, int(fan["day"].max()), changes_of(compared.comparison))
    fig.update_yaxes(title_text=plain(compared.label_with_unit))
    return fig


def _panels(compared: ComparedMeasure, fan: pd.DataFrame) -> go.Figure:
    """Small multiples: the reference in each as a grey line, two panels in a row, all on one scale."""
    from plotly.subplots import make_subplots

    policies = compared.comparison.policies
    names = [_short(words(policy)) for policy in policies]
    rows_of = -(-len(policies) // ACROSS)
    height = 150 * rows_of + 120
    fig = make_subplots(rows_of, ACROSS, shared_xaxes=True, shared_yaxes=True, subplot_titles=[plain(n) for n in names],
                        vertical_spacing=min(0.2, 42 / height), horizontal_spacing=0.06)  # fmt: skip
    fig.update_layout(template=TEMPLATE, title_text=plain(title(compared)), height=height, showlegend=False)
    fig.update_annotations(font={"size": 13, "color": INK})
    base = fan[fan[FACTOR] == policies[0]]
    for i, policy in enumerate(policies):
        at = {"row": i // ACROSS + 1, "col": i % ACROSS + 1}
        rows = fan[fan[FACTOR] == policy]
        for below, above, depth in _bands(fan):
            _band(fig, rows, below, above, BLUE, depth, policy, at)
        for own, color, dash in ((base, QUIET, "dot"), (rows, BLUE, "solid")):
            mode = "lines+markers" if has_lone_points(own["median"]) else "lines"
            fig.add_trace(
                go.Scatter(x=own["day"], y=own["median"], mode=mode, line={"color": color, "dash": dash, "width": 2},
                           marker={"size": 6}, hovertemplate="%{y:.3g}<extra></extra>"),
                **at,
            )  # fmt: skip
    fig.update_xaxes(range=[0, max(1, int(fan["day"].max()))], nticks=6)
    fig.update_xaxes(title_text="day of the run", row=rows_of)
    outer = _bands(fan)[0]
    low, high = float(fan[outer[0]].min()), float(fan[outer[1]].max())
    room = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
    fig.update_yaxes(nticks=4, range=[low - room, high + room])
    if len(policies) % ACROSS:
        fig.update_xaxes(showticklabels=True, row=rows_of - 1, col=ACROSS)
        fig.update_xaxes(visible=False, row=rows_of, col=ACROSS)
        fig.update_yaxes(visible=False, row=rows_of, col=ACROSS)
    fig.update_yaxes(title_text=plain(compared.label_with_unit), title_font_size=12, row=(rows_of + 1) // 2, col=1)
    return fig


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def caption(compared: ComparedMeasure) -> str:
    """The last days under each policy, the highest first, and how far apart the seeds are."""
    daily = compared.comparison.daily
    last = daily[daily["day"] > daily["day"].max() - LAST]
    means = last.groupby([FACTOR, "seed"])[compared.name].mean().groupby(level=FACTOR).mean()
    order = means.reindex(list(compared.comparison.policies)).sort_values(ascending=False, kind="stable")
    shown = [f"{words(str(policy))} {number(value)}" for policy, value in order.items() if value == value]
    unknown = len(order) - len(shown)
    if len(shown) > MOST_TOLD:
        shown = [*shown[: MOST_TOLD // 2], f"{len(shown) - MOST_TOLD} policies in between", *shown[-MOST_TOLD // 2 :]]
    values = ", ".join([*shown, *([f"{unknown} of the policies without a value"] if unknown else [])])
    fan = table(compared)
    ends = fan[fan["day"] > fan["day"].max() - LAST]
    inner = _bands(fan)[-1]
    width = number(float((ends[inner[1]] - ends[inner[0]]).median()))
    n = len(compared.comparison.seeds)
    bands = FEW_BANDS.format(n=n, width=width) if inner == RANGE_BAND else BANDS.format(width=width)
    when = window_of(int(daily["day"].max()) + 1)
    panels = "; the dotted line in each panel is the reference" if len(compared.comparison.policies) > FEW else ""
    return f"Mean of {when}: {values}. {bands}{panels}."


def _bands(fan: pd.DataFrame) -> tuple[tuple[str, str, float], ...]:
    """Columns that bands are drawn between, the widest first, and how dark they are."""
    return (RANGE_BAND,) if RANGE_BAND[0] in fan else (("low90", "high90", 0.13), ("low50", "high50", 0.25))


def _band(
    fig: go.Figure,
    rows: pd.DataFrame,
    low: str,
    high: str,
    color: str,
    depth: float,
    group: str,
    at: dict[str, int] | None = None,
) -> None:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    fig.add_trace(
        go.Scatter(
            x=[*rows["day"], *rows["day"][::-1]],
            y=[*rows[high], *rows[low][::-1]],
            fill="toself",
            fillcolor=f"rgba({red},{green},{blue},{depth})",
            line={"width": 0},
            legendgroup=group,
            showlegend=False,
            hoverinfo="skip",
        ),
        **(at or {}),
    )


def changes_of(comparison: Comparison) -> tuple[LetteredChange, ...]:
    """Days on which any of the policies changes."""
    return letter_changes(
        (int(change["day"]), f"{words(policy)}: {change['text']}")
        for policy, changes in comparison.about["calendars"].items()
        for change in changes
    )
