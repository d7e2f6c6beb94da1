"""Why creators were punished, by what was held against them: against figures worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.enums import Buyer, Origin
from sim.core.table_schema import ANY
from sim.core.tables import Tables
from sim.measures.punished_causes import CAUSE_NAMES, CAUSES, PunishedCreators, causes_of
from sim.state import Punished, Today
from sim.world.arrangers import OrderBuyers, Other, OtherCounts


def punished(*rows: tuple[int, str, int, int, int, int, int], given: bool = False) -> Punished:
    """An action: creator, rule, likes held against it, and those bought by itself, a rival, fans, the experimenter."""
    creator, rule, acts, own, rival, fans, trial = (np.array(column) for column in zip(*rows, strict=True))
    others = np.stack([rival, fans, trial], axis=1)
    return Punished(creator, 2 * own < acts, rule, np.full(len(rows), given), acts, own, others)


@pytest.mark.parametrize(
    ("held", "cause"),
    [
        ((100, 50, 50, 0, 0), "own"),
        ((100, 49, 50, 0, 0), "rival"),
        ((100, 0, 0, 50, 0), "fans"),
        ((100, 0, 0, 0, 70), "experiment"),
        ((100, 0, 49, 0, 0), "organic"),
        ((100, 0, 0, 0, 0), "organic"),
        ((100, 45, 30, 15, 0), "several"),
        ((100, 0, 30, 30, 0), "rival"),  # half each: the first
        ((0, 0, 0, 0, 0), "own"),  # nobody is innocent of nothing
    ],
)
def test_the_cause_is_who_arranged_most(held: tuple[int, ...], cause: str) -> None:
    acts, own, rival, fans, trial = held
    assert [CAUSES[at] for at in causes_of(punished((7, "device", acts, own, rival, fans, trial)))] == [cause]
    own_account = punished((7, "device", acts, own, rival, fans, trial), given=True)
    assert [CAUSES[at] for at in causes_of(own_account)] == ["given"]


def table(*days: list[Punished]) -> Any:
    state: Any = SimpleNamespace(tables=Tables(), today=Today())
    counts = PunishedCreators()
    for actions in days:
        state.today = Today(punished=actions)
        counts.close_day(state)
    counts.write(state)
    return state.tables.frame("punished_creators").set_index(["rule", "cause"])


def test_the_last_time_of_a_day_counts_and_every_day_does() -> None:
    framed, guilty = (3, "device", 10, 0, 10, 0, 0), (3, "device", 30, 20, 10, 0, 0)
    by_other_rule = (3, "ip_burst", 10, 0, 10, 0, 0)
    rows = table([punished(framed), punished(guilty)], [], [punished(framed), punished(by_other_rule)])
    assert rows.loc[(ANY, "any")].tolist() == [2, 1, 1, 1]
    assert rows.loc[(ANY, "own")].tolist() == [1, 0, 1, 0]
    assert rows.loc[(ANY, "rival")].tolist() == [1, 1, 1, 1]
    assert rows.loc[("device", "rival")].tolist() == [1, 1, 1, 1]
    assert rows.loc[("ip_burst", "any")].tolist() == [1, 1, 1, 1]
    assert rows.loc["device"].index.tolist() == list(CAUSE_NAMES)


def test_a_run_without_punishments_has_no_rows() -> None:
    assert len(table([], [])) == 0


held = st.tuples(*(st.integers(0, 9) for _ in range(5))).map(lambda n: (sum(n), *n[:4]))  # the fifth: organic
hits = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["a", "b"]), held), min_size=1, max_size=9)


@given(st.lists(hits, max_size=4))
def test_causes_add_up(days: list[list[tuple[int, str, tuple[int, ...]]]]) -> None:
    rows = table(*([punished(*((who, rule, *what) for who, rule, what in day))] for day in days))
    for _, one in rows.groupby("rule"):
        causes, every = one.iloc[1:], one.iloc[0]
        assert causes.hit.sum() == every.hit and causes.innocent_hit.sum() == every.innocent_hit
        assert causes.creators.max() <= every.creators <= causes.creators.sum()
        assert (one.innocent_creators <= one.creators).all() and (one.creators <= one.hit).all()


def test_who_bought_is_known_from_the_order() -> None:
    buyers = OrderBuyers()
    for order, buyer in ((0, Buyer.FANS), (5, 3), (2, Buyer.EXPERIMENTER)):
        buyers.note(order, int(buyer))
    third = int(Origin.THIRD_PARTY)
    origin = np.array([third, third, int(Origin.TRIAL), int(Origin.FARM), int(Origin.ORGANIC), third], np.uint8)
    found = buyers.others_of(origin, np.array([0, 5, 2, 5, -1, -1]))
    assert found.tolist() == [Other.FANS, Other.RIVAL, Other.EXPERIMENTER, -1, -1, Other.RIVAL]


def test_likes_of_others_are_counted_one_by_one_and_by_rows() -> None:
    counts = OtherCounts()
    counts.add_each(np.array([4, 4, 9, 4]), np.array([Other.RIVAL, Other.RIVAL, -1, Other.FANS]))
    counts.add(np.array([4, 4]), np.array([[1, 0, 0], [0, 0, 2]]))
    assert counts.of(np.array([4, 9, 30])).tolist() == [[3, 1, 2], [0, 0, 0], [0, 0, 0]]
