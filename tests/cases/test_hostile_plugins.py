"""Plug-ins of one's own that raise, answer nonsense or write where they should not: one message, or a correct run."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

import sim
from sim import Scenario
from sim.actors.farms.farm import GRADES
from sim.core.errors import GreshamError, PluginAnswerError
from sim.plugins.frozen import frozen
from sim.plugins.strategies.actions import GradeForSale
from tests.cases.commands import gresham, said

HEAD = """
import os
from dataclasses import dataclass, replace
from typing import ClassVar
import numpy as np
from sim.core.enums import Target
from sim.plugins.detectors import Detector, Device, Scores
from sim.plugins.parameters import parameter
from sim.plugins.ranking import RankingPolicy
from sim.plugins.ranking.policy import NonPersonalized
from sim.plugins.sanctions import Block, Case, Demote, EnforcementAction, Limit, Remove, Sanction
from sim.plugins.strategies import AskGroup, AskMatrix, BuyLikes, Strategy
CALLS = []
"""
WORLD = "run: {days: 2}\nreaders: {n: 300}\ncreators: {n: 20, manipulating_start: 0.9}\n"
FLAGS = "  detectors: {device: {threshold: 2}, ip_burst: {threshold: 1}}\n"

RANKING = """
@dataclass(frozen=True)
class Mine(RankingPolicy):
    def score(self, posts, cell, clock):
        n = len(posts)
        BODY
"""
TOPIC = """
@dataclass(frozen=True)
class Mine(NonPersonalized):
    pull: float = 1.0
    def worth(self, posts):
        n = len(posts)
        BODY
"""
DETECTOR = """
@dataclass(frozen=True)
class Mine(Detector):
    target: ClassVar[Target] = Target.TARGET
    threshold: float = parameter(0.5, "suspicion of a verdict")
    def inspect(self, view, clock):
        likes = view.log.likes
        three = np.unique(view.log.account)[:3].astype(np.int64)
        if len(three) < 3:
            return Scores.nothing()
        BODY
"""
LEARNER = """
class Notes:
    def __init__(self, many):
        self.many = many
class Locked(Notes):
    def __setstate__(self, state):
        self.__dict__.update(state, lock=__import__("threading").Lock())  # its copy cannot be pickled again
@dataclass(frozen=True)
class Mine(Detector):
    target: ClassVar[Target] = Target.ACCOUNT
    threshold: float = parameter(0.5, "suspicion of a verdict")
    def inspect(self, view, clock, fitted):
        if fitted is None:
            return Scores.nothing()
        three = np.unique(view.log.account)[:3].astype(np.int64)
        INSPECT
    def fit(self, view, clock):
        BODY
"""
SANCTION = """
@dataclass(frozen=True)
class Mine(Sanction):
    def apply(self, case, clock):
        good = Limit(case, 30)
        def part(**columns):
            return Limit(replace(case, **columns), 30)
        BODY
"""
STRATEGY = """
@dataclass(frozen=True)
class Mine(Strategy):
    channel: ClassVar[str] = "farm"
    def plan(self, observation, budget_cny, u):
        BODY
