"""Scenario files: what ships, `extends`, overrides, round trips, digests, the schema."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import ScenarioError
from sim.plugins.registry import FAMILIES, describe, table
from sim.scenario import Scenario
from sim.scenario.json_schema import json_schema
from sim.scenario.parameters import all_paths, parameters
from sim.scenario.paths import leaves

SHELF = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SHELF.glob("*.yaml"))
EXPECTED = {
    "baseline",
    "classroom",
    "city",
    "established",
    "no_manipulation",
    "likes_only_laissez_faire",
    "rules_2022",
    "composite_ranking",
    "composite_plus_rules",
    "honeymoon_and_crackdown",
}


def test_the_promised_scenarios_ship() -> None:
    assert {file.stem for file in SHIPPED} >= EXPECTED


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_scenario(file: Path) -> None:
    scenario = Scenario.load(file)
    assert scenario.name == file.stem
    assert scenario.description
    assert file.read_text("utf-8").startswith("# ")
    again = Scenario.model_validate(json.loads(json.dumps(scenario.resolved())))
    assert again == scenario
    assert again.digest() == scenario.digest()
    assert again.policies() == scenario.policies()
    assert scenario.strategies[0].channel == "none"


def test_what_tells_the_shipped_scenarios_apart() -> None:
    at = {file.stem: Scenario.load(file) for file in SHIPPED}
    assert len({scenario.digest() for scenario in at.values()}) == len(at)
    assert at["baseline"].manipulation.enabled
    assert not at["no_manipulation"].manipulation.enabled
    assert not any(at["likes_only_laissez_faire"].platform.detectors.values())
    article = {"ip_burst", "no_read_like", "device"}
    assert set(at["rules_2022"].policy_on(59).detectors) == {"device"}
    assert set(at["rules_2022"].policy_on(60).detectors) == article
    assert at["rules_2022"].policy_on(60).creator_ladder
    assert set(at["composite_plus_rules"].platform.detectors) > article
    honeymoon = at["honeymoon_and_crackdown"]
    on = [any(honeymoon.policy_on(day).detectors.values()) for day in (0, 59, 60, 119, 120, 179)]
    assert on == [False, False, True, True, False, False]


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)


def test_extends_merges_mappings_and_replaces_lists_and_other_plugins(tmp_path: Path) -> None:
    write(
        tmp_path,
        grand="name: grand\ndescription: old\nreaders: {n: 100}\ncreators: {n: 50}\nplatform:\n  ranking: composite\n"
        "  detectors: {device: {threshold: 7}, ip_burst: true}\n"
        "  creator_ladder: [{strikes: 1, sanction: ban}]\n",
        parent="extends: grand.yaml\nplatform:\n  ranking: {completion: 2}\n  detectors: {ip_burst: false}\n",
        child="extends: parent.yaml\nreaders: {follows_mean: 3}\nplatform:\n  ranking: {name: likes_only}\n"
        "  detectors: {device: {threshold: 9}}\n  creator_ladder: []\n",
    )
    parent, child = Scenario.load(tmp_path / "parent.yaml"), Scenario.load(tmp_path / "child.yaml")
    assert (child.name, child.description) == ("child", "")
    assert (child.readers.n, child.readers.follows_mean) == (100, 3)
    assert parent.platform.ranking.completion == 2
    assert child.platform.ranking == table("ranking")["likes_only"]()
    assert child.platform.detectors["device"].threshold == 9
    assert child.platform.detectors["ip_burst"] is None
    assert (len(parent.platform.creator_ladder), child.platform.creator_ladder) == (1, ())


def test_merge_keys_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = "\ufeffplatform:\n  detectors:\n    device: &d {threshold: 7}\n    second: {<<: *d, name: device}\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    detectors = Scenario.load(tmp_path / "a.yaml").platform.detectors
    assert detectors["device"] == detectors["second"]


def test_set_and_days(tmp_path: Path) -> None:
    calendar = "calendar:\n  - {day: 3, set: {}}\n  - {date: 2022-01-23, set: {}}\n"
    write(tmp_path, a=f"creators: {{n: 100}}\nplatform: {{ranking: composite}}\n{calendar}")
    file = tmp_path / "a.yaml"
    changes = {"platform.ranking.completion": 2, "platform.detectors.ip_burst": True, "readers.n": 640}
    scenario = Scenario.load(file, set=changes)
    assert scenario.platform.ranking.completion == 2
    assert set(scenario.platform.detectors) == {"device", "ip_burst"}, "an override leaves what stood there"
    assert scenario.readers.n == 640
    assert [len(Scenario.load(file, days=days).calendar) for days in (3, 4, 20, 21, 200)] == [0, 1, 1, 2, 2]
    with pytest.raises(ScenarioError, match=r"--days: run\.days"):
        Scenario.load(file, days=0)
    with pytest.raises(ScenarioError, match=r"calendar.1.date: 2022-01-23 \(day 20\) is after the end"):
        Scenario.load(file, set={"run.days": 20})


def test_changes_make_a_new_scenario() -> None:
    old = Scenario()
    new = old.with_changes({"platform.hot_threshold": 5, "platform.detectors.device.threshold": 3})
    assert (old.platform.hot_threshold, new.platform.hot_threshold) == (1, 5)
    assert new.platform.detectors["device"].threshold == 3
    assert new.policy_on(0) == new.platform
    assert old != new
    assert old.with_changes({"platform": new.platform}) == new
    assert old.with_changes({}) == old
    with pytest.raises(ScenarioError, match="did you mean 'hot_threshold'"):
        old.with_changes({"platform.hot_treshold": 5})


RANKING = """
from dataclasses import dataclass
from sim.plugins.ranking.policy import RankingPolicy

