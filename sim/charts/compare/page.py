"""The report of a comparison: scorecard, differences, courses over time, dose and response, who bears the cost."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from sim.charts import sheet
from sim.charts.compare import deciles, differences, dose, fan
from sim.charts.numbers import decimals, estimate, listed, times
from sim.charts.report import frame_html
from sim.experiments.compare import FACTOR, SIGNIFICANT, Comparison
from sim.experiments.costs import BEARERS, COUNTED, Costs
from sim.experiments.paired import FEWEST_BCA, seeds_to_be_sure
from sim.names import words

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.outcomes import Outcome

Rows = dict[tuple[str, str], dict[str, Any]]
escape = sheet.escape
MOST_TOLD = 3  # policies named in a sentence
WORDS = {"readers": "Readers", "creators": "Creators", "advertisers": "Advertisers", "platform": "The platform"}


def page(comparison: Comparison) -> str:
    """The whole report as HTML."""
    sections = {
        "scorecard": ("Scorecard", _scorecard(comparison)),
        "differences": ("What each policy changes", _differences(comparison)),
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
    record = comparison.swept.record
    same = (
        "Runs a sample of the runs again and compares every bit; with more seeds, the command that made this page adds "
        "to what is there."
    )
    foot = sheet.foot(f"gresham reproduce {shlex.quote(comparison.swept.place.address)}", same, record["versions"])
    return sheet.document(title, _head(comparison), links, [*body, sheet.failures(comparison.swept.failures)], foot)


def tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Everything behind the report, by the name of its CSV file."""
    found = {"scorecard": comparison.scorecard, "differences": comparison.differences, "values": comparison.values}
    found |= {f"fan-{name}": fan.table(comparison, name) for name in fan.SHOWN if fan.applies(comparison, name)}
    if dose.applies(comparison):
        found["dose"] = dose.table(comparison)
    if isinstance(comparison, Costs):
        found |= {"bearers": comparison.bearers, "deciles": comparison.deciles, "honest-creators": comparison.honest}
    return found


# -- head -------------------------------------------------------------------------------------------------


def _title(comparison: Comparison) -> str:
    if isinstance(comparison, Costs):
        return f"What manipulation costs: {words(comparison.policies[1])}"
    return " / ".join(words(policy) for policy in comparison.policies)


def _head(comparison: Comparison) -> str:
    about, seeds = comparison.about, comparison.swept.seeds
    done = len(comparison.values)
    asked = len(comparison.policies) * len(seeds)
    all_done = "all that were asked for" if done == asked else f"of {asked:,} asked for"
    narrowed = comparison.narrowed
    frame = comparison.differences
    sure = int((frame["p_holm"] < SIGNIFICANT).sum())
    tiles = sheet.tiles(
        [
            (f"{len(comparison.policies)}", "policies", f"reference: {words(comparison.reference)}"),
            (f"{len(seeds)}", "seeds", f"{seeds[0]} to {seeds[-1]}, the same for all"),
            (f"{done:,}", "runs", all_done),
            (f"{sure} of {len(frame)}", "differences that are sure", "after Holm's correction, at 5 %"),
            ("–" if narrowed != narrowed else f"{times(narrowed)} ×", "narrower by shared luck", "intervals, median"),
        ]
    )
    kind = "what manipulation costs" if isinstance(comparison, Costs) else "policies under the same luck"
    title = _title(comparison)
    small = ' style="font-size:32px"' if len(title) > 50 else ""
    return (
        f'<header><div class="eyebrow">Gresham · {kind} · {about["days"]} days · {about["readers"]:,} readers · '
        f"{about['creators']:,} creators</div><h1{small}>{escape(title)}</h1>"
        f'<p class="summary">{escape(_summary(comparison))}</p>{_stopped(comparison)}{tiles}</header>'
    )


def _stopped(comparison: Comparison) -> str:
    return f'<p class="says">{escape(comparison.stopped)}</p>' if comparison.stopped else ""


def _summary(comparison: Comparison) -> str:
    """What the policies change in the first outcomes, in one sentence each; of many policies only the extremes."""
    told = []
    for outcome in comparison.outcomes[:4]:
        rows = differences.table(comparison, outcome)
        rows = rows[rows["mean"].notna()].sort_values("mean", ascending=False)
        if not len(rows):
            continue
        base = estimate(rows["reference"].iloc[0])
        under = "where" if isinstance(comparison, Costs) else "under"
        told.append(f"{outcome.label}: {base} {under} {words(comparison.reference)}{_others(rows)}.")
    return " ".join(told)


