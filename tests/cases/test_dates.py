"""A number is no date, however it is written."""

from pathlib import Path

import pytest

from sim import EngagementModel, Scenario
from sim.core.errors import ScenarioError

NUMBERS = [
    0,
    1,
    86400,
    1641168000,
    20220103,
    1.5,
    True,
    "0",
    "1641168000",
    " 1641168000 ",
    "1e9",
    "-1",
    "1_641_168_000",
]


@pytest.mark.parametrize("value", NUMBERS)
def test_a_start_that_is_a_number_is_refused(value: object) -> None:
    with pytest.raises(ScenarioError, match=r"run\.start_date.*YYYY-MM-DD"):
        Scenario().with_changes({"run.start_date": value})


@pytest.mark.parametrize("value", ["0", "1641168000", "'1641168000'", "20220110"])
@pytest.mark.parametrize("days", [None, 5])
def test_a_calendar_date_that_is_a_number_is_refused(tmp_path: Path, value: str, days: int | None) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"run: {{days: 9}}\ncalendar:\n  - {{date: {value}, set: {{hot_threshold: 5}}}}\n")
    with pytest.raises(ScenarioError, match="YYYY-MM-DD") as caught:
        Scenario.load(file, days=days)
    assert caught.value.line == 3


def test_dates_are_dates() -> None:
    found = Scenario().with_changes({"run.start_date": "2022-02-01"})
    assert str(found.run.start_date) == "2022-02-01"


def test_the_start_date_says_what_weekday_day_0_is() -> None:
    monday, saturday = (
        EngagementModel(Scenario().with_changes({"run.start_date": date, "readers.n": 200, "creators.n": 20}))
        for date in ("2022-01-03", "2022-01-08")
    )
    assert (monday.clock.weekday, saturday.clock.weekday) == (0, 5)
    for _ in range(24 * 2):
        assert not saturday.clock.ends_week or saturday.clock.day == 1
        saturday.step()
    assert saturday.clock.weekday == 0
