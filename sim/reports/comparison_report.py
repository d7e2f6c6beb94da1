"""The report of a comparison: scorecard, differences, courses over time, dose and response, who bears the cost."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from sim.analysis.attribution import COUNTED, STAKEHOLDERS, Attribution
from sim.analysis.comparison import FACTOR, SIGNIFICANT, Comparison
from sim.charts.compare import deciles, differences, dose, fan
from sim.core.enums import words
from sim.core.formatting import decimals, estimate, listed, times
from sim.reports import components as sheet
from sim.reports.comparison_text import cautions, stopping_sentence
from sim.reports.run_report import frame_html
from sim.reports.scorecard import of_seeds
from sim.studies.results import Swept

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sim.analysis.outcomes import Outcome

Rows = dict[tuple[str, str], dict[str, Any]]
escape = sheet.escape
MOST_TOLD = 3  # policies named in a sentence
WORDS = {"readers": "Readers", "creators": "Creators", "advertisers": "Advertisers", "platform": "The platform"}


def page(comparison: Comparison, results: Swept) -> str:
    """The whole report as HTML; `results` are the runs that are compared."""
    sections = {
        "scorecard": ("Scorecard", _scorecard(comparison)),
        "differences": (f"What {_changer(comparison)} changes", _differences(comparison)),
        "honest": ("Who of the honest loses", _honest(comparison)),
        "time": ("Over time", _time(comparison)),
        "dose": ("Dose and response", _dose(comparison)),
        "luck": ("How sure", _sure(comparison)),
    }
    body = [
        f'<section id="{anchor}"><h2>{escape(title)}</h2>{inner}</section>'
        for anchor, (title, inner) in sections.items()
        if inner
    ]
    links = {anchor: title for anchor, (title, inner) in sections.items() if inner}
    title = _title(comparison)
    same = (
        "Runs a sample of the runs again and compares every bit; with more seeds, the command that made this page adds "
        "to what is there."
    )
    foot = sheet.foot(f"gresham reproduce {shlex.quote(results.place.address)}", same, results.record["versions"])
    return sheet.document(title, _head(comparison), links, [*body, sheet.failures(results.failures)], foot)


def tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Everything behind the report, by the name of its CSV file."""
    found = {"scorecard": comparison.scorecard, "differences": comparison.differences, "values": comparison.values}
    found |= {f"fan-{name}": fan.table(comparison, name) for name in fan.SHOWN if fan.applies(comparison, name)}
    if dose.applies(comparison):
        found["dose"] = dose.table(comparison)
    if isinstance(comparison, Attribution):
        found |= {"stakeholders": comparison.stakeholders, "deciles": comparison.deciles}
        found["honest-creators"] = comparison.honest
    return found


# -- head -------------------------------------------------------------------------------------------------


def _title(comparison: Comparison) -> str:
    if isinstance(comparison, Attribution):
        return f"What manipulation costs: {words(comparison.policies[1])}"
    return " / ".join(words(policy) for policy in comparison.policies)


def _head(comparison: Comparison) -> str:
    about, seeds = comparison.about, comparison.seeds
    done = len(comparison.values)
    asked = len(comparison.policies) * len(seeds)
    all_done = "all that were asked for" if done == asked else f"of {asked:,} asked for"
    narrowed = comparison.narrowed
    frame = comparison.differences
    what = "worlds" if isinstance(comparison, Attribution) else "policies"
    sure = int((frame["p_holm"] < SIGNIFICANT).sum())
    tiles = sheet.tiles(
        [
            (f"{len(comparison.policies)}", what, f"reference: {words(comparison.reference)}"),
            (f"{len(seeds)}", "seeds", f"{seeds[0]} to {seeds[-1]}, the same for all"),
            (f"{done:,}", "runs", all_done),
            (f"{sure} of {len(frame)}", "differences that are sure", "after Holm's correction, at 5 %"),
            ("–" if narrowed != narrowed else f"{times(narrowed)} ×", "narrower by shared luck", "intervals, median"),
        ]
    )
    kind = "what manipulation costs" if isinstance(comparison, Attribution) else "policies under the same luck"
    title = _title(comparison)
    small = ' style="font-size:32px"' if len(title) > 50 else ""
    return (
        f'<header><div class="eyebrow">Gresham · {kind} · {about["days"]} days · {about["readers"]:,} readers · '
        f"{about['creators']:,} creators</div><h1{small}>{escape(title)}</h1>"
        f'<p class="summary">{escape(_summary(comparison))}</p>{_cautions(comparison)}{tiles}</header>'
    )


