"""Every kind of bad input: one message with file, line, nearest valid name; exit code 2; nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.core.errors import ScenarioError
from sim.scenario import Scenario


@dataclass(frozen=True)
class Mistake:
    """A text that cannot be a scenario, the line that is wrong, and what must be said about it."""

    text: str
    line: int | None
    said: tuple[str, ...]


MISTAKES = {
    "unknown key": Mistake(
        "platform:\n  hot_treshold: 3\n",
        2,
        ("platform.hot_treshold", "unknown", "'hot_threshold'"),
    ),
    "unknown section": Mistake("platfrom:\n  hot_threshold: 3\n", 1, ("platfrom", "'platform'")),
    "key of another section": Mistake(
        "run: {days: 5}\nhot_threshold: 3\n",
        2,
        ("hot_threshold", "'platform.hot_threshold'"),
    ),
    "wrong type": Mistake("run:\n  days: ten\n", 2, ("run.days", "whole number", "1..3,650", "'ten'")),
    "number as text": Mistake('readers:\n  n: "5000"\n', 2, ("readers.n", "whole number")),
    "truth as number": Mistake(
        "readers: {n: 100, trust_start: true}\n", 1, ("trust_start", "a number in 0..1", "true")
    ),
    "number as truth": Mistake("manipulation:\n  enabled: 1\n", 2, ("enabled", "true or false")),
    "fraction of a day": Mistake("run:\n  days: 1.5\n", 2, ("run.days", "whole number")),
    "not a number": Mistake("readers:\n  trust_start: .nan\n", 2, ("trust_start", "a number in 0..1")),
    "infinite": Mistake("advertisers:\n  budget_cny_per_week: .inf\n", 2, ("budget_cny_per_week", "a number")),
    "out of range": Mistake("platform:\n\n  hot_exploration: 2\n", 3, ("hot_exploration", "0..1", "got 2")),
    "not a multiple": Mistake("surfaces: {feed_slots: 9}\n", 1, ("feed_slots", "multiple of 8")),
    "tick does not divide a day": Mistake("run:\n  tick_minutes: 7\n", 2, ("tick_minutes", "divide a day")),
    "unknown choice": Mistake("probes:\n  grade: fake\n", 2, ("probes.grade", "machine", "real_person")),
    "section is a list": Mistake("readers: [1, 2]\n", 1, ("readers", "mapping of parameters")),
    "section is empty": Mistake("run: {days: 3}\nplatform:\n", 2, ("platform", "mapping of parameters")),
    "list is a mapping": Mistake("calendar: {day: 3}\n", 1, ("calendar", "a list")),
    "unknown plug-in": Mistake("platform:\n  ranking: likes_onyl\n", 2, ("platform.ranking", "'likes_only'")),
    "unknown detector": Mistake("platform:\n  detectors:\n    ip_brust: true\n", 3, ("ip_brust", "'ip_burst'")),
    "unknown parameter": Mistake(
        "platform:\n  detectors:\n    device:\n      treshold: 3\n", 4, ("device.treshold", "'threshold'")
    ),
    "parameter of wrong type": Mistake(
        "platform:\n  ranking:\n    name: composite\n    completion: much\n",
        4,
        ("ranking.completion", "a number in 0..20"),
    ),
    "parameter out of range": Mistake(
        "platform:\n  ranking: {name: composite, completion: 21}\n", 2, ("completion", "0..20", "21")
    ),
    "parameter not a number": Mistake(
        "platform:\n  ranking: {name: composite, completion: .nan}\n", 2, ("completion", "0..20")
    ),
    "plug-in without a name": Mistake("platform:\n  ranking: {completion: 2}\n", 2, ("ranking", "'name'")),
    "plug-in is a number": Mistake("platform:\n  ranking: 3\n", 2, ("ranking", "a name or a mapping")),
    "no such module": Mistake("platform:\n  ranking: nowhere.at_all:Mine\n", 2, ("does not import", "nowhere")),
    "no such plug-in file": Mistake("platform:\n  ranking: nowhere.py:Mine\n", 2, ("does not import", "nowhere.py")),
    "module is no plug-in": Mistake("platform:\n  ranking: pathlib:Path\n", 2, ("is not a ranking plug-in", "'score'")),
    "plug-in of another family": Mistake(
        "platform:\n  ranking: sim.plugins.detectors:Device\n", 2, ("is not a ranking plug-in",)
    ),
    "class misspelt": Mistake("platform:\n  ranking: sim.plugins.ranking:LikesOnyl\n", 2, ("LikesOnyl", "'LikesOnly'")),
    "rung misspelt": Mistake(
        "platform:\n  creator_ladder:\n  - {strikes: 1, sanction: ban}\n  - {strikes: 2, sanktion: ban}\n",
        4,
        ("creator_ladder.1.sanktion", "'sanction'"),
    ),
    "first strategy not honest": Mistake("strategies: [buy_machine]\n", 1, ("strategies", "honest")),
    "no strategies": Mistake("strategies: []\n", 1, ("strategies",)),
    "entry after the end": Mistake(
        "run: {days: 30}\ncalendar:\n  - day: 30\n    set: {hot_threshold: 3}\n",
        3,
        ("day 30", "after the end", "0 to 29"),
    ),
    "entry before the start": Mistake(
        "calendar:\n  - {date: 2021-12-31, set: {}}\n", 2, ("before the start", "2021-12-31")
    ),
    "entry on a negative day": Mistake("calendar:\n  - {day: -1, set: {}}\n", 2, ("calendar.0.day", "0..")),
    "entry without a day": Mistake("calendar:\n  - set: {}\n", 2, ("calendar.0", "day or a date")),
    "entry with day and date": Mistake("calendar:\n  - {day: 1, date: 2022-01-04}\n", 2, ("either a day or a date",)),
    "no such date": Mistake("calendar:\n  - {date: 2022-02-31}\n", None, ("day is out of range",)),
    "entry sets an unknown path": Mistake(
        "calendar:\n  - day: 1\n    set:\n      hot_treshold: 3\n", 4, ("'hot_threshold'",)
    ),
    "entry says platform": Mistake(
        "calendar:\n  - day: 1\n    set:\n      platform.hot_threshold: 3\n",
        4,
        ("'hot_threshold'",),
    ),
    "entry sets a wrong value": Mistake(
        "calendar:\n  - day: 1\n    set: {}\n  - day: 2\n    set:\n      hot_exploration: 0.5\n"
        "      hot_threshold: low\n",
        7,
        ("calendar.1.set.hot_threshold", "a number in 0..1,000,000"),
    ),
    "entry names an unknown detector": Mistake(
        "calendar:\n  - day: 1\n    set:\n      detectors.device: false\n      detectors.ip_brust: true\n",
        5,
        ("'ip_burst'",),
    ),
    "entry misspells a parameter": Mistake(
        "calendar:\n  - day: 1\n    set:\n      ranking: composite\n      detectors.ip_burst.treshold: 3\n",
        5,
        ("ip_burst.treshold", "'threshold'"),
    ),
    "same path twice on a day": Mistake(
        "calendar:\n  - {day: 1, set: {ranking: composite}}\n  - {date: 2022-01-04, set: {ranking.completion: 1}}\n",
        3,
        ("already set on day 1", "calendar.0"),
    ),
    "more creators than readers": Mistake(
        "readers: {n: 100}\ncreators:\n  n: 101\n",
        3,
        ("creators.n: must be at most readers.n (100), since every creator is a reader too; got 101",),
    ),
    "more creators than readers, one of them by default": Mistake(
        "creators: {anxiety_mean: 1}\nreaders: {n: 100}\n",
        1,
        ("creators.n: must be at most readers.n (100)", "got 2,000"),
    ),
    "farms' channels": Mistake(
        "farms:\n  hot_share: 0.5\n  subscription_share: 0.4\n  chat_share: 0.1\n  search_share: 0.2\n",
        5,
        (
            "farms.search_share: hot_share, subscription_share, chat_share and search_share must add up to at most 1",
            "got 0.5 + 0.4 + 0.1 + 0.2",
        ),
    ),
    "farms' channels, two of them by default": Mistake(
        "farms: {hot_share: 1}\n",
        1,
        ("farms.search_share: hot_share, subscription_share, chat_share and search_share",),
    ),
    "favours' channels": Mistake(
        "mutual_aid:\n  subscription_share: 0.7\n  hot_share: 0.31\n",
        2,
        ("mutual_aid.subscription_share: hot_share and subscription_share must add up to at most 1, got 0.31 + 0.7",),
    ),
    "agencies' channels": Mistake(
        "mcn: {hot_share: 0.6, chat_share: 0.5}\n",
        1,
        ("mcn.chat_share: hot_share and chat_share must add up to at most 1, got 0.6 + 0.5",),
    ),
    "carriers' addresses": Mistake(
        "accounts:\n  carrier_min: 2000\n  carrier_max: 1999\n",
        3,
        ("accounts.carrier_max: must be at least carrier_min (2,000), got 1,999",),
    ),
    "work ends when it begins": Mistake(
        "accounts:\n  site_from_h: 18\n", 1, ("accounts.site_until_h: must be later than site_from_h (18), got 18",)
    ),
    "missing parent": Mistake(
        "description: x\nextends: basline.yaml\n", 2, ("extends", "no such file", "'baseline.yaml'")
    ),
    "parent is no path": Mistake("extends: [a, b]\n", 1, ("extends", "path of a scenario file")),
    "parent of itself": Mistake("extends: mine.yaml\n", 1, ("extends", "circle")),
    "empty": Mistake("", 1, ("empty",)),
    "only comments": Mistake("# nothing\n", 1, ("empty",)),
    "a list": Mistake("- run\n- readers\n", 1, ("mapping of sections",)),
    "plain text": Mistake("hello\n", 1, ("mapping of sections",)),
    "YAML mistake": Mistake("run:\n  days: [3\nreaders: {}\n", 3, ("not valid YAML",)),
    "key given twice": Mistake("run:\n  days: 3\n  days: 4\n", 3, ("not valid YAML", "duplicate key")),
    "tab": Mistake("run:\n\tdays: 3\n", 2, ("not valid YAML",)),
    "control character": Mistake("run: \x00\n", None, ("not valid YAML",)),
    "contains itself": Mistake("run: &a\n  days: *a\n", 2, ("run.days", "whole number")),
    "nested too deeply": Mistake("run: " + "[" * 400 + "]" * 400, None, ("nested too deeply",)),
    "key is a number": Mistake("1: 2\n", 1, ("mine.yaml",)),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with a sound `baseline.yaml`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "baseline.yaml").write_text("description: sound\n")
    return tmp_path


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_python_and_command_say_the_same_clear_thing(folder: Path, mistake: Mistake) -> None:
    file = folder / "mine.yaml"
    file.write_text(mistake.text)
    with pytest.raises(ScenarioError) as raised:
        Scenario.load(file)
    message = str(raised.value)
    assert raised.value.line == mistake.line
    assert message.startswith("mine.yaml" + (f":{mistake.line}: " if mistake.line else ": "))
    for part in mistake.said:
        assert part in message
    before = sorted(folder.rglob("*"))
    done = CliRunner().invoke(app, ["run", "mine.yaml"])
    assert (done.exit_code, done.stderr, done.stdout) == (2, message + "\n", "")
    assert sorted(folder.rglob("*")) == before


def test_missing_file_folder_and_foreign_bytes(folder: Path) -> None:
    (folder / "latin.yaml").write_bytes("description: caf\xe9\n".encode("latin-1"))
    for name, said in (
        ("basline.yaml", "no such file; did you mean 'baseline.yaml'?"),
        (".", "is a folder"),
        ("latin.yaml", "UTF-8"),
        ("nowhere/at/all.yaml", "no such file"),
    ):
        with pytest.raises(ScenarioError, match=said.replace("?", r"\?")):
            Scenario.load(folder / name)


def test_mistake_in_a_parent_is_placed_there(folder: Path) -> None:
    (folder / "parent.yaml").write_text("run: {days: 5}\nplatform:\n  hot_exploration: 7\n")
    (folder / "child.yaml").write_text("extends: parent.yaml\nplatform:\n  hot_threshold: 3\n")
    with pytest.raises(ScenarioError) as raised:
        Scenario.load("child.yaml")
    assert (raised.value.file, raised.value.line) == ("parent.yaml", 3)
    (folder / "child.yaml").write_text("extends: parent.yaml\nplatform:\n  hot_exploration: 8\n")
    with pytest.raises(ScenarioError, match=r"child\.yaml:3: .*got 8"):
        Scenario.load("child.yaml")
    (folder / "child.yaml").write_text("extends: parent.yaml\nplatform:\n  hot_exploration: 0.5\n")
    assert Scenario.load("child.yaml").platform.hot_exploration == 0.5


def test_circle_of_three_is_found_where_it_closes(folder: Path) -> None:
    for child, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        (folder / f"{child}.yaml").write_text(f"description: {child}\nextends: {parent}.yaml\n")
    with pytest.raises(ScenarioError, match=r"c\.yaml:2: extends: a\.yaml .*circle"):
        Scenario.load("a.yaml")


def test_all_mistakes_are_listed_in_the_order_written(folder: Path) -> None:
    (folder / "mine.yaml").write_text("run: {days: ten}\nreaders:\n  n: -1\n  trust: 3\n")
    with pytest.raises(ScenarioError) as raised:
        Scenario.load("mine.yaml")
    lines = str(raised.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["mine.yaml:1", "mine.yaml:3", "mine.yaml:4"]


@pytest.mark.parametrize(
    "text",
    [
        "readers: {n: 100}\ncreators: {n: 100}\n",
        "farms: {hot_share: 0.6, subscription_share: 0.2, chat_share: 0.1, search_share: 0.1}\n",
        "mutual_aid: {hot_share: 0.7, subscription_share: 0.3}\nmcn: {hot_share: 0.9, chat_share: 0.1}\n",
        "accounts: {carrier_min: 2000, carrier_max: 2000, site_from_h: 17}\n",
    ],
)
def test_limits_themselves_are_allowed(folder: Path, text: str) -> None:
    (folder / "mine.yaml").write_text(text)
    assert Scenario.load("mine.yaml").resolved()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("readers.m=5", "--set readers.m: unknown parameter"),
        ("readers.n=many", "--set readers.n: must be a whole number"),
        ("readers=5", "mapping of parameters"),
        ("platform.ranking={name: composite, completon: 2}", "did you mean 'completion'?"),
        ("platform.ranking=composit", "did you mean 'composite'?"),
        ("calendar.3.day=2", "is an empty list"),
        ("readers.n", "must be PATH=VALUE"),
        ("=5", "must be PATH=VALUE"),
        ("readers.n=", "readers.n: must be a whole number"),
        ("run.days=[", "run.days: must be a whole number"),
        ("readers.n=500", "creators.n: must be at most readers.n (500)"),
        ("mutual_aid.size_max=8", "founders (12) must be at most size_max (8)"),
    ],
)
def test_bad_overrides(folder: Path, change: str, said: str) -> None:
    done = CliRunner().invoke(app, ["run", "baseline.yaml", "--set", change])
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (folder / "results").exists()
