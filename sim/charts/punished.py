"""Who was punished, and how many of them were innocent."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, changes_of
from sim.charts.style import BLUE, ORANGE, add_day_axis, new_figure
from sim.core.clock import WEEK_DAYS
from sim.core.enums import words
from sim.core.formatting import count, percent
from sim.core.table_schema import ANY


def _daily(run: Run) -> pd.DataFrame:
    """Punished creators of each day: those hit for likes that they arranged, and the innocent."""
    daily = run.daily
    punished = daily["n_punished_creators"].fillna(0.0)
    innocent = (punished * daily["innocent_punished_share"].fillna(0.0)).round()
    return pd.DataFrame({"manipulated": punished - innocent, "innocent": innocent})


def _weekly(run: Run) -> pd.DataFrame:
    """The same, as counts of each week; the last week may be incomplete."""
    return _daily(run).groupby(run.daily["day"] // WEEK_DAYS).sum().rename_axis("week").reset_index()


WHO = {
    "rival": "a rival had bought against them",
    "fans": "fan clubs had bought for them",
    "several": "several others had bought",
    "experiment": "the experimenter had bought",
    "organic": "nobody had arranged",
    "given": "their own accounts had given",
}
GUILTY = "had arranged half of the likes or more"
INNOCENT = "innocent: had arranged fewer than half"
FEW = 6  # creators a week, below which every number has its tick


def title(run: Run) -> str:
    """What share of the creators punished was innocent."""
    days = _daily(run)
    guilty, innocent = float(days["manipulated"].sum()), float(days["innocent"].sum())
    if round(innocent) == 0:
        return "No innocent creator was punished"
    every, who = round(guilty + innocent), "an innocent one" if round(innocent) == 1 else "innocent ones"
    return f"{count(innocent)} of {count(every)} punishments of creators ({percent(innocent / every)}) hit {who}"


def applies(run: Run) -> bool:
    """Whether anybody was punished."""
    return "n_punished_creators" in run.daily and bool((run.daily["n_punished_creators"].fillna(0) > 0).any())


def draw(run: Run) -> go.Figure:
    """Bars by week, the innocent on top and hatched."""
    fig = new_figure(title(run))
    weeks = _weekly(run)
    for column, label, color, shape in (
        ("manipulated", GUILTY, BLUE, ""),
        ("innocent", INNOCENT, ORANGE, "/"),
    ):
        fig.add_trace(
            go.Bar(
                x=weeks["week"] * WEEK_DAYS + WEEK_DAYS / 2,
                y=weeks[column],
                width=WEEK_DAYS * 0.86,
                name=label,
                marker={
                    "color": color,
                    "pattern": {
                        "shape": shape,
                        "bgcolor": color,
                        "fgcolor": "white",
                        "size": 8,
                        "solidity": 0.2,
                    },
                },
                hovertemplate="%{y:,.0f} in that week<extra>" + label + "</extra>",
            )
        )
    fig.update_layout(barmode="stack")
    add_day_axis(fig, len(run.daily), changes_of(run))
    whole_weeks = WEEK_DAYS * (1 + int(weeks["week"].max()))  # the bar of a week cut short is as wide
    fig.update_xaxes(dtick=WEEK_DAYS * max(1, len(weeks) // 6), tick0=0, range=[0, whole_weeks])
    most = float((weeks["manipulated"] + weeks["innocent"]).max())
    whole = {"dtick": 1} if most < FEW else {}  # no fractions of a creator
    fig.update_yaxes(title_text="creators punished, by week (counts)", rangemode="tozero", tickformat="~g", **whole)
    return fig


def caption(run: Run) -> str:
    """The share of the innocent, and the most common action."""
    days = _daily(run)
    guilty, innocent = float(days["manipulated"].sum()), float(days["innocent"].sum())
    done = run.actions["sanction"].value_counts()
    most = (
        f"; the most common action against anybody was '{words(str(done.index[0]))}' ({count(int(done.iloc[0]))} times)"
        if len(done)
        else ""
    )
    hit = _accounts(run)
    share = percent(innocent / max(1.0, guilty + innocent))
    events = "punishment" if round(guilty + innocent) == 1 else "punishments"
    look = "Look at the hatched part: of" if innocent > 0 else "Of"
    return (
        f"{look} {count(guilty + innocent)} {events} of creators, {count(innocent)} ({share}) "
        f"hit creators for likes of which they had arranged fewer than half{most}{hit}.{_why(run)}"
    )


def _why(run: Run) -> str:
    """Who had arranged the likes that innocent creators were hit for; runs of older versions do not know."""
    if "punished_creators" not in run.manifest["tables"]:
        return ""
    rows = run.punished_creators
    innocent = rows[rows["rule"] == ANY].set_index("cause")["innocent_hit"]
    every = int(innocent.get(ANY, 0))
    shares = {who: int(innocent[cause]) / every for cause, who in WHO.items() if innocent.get(cause, 0)}
    if every == 1:
        return "".join(f" The innocent one was hit for likes that {who}." for who in list(shares)[:1])
    named = [f"{percent(share)} for likes that {who}" for who, share in shares.items()]
    return f" Innocent creators were hit: {', '.join(named)}." if named else ""


def _accounts(run: Run) -> str:
    """How often accounts were hit, and how many appeals were won; runs of older versions do not know."""
    daily = run.daily
    if "n_punished_accounts" not in daily or not daily["n_punished_accounts"].sum():
        return ""
    hit = float(daily["n_punished_accounts"].sum())
    innocent = float((daily["n_punished_accounts"] * daily["innocent_account_share"].fillna(0.0)).sum())
    text = (
        f"; accounts were held up by a check, limited or banned {count(hit)} times, {count(innocent)} of them "
        f"({percent(innocent / hit)}) for likes of which fewer than half were arranged"
    )
    appeals = float(daily["n_appeals"].sum()) if "n_appeals" in daily else 0.0
    if not appeals:
        return text
    won = float((daily["n_appeals"] * daily["overturned_share"].fillna(0.0)).sum())
    return f"{text}; {count(won)} of {count(appeals)} appeals were won"


def table(run: Run) -> pd.DataFrame:
    """Creators punished by week; the last week may be incomplete."""
    weeks = _weekly(run)
    first = (weeks["week"] * WEEK_DAYS).astype(int)
    last = (first + WEEK_DAYS).clip(upper=int(run.daily["day"].max()) + 1) - 1
    return pd.DataFrame({"from day": first, "to day": last, GUILTY: weeks["manipulated"], INNOCENT: weeks["innocent"]})