def _changer(comparison: Comparison) -> str:
    return "manipulation" if isinstance(comparison, Attribution) else "each policy"


def _cautions(comparison: Comparison) -> str:
    """Why there are as many seeds as there are, and what so few cannot show."""
    told = " ".join(filter(None, (stopping_sentence(comparison), *cautions(comparison))))
    return f'<p class="says">{escape(told)}</p>' if told else ""


def _summary(comparison: Comparison) -> str:
    """What the policies change in the first outcomes, in one sentence each; of many policies only the extremes."""
    told = []
    for outcome in comparison.outcomes[:4]:
        rows = differences.table(comparison, outcome)
        rows = rows[rows["mean"].notna()].sort_values("mean", ascending=False)
        if not len(rows):
            continue
        base = estimate(rows["reference"].iloc[0])
        told.append(f"{outcome.label}: {base} {_under(comparison, comparison.reference)}{_others(comparison, rows)}.")
    return " ".join(told)


def _under(comparison: Comparison, policy: str) -> str:
    """The twin is a world, not a policy."""
    under = "where" if isinstance(comparison, Attribution) and policy == comparison.reference else "under"
    return f"{under} {words(policy)}"


def _others(comparison: Comparison, rows: pd.DataFrame) -> str:
    """What is different under the others, sorted from high to low."""
    told = [_change(row) for row in rows.to_dict("records")]
    under = [_under(comparison, policy) for policy in rows[FACTOR]]
    if len(rows) <= MOST_TOLD:
        return f"; {listed([f'{change} {policy}' for change, policy in zip(told, under, strict=True)])}"
    return f"; of the others highest {under[0]} ({told[0]}) and lowest {under[-1]} ({told[-1]})"


def _change(row: Mapping[Any, Any]) -> str:
    """A difference in words."""
    size = estimate(abs(row["mean"]), decimals(row["low"], row["high"]))
    if row["mean"] == 0.0:
        return "the same"
    luck = "" if row["p_holm"] < SIGNIFICANT else ", which may be luck,"
    return f"{size} {'higher' if row['mean'] > 0.0 else 'lower'}{luck}"


# -- sections ---------------------------------------------------------------------------------------------


def _scorecard(comparison: Comparison) -> str:
    """Outcomes down, policies across: the mean, and under it the difference to the reference with its interval."""
    policies = comparison.policies
    head = "".join(f"<th>{escape(words(policy))}</th>" for policy in policies)
    card = comparison.means()
    found = comparison.by_key()
    seeds = len(comparison.seeds)
    windows = list(dict.fromkeys(outcome.window for outcome in comparison.outcomes))
    one = len(windows) == 1
    body = ""
    for outcome in comparison.outcomes:
        notes = [*filter(None, (outcome.told_unit,)), *([] if one else [outcome.window])]
        unit = f"<br><small>{escape(', '.join(notes))}</small>" if notes else ""
        cells = "".join(
            _cell(card[outcome.name, policy], found.get((outcome.name, policy)), outcome, seeds) for policy in policies
        )
        body += f"<tr><th>{escape(outcome.label)}{unit}</th>{cells}</tr>"
    says = (
        f"Of each run the {windows[0] if one else 'figure said under its name'}, of those the mean over seeds; under "
        f"it the difference to {words(comparison.reference)} and its 95 % interval, seed by seed. * is sure after "
        "Holm's correction over the whole table."
    )
    frames = {"scorecard": comparison.scorecard, "differences": comparison.differences, "values": comparison.values}
    return (
        f'<p class="says">{escape(says)}</p><div class="scroll"><table class="card">'
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div>{sheet.csvs(frames)}"
    )


def _cell(mean: dict[str, Any], row: dict[str, Any] | None, outcome: Outcome, seeds: int) -> str:
    """A policy's mean, and its difference to the reference; of the reference itself the interval of the mean."""
    places = decimals(mean["low"], mean["high"])
    value = f"<b>{estimate(mean['mean'], places)}</b>{_lacking(mean['n'], seeds)}"
    if row is None:
        return f"<td>{value}{_between(mean, places, '')}</td>"
    sure = row["p_holm"] < SIGNIFICANT
    wanted = {"higher": 1, "lower": -1, None: 0}[outcome.better] * (1 if row["mean"] > 0 else -1)
    css = {1: ' class="good"', -1: ' class="bad"', 0: ""}[wanted] if sure else ""
    places = decimals(row["low"], row["high"])
    change = "no difference" if row["mean"] == 0.0 else estimate(row["mean"], places, "+")
    pairs = "" if row["n"] == mean["n"] else _lacking(row["n"], seeds)
    return (
        f'<td{css}>{value}<span class="change">{change}{" *" if sure else ""}</span>{pairs} '
        f"{_between(row, places, '+')}</td>"
    )


