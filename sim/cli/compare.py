"""Commands that compare worlds under common random numbers: compare, twin."""

# no `from __future__ import annotations`: typer would compile every annotation again, each time a command starts

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import sim
from sim.cli.app import (
    FAILED,
    Days,
    File,
    NoCode,
    Quiet,
    Sets,
    announce_code,
    app,
    echo,
    overrides,
    report_errors,
    show_notices,
    show_unused,
    stop,
)
from sim.cli.run_options import Retries, Scheduler, Storage, Workers, place, run_executor, unused_options
from sim.core.errors import ScenarioError
from sim.core.terminal import make_console

if TYPE_CHECKING:
    from sim.api.comparisons import StudyComparison
    from sim.studies.comparison import Spec, Until

WRITTEN = "{address}\nreport: {folder}/report.html"
FAILING, FAILURE = "{n} runs kept failing and were set aside:", "  {command}   # {error}"
NO_VALUE = "must be OUTCOME=VALUE, such as exposure_quality=0.01"
NO_WIDTH = "must be OUTCOME=WIDTH, such as exposure_quality=0.01"
NO_MAPPING = "must be a mapping such as {measure: reads, how: sum}"
Seeds = Annotated[int, typer.Option(min=0, help="how many seeds, one after the other from --seed on")]
First = Annotated[int, typer.Option("--seed", min=0, help="the first seed")]
Out = Annotated[str | None, typer.Option(help="folder or any fsspec address; results/<kind>-... otherwise")]


@app.command()
@report_errors
@announce_code
def compare(
    files: Annotated[
        list[Path], typer.Argument(help="scenario files or names; the first is the reference", show_default=False)
    ],
    seeds: Seeds = 20,
    seed: First = 1,
    until_width: Annotated[
        str | None, typer.Option(metavar="OUTCOME=WIDTH", help="add seeds until its intervals are this narrow")
    ] = None,
    most_seeds: Annotated[
        int | None, typer.Option(min=2, help="with --until-width: but no more seeds than this; 200 otherwise")
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            help="a measure to compare, a formula of measures, [NAME=]file.py:function, or a mapping in YAML; may be "
            "repeated; the scorecard otherwise"
        ),
    ] = None,
    smallest: Annotated[
        list[str] | None,
        typer.Option(metavar="OUTCOME=VALUE", help="smallest difference that matters, such as 0.01 or 5%; repeatable"),
    ] = None,
    set_: Sets = None,
    days: Days = None,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    storage_option: Storage = None,
    retries: Retries = 2,
    no_code: NoCode = False,
    quiet: Quiet = False,
) -> None:
    """Run scenarios under the same seeds and say what each policy changes, with intervals."""
    show_unused(
        {
            "--most-seeds without --until-width": until_width is None and most_seeds is not None,
            **unused_options(scheduler, workers, out, storage_option),
        },
        quiet,
    )
    changes = overrides(set_)
    scenarios = [sim.Scenario.load(file, set=changes, days=days) for file in files]
    most: dict[str, Any] = {} if most_seeds is None else {"most_seeds": most_seeds}
    with run_executor(scheduler, workers) as executor:
        found = sim.compare(
            scenarios, seeds=range(seed, seed + seeds), outcomes=_outcomes(outcome), until=_until(until_width),
            smallest=_smallest(smallest or []), executor=executor, retries=retries,
            out=None if out is None else place(out, storage_option), progress=False if quiet else "auto",
            **most,
        )  # fmt: skip
    _finish(found, quiet)


@app.command()
@report_errors
@announce_code
def twin(
    file: File,
    seeds: Seeds = 10,
    seed: First = 1,
    set_: Sets = None,
    days: Days = None,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    storage_option: Storage = None,
    retries: Retries = 2,
    no_code: NoCode = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario and the same world without manipulation, and say what manipulation costs whom."""
    show_unused(unused_options(scheduler, workers, out, storage_option), quiet)
    scenario = sim.Scenario.load(file, set=overrides(set_), days=days)
    with run_executor(scheduler, workers) as executor:
        found = sim.twin(
            scenario, seeds=range(seed, seed + seeds), executor=executor, retries=retries,
            out=None if out is None else place(out, storage_option), progress=False if quiet else "auto",
        )  # fmt: skip
    _finish(found, quiet)


def _finish(found: "StudyComparison", quiet: bool) -> None:
    """Write the report, print the scorecard, and end with a code that says whether runs failed."""
    # pages are laid out when the runs are done; a refused scenario and help need not wait for them
    from sim.reports.notices import comparison_notices
    from sim.reports.terminal_scorecard import terminal_key_figures, terminal_scorecard

    written = found.write()
    if written and not quiet:
        show_notices(comparison_notices(found), quiet)
        make_console().print(terminal_scorecard(found))
        echo(terminal_key_figures(found))
        address = found.results.place.address
        echo(WRITTEN.format(address=address, folder=address.rstrip("/")))
    if found.results.failures:
        lines = [FAILURE.format(command=each.command, error=each.error) for each in found.results.failures[:10]]
        stop("\n".join([FAILING.format(n=len(found.results.failures)), *lines]), FAILED)


def _outcomes(texts: list[str] | None) -> "list[Spec] | None":
    """Outcomes as written: a measure, formula or function, perhaps with NAME= before it, or a mapping in YAML."""
    from sim.scenario.yaml_io import parse_value  # help need not wait for it

    found: list[Spec] = []
    for text in texts or []:
        name, equals, rest = text.partition("=")
        if text.lstrip().startswith("{"):
            read = parse_value(text)
            if not isinstance(read, dict):
                raise ScenarioError(NO_MAPPING, file=f"--outcome {text}")
            found.append(read)
        elif equals and name.strip().isidentifier():
            found.append({"measure": rest.strip(), "name": name.strip()})
        else:
            found.append(text)
    return found or None


def _smallest(words: list[str]) -> dict[str, float | str]:
    """The smallest differences that are given, by outcome."""
    from sim.analysis.smallest import read_smallest  # help need not wait for it

    found: dict[str, float | str] = {}
    for text in words:
        name, equals, value = text.partition("=")
        read = read_smallest(value.strip(), file=f"--smallest {text}") if equals else None
        if read is None:
            raise ScenarioError(NO_VALUE, file=f"--smallest {text}")
        found[name.strip()] = read
    return found


def _until(text: str | None) -> "Until | None":
    if text is None:
        return None
    name, equals, width = text.partition("=")
    try:
        return sim.Until(name.strip(), float(width if equals else "none"))
    except ValueError:
        raise ScenarioError(NO_WIDTH, file=f"--until-width {text}") from None
