"""Detectors without a ladder score, and nothing happens; what they would have got wrong is counted."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sim.core.table_schema import TABLES
from sim.engine.model import EngagementModel
from sim.measures.confusion import Confusion, judge
from sim.plugins.detectors import TABLE
from sim.scenario import Scenario

SMALL = {"readers.n": 3000, "creators.n": 80, "creators.manipulating_start": 0.4, "run.days": 9}
RULES = [name for name in TABLE if name != "none"]
OF_DETECTORS = ("verdicts", "mistakes")


def world(detectors: dict[str, Any], **changes: Any) -> Scenario:
    shadow = {"platform.like_ladder": [], "platform.creator_ladder": [], "platform.detectors": detectors}
    return Scenario.load("baseline", set=SMALL | shadow | changes)


def finished(scenario: Scenario) -> EngagementModel:
    model = EngagementModel(scenario, seed=3, threads=1)
    while model.running:
        model.step()
    model.finish()
    return model


@pytest.fixture(scope="module")
def shadow() -> EngagementModel:
    return finished(world(dict.fromkeys(RULES, True)))


def test_a_shadow_run_is_a_run_without_detectors(shadow: EngagementModel) -> None:
    alone = finished(world({}))
    for name in TABLES:
        if name in OF_DETECTORS:
            continue
        here, there = shadow.tables.frame(name), alone.tables.frame(name)
        extra = {column for column in here if column not in there}
        assert all(column.startswith(tuple(RULES)) for column in extra)
        pd.testing.assert_frame_equal(here.drop(columns=[*extra]), there, check_exact=True)
    assert len(shadow.tables.frame("verdicts")) > 100
    assert len(alone.tables.frame("verdicts")) == len(alone.tables.frame("mistakes")) == 0
    assert len(shadow.tables.frame("actions")) == 0
    assert not shadow.tables.frame("hit_groups").hit.any()


def test_all_rules_of_a_time_judge_the_same_likes(shadow: EngagementModel) -> None:
    mistakes = shadow.tables.frame("mistakes").set_index(["rule", "cause"])
    assert set(mistakes.index.get_level_values("rule")) == set(RULES)
    assert (mistakes.groupby("cause").honest_likes.nunique() == 1).all()
    given = int(shadow.tables.frame("daily").likes_organic.sum())
    assert mistakes.honest_likes["device", "any"] == given > 100
    for smaller, larger in (("flagged", "honest"), ("wrong", "flagged")):
        for what in ("likes", "people"):
            assert (mistakes[f"{smaller}_{what}"] <= mistakes[f"{larger}_{what}"]).all()
    assert not mistakes.punished_people.any()


def test_wrong_flags_on_likes_are_the_false_positives_of_the_days() -> None:
    model = EngagementModel(world({"no_read_like": True, "region_jump": True}), seed=4, threads=1)
    counts = {"no_read_like": Confusion(), "region_jump": Confusion()}
    while model.running:
        model.step()
        for flags in model.state.platform.flags:
            judge(model.state, flags, counts[flags.detector])
    model.finish()
    mistakes = model.tables.frame("mistakes").set_index(["rule", "cause"])
    for rule, found in counts.items():
        wrong, genuine = int(found.counts[1]), int(found.counts[3])
        assert mistakes.wrong_likes[rule, "any"] == wrong > 0
        assert mistakes.honest_likes[rule, "any"] == genuine
    # the rules look at these facts and no others
    assert mistakes.flagged_likes["no_read_like", "unread"] == mistakes.honest_likes["no_read_like", "unread"] > 0
    assert mistakes.flagged_likes["region_jump", "hosted"] == mistakes.flagged_likes["region_jump", "any"]


def test_the_punished_of_a_run_are_in_its_actions() -> None:
    ladder = [{"strikes": 0, "sanction": "ban"}]
    model = finished(world({"no_read_like": True}, **{"platform.like_ladder": ladder}))
    any_like = model.tables.frame("mistakes").set_index("cause").loc["any"]
    # whoever gave a flagged like is closed at once, and every closed account gave one
    assert any_like.punished_people == any_like.flagged_people > 0
    groups = model.tables.frame("hit_groups")
    people = groups[groups.attribute == "tenure"]
    assert people.innocent_hit.sum() > 0
    assert (groups.innocent_hit <= groups.hit).all() and (groups.hit <= groups.n).all()
    assert model.tables.frame("daily").hit_gap_tenure.iloc[-1] > 0