def _lacking(n: int, seeds: int) -> str:
    return f"<small>{of_seeds(n, seeds).strip()}</small> " if n != seeds else ""


def _between(row: dict[str, Any], places: int | None, sign: str) -> str:
    """The interval, if it has a width."""
    if places is None:
        return ""
    return f"<small>({estimate(row['low'], places, sign)} to {estimate(row['high'], places, sign)})</small>"


def _differences(comparison: Comparison) -> str:
    groups = {"": comparison.outcomes}
    if isinstance(comparison, Attribution):
        by_name = {o.name: o for o in comparison.outcomes}
        groups = {WORDS[who]: tuple(by_name[name] for name, _ in rows) for who, rows in STAKEHOLDERS.items()}
    says = (
        "Each mark is the mean difference over seeds to the dotted line, the reference; the bar is its 95 % bootstrap "
        "interval. Filled: sure after Holm's correction. Hollow: it could be luck."
    )
    body = ""
    for group, outcomes in groups.items():
        panels = "".join(f"<div>{_panel(comparison, o)}</div>" for o in outcomes)
        body += (f"<h3>{group}</h3>" if group else "") + f'<div class="panels">{panels}</div>'
    return f'<p class="says">{escape(says)}</p>{body}'


def _panel(comparison: Comparison, outcome: Outcome) -> str:
    frame = differences.table(comparison, outcome)
    if not (frame["mean"].fillna(0.0) != 0.0).any():
        known = "No difference under any seed." if frame["n"].max() > 0 else "It has a value in none of the runs."
        return f'<h3>{escape(outcome.label)}</h3><p class="says">{known}</p>'
    fig = differences.draw(comparison, outcome)
    return sheet.chart(outcome.label, "", fig, frame, f"difference-{outcome.name}", fold=False)


def _honest(comparison: Comparison) -> str:
    if not isinstance(comparison, Attribution):
        return ""
    return "".join(
        sheet.chart(
            f"Honest creators: {what}",
            deciles.says(comparison, name),
            deciles.draw(comparison, name),
            deciles.table(comparison, name),
            f"deciles-{name}",
        )
        for name, (_, what) in COUNTED.items()
    )


def _time(comparison: Comparison) -> str:
    return "".join(
        sheet.chart(fan.title(name), fan.says(comparison, name), fan.draw(comparison, name),
                    fan.table(comparison, name), f"fan-{name}")
        for name in fan.SHOWN
        if fan.applies(comparison, name)
    )  # fmt: skip


def _dose(comparison: Comparison) -> str:
    if isinstance(comparison, Attribution):
        return ""
    if not dose.applies(comparison):
        if comparison.posts is not None:
            return (
                '<p class="says">Posts were in a randomised trial, but none of them is '
                f"{dose.SETTLED} days old, when its reach is known.</p>"
            )
        return (
            '<p class="says">No posts were in a randomised trial. To see what bought likes buy under each policy, set '
            "<code>probes.share_posts</code> (for example <code>--set probes.share_posts=0.02</code>).</p>"
        )
    return sheet.chart(dose.TITLE, dose.says(comparison), dose.draw(comparison), dose.table(comparison), "dose")


def _worth(narrowed: float) -> list[str]:
    """What shared luck was worth, in one sentence; nothing where it is not known."""
    if narrowed != narrowed:
        return []
    return [
        f"Under shared luck intervals are {times(narrowed)} times narrower (median) than with independent seeds: "
        f"as if there were {times(narrowed**2)} times as many runs."
    ]


def _sure(comparison: Comparison) -> str:
    """Effect sizes, what shared luck is worth, and how everything was computed."""
    frame = comparison.differences
    kept = frame[["label", FACTOR, "n", "effect", "in_reference_sd", "correlation", "narrowed", "p", "p_holm"]]
    shown = kept.rename(columns={"label": "outcome", "n": "seeds", "effect": "effect (g)", "p_holm": "p after Holm"})
    says = " ".join(
        [
            *_worth(comparison.narrowed),
            "Effect (g): mean difference over its own standard deviation, corrected for few seeds (Hedges' g of paired",
            "differences). In reference sd: over the reference's standard deviation. Narrowed: width of the interval",
            "with independent seeds over its width under shared ones. p: sign-flip permutation test, corrected for",
            f"{len(frame)} differences by Holm's method.",
        ]
    )
    return f'<p class="says">{escape(says)}</p>{frame_html(shown)}{sheet.csvs({"differences": frame})}'
