"""Tables: typed, strict, stable, picklable."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.enums import Grade, Target
from sim.core.parquet import digest, write
from sim.core.table_schema import TABLES
from sim.core.tables import TableError, Tables

VERDICT = {
    "tick": 1,
    "day": 0,
    "detector": "device",
    "target": Target.LIKE,
    "post": 3,
    "account": -1,
    "score": 0.5,
    "n": 2,
}


def test_rows_and_columns_come_out_in_the_order_they_went_in():
    tables = Tables()
    tables.add("daily", day=0, exposure_quality=0.5)
    tables.extend("daily", day=[1, 2], exposure_quality=np.array([0.25, 0.75], np.float32))
    tables.add("daily", day=3, exposure_quality=1)
    frame = tables.frame("daily")
    assert frame["day"].tolist() == [0, 1, 2, 3]
    assert frame["exposure_quality"].tolist() == [0.5, 0.25, 0.75, 1.0]
    assert len(tables["daily"]) == 4


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_has_the_same_types_as_a_full_one(name, tmp_path):
    empty, full = Tables(), Tables()
    cells = {"int64": 1, "float64": 0.5, "bool": True, "str": "x"}
    full.add(name, **{c.name: cells[c.dtype] for c in TABLES[name].columns})
    assert len(empty.frame(name)) == 0
    assert empty.frame(name).dtypes.to_dict() == full.frame(name).dtypes.to_dict()
    write(empty.arrow(name), tmp_path / "t.parquet")
    assert (tmp_path / "t.parquet").stat().st_size > 0


@pytest.mark.parametrize(
    ("name", "row", "says"),
    [
        ("dayly", {"day": 1}, "did you mean 'daily'"),
        ("verdicts", VERDICT | {"scor": 1.0}, "did you mean 'score'"),
        ("verdicts", {"tick": 1}, "lacks day"),
    ],
)
def test_what_was_not_declared_is_an_error(name, row, says):
    with pytest.raises(TableError, match=says):
        Tables().add(name, **row)


def test_wrong_types_are_errors():
    tables = Tables()
    with pytest.raises(TableError, match="int64, not float64"):
        tables.extend("daily", day=[0.5])
    with pytest.raises(TableError, match="a name was expected"):
        tables.extend("verdicts", **(VERDICT | {"detector": 3}))
    with pytest.raises(TableError, match="unequal length"):
        tables.extend("daily", day=[1, 2], x=[0.1])


def test_enums_become_names_and_scalars_are_repeated():
    tables = Tables()
    tables.extend("verdicts", **(VERDICT | {"n": [1, 2, 3], "detector": Grade.MACHINE}))
    frame = tables.frame("verdicts")
    assert frame["target"].tolist() == ["like"] * 3
    assert frame["detector"].tolist() == ["machine"] * 3


def test_a_measure_that_appears_later_is_missing_before():
    tables = Tables()
    tables.add("daily", day=0, a=1.0)
    tables.add("daily", day=1, a=1.0, b=2.0)
    frame = tables.frame("daily")
    assert np.isnan(frame["b"][0])
    assert frame["b"][1] == 2.0


def test_columns_are_copied():
    tables, values = Tables(), np.array([0.1, 0.2])
    tables.extend("daily", day=[0, 1], a=values)
    values[:] = 9
    assert tables.frame("daily")["a"].tolist() == [0.1, 0.2]


def test_last_row():
    tables = Tables()
    assert tables.last("daily") == {}
    tables.extend("daily", day=[0, 1], a=[1.0, 2.0])
    assert tables.last("daily") == {"day": 1, "a": 2.0}
    tables.add("daily", day=2, a=3.0)
    assert tables.last("daily") == {"day": 2, "a": 3.0}


def test_units_are_in_the_file(tmp_path):
    import pyarrow.parquet as pq

    tables = Tables()
    tables.add("daily", day=0, money_likes_cny=1.0)
    tables["daily"].describe({"money_likes_cny": ("CNY/day", "paid for likes")})
    write(tables.arrow("daily"), tmp_path / "daily.parquet")
    field = pq.read_schema(tmp_path / "daily.parquet").field("money_likes_cny")
    assert field.metadata == {b"unit": b"CNY/day", b"description": b"paid for likes"}


rows = st.lists(
    st.tuples(st.integers(-5, 10**6), st.floats(allow_nan=False, width=32), st.text("abc", max_size=3)),
    max_size=30,
)


@given(rows, st.integers(0, 30))
def test_digest_sees_contents_and_not_the_way_they_came(values, cut):
    def table(one_by_one: int) -> Tables:
        tables = Tables()
        for day, score, name in values[:one_by_one]:
            tables.add("verdicts", **(VERDICT | {"day": day, "score": score, "detector": name}))
        rest = values[one_by_one:]
        day, score, name = ([r[k] for r in rest] for k in range(3))
        tables.extend("verdicts", **(VERDICT | {"day": day, "score": score, "detector": name}))
        return tables

    a, b = table(cut), pickle.loads(pickle.dumps(table(0)))
    seal = digest(a["verdicts"].arrays())
    assert seal == digest(b["verdicts"].arrays())
    assert a["verdicts"].arrow().equals(b["verdicts"].arrow())
    b.add("verdicts", **VERDICT)
    assert seal != digest(b["verdicts"].arrays())
