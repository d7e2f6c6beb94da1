"""What had made the honest likes look as they did that rules flagged by mistake."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sim.charts.run import Run
from sim.charts.style import SEQUENTIAL, new_figure, plain
from sim.core.enums import words
from sim.core.formatting import count, percent

ANY = "any"
ROW_HEIGHT, ROOM = 34, 250  # pixels of a cause, and of all that stands around the cells


def _wrong(run: Run) -> pd.DataFrame:
    """Honest likes wrongly flagged: one row a cause, one column a rule that made mistakes."""
    found = run.honest_mistakes
    causes, rules = dict.fromkeys(found["cause"]), dict.fromkeys(found["rule"])
    likes = found.pivot(index="cause", columns="rule", values="wrong_likes")
    likes = likes.reindex(index=[*causes], columns=[*rules])
    return likes.loc[:, likes.loc[ANY] > 0] if ANY in likes.index else likes


def _shares(run: Run) -> pd.DataFrame:
    """Of each rule's wrong flags, the share with each cause."""
    likes = _wrong(run)
    return likes.drop(index=ANY) / likes.loc[ANY]


def _worst(run: Run) -> str:
    likes = _wrong(run).loc[ANY]
    return str(likes.idxmax())


def title(run: Run) -> str:
    """How many honest likes the rule with the most mistakes flagged."""
    rule = _worst(run)
    flagged = int(_wrong(run)[rule].max())
    likes = "like" if flagged == 1 else "likes"
    return f"Most mistakes: '{words(rule)}' flagged {count(flagged)} honest {likes}"


def applies(run: Run) -> bool:
    """Whether a rule flagged an honest like by mistake; runs of older versions do not know."""
    return "mistakes" in run.manifest["tables"] and bool((run.honest_mistakes["wrong_likes"] > 0).any())


def draw(run: Run) -> go.Figure:
    """Causes by rules: per cent of the rule's mistakes that have the cause."""
    shares = _shares(run)
    cells = go.Heatmap(
        z=100 * shares.to_numpy(float),
        x=[plain(words(rule)) for rule in shares.columns],
        y=[plain(words(cause)) for cause in shares.index],
        zmin=0,
        zmax=100,
        colorscale=SEQUENTIAL,
        showscale=False,
        texttemplate="%{z:.0f}",
        textfont={"size": 13},
        xgap=2,
        ygap=2,
        hovertemplate="%{x}: %{z:.1f} % of its mistakes had the cause '%{y}'<extra></extra>",
    )
    fig = new_figure(title(run))
    fig.add_trace(cells)
    fig.update_xaxes(title_text="rule (% of its mistakes)", type="category", tickangle=-45)
    fig.update_yaxes(title_text="cause", type="category", autorange="reversed")
    fig.update_layout(height=ROOM + ROW_HEIGHT * len(shares), hovermode="closest")
    return fig


def caption(run: Run) -> str:
    """The most common cause of the rule with the most mistakes, beside how common it is among all honest likes."""
    rule = _worst(run)
    shares = _shares(run)[rule]
    cause = str(shares.idxmax())
    judged = run.honest_mistakes[run.honest_mistakes["rule"] == rule].set_index("cause")["honest_likes"]
    here, everywhere = float(shares[cause]), float(judged[cause] / judged[ANY])
    return (
        f"Look down the column of '{words(rule)}': {percent(here)} of the honest likes that it flagged had the cause "
        f"'{words(cause)}', against {percent(everywhere)} of all honest likes. A like may have several causes, or none "
        "of these."
    )


def table(run: Run) -> pd.DataFrame:
    """Honest likes wrongly flagged, by cause and rule."""
    likes = _wrong(run)
    return likes.rename(index=words, columns=words).rename_axis(columns=None).reset_index()
