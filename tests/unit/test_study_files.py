"""Study files: what they may say, and every mistake told with file, line and the nearest valid name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim import Scenario, Study
from sim.core.errors import ScenarioError
from sim.scenario.parameters import pairs
from sim.studies.schema import study_schema

BASE = """
run: {days: 8}
readers: {n: 400}
creators: {n: 20}
platform:
  ranking: composite
  detectors: {device: true, ip_burst: true}
"""
START = "base: base.yaml\noutcomes: [exposure_quality]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE)
    Path("strict.yaml").write_text(
        "platform: {detectors: {device: {threshold: 3}}}\ncalendar: [{day: 2, set: {hot_exploration: 0.5}}, "
        "{day: 60, set: {hot_exploration: 0.1}}]\n"
    )
    return tmp_path


def study(text: str, start: str = START, **load: int) -> Study:
    Path("study.yaml").write_text(start + text)
    return Study.load("study.yaml", **load)


def refused(text: str, start: str = START, **load: int) -> str:
    with pytest.raises(ScenarioError) as caught:
        study(text, start, **load).plan()
    return str(caught.value)


GRID = "design: grid\n"


def factor(text: str, design: str = GRID) -> str:
    return f"{design}factors:\n  x: {text}\n"


# -- what they may say ------------------------------------------------------------------------------------


def test_values_become_points_under_the_same_seeds():
    found = study(factor("{path: platform.ranking.likes, values: [0, 0.5]}") + "replications: 3\nseed: 7\n")
    plan = found.plan()
    assert [point.scenario.platform.ranking.likes for point in plan.points] == [0.0, 0.5]
    assert plan.seeds == (7, 8, 9) and plan.name == "study" and found.runs == 6
    assert [point.factors for point in plan.points] == [{"x": 0}, {"x": 0.5}]
    assert plan.points[0].scenario.readers.n == 400  # the base's


def test_set_changes_the_base_nested_or_dotted():
    text = factor("{path: readers.trust_start, values: [0.5]}") + "set: {run.days: 5, readers: {n: 300}}\n"
    base = study(text).base
    assert (base.run.days, base.readers.n, base.creators.n) == (5, 300, 20)


def test_whole_parameters_are_rounded():
    points = study(factor("{path: readers.n, range: [100, 201], levels: 3}")).plan().points
    assert [point.scenario.readers.n for point in points] == [100, 150, 201]
    assert all(type(point.factors["x"]) is int for point in points)


def test_several_parameters_alike_and_multiplied():
    alike = study(factor("{paths: [readers.trust_start, creators.anxiety_mean], values: [0.2]}")).plan().points[0]
    assert (alike.scenario.readers.trust_start, alike.scenario.creators.anxiety_mean) == (0.2, 0.2)
    paths = "[platform.detectors.device.threshold, platform.hot_threshold]"
    times = study(factor(f"{{multiply: {paths}, values: [0.5, 2]}}")).plan().points
    assert [p.scenario.platform.detectors["device"].threshold for p in times] == [4.0, 16.0]
    assert [p.scenario.platform.hot_threshold for p in times] == [0.5, 2]


def test_whole_policies_bring_platform_and_calendar_and_leave_the_world():
    text = GRID + (
        "factors:\n  likes: {path: platform.hot_threshold, values: [3]}\n"
        "  policy: {scenarios: {weak: base.yaml, strict: strict.yaml}}\n"
    )
    weak, strict = study(text).plan().points
    assert strict.scenario.platform.detectors["device"].threshold == 3
    assert strict.scenario.policy_on(2).hot_exploration == 0.5
    assert len(strict.scenario.calendar) == 1  # an entry that the run does not reach falls away
    assert strict.scenario.readers.n == weak.scenario.readers.n == 400
    # the policy does not take back what another factor sets, wherever it stands in the file
    assert strict.scenario.platform.hot_threshold == weak.scenario.platform.hot_threshold == 3


def test_named_levels_set_what_they_say():
    text = factor("{levels: {lax: {platform.detectors: {device: off}}, strict: {platform.ranking.likes: 2}}}")
    lax, strict = study(text).plan().points
    assert lax.scenario.platform.detectors["device"] is None and strict.scenario.platform.ranking.likes == 2
    assert [p.factors["x"] for p in (lax, strict)] == ["lax", "strict"]


def test_every_number_becomes_a_factor_inside_what_is_allowed():
    text = (
        "design: {kind: latin_hypercube, samples: 3}\nfactors:\n"
        "  all: {every: ['*'], except: ['run.*', 'accounts.site_*_h', '*.hot_share', '*.subscription_share',"
        " farms.chat_share, farms.search_share,"
        f" {', '.join(path for pair in pairs(Scenario) for path in pair)}], spread: 0.9}}\n"
        # work ends after it begins, shares of channels are at most 1 together, and a least is below its most
    )
    found = study(text)
    names = [axis.name for axis in found.axes]
    assert {
        "readers.n",
        "creators.anxiety_mean",
        "platform.ranking.likes",
        "detectors.device.threshold",  # the end of a path that is too long
    } <= set(names)
    assert "run.days" not in names and "run.seed" not in names and "manipulation.enabled" not in names
    assert len(names) > 100 and len(found.plan().points) == 3


def test_a_factor_of_a_detector_that_is_off_switches_it_on():
    text = factor("{path: platform.detectors.no_read_like.threshold, range: [0.2, 0.8], levels: 2}")
    assert [p.scenario.platform.detectors["no_read_like"].threshold for p in study(text).plan().points] == [0.2, 0.8]


def test_the_same_file_makes_the_same_plan():
    text = factor("{path: readers.trust_start, range: [0, 1]}", "design: {kind: latin_hypercube, samples: 5}\n")
    assert study(text).plan().as_json() == study(text).plan().as_json()
    assert [p.scenario.digest() for p in study(text).plan().points] != [
        p.scenario.digest() for p in study(text + "seed: 2\n").plan().points
    ]


def test_a_point_is_what_with_changes_would_make():
    point = study(factor("{path: platform.detectors.device.threshold, values: [5]}")).plan().points[0]
    by_hand = Scenario.load("base.yaml").with_changes({"platform.detectors.device.threshold": 5})
    assert point.scenario.digest() == by_hand.digest()


def test_the_schema_of_study_files_names_every_key():
    schema = study_schema()
    assert {"base", "factors", "outcomes", "design", "replications", "limit"} <= set(schema["properties"])
    assert "except" in str(schema) and "latin_hypercube" in str(schema)


# -- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("{path: reders.n, values: [1]}", 5, "reders: unknown parameter; did you mean 'readers'?"),
        ("{path: platform.ranking.like, values: [1]}", 5, "has no parameter 'like'; did you mean 'likes'?"),
        ("{path: readers.trust_start, range: [1, 0]}", 5, "range: is empty: from 1.0 to 0.0"),
        ("{path: readers.trust_start, range: [0.5, 0.5]}", 5, "range: is empty"),
        ("{path: readers.trust_start, range: [0, 2], levels: 3}", 5, "must be a number in 0..1, got 2.0"),
        ("{path: readers.trust_start, values: [0.5, 2]}", 5, "must be a number in 0..1, got 2"),
        ("{path: readers.trust_start, values: [0.5, 0.5]}", 5, "a value is repeated"),
        ("{path: readers.trust_start, values: [0.5, yes, a]}", 5, "values must be of one kind"),
        ("{path: readers.trust_start, range: [0, 1]}", 5, "add `levels: 5`"),
        ("{path: readers.trust_start}", 5, "needs one of values, range, distribution (it has none)"),
        ("{path: readers.n, range: [0, 9], scale: log}", 5, "scale: log needs a range that starts above 0"),
        ("{path: readers.n, valeus: [3]}", 5, "unknown key; did you mean 'values'?"),
        ("{pth: readers.n}", 5, "needs one of path, paths, multiply, scenarios, levels, every"),
        ("{path: manipulation.enabled, range: [0, 1], levels: 2}", 5, "is not a number: list its values"),
        ("{path: readers.trust_start, distribution: {name: nrmal}}", 5, "did you mean 'normal'?"),
        ("{path: readers.trust_start, distribution: {name: normal, mean: 1}}", 5, "lacks 'sd'"),
        ("{path: readers.n, distribution: {name: uniform, low: 3, high: 3}}", 5, "the distribution is empty"),
        ("{multiply: [platform.ranking], values: [2]}", 5, "is not a number in the base and cannot be multiplied"),
        ("{scenarios: {a: base.yaml, b: strikt.yaml}}", 5, "no such file: strikt.yaml; did you mean 'strict.yaml'?"),
        ("{levels: {a: {readers.n: 1}, b: {}}}", 5, "readers.n must be a whole number in 64..50,000,000"),
        ("{every: ['creaters.*']}", 5, "'creaters.*' matches no number of the base"),
    ],
)
def test_a_factor_is_refused_with_its_line(text, line, said):
    message = refused(factor(text))
    assert message.startswith(f"study.yaml:{line}: factors.x") and said in message


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (
            "design: gird\n",
            "unknown design 'gird' (there are grid, latin_hypercube, sobol, morris); did you",
        ),
        ("design: {kind: sobol, samples: 100}\n", "must be a power of two, such as 64 or 128, got 100"),
        ("design: {kind: morris, levels: 3}\n", "must be even, got 3"),
        ("design: {kind: morris, trajectoris: 3}\n", "unknown key; did you mean 'trajectories'?"),
    ],
)
def test_a_design_is_refused_with_its_line(design, said):
    message = refused(factor("{path: readers.trust_start, range: [0, 1]}", design))
    assert message.startswith("study.yaml:3: design") and said in message


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_designs_of_numbers_refuse_names_and_say_what_to_do(kind):
    text = factor("{levels: {a: {readers.n: 100}, b: {readers.n: 200}}}", f"design: {{kind: {kind}}}\n")
    message = refused(text)
    assert message.startswith("study.yaml:5: factors.x") and "take a grid or a latin_hypercube" in message


def test_too_many_runs_are_refused_before_any():
    text = factor("{path: readers.trust_start, range: [0, 1], levels: 30}") + "replications: 20\n"
    message = refused(text)
    assert message.startswith(
        "study.yaml:3: design: 600 runs (30 points x 20 replications) are more than the limit of 500"
    )
    assert refused(text + "limit: 10\n").startswith("study.yaml:7: limit: 600 runs")
    assert study(text, limit=600).runs == 600


def test_an_outcome_that_does_not_exist_is_refused_with_its_line():
    start = "base: base.yaml\noutcomes:\n  - exposure_quality\n  - exposure_qualty\n"
    message = refused(factor("{path: readers.trust_start, values: [0.5]}"), start)
    assert message.startswith("study.yaml:4: outcomes.1") and "exposure_quality" in message


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("replications: 0\n", "study.yaml:6: replications: must be at least 1, got 0"),
        ("replications: many\n", "study.yaml:6: replications: must be a whole number, got 'many'"),
        ("keep: [dayly]\n", "study.yaml:6: keep.0: there is no table 'dayly'; did you mean 'daily'?"),
        ("keep: [posts]\n", "study.yaml:6: keep: must hold 'daily'"),
        ("repeat: 3\n", "study.yaml:6: repeat: unknown key"),
        ("set: {readers.m: 3}\n", "study.yaml:6: set.readers.m: readers.m unknown parameter"),
        ("set:\n  run.days: 5\n  readers: {n: -1}\n", "study.yaml:8: set.readers.n: readers.n must be a whole number"),
    ],
)
def test_the_rest_is_refused_with_its_line(more, said):
    message = refused(factor("{path: readers.trust_start, values: [0.5]}") + more)
    assert said in message


def test_names_that_would_mean_two_things_are_refused():
    two = GRID + "factors:\n  {}: {{path: {}, values: [1]}}\n  y: {{path: readers.reads_per_day, values: [2]}}\n"
    assert "a column of the tables is called 'reads'" in refused(
        two.format("reads", "creators.n").replace("[1]", "[9]")
    )
    message = refused(two.format("x", "readers.reads_per_day"))
    assert message.startswith("study.yaml:6: factors.y: readers.reads_per_day is already set by factor 'x'")
    named = START.replace("exposure_quality", "{measure: platform_trust, name: x}")
    assert "an outcome is called 'x', too" in refused(two.format("x", "readers.trust_start"), named)
    assert "not valid YAML" in refused(GRID + "factors:\n  x: {path: a}\n  x: {path: b}\n")


def test_a_factor_that_the_calendar_would_undo_is_refused():
    Path("base.yaml").write_text(BASE + "calendar: [{day: 3, set: {hot_exploration: 0.9}}]\n")
    message = refused(factor("{path: platform.hot_exploration, values: [0.1]}"))
    assert message.startswith("study.yaml:5: factors.x") and "would undo this factor" in message


def test_a_sample_out_of_bounds_is_refused_before_the_first_run():
    text = factor(
        "{path: readers.trust_start, distribution: {name: normal, mean: 0.9, sd: 0.5}}",
        "design: {kind: latin_hypercube, samples: 20}\n",
    )
    message = refused(text)
    assert message.startswith("study.yaml:5: factors.x: at ") and "a truncnorm distribution stays inside" in message


def test_mistakes_of_one_reading_are_told_together_in_order():
    text = GRID + "factors:\n  a: {path: readers.m, values: [1]}\n  b: {path: readers.n, values: [2]}\nseed: 1\n"
    lines = refused(text.replace("seed: 1", "keep: [daly]"), START.replace("exposure_quality", "exposure")).split("\n")
    assert [line.split(":")[1] for line in lines] == ["2", "5", "6", "7", "7"]


def test_files_that_are_no_studies():
    with pytest.raises(ScenarioError, match=r"stady\.yaml: no such file; did you mean 'study\.yaml'\?"):
        Path("study.yaml").write_text("")
        Study.load("stady.yaml")
    assert "a study is a mapping of base, factors" in refused("", "")
    assert refused("", "base: bas.yaml\n").startswith("study.yaml:1: lacks 'factors'")
    assert refused("", "run: {days: 3}\n") == "study.yaml: is a scenario, not a study: gresham run runs it"
    text = factor("{path: readers.trust_start, values: [0.5]}")
    assert "study.yaml:1: base: no such file: bas.yaml; did you mean 'base.yaml'?" in refused(
        text, START.replace("base.yaml", "bas.yaml")
    )
    Path("base.yaml").write_text("readers:\n  m: 3\n")
    assert refused(text).startswith("base.yaml:2: readers.m: unknown parameter")


def test_an_outcome_may_be_measured_in_one_of_the_policies_only():
    Path("strict.yaml").write_text("platform: {detectors: {device: off, no_read_like: true}}\n")
    start = "base: base.yaml\noutcomes:\n  - {measure: no_read_like_recall, last: 3}\n"
    policy = "design: grid\nfactors:\n  x: {scenarios: {weak: base.yaml, strict: strict.yaml}}\n"
    assert study(policy, start).outcomes[0].last == 3
    message = refused(factor("{path: readers.trust_start, values: [0.5]}"), start)
    assert message.startswith("study.yaml:3: outcomes.0: 'no_read_like_recall' is not measured")
    late = refused(policy, "base: base.yaml\noutcomes:\n  - measure: reads\n    days: [5, 90]\n")
    assert late.startswith("study.yaml:3: outcomes.0") and "day 90" in late
    assert refused(policy, "base: base.yaml\noutcomes:\n  - measure: reads\n    lst: 4\n").startswith(
        "study.yaml:4: outcomes.0.lst: no such key of an outcome; did you mean 'last'?"
    )


def test_dates_among_the_changes_can_be_written_down():
    found = study(factor("{path: readers.trust_start, values: [0.5]}") + "set: {run.start_date: 2023-05-01}\n")
    assert found.base.run.start_date.year == 2023
    assert json.dumps(found.plan().as_json())
