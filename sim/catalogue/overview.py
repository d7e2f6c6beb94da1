"""What `gresham ls` lists: one line for each run and study."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from sim.catalogue.catalogue import Catalogue
from sim.catalogue.figures import mean_at_end
from sim.catalogue.listing import RunEntry, size_of
from sim.catalogue.study import StoredStudy

if TYPE_CHECKING:
    import pandas as pd


def size(n: int) -> str:
    """Bytes in a unit that suits them."""
    for step, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n >= step:
            return f"{n / step:.1f} {unit}"
    return f"{n} B"


def overview(catalogue: Catalogue) -> pd.DataFrame:
    """One row for every run by itself and every study: what `gresham ls` lists."""
    import pandas as pd

    figures = mean_at_end(catalogue)
    rows = {
        str(run): {str(name): float(value) for name, value in row.items()}
        for run, row in figures.to_dict("index").items()
    }
    alone = [_run_line(each, rows.get(each.run)) for each in catalogue.listing.runs if each.study is None]
    studies = [_study_line(study, catalogue, rows) for study in catalogue.studies]
    columns = ["run", "quality", "manipulating", "seed", "days", "when", "size", "scenario"]
    return pd.DataFrame([*alone, *studies], columns=columns)


def _run_line(each: RunEntry, figures: dict[str, float] | None) -> dict[str, str]:
    assert each.stored is not None  # only finished runs stand by themselves
    head = each.stored.head
    return {
        "run": each.run,
        "scenario": head["name"],
        "seed": str(head["seed"]),
        "days": str(head["days"]),
        "when": head["finished"][:16].replace("T", " "),
        "size": size(size_of(each.stored)),
        **_ends([figures] if figures else []),
    }


def _study_line(study: StoredStudy, catalogue: Catalogue, figures: dict[str, dict[str, float]]) -> dict[str, str]:
    mine = [each for each in catalogue.listing.runs if each.study == study.name]
    done = {each.run: each.stored for each in mine if each.stored is not None}
    failed = len({each.run for each in mine if each.status == "failed"})
    times = [run.head["finished"] for run in done.values()]
    wanted = len({each.run for each in mine})
    return {
        "run": f"{study.name}/",
        "scenario": study.title,
        "seed": f"{len(done)} of {wanted} runs" + (f", {failed} failed" if failed else ""),
        "days": _span([run.head["days"] for run in done.values()]),
        "when": max(times, default="")[:16].replace("T", " "),
        "size": size(sum(size_of(run) for run in done.values())),
        **_ends([figures[run] for run in done if run in figures]),
    }


def _span(values: list[int]) -> str:
    return "" if not values else str(min(values)) if min(values) == max(values) else f"{min(values)}-{max(values)}"


def _ends(figures: list[dict[str, float]]) -> dict[str, str]:
    """Quality shown and share manipulating in the last days, or the lowest and highest of several runs."""
    formats = {"quality": ("exposure_quality", "{:.3f}"), "manipulating": ("share_manipulating_creators", "{:.0%}")}
    out = {}
    for name, (column, form) in formats.items():
        values = [row[column] for row in figures if not isnan(row[column])]
        low, high = (form.format(min(values)), form.format(max(values))) if values else ("", "")
        out[name] = low if low == high else f"{low}-{high}"
    return out
