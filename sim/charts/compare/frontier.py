"""Quality won against innocent people hit, or against what it costs the platform: which policies are efficient."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.analysis.comparison import FACTOR, Comparison
from sim.analysis.frontier import NEEDED, Against
from sim.analysis.verdict import OPEN
from sim.charts.compare.subjects import Tradeoff, reference_label
from sim.charts.style import INK, QUIET, look_of, new_figure, plain
from sim.core.enums import words
from sim.core.formatting import estimate, join_words, window_of

TITLES: dict[Against, str] = {
    "innocent": "Quality won against innocent people hit",
    "cost": "Quality won against cost to the platform",
}
AXES = {"innocent": "innocent people hit a day", "cost": "cost to the platform (CNY/day), from {reference}"}
SECTION = (
    "Quality won is the difference in quality shown from {reference}. Innocent people hit: accounts held up by a "
    "check, limited or banned, and creators punished that day, for likes of which fewer than half were arranged. "
    "Cost to the platform: enforcement, and the advertising revenue that it has less than under {reference}. Means of "
    "{last} over the seeds{bars}."
)
BARS = "; bars are 95% intervals, and where they overlap the order may change with more seeds"
EFFICIENT = (
    "Efficient by the means (filled): {names}. For each of the others (hollow) some policy is at least as good on both "
    "counts and better on one."
)
ALL_EFFICIENT = (
    "By the means all are efficient: none is at least as good as another on both counts and better on one, and more "
    "quality goes with {price}."
)
PRICES = {"innocent": "more innocent people hit", "cost": "more cost to the platform"}
UNSURE = " But it is not yet known for {pairs} of policies which shows more quality, so more seeds may change this."
EQUAL = "{names} come out alike on both counts."
NOBODY_HIT = " No policy hits any innocent person in these runs."


def title(tradeoff: Tradeoff) -> str:
    """What is traded for what."""
    return TITLES[tradeoff.against]


def applies(tradeoff: Tradeoff) -> bool:
    """Whether two policies have what is compared."""
    daily = tradeoff.comparison.daily
    return all(name in daily.columns for name in NEEDED) and bool(table(tradeoff)["quality"].notna().sum() > 1)


def table(tradeoff: Tradeoff) -> pd.DataFrame:
    """A row for every policy (sim.analysis.frontier)."""
    return tradeoff.comparison.frontier(tradeoff.against)


def draw(tradeoff: Tradeoff) -> go.Figure:
    """A mark for every policy, filled when it is efficient, and a line through those that are."""
    fig, rows = new_figure(title(tradeoff)), table(tradeoff)
    front = rows[rows["efficient"]].sort_values("x")
    if len(front) > 1:
        line = {"color": QUIET, "dash": "dash", "width": 2}
        fig.add_trace(go.Scatter(x=front["x"], y=front["quality"], mode="lines", line=line, showlegend=False,
                                 hoverinfo="skip"))  # fmt: skip
    for at, row in enumerate(rows.to_dict("records")):
        how = look_of({}, str(row[FACTOR]), at)
        if row["quality"] != row["quality"] or row["x"] != row["x"]:
            continue
        fig.add_trace(
            go.Scatter(
                x=[row["x"]],
                y=[row["quality"]],
                mode="markers",
                name=plain(how.label),
                marker={
                    "size": 14,
                    "symbol": how.symbol if row["efficient"] else f"{how.symbol}-open",
                    "color": how.color,
                    "line": {"width": 2, "color": how.color},
                },
                error_x=_bar(row["x"], row["low"], row["high"], how.color),
                error_y=_bar(row["quality"], row["quality_low"], row["quality_high"], how.color),
                hovertemplate=f"quality %{{y:+.4f}}, %{{x:,.3g}}<extra>{plain(how.label)}</extra>",
            )
        )
    axis = AXES[tradeoff.against].format(reference=reference_label(tradeoff.comparison))
    fig.update_xaxes(title_text=plain(axis), showgrid=True, title_font_size=14, nticks=6)
    if tradeoff.against == "innocent":
        # where nobody is hit the axis is of one person
        most = max((x for x in (*rows["x"], *rows["high"]) if x > 0), default=1.0)
        least = min((x for x in (*rows["x"], *rows["low"]) if x < 0), default=0.0)
        fig.update_xaxes(range=[least - 0.05 * most, 1.08 * most])  # whole marks and intervals at both ends
    fig.add_hline(y=0, line={"color": INK, "width": 1, "dash": "dot"})
    fig.update_yaxes(title_text="quality won", title_font_size=14, nticks=6)
    fig.update_layout(height=400, hovermode="closest", margin={"t": 12, "r": 24})
    return fig


def caption(tradeoff: Tradeoff) -> str:
    """Which policies are efficient."""
    rows = table(tradeoff)
    good = [words(str(policy)) for policy in rows.loc[rows["efficient"], FACTOR]]
    every = len(good) == int(rows["quality"].notna().sum())
    alike = len(good) > 1 and rows.loc[rows["efficient"], ["quality", "x"]].drop_duplicates().shape[0] == 1
    if every and alike:
        text = EQUAL.format(names=join_words(good))
    elif every:
        text = ALL_EFFICIENT.format(price=PRICES[tradeoff.against])
    else:
        text = EFFICIENT.format(names=join_words(good))
    text += "" if every and alike else _unsure(tradeoff.comparison)
    if tradeoff.against == "innocent" and not (rows["x"].fillna(0.0) != 0.0).any():
        text += NOBODY_HIT
    return text


def _unsure(comparison: Comparison) -> str:
    """For how many pairs of policies the verdict on the quality shown is open; empty for none."""
    verdicts = comparison.verdict.loc[comparison.verdict["outcome"] == NEEDED[0], "verdict"]
    undecided = int((verdicts == OPEN).sum())
    pairs = f"{undecided} of {len(verdicts)} pairs" if undecided < len(verdicts) else "any pair"
    return UNSURE.format(pairs=pairs) if undecided else ""


def section(comparison: Comparison) -> str:
    """What both charts show."""
    return SECTION.format(
        reference=reference_label(comparison),
        last=window_of(int(comparison.about["days"])),
        bars=BARS if comparison.has_intervals else "",
    )


def figures(comparison: Comparison, against: Against) -> dict[str, str]:
    """The x of every policy as text, by policy; a dash where it is unknown."""
    rows = table(Tradeoff(comparison, against))
    sign = "+" if against == "cost" else ""
    return {str(row[FACTOR]): estimate(float(row["x"]), None, sign) for row in rows.to_dict("records")}


def _bar(value: float, low: float, high: float, color: str) -> dict[str, object]:
    known = low == low and high == high
    return {"type": "data", "symmetric": False, "array": [high - value if known else 0.0],
            "arrayminus": [value - low if known else 0.0], "color": color, "thickness": 1.5, "width": 4}  # fmt: skip
