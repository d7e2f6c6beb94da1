"""What had made the honest likes look as they did that rules flagged by mistake."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from sim.charts.run import Run
from sim.charts.style import DIVERGING, INK, new_figure, plain
from sim.core.enums import words
from sim.core.formatting import count, percent
from sim.core.table_schema import ANY

WORTH_NAMING = 0.05  # share of the mistakes that a cause must have to be named
ALL = "all honest likes"
IN_WORDS = {
    "site": "campus or office", "hosted": "hosting company", "carrier": "carrier's address", "keen": "keenest likers",
    "unread": "not opened", "second_hand_phone": "second-hand phone",
}  # fmt: skip
STANDS_OUT = 1.5  # times as common as among all likes, from which a cause is named
MOST_TIMES = 4  # as common, or as rare, from which the colour changes no more
FEW_LIKES = 20  # flagged wrongly, of which shares say little
COLORS = (
    "Orange: more common among the likes that a rule flagged wrongly than among all (the darkest: {most} times or "
    "more); blue: rarer. "
)
NO_COLOR = "Columns of fewer than {few} likes have no colour. "
SAY_LITTLE = "No rule flagged {few} honest likes wrongly: shares of so few say little, and have no colour."
NOTHING_STANDS_OUT = (
    "No cause is much more common among the honest likes that '{rule}' wrongly flagged than among all. A like may have "
    "several causes, or none."
)
EXAMPLE = (
    "For example, {share} of the honest likes that '{rule}' wrongly flagged had the cause '{cause}', against {all} of "
    "all honest likes. A like may have several causes, or none of these."
)
ENDS = math.log2(MOST_TIMES)
TENTH = 0.1  # shares below have a decimal, in per cent
FEW_COLUMNS = 4  # whose heads stand upright, a word a line
ROW_HEIGHT, ROOM = 34, 330  # pixels of a cause, and of all that stands around the cells


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


def _judged(run: Run, rule: str) -> pd.Series:
    """Honest likes that a rule judged, by cause."""
    found: pd.Series = run.honest_mistakes[run.honest_mistakes["rule"] == rule].set_index("cause")["honest_likes"]
    return found


def _everywhere(run: Run) -> pd.Series:
    """Of all honest likes that the rules judged, the share with each cause."""
    likes = run.honest_mistakes.groupby("cause", sort=False)["honest_likes"].sum()
    share: pd.Series = likes.drop(ANY) / likes[ANY]
    return share


def _with_all(run: Run) -> pd.DataFrame:
    """Shares with each cause: of all honest likes first, then of each rule's wrong flags."""
    shares = _shares(run)
    shares.insert(0, ALL, _everywhere(run).reindex(shares.index))
    return shares


def _cause_in_words(cause: str) -> str:
    return IN_WORDS.get(cause, words(cause))


def title(run: Run) -> str:
    """How many honest likes the rule with the most mistakes flagged."""
    rule = _worst(run)
    flagged = int(_wrong(run)[rule].max())
    judged = int(_judged(run, rule)[ANY])
    likes = "like" if judged == 1 else "likes"
    finding = f"'{words(rule)}' wrongly flagged {count(flagged)} of {count(judged)} honest {likes}"
    return f"Most mistakes: {finding}" if run.honest_mistakes["rule"].nunique() > 1 else finding


def applies(run: Run) -> bool:
    """Whether a rule flagged an honest like by mistake; runs of older versions do not know."""
    return "mistakes" in run.manifest["tables"] and bool((run.honest_mistakes["wrong_likes"] > 0).any())


def draw(run: Run) -> go.Figure:
    """Causes by detectors: per cent of its wrong flags that have the cause, beside that of all honest likes.

    The colour says how many times as common it is as among all of them; columns of few likes have none.
    """
    wrong, shares = _wrong(run).loc[ANY], _with_all(run)
    flagged = {str(rule): int(likes) for rule, likes in zip(wrong.index, wrong.to_numpy(int), strict=True)}
    heads = [plain(words(rule)) + (f" ({count(flagged[rule])})" if rule != ALL else "") for rule in shares.columns]
    percents = np.where(shares >= TENTH, (100 * shares).round(), (100 * shares).round(1)).astype(float)
    cells = go.Heatmap(
        z=_times_as_common(percents) * np.array([flagged.get(str(rule), 0) >= FEW_LIKES for rule in shares.columns]),
        customdata=percents,
        x=heads,
        y=[plain(_cause_in_words(str(cause))) for cause in shares.index],
        zmin=-ENDS,
        zmax=ENDS,
        colorscale=DIVERGING,
        showscale=False,
        text=[[f"{share:g}" for share in row] for row in percents],
        texttemplate="%{text}",
        textfont={"size": 13, "color": INK},
        xgap=2,
        ygap=2,
        hovertemplate="%{x}: %{customdata:.1f} % had the cause '%{y}'<extra></extra>",
    )
    fig = new_figure(title(run))
    fig.add_trace(cells)
    few = len(heads) <= FEW_COLUMNS
    fig.update_xaxes(
        title_text="% with the cause, by detector<br>(likes it flagged wrongly)",
        type="category",
        tickvals=heads,
        ticktext=[head.replace(" ", "<br>") for head in heads] if few else heads,
        tickangle=0 if few else -60,
    )
    fig.update_yaxes(title_text="cause", type="category", autorange="reversed")
    fig.update_layout(height=ROOM + ROW_HEIGHT * len(shares), hovermode="closest")
    return fig


def _times_as_common(percents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm (base 2) of each column over the first, cut at both ends; 0 where there is nothing to compare."""
    first = percents[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.log2(percents / first)
    return np.clip(np.nan_to_num(times, nan=0.0, posinf=ENDS, neginf=-ENDS), -ENDS, ENDS)


def caption(run: Run) -> str:
    """The cause most overrepresented among the mistakes of the detector with the most, beside how common it is."""
    wrong, rule = _wrong(run).loc[ANY], _worst(run)
    if wrong[rule] < FEW_LIKES:
        return SAY_LITTLE.format(few=FEW_LIKES)
    shares, everywhere = _shares(run)[rule], _everywhere(run)
    everywhere = everywhere.reindex(shares.index)
    times = (shares / everywhere.where(everywhere > 0)).where(shares >= WORTH_NAMING).fillna(0.0)
    cause = str(times.idxmax())
    found = COLORS.format(most=MOST_TIMES) + (NO_COLOR.format(few=FEW_LIKES) if (wrong < FEW_LIKES).any() else "")
    if times[cause] < STANDS_OUT:
        return found + NOTHING_STANDS_OUT.format(rule=words(rule))
    return found + EXAMPLE.format(
        share=percent(float(shares[cause])),
        rule=words(rule),
        cause=_cause_in_words(cause),
        all=percent(float(everywhere[cause])),
    )


def table(run: Run) -> pd.DataFrame:
    """What is drawn: per cent of all honest likes with the cause, and of those that each rule flagged wrongly."""
    percents = 100 * _with_all(run)
    return percents.rename(index=_cause_in_words, columns=words).rename_axis(columns=None).reset_index()