"""


def scenario(folder: Path, family: str, template: str, body: str) -> Path:
    """A scenario with one plug-in of its own, in which `body` answers."""
    text = HEAD + template.replace("BODY", body.replace("\n", "\n        "))
    (folder / "mine.py").write_text(text, encoding="utf-8")
    parts = {
        "ranking": "platform: {ranking: 'mine.py:Mine'}\n",
        "detection": "platform:\n  detectors: {watch: 'mine.py:Mine'}\n",
        "sanction": f"platform:\n{FLAGS}  like_ladder: [{{strikes: 0, sanction: 'mine.py:Mine'}}]\n",
        "strategy": "strategies: [honest, 'mine.py:Mine']\n",
    }
    file = folder / "mine.yaml"
    file.write_text(WORLD + parts[family], encoding="utf-8")
    return file


def daily(file: Path) -> pd.DataFrame:
    return sim.run(file, twin=False, progress="none").daily


def refused(folder: Path, family: str, template: str, body: str) -> str:
    with pytest.raises(PluginAnswerError) as caught:
        daily(scenario(folder, family, template, body))
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{family} plug-in 'mine.py:Mine'")
    assert ", day " in message
    return message


@pytest.mark.parametrize("given", ['"fast"', 'float("nan")', "-1.0", "11", "True", "lambda self: 1"])
@pytest.mark.parametrize("factor", ["rate_factor", "appeal_factor"])
def test_factors_of_a_strategy_are_checked_when_it_is_read(tmp_path: Path, factor: str, given: str) -> None:
    template = STRATEGY.replace("    def plan", f"    {factor}: ClassVar[object] = {given}\n    def plan")
    with pytest.raises(GreshamError, match=rf"'{factor}' of .* must be a number in 0\.\.10, got"):
        Scenario.load(scenario(tmp_path, "strategy", template, "return ()"))


@pytest.mark.parametrize("template", [RANKING, TOPIC], ids=["by cell", "by topic"])
@pytest.mark.parametrize(
    ("body", "given"),
    [
        ("return None", "got null"),
        ("return 1.0", "got 1.0"),
        ("return np.zeros(n + 3)", "shape ("),
        ("return np.zeros((n, 1))", "1)"),
        ("return np.full(n, np.nan)", "got nan at entry 0"),
        ("return np.where(np.arange(n) == n - 1, np.inf, 0.0)", "got inf at entry"),
        ("return ['high'] * n", "got ['high'"),
        ("return np.zeros(n) * 1j", "complex128"),
        ("return np.array([object()] * n)", "array of object"),
        ("return np.ma.masked_array(np.zeros(n), np.ones(n))", "masked array"),
        ("return np.random.default_rng().random(n)", "two answers to one question"),
        ("CALLS.append(1); return np.full(n, len(CALLS))", "two answers to one question"),
        ("return posts.liked", "raised AttributeError"),
        ("posts.reads[:] = 0\nreturn np.zeros(n)", "read-only"),
        ("posts.reads.flags.writeable = True\nreturn np.zeros(n)", "raised ValueError"),
        ("raise SystemExit(0)", "raised SystemExit: 0"),
        ("yield 1.0", "got <generator"),
        ("return map(float, range(n))", "got <map"),
        ("return {i: 1.0 for i in range(n)}", "got {0: 1.0}"),
        ("return np.array(3.0)", "shape ()"),
        ("return np.array(['2020-01-01'] * n, 'M8[D]')", "datetime64[D]"),
        ("return np.zeros(n, dtype=[('a', 'f8')])", "array of [('a'"),
        ("return [[1.0], [1.0, 2.0]] * n", "got [[1.0]"),
        ("return [10**400] * n", "array of object"),
        ("import pandas as pd; return pd.DataFrame({'a': np.zeros(n)})", "one finite number"),
        ("import pandas as pd; return pd.Series([None] * n, dtype='Float64')", "got nan at entry 0"),
        (
            "class A:\n    __len__ = lambda self: n\n    __getitem__ = lambda self, i: 1.0\nreturn A()",
            "one finite number",
        ),
        (
            "class A:\n    def __array__(self, *a, **k): 1 / 0\n    def __repr__(self): raise KeyError\nreturn A()",
            "got A",
        ),
        ("posts.__dict__.clear()\nreturn np.zeros(n)", "cannot be used: AttributeError"),
        ("class E(BaseException): pass\nraise E", "raised E at "),
        ("raise Exception('a\\nb' + 10**5 * 'x')", "raised Exception: a bxxx"),
        ("return posts", "got PostsView("),
    ],
)
def test_a_ranking_policy_that_answers_nonsense(tmp_path: Path, template: str, body: str, given: str) -> None:
    assert given in refused(tmp_path, "ranking", template, body)


@pytest.mark.parametrize(
    ("target", "body", "given"),
    [
        ("LIKE", "return None", "got null"),
        ("LIKE", "return likes, np.ones(len(likes))", "Scores(ids, values)"),
        ("LIKE", "return Scores(np.array([-1]), np.array([1.0]))", "got -1"),
        ("LIKE", "return Scores(np.array([10**9]), np.array([1.0]))", "got 1000000000"),
        ("LIKE", "return Scores(np.flatnonzero(view.log.kind != 1), np.ones((view.log.kind != 1).sum()))", "are likes"),
        ("ACCOUNT", "return Scores(three, np.full(3, np.nan))", "got nan at entry 0"),
        ("ACCOUNT", "return Scores(three[[1, 1]], np.ones(2))", ", 2 times"),
        ("ACCOUNT", "return Scores(np.array([1.0, 2.0]), np.ones(2))", "array of float64"),
        ("ACCOUNT", "return Scores(three, np.ones(2))", "each of its 3 ids"),
        ("ACCOUNT", "return Scores(np.array([2**64 - 1], np.uint64), np.ones(1))", "uint64"),
        ("ACCOUNT", "return Scores(3, 1.0)", "got 3"),
        ("ACCOUNT", "view.accounts.of([5])", "belong to no account, such as 5"),
        ("ACCOUNT", "view.accounts.of(three + 0.5)", "tokens are whole numbers in one row, got an array of float64"),
        (
            "ACCOUNT",
            "view.accounts.per_device([[1], [2]])",
            "whole numbers in one row, got an array of int64 of shape (2, 1)",
        ),
        ("ACCOUNT", "view.accounts.of(three).address", "has no 'address'; there are device, region, registered_day"),
        ("ACCOUNT", "view.accounts.per_address(three)", "has no 'per_address'; there are of, per_device, size"),
        ("ACCOUNT", "return Scores(np.array([-1]), np.ones(1))", "tokens of accounts (see 'view.log.account')"),
        ("ACCOUNT", "return Scores(three - 2**33, np.ones(3))", "got -"),
        ("ACCOUNT", "return Scores(three + 2**33, np.ones(3))", "tokens of accounts"),
        ("ACCOUNT", "return Scores(np.arange(40), np.ones(40))", "tokens of accounts"),  # rows are no names
        ("POST", "return Scores(np.array([-1]), np.array([1.0]))", "tokens of posts (see 'view.log.post')"),
        ("POST", "return Scores(three, np.ones(3))", "tokens of posts"),
        ("POST", "return Scores(None, None)", "got null"),
        (
            "POST",
            "return Scores(view.posts.token[:1].astype(np.int64), np.random.default_rng().random(1))",
            "two answers to one question",
        ),
        ("LIKE", "view.log.kind[:] = 0", "read-only"),
        (
            "LIKE",
            "object.__setattr__(view, 'log', None)\nreturn Scores(np.arange(2), np.ones(2))",
            "cannot be used: TypeError",
        ),
        ("POST", "yield", "got <generator"),
        ("ACCOUNT", "return Scores(np.arange(2) > 0, np.ones(2))", "array of bool"),
        ("ACCOUNT", "return Scores(np.ma.masked_array([0, 1], [0, 1]), np.ones(2))", "masked array"),
        ("ACCOUNT", "return Scores([10**30, 1], np.ones(2))", "got [1000000000000000000000000000000, 1]"),
        (
            "ACCOUNT",
            "class X(Scores):\n    ids = property(lambda self: 1 / 0)\nreturn X.__new__(X)",
            "cannot be used: ZeroDivisionError",
        ),
        ("LIKE", "view.log.dwell_s.base[0] = 0", "raised TypeError"),
        ("LIKE", "view.posts.token.base[0] = 0", "raised TypeError"),
        ("LIKE", "view.accounts.of(three + 2**33)", "tokens belong to no account"),
        ("LIKE", "view.accounts.standing", "raised AttributeError"),
    ],
)
def test_a_detector_that_answers_nonsense(tmp_path: Path, target: str, body: str, given: str) -> None:
    message = refused(tmp_path, "detection", DETECTOR.replace("TARGET", target), body)
    assert given in message
    assert "(platform.detectors.watch)" in message


BEYOND_A_WEEK = WORLD.replace("days: 2", "days: 8")


@pytest.mark.parametrize(
    ("body", "given"),
    [
        ("return lambda: 1", "'fit' must return something that can be pickled, or None where nothing was learnt, got"),
        ("yield 1", "cannot pickle 'generator' object"),
        ("import threading\nreturn {1: threading.Lock()}", "cannot pickle '_thread.lock' object"),
        ("class Own: pass\nreturn Own()", "Own"),
        ("class X:\n    def __reduce__(self): return int, ('x',)\nreturn X()", "ValueError: invalid literal"),
        ("class X:\n    def __reduce__(self): 1 / 0\nreturn [X()]", "ZeroDivisionError"),
        ("return {1: np.random.default_rng().random(2)}", "'fit' gave two answers to one question"),
        ("CALLS.append(1); return len(CALLS)", "'fit' gave two answers to one question"),
        ("return 1 / 0", "'fit' raised ZeroDivisionError: division by zero at "),
        ("raise SystemExit(0)", "'fit' raised SystemExit: 0"),
        ("return view.labels.truth", "'fit' raised AttributeError"),
        ("view.labels.is_fake[:] = True", "read-only"),
        ("view.log.kind[:] = 0", "read-only"),
    ],
)
def test_a_detector_that_learns_nonsense(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, given: str
) -> None:
    monkeypatch.setitem(globals(), "WORLD", BEYOND_A_WEEK)
    message = refused(
        tmp_path, "detection", LEARNER.replace("INSPECT", "return Scores(three, np.ones(len(three)))"), body
    )
    assert given in message
    assert "(platform.detectors.watch), day 6: " in message
    if "'fit' raised Zero" in given:
        assert "mine.py:" in message and message.endswith("(return 1 / 0)")


def test_a_detector_that_learns_but_takes_no_third_argument(tmp_path: Path) -> None:
    given = refused(tmp_path, "detection", LEARNER.replace("clock, fitted)", "clock)"), "return 1")
    assert "'inspect' raised TypeError" in given and "takes 3 positional arguments but 4 were given" in given


@pytest.mark.parametrize(
    ("inspect", "body"),
    [
        ("return Scores(three, np.full(len(three), float(fitted.many[1])))", "return Notes({1: 2})"),
        # what is done to it is done to a copy
        (
            "fitted.many[1] += 1\n        return Scores(three, np.full(len(three), float(fitted.many[1] == 3)))",
            "return Notes([1, 2])",
        ),
        ("return Scores(three, np.full(len(three), float(fitted.many[1])))", "return Locked([1, 2])"),
    ],
)
def test_a_detector_of_ones_own_learns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inspect: str, body: str
) -> None:
    monkeypatch.setitem(globals(), "WORLD", BEYOND_A_WEEK)
    found = daily(scenario(tmp_path, "detection", LEARNER.replace("INSPECT", inspect), body))
    assert found["watch_recall"].notna().tolist()[-1:] == [True]
    assert (found["watch_recall"].fillna(0)[:7] == 0).all() and found["watch_precision"].notna().tolist()[7]


@pytest.mark.parametrize(
    ("body", "given"),
    [
        ("return 'ban'", "got 'ban'"),
        ("return [good]", "Remove, Restore, Limit, Block, Demote, Hide, Gate, or None"),
        ("return EnforcementAction(case)", "Remove, Restore"),
        ("class Own(Block): pass\nreturn Own(case)", "Remove, Restore"),
        ("return Limit('ban')", "case is the one given"),
        ("return Limit(good, 30)", "case is the one given"),
        ("return part(accounts=np.arange(len(case)))", "has accounts of the case"),
        ("return part(accounts=case.accounts + 10**6)", "has accounts of the case"),
        ("return part(posts=case.posts[:0])", "columns of one length"),
        ("return part(posts=np.roll(case.posts, 1), accounts=case.accounts)", "as they stand there"),
        ("return part(creators=np.full(len(case), -7))", "has creators of the case"),
        ("return part(strikes=case.strikes + 1)", "as they stand there"),
        ("return part(strikes=np.full(len(case), 1e300))", "as they stand there"),
        ("return part(posts=case.posts * 0 - 1)", "got -1"),
        ("return part(creators=case.creators * 0 + 7)", "has creators of the case"),
        ("return part(accounts=case.accounts * 1.0)", "array of float64"),
        ("return part(strikes=case.strikes * np.nan)", "got nan"),
        ("return part(causes=case.causes + 99)", "has causes of the case"),
        ("return replace(good, until_tick=float('inf'))", "got inf"),
        ("return replace(good, until_tick=2**40)", "got 1099511627776"),
        ("return replace(good, until_tick=clock.tick - 1)", "until_tick is -1 or at least 'clock.tick', which is "),
        ("return Demote(case, float('nan'))", "got nan"),
        ("return Remove(case, past_days=0.5)", "got 0.5"),
        ("return Demote(case, moments='yes')", "got 'yes'"),
        ("return Remove(case, None)", "got null"),
        ("return Demote(case, 10**400)", "factor is a number in 0..1, got 1000"),
        (
            "return Demote(case, np.array([0.5]))",
            "factor is a number in 0..1, got an array of float64 of shape (1,)",
        ),
        ("return replace(good, until_tick=np.array([5]))", "got an array of int64 of shape (1,)"),
        ("yield good", "got <generator"),
        ("CALLS.append(1); return replace(good, until_tick=clock.tick + len(CALLS))", "two answers to one question"),
        ("case.accounts[:] = 0", "read-only"),
        ("return 1 / 0", "raised ZeroDivisionError"),
    ],
)
def test_a_sanction_that_answers_nonsense(tmp_path: Path, body: str, given: str) -> None:
    message = refused(tmp_path, "sanction", SANCTION, body)
    assert given in message
    assert "(platform.like_ladder, the rung of 0 strikes)" in message


@pytest.mark.parametrize(
    ("body", "given"),
    [
        ("return None", "got null"),
        ("return BuyLikes(5, 'machine')", "a tuple of"),
        ("return ('buy',)", "got 'buy'"),
        ("return (BuyLikes,)", "a tuple of"),
        ("return (BuyLikes(5, 'nope'),)", "machine, raised, real_person, got 'nope'"),
        ("return (BuyLikes(5, None),)", "got null"),
        ("return (BuyLikes(10**400, 'machine'),)", "got 1000"),
        ("return {BuyLikes(5, 'machine')}", "a tuple of"),
        ("class S(str):\n    def __eq__(self, o): return True\nreturn (BuyLikes(5, S('x')),)", "got 'x'"),
        ("class X(list):\n    def __iter__(self): return iter(())\nreturn X([3])", "got 3"),
        ("return (BuyLikes(5, 'machine', 'all'),)", "likes, full, got 'all'"),
        ("return (BuyLikes(-5, 'machine'),)", "got -5"),
        ("return (BuyLikes(float('nan'), 'machine'),)", "got nan"),
        ("return (BuyLikes(2.5, 'machine'),)", "got 2.5"),
        ("return (BuyLikes(True, 'machine'),)", "got true"),
        ("return (BuyLikes('5', 'machine'),)", "got '5'"),
        ("return (BuyLikes(int.from_bytes(os.urandom(7), 'big'), 'machine'),)", "two answers to one question"),
        ("observation.price_per_1000_cny['machine'] = 0.0", "raised TypeError"),
        ("return observation.wealth", "raised AttributeError"),
    ],
)
def test_a_strategy_that_answers_nonsense(tmp_path: Path, body: str, given: str) -> None:
    assert given in refused(tmp_path, "strategy", STRATEGY, body)


@pytest.mark.parametrize(
    ("family", "template", "body"),
    [
        ("ranking", RANKING, "return [int(x) for x in posts.likes]"),
        ("ranking", RANKING, "return [10**30] * n"),
        ("ranking", RANKING, "return posts.likes > 3"),
        ("ranking", TOPIC, "return posts.likes.astype(np.float32)"),
        ("detection", DETECTOR.replace("TARGET", "LIKE"), "return Scores(list(likes), [1] * len(likes))"),
        ("detection", DETECTOR.replace("TARGET", "ACCOUNT"), "return Scores([], [])"),
        ("sanction", SANCTION, "return None"),
        ("sanction", SANCTION, "return Demote(case, np.float32(0.5), np.int64(clock.tick + 30), np.True_)"),
        ("sanction", SANCTION, "return Block(case.only(case.strikes > 0))"),
        ("strategy", STRATEGY, "return [BuyLikes(np.int64(20), 'machine')]"),
        ("strategy", STRATEGY, "return (BuyLikes(10**30, 'raised', 'full'), AskGroup(), AskMatrix())"),
    ],
)
def test_what_is_unusual_but_right_runs(tmp_path: Path, family: str, template: str, body: str) -> None:
    assert len(daily(scenario(tmp_path, family, template, body))) == 2


def test_the_last_tick_of_all_can_be_put_off_until_a_batch(tmp_path: Path) -> None:
    mine = scenario(tmp_path, "sanction", SANCTION, "return Limit(case, until_tick=2**31 - 1)")
    text = mine.read_text(encoding="utf-8")
    mine.write_text(text.replace("'mine.py:Mine'}", "'mine.py:Mine', batch_days: 1}"), encoding="utf-8")
    assert len(daily(mine)) == 2


def test_a_detector_is_not_asked_whether_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "WORLD", BEYOND_A_WEEK)
    own = "    __hash__ = None\n    def __eq__(self, other):\n        raise SystemExit(0)\n    def fit"
    template = LEARNER.replace("    def fit", own).replace("frozen=True", "frozen=True, eq=False", 1)
    template = template.replace("INSPECT", "return Scores(three, np.ones(len(three)))")
    assert len(daily(scenario(tmp_path, "detection", template, "return 1"))) == 8


def test_what_is_done_to_the_clock_is_done_to_a_copy(tmp_path: Path) -> None:
    spoil = "object.__setattr__(clock, 'tick', 0)\nreturn Scores(three, np.ones(len(three)))"
    assert daily(scenario(tmp_path, "detection", DETECTOR.replace("TARGET", "ACCOUNT"), spoil))["day"].tolist() == [
        0,
        1,
    ]


def test_a_copy_of_what_ships_gives_the_same_bits(tmp_path: Path) -> None:
    mine = scenario(tmp_path, "detection", "\n@dataclass(frozen=True)\nclass Mine(Device):\n    pass\n", "")
    text = mine.read_text(encoding="utf-8")
    ships = tmp_path / "ships.yaml"
    ladder = "  like_ladder: [{strikes: 0, sanction: discount_likes}]\n"
    mine.write_text(text.replace("'mine.py:Mine'", "{name: 'mine.py:Mine', threshold: 2}") + ladder, encoding="utf-8")
    ships.write_text(text.replace("'mine.py:Mine'", "{name: device, threshold: 2}") + ladder, encoding="utf-8")
    found = daily(mine)
    assert found["watch_recall"].notna().any()
    pd.testing.assert_frame_equal(found, daily(ships), check_exact=True)


@pytest.mark.parametrize(
    ("family", "template", "old", "new", "told"),
    [
        ("strategy", STRATEGY, '= "farm"', '= "telegram"', "must be one of none, mutual_aid, farm, mcn"),
        ("detection", DETECTOR, "Target.TARGET", "'like'", "'target' of 'mine.py:Mine' must be Target.LIKE"),
        ("detection", DETECTOR, "Target.TARGET", "Target.LIKE\n    extra: object = np.ones", "parameter 'extra'"),
        ("ranking", TOPIC, "float = 1.0", "object = object()", "the parameter 'pull' of 'mine.py:Mine'"),
        ("ranking", TOPIC, "float = 1.0", "float = 1.0\n    a: complex = 1j", "the parameter 'a' of 'mine.py:Mine'"),
        (
            "ranking",
            TOPIC,
            "float = 1.0",
            "float = 1.0\n    a: float = float('nan')",
            "true or false, or a list of them, got nan",
        ),
        ("ranking", TOPIC, "float = 1.0", "float = 1.0\n    a: str = '\\ud800'", "the parameter 'a' of 'mine.py:Mine'"),
        (
            "ranking",
            TOPIC,
            "float = 1.0",
            "float = 1.0\n    def __getattribute__(self, n): raise KeyError(n)",
            "cannot be built",
        ),
        (
            "ranking",
            TOPIC,
            "float = 1.0",
            "float = 1.0\n    def __post_init__(self): raise SystemExit(0)",
            "cannot be built: 0",
        ),
        (
            "detection",
            DETECTOR,
            "Target.TARGET",
            "Target.LIKE\n    needs_reads: ClassVar = np.ones(2)",
            "must be true or false",
        ),
        (
            "ranking",
            TOPIC,
            "@dataclass",
            "class E(BaseException): pass\nraise E('x')\n@dataclass",
            "does not import: E: x",
        ),
        ("ranking", TOPIC, "@dataclass", "raise GeneratorExit\n@dataclass", "does not import: GeneratorExit"),
        ("ranking", TOPIC, "class Mine", "class Other", "has no 'Mine'"),
        ("ranking", TOPIC, TOPIC, "\n__getattr__ = lambda name: 1 / 0\n", "does not import: ZeroDivisionError"),
    ],
)
def test_what_a_plugin_says_of_itself_is_checked(
    tmp_path: Path, family: str, template: str, old: str, new: str, told: str
) -> None:
    assert old in template
    with pytest.raises(GreshamError) as caught:
        daily(scenario(tmp_path, family, template.replace(old, new), "return None"))
    assert told in str(caught.value)


def test_a_parameter_that_is_a_numpy_number_is_a_number(tmp_path: Path) -> None:
    template = TOPIC.replace("float = 1.0", "float = np.float32(0.5)")
    result = sim.run(scenario(tmp_path, "ranking", template, "return posts.likes * 1.0"), twin=False, progress="none")
    assert len(result.daily) == 2


def test_the_users_own_line_is_told(tmp_path: Path) -> None:
    body = "deeper = lambda x: np.broadcast_shapes((2,), (3,))\nreturn deeper(n)  # here"
    message = refused(tmp_path, "ranking", RANKING, body)
    lines = (tmp_path / "mine.py").read_text(encoding="utf-8").splitlines()
    number = 1 + next(i for i, line in enumerate(lines) if "deeper = " in line)
    assert f"{tmp_path / 'mine.py'}:{number} (deeper = lambda" in message
    assert "raised ValueError: shape mismatch" in message


@pytest.mark.parametrize("column", [np.arange(4), np.zeros(0), np.ones(3, bool), np.arange(6)[::2]], ids=str)
def test_what_a_plugin_is_given_is_read_only_down_to_its_base(column: np.ndarray) -> None:
    copy = frozen(column)
    np.testing.assert_array_equal(copy, column)
    assert not copy.flags.writeable
    assert isinstance(copy.base, bytes)
    with pytest.raises(ValueError, match="WRITEABLE"):
        copy.flags.writeable = True


def test_a_failure_on_a_later_day_leaves_stored_results_whole(tmp_path: Path) -> None:
    good = scenario(tmp_path, "ranking", RANKING, "return np.zeros(n)")
    assert gresham("run", good, "--out", "out", "--no-twin", "-q", cwd=tmp_path).returncode == 0
    kept = {file: file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file()}
    bad = scenario(tmp_path, "ranking", RANKING, "return np.zeros(n + (clock.day > 0))")
    words = ("run", bad, "--out", "out", "--no-twin", "-q", "--checkpoint-every", "1")
    done = gresham(*words, cwd=tmp_path)
    assert done.returncode == 2, said(done)
    assert "Traceback" not in said(done)
    assert len(said(done).strip().splitlines()) == 1
    assert "day 1: 'score' must return one finite number" in said(done)
    assert "gresham resume" in said(done)
    assert {file: file.read_bytes() for file in kept} == kept


def test_the_grades_of_a_strategy_are_those_that_farms_sell() -> None:
    assert set(get_args(GradeForSale)) == set(GRADES)
