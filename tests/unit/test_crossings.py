"""A least above its most is refused, in a scenario and wherever the factors of a study could bring it about."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim import Scenario, Study
from sim.cli import app
from sim.core.errors import ScenarioError
from sim.scenario.parameters import all_paths, pairs
from sim.scenario.paths import find_field, split_path
from sim.studies.study_factors import bounds

PAIRS = pairs(Scenario)
USUAL = Scenario()
CAN_CROSS = [
    (least, most) for least, most in PAIRS if bounds(USUAL, least)[1] > bounds(USUAL, most)[0]
]  # the others' ranges do not overlap
START = "base: base.yaml\noutcomes: [exposure_quality]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text("run: {days: 8}\nreaders: {n: 400}\ncreators: {n: 20}\n")
    return tmp_path


@pytest.mark.parametrize(("least", "most"), CAN_CROSS)
def test_two_ends_may_meet_and_not_cross(least: str, most: str) -> None:
    low, high = bounds(USUAL, least)[1], bounds(USUAL, most)[0]
    high += 1e-6 if any(getattr(each, "gt", None) is not None for each in find_field(Scenario, most).metadata) else 0
    met = max(high, bounds(USUAL, least)[0])
    others = {"mutual_aid.founders": 2}
    assert Scenario.load("base.yaml", set={least: met, most: met, **others})
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("base.yaml", set={least: low, most: high, **others})
    assert f"--set {most}: must be at least {least.split('.')[1]} ({low:,.12g}), got {high:,.12g}" in str(caught.value)


def test_what_is_called_a_least_and_a_most_is_a_pair():
    known = set(PAIRS)
    for path in all_paths(Scenario):
        *above, name = split_path(path)
        other = ".".join([*above, name.replace("min", "max")])
        if "min" in name.split("_") and find_field(Scenario, other) is not None:
            assert (path, other) in known


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "mutual_aid:\n  size_min: 60\n  size_max: 59\n",
            "a.yaml:3: mutual_aid.size_max: must be at least size_min (60)",
        ),
        ("mutual_aid:\n  size_min: 201\n", "a.yaml:2: mutual_aid.size_min: must be at most size_max (200), got 201"),
        ("mcn: {shrink_below: 1.3}\n", "a.yaml:1: mcn.shrink_below: must be at most grow_above (1.2), got 1.3"),
    ],
)
def test_the_message_stands_at_what_was_written(text: str, said: str) -> None:
    Path("a.yaml").write_text(text)
    done = CliRunner().invoke(app, ["run", "a.yaml"])
    assert done.exit_code == 2
    assert said in done.stderr


def test_all_pairs_that_cross_are_named():
    Path("a.yaml").write_text("mcn: {matrix_max: 10, shrink_below: 2}\nmeasures: {newcomer_days: 400}\n")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("a.yaml")
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == [
        "mcn.matrix_max", "mcn.shrink_below", "measures.newcomer_days",
    ]  # fmt: skip


# -- studies ----------------------------------------------------------------------------------------------


def refused(factors: str, design: str) -> str:
    Path("study.yaml").write_text(f"{START}design: {design}\nfactors:\n{factors}")
    with pytest.raises(ScenarioError) as caught:
        Study.load("study.yaml").plan()
    return str(caught.value)


GRID, LATIN = "grid", "{kind: latin_hypercube, samples: 2}"


@pytest.mark.parametrize(
    ("factors", "design", "said"),
    [
        (
            "  a: {path: mutual_aid.size_min, range: [10, 120]}\n  b: {path: mutual_aid.size_max, range: [119, 300]}\n",
            LATIN,
            "study.yaml:6: factors.b: mutual_aid.size_max must be at least mutual_aid.size_min at every point, but is "
            "as low as 119 (factor 'b') while mutual_aid.size_min is as high as 120 (factor 'a')",
        ),
        (
            "  a: {multiply: [mutual_aid.size_min], range: [1, 5]}\n",
            LATIN,
            "study.yaml:5: factors.a: mutual_aid.size_max must be at least mutual_aid.size_min at every point, but is "
            "as low as 200 while mutual_aid.size_min is as high as 250 (factor 'a')",
        ),
        (
            "  a: {levels: {few: {mcn.matrix_max: 70}, many: {mcn.matrix_max: 90}}}\n"
            "  b: {path: mcn.matrix_accounts, values: [60, 71]}\n",
            GRID,
            "as low as 70 (factor 'a') while mcn.matrix_accounts is as high as 71 (factor 'b')",
        ),
        (
            "  a: {path: mutual_aid.size_min, range: [10, 201]}\n",
            LATIN,
            "study.yaml:5: factors.a.range: mutual_aid.size_max must be at least size_min (201), got 200",
        ),
        ('  a: {every: ["mcn.*_*"], spread: 0.5}\n', "morris", "mcn.grow_above must be at least mcn.shrink_below"),
    ],
)
def test_factors_that_could_cross_are_refused(factors: str, design: str, said: str) -> None:
    assert said in refused(factors, design)


@pytest.mark.parametrize(
    "factors",
    [
        "  a: {path: mutual_aid.size_min, range: [10, 300]}\n  b: {path: mutual_aid.size_max, range: [300, 500]}\n",
        "  a: {multiply: [mutual_aid.size_min, mutual_aid.size_max], range: [0.5, 5]}\n",
        "  a: {paths: [mutual_aid.size_min, mutual_aid.size_max], range: [100, 500]}\n",
        "  a: {levels: {few: {mcn.matrix_max: 70}, many: {mcn.matrix_accounts: 2500, mcn.matrix_max: 2500}}}\n",
        "  a: {path: mcn.shrink_below, distribution: {name: normal, mean: 0.3, sd: 0.01}}\n"
        "  b: {path: mcn.grow_above, range: [0.5, 0.7]}\n",
    ],
)
def test_factors_that_cannot_cross_are_not_held_against_the_base(factors: str) -> None:
    Path("study.yaml").write_text(f"{START}design: {LATIN}\nfactors:\n{factors}")
    assert len(Study.load("study.yaml").plan().points) >= 2