@dataclass(frozen=True)
class Mine(RankingPolicy):
    def score(self, posts, cell, clock):
        return posts.{by}
"""


def test_the_code_of_a_user_s_plug_in_is_content(tmp_path: Path) -> None:
    digests = []
    for folder, by in (("one", "likes"), ("other", "reads"), ("again", "likes")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "rank.py").write_text(RANKING.format(by=by))
        (tmp_path / folder / "mine.yaml").write_text("platform: {ranking: 'rank.py:Mine'}")
        digests.append(Scenario.load(tmp_path / folder / "mine.yaml").digest())
    (tmp_path / "one" / "rank.py").write_text(RANKING.format(by="comments"))
    digests.append(Scenario.load(tmp_path / "one" / "mine.yaml").digest())
    assert digests[0] == digests[2]
    assert len({*digests}) == 3


def test_digest_names_the_content_only() -> None:
    old = Scenario()
    same = old.with_changes({"name": "other", "description": "other", "run.seed": 9})
    assert old.digest() == same.digest()
    assert old.digest() != old.with_changes({"readers.n": 51_000}).digest()
    assert len(old.digest()) == 10
    assert len({old, same, Scenario()}) == 2


@given(
    days=st.integers(1, 400),
    exploration=st.floats(0, 1),
    threshold=st.floats(1, 1e6),
    likes=st.integers(0, 1_000_000),
    off=st.booleans(),
)
def test_every_override_in_range_arrives_and_survives(
    days: int, exploration: float, threshold: float, likes: int, off: bool
) -> None:
    changes = {
        "run.days": days,
        "platform.hot_exploration": exploration,
        "platform.hot_threshold": likes,
        "platform.detectors.ip_burst.threshold": threshold,
        "platform.detectors.device": not off,
    }
    scenario = Scenario().with_changes(changes)
    assert (scenario.run.days, scenario.platform.hot_exploration) == (days, exploration)
    assert scenario.platform.detectors["ip_burst"].threshold == threshold
    assert (scenario.platform.detectors["device"] is None) == off
    assert Scenario.model_validate(json.loads(json.dumps(scenario.resolved()))) == scenario


@given(
    path=st.sampled_from(all_paths(Scenario)),
    junk=st.sampled_from(["junk", None, {"a": 1}, [[1]], 1e300, float("nan")]),
)
def test_no_override_ends_in_anything_but_a_scenario_or_a_clear_error(path: str, junk: object) -> None:
    try:
        Scenario().with_changes({path: junk})
    except ScenarioError as error:
        assert path in str(error) or path.rpartition(".")[0] in str(error)


def test_every_parameter_says_what_it_is() -> None:
    rows = parameters(Scenario)
    assert len({row["path"] for row in rows}) == len(rows) > 150
    for row in rows:
        assert row["description"], row["path"]
        assert row["type"] not in ("", "a value"), row["path"]
        if row["path"] not in ("name", "description", "strategies", "calendar"):
            assert row["source"], row["path"]
        numeric = row["type"] in ("a whole number", "a number")
        assert row["range"] or not numeric, f"{row['path']} has no range"
    for family in FAMILIES:
        for name, plugin in table(family).items():
            assert plugin.__doc__, name
            assert all(row["help"] for row in describe(plugin)), name


def test_schema_is_whole_and_completes_plugins() -> None:
    schema = json.loads(json.dumps(json_schema()))
    defs = schema["$defs"]
    references = [part.split('"')[0] for part in json.dumps(schema).split('"#/$defs/')[1:]]
    assert set(references) <= set(defs)
    assert "x-plugin" not in json.dumps(schema)
    for family in FAMILIES:
        for name, cls in table(family).items():
            properties = defs[f"{family}_{name}"]["properties"]
            assert properties["name"]["const"] == name
            assert set(properties) - {"name"} == {f.name for f in dataclasses.fields(cls)}
    assert "extends" in schema["properties"]
    assert "detectors.ip_burst.threshold" in defs["CalendarEntry"]["properties"]["set"]["properties"]


@pytest.mark.parametrize("file", sorted((SHELF / "ablations").glob("*.yaml")), ids=lambda file: file.stem)
def test_an_ablation_is_the_baseline_but_for_one_mechanism(file: Path) -> None:
    base, without = (dict(leaves(Scenario.load(each).resolved())) for each in (SHELF / "baseline.yaml", file))
    changed = {".".join(map(str, path)) for path, value in without.items() if base[path] != value}
    assert 1 <= len(changed - {"name", "description"}) <= 4