def _others(rows: pd.DataFrame) -> str:
    """What is different under the others, sorted from high to low."""
    told = [
        "the same" if mean == 0.0 else estimate(mean, decimals(low, high), "+")
        for mean, low, high in zip(rows["mean"], rows["low"], rows["high"], strict=True)
    ]
    names = [words(policy) for policy in rows[FACTOR]]
    if len(rows) <= MOST_TOLD:
        return f"; {listed([f'{change} under {name}' for change, name in zip(told, names, strict=True)])}"
    return f"; of the others most under {names[0]} ({told[0]}) and least under {names[-1]} ({told[-1]})"


# -- sections ---------------------------------------------------------------------------------------------


def _scorecard(comparison: Comparison) -> str:
    """Outcomes down, policies across: the mean, and under it the difference to the reference with its interval."""
    policies = comparison.policies
    head = "".join(f"<th>{escape(words(policy))}</th>" for policy in policies)
    card = comparison.means()
    found = comparison.by_key()
    windows = list(dict.fromkeys(outcome.window for outcome in comparison.outcomes))
    one = len(windows) == 1
    body = ""
    for outcome in comparison.outcomes:
        notes = [*([] if outcome.is_part else [outcome.unit]), *([] if one else [outcome.window])]
        unit = f"<br><small>{escape(', '.join(notes))}</small>" if notes else ""
        cells = "".join(_cell(card, found, outcome, policy, policy == comparison.reference) for policy in policies)
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


def _cell(card: Rows, found: Rows, outcome: Outcome, policy: str, reference: bool) -> str:
    mean = card[outcome.name, policy]
    places = decimals(mean["low"], mean["high"])
    value = f"<b>{estimate(mean['mean'], places)}</b>"
    if reference:
        return f"<td>{value}{_between(mean, places, '')}</td>"
    row = found[outcome.name, policy]
    sure = row["p_holm"] < SIGNIFICANT
    wanted = {"higher": 1, "lower": -1, None: 0}[outcome.better] * (1 if row["mean"] > 0 else -1)
    css = {1: ' class="good"', -1: ' class="bad"', 0: ""}[wanted] if sure else ""
    places = decimals(row["low"], row["high"])
    change = "no difference" if row["mean"] == 0.0 else estimate(row["mean"], places, "+")
    return f"<td{css}>{value}<small>{change}{' *' if sure else ''}</small> {_between(row, places, '+')}</td>"


def _between(row: dict[str, Any], places: int | None, sign: str) -> str:
    """The interval, if it has a width."""
    if places is None:
        return ""
    return f"<small>({estimate(row['low'], places, sign)} to {estimate(row['high'], places, sign)})</small>"


def _differences(comparison: Comparison) -> str:
    groups = {"": comparison.outcomes}
    if isinstance(comparison, Costs):
        by_name = {o.name: o for o in comparison.outcomes}
        groups = {WORDS[who]: tuple(by_name[name] for name, _ in rows) for who, rows in BEARERS.items()}
    says = (
        "Each dot is the mean difference over seeds to the dotted line, the reference; the bar is its 95 % bootstrap "
        "interval. Filled: sure after Holm's correction. Hollow: it could be luck."
    )
    body = ""
    for group, outcomes in groups.items():
        panels = "".join(f"<div>{_panel(comparison, o)}</div>" for o in outcomes)
        body += (f"<h3>{group}</h3>" if group else "") + f'<div class="panels">{panels}</div>'
    return f'<p class="says">{escape(says)}</p>{body}'


def _panel(comparison: Comparison, outcome: Outcome) -> str:
    fig, frame = differences.draw(comparison, outcome), differences.table(comparison, outcome)
    return sheet.chart(outcome.label, "", fig, frame, f"difference-{outcome.name}", fold=False)


def _honest(comparison: Comparison) -> str:
    if not isinstance(comparison, Costs):
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
    if isinstance(comparison, Costs):
        return ""
    if not dose.applies(comparison):
        if "posts" in comparison.swept.keep:
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


def _few(seeds: int, tests: int) -> list[str]:
    """What so few seeds cannot show."""
    told = []
    enough = seeds_to_be_sure(tests)
    if seeds < enough:
        told.append(f"With {seeds} seeds none of {tests} differences can be sure at 5 %: it takes at least {enough}.")
    if seeds < FEWEST_BCA:
        told.append(
            f"Intervals from fewer than {FEWEST_BCA} seeds are too narrow: of three they hold the truth in about 77 of "
            "100 cases rather than 95, of five in 83, of nine in 89."
        )
    return told


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
            *_few(len(comparison.swept.seeds), len(frame)),
        ]
    )
    return f'<p class="says">{escape(says)}</p>{frame_html(shown)}{sheet.csvs({"differences": frame})}'
