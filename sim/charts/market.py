"""The market for bought likes: prices, and the profit of like farms."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run, changes_of
from sim.charts.style import BLACK, GRADES, QUIET, Look, add_day_axis, add_line, new_panels
from sim.core.formatting import count, ends, moved, smooth, thin_rows

PROFIT = Look("profit of all farms", BLACK)


def _by_day(run: Run) -> pd.DataFrame:
    """Mean asking price of the open farms, profit of all, farms open."""
    farms = run.farms
    prices = [f"price_{grade}_per_1000_cny" for grade in GRADES]
    frame = farms[farms["open"]].groupby("day")[prices].mean()
    frame["profit_cny"] = farms.groupby("day")["profit_cny"].sum()
    frame["open_farms"] = farms.groupby("day")["open"].sum()
    frame = frame.reindex(range(len(run.daily)))  # a farm that closed writes no more rows
    frame[["profit_cny", "open_farms"]] = frame[["profit_cny", "open_farms"]].fillna(0)
    return frame.reset_index(names="day")


def title(run: Run) -> str:
    """Whether the farms make money."""
    total = float(_by_day(run)["profit_cny"].sum())
    verb = "make" if total > 0 else "lose" if total < 0 else "neither make nor lose"
    return f"Like farms {verb} {count(abs(total))} CNY" if total else f"Like farms {verb} money"


def applies(run: Run) -> bool:
    """Whether there are farms."""
    return len(run.farms) > 0


def draw(run: Run) -> go.Figure:
    """Prices above, profit below, on one axis of days."""
    fig = new_panels(title(run), len(run.daily), (0.58, 0.42))
    days = _by_day(run)
    for grade, how in GRADES.items():
        add_line(
            fig,
            days["day"],
            days[f"price_{grade}_per_1000_cny"],
            how,
            unit="CNY per 1000 likes",
            form=".1f",
            row=1,
        )
    add_line(fig, days["day"], smooth(days["profit_cny"]), PROFIT, unit="CNY a day", form=",.0f", row=2, width=2.5)
    fig.add_hline(y=0, line={"color": QUIET, "width": 1}, row=2, col=1)
    add_day_axis(fig, len(run.daily), changes_of(run), rows=2)
    fig.update_yaxes(title_text="CNY per 1000 likes", rangemode="tozero", row=1, col=1)
    fig.update_yaxes(title_text="CNY a day", tickformat="~s", row=2, col=1)
    return fig


def caption(run: Run) -> str:
    """The machine price, total profit, farms left."""
    days = _by_day(run)
    price = moved(*ends(days["price_machine_per_1000_cny"].dropna()), form=".1f")
    total = float(days["profit_cny"].sum())
    first, last = int(days["open_farms"].iloc[0]), int(days["open_farms"].iloc[-1])
    shut = int((days["open_farms"] == 0).sum())
    none = f", and for {count(shut)} days there was none: lines of prices break off" if shut and first and last else ""
    made = f"make {count(total)} CNY" if total >= 0 else f"lose {count(-total)} CNY"
    return (
        f"Look at whether profit falls below zero: the price of 1,000 machine likes {price} CNY, the farms together "
        f"{made}, and the number of open farms goes from {first} on the first day to {last} on the last (newcomers "
        f"included){none}."
    )


def table(run: Run) -> pd.DataFrame:
    """Prices, profit and open farms by day."""
    return thin_rows(_by_day(run))
