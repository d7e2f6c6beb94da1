"""Calls of plug-ins of the four families; what users' own return is checked before the world sees it."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Kind, Target
from sim.core.errors import one_line
from sim.plugins.checks import Call, describe_value, is_shipped
from sim.plugins.detectors.detector import Detector, Scores, has_fit
from sim.plugins.frozen import frozen_case, frozen_observation, frozen_platform, frozen_posts
from sim.plugins.ranking.policy import RankingPolicy, has_one_worth, score_cells
from sim.plugins.sanctions.actions import ACTIONS as ENFORCEMENT_ACTIONS
from sim.plugins.sanctions.actions import FOR_EVER, LAST_TICK, Case, EnforcementAction
from sim.plugins.strategies.actions import AskGroup, AskMatrix, BuyLikes, GradeForSale, Package, PushAction

if TYPE_CHECKING:
    from sim.core.clock import Clock
    from sim.core.views import PlatformView, PostsView
    from sim.plugins.sanctions.sanctions import Sanction
    from sim.plugins.strategies.observation import CreatorObservation
    from sim.plugins.strategies.strategies import Strategy

IsKnown = Callable[[Target, NDArray[Any]], NDArray[np.bool_]]

EACH_POST = "one finite number for each of the {n} posts, an array of shape ({n},)"
CELL = "for readers of cell {cell}"
SCORES = "'Scores(ids, values)' of sim.plugins.detectors"
IDS = "'Scores' whose ids are {kind}, each once, an array of integers of shape (n,)"
TIMES = "{id}, {times} times"
VALUES = "'Scores' with one finite value for each of its {n} ids"
FITTED = "something that can be pickled, or None where nothing was learnt"
NOTHING = pickle.dumps(None)  # was learnt
NOT_PICKLED = "{given} ({error}: {message})"
LIKE_ROWS = "rows of the tick's log that are likes (see 'view.log.likes')"
TOKENS = "tokens of {noun}s (see 'view.log.{noun}')"
RUNG = "platform.{ladder}, the rung of {strikes:g} strikes"
ACTION = "{known}, or None"
CASE = "an action whose case is the one given, or part of it (see 'case.only')"
OF_CASE = "an action whose case has {column} of the case given, an array of integers of shape ({n},)"
ONE_LENGTH = "an action whose case has columns of one length (see 'case.only')"
WHOLE = "an action whose case has entries of the case given as they stand there, strikes too (see 'case.only')"
IDS_OF_CASE = ("accounts", "posts", "creators", "causes")
CASE_COLUMNS = (*IDS_OF_CASE, "strikes")
STRIKES = "an action whose case has one finite number of strikes for each of its {n} entries"
UNTIL = "an action whose until_tick is a whole number in -1..{last}"
NOT_OVER = "an action whose until_tick is -1 or at least 'clock.tick', which is {tick} (a day has {per_day} ticks)"
PAST_DAYS = "an action whose past_days is a whole number in 0..{last}"
SHARE = "an action whose {name} is a number in 0..1"
MOMENTS = "an action whose moments is true or false"
OF = "a 'Restore' whose 'of' is left out: an appeal alone names the action that it undoes"
ACTIONS = "a tuple of BuyLikes(...), AskGroup() and AskMatrix(), or an empty one"
N_LIKES = "BuyLikes whose n_likes is a whole number, at least 0"
GRADE = "BuyLikes whose grade is one of {known}"
PACKAGE = "BuyLikes whose package is one of {known}"


# -- ranking --------------------------------------------------------------------------------------------------


def score_posts(policy: RankingPolicy, posts: PostsView, cells: int, clock: Clock) -> NDArray[np.float64]:
    """Scores for the readers of every cell, (cells, posts) of float64, or (1, posts) where all have the same."""
    if is_shipped(policy):
        return score_cells(policy, posts, cells, clock)
    call, seen = Call("ranking", policy, "", clock.day), frozen_posts(posts)
    score = partial(_once if has_one_worth(policy) else _by_cell, call, seen, cells, clock)
    return call.settled(score, lambda scores: scores.size == 0)


def _once(call: Call, posts: PostsView, cells: int, clock: Clock) -> NDArray[np.float64]:
    given = call.call_user(call.plugin.worth, posts, method="worth")
    return call.numbers(given, EACH_POST.format(n=len(posts)), len(posts))[None]


def _by_cell(call: Call, posts: PostsView, cells: int, clock: Clock) -> NDArray[np.float64]:
    rows, expected = [], EACH_POST.format(n=len(posts))
    for cell in range(cells):
        there = replace(call, label=CELL.format(cell=cell))
        rows.append(
            there.numbers(there.call_user(call.plugin.score, posts, cell, replace(clock)), expected, len(posts))
        )
    return np.stack(rows)


# -- detectors ------------------------------------------------------------------------------------------------


def run_detector(
    label: str, detector: Detector, view: PlatformView, clock: Clock, is_known: IsKnown, fitted: Any = None
) -> Scores:
    """The scores of a detector; `is_known(target, tokens)` says which tokens are of accounts, or of posts, so far.

    `fitted` is what `fit_detector` returned; a detector without that step does not get it.
    """
    inspect: Callable[..., Scores] = detector.inspect
    if is_shipped(detector):
        return inspect(view, clock, fitted) if has_fit(detector) else inspect(view, clock)
    call, seen = Call("detection", detector, f"platform.detectors.{label}", clock.day), frozen_platform(view)
    asked = _with_copy(call, NOTHING if fitted is None else fitted) if has_fit(detector) else inspect
    return call.settled(lambda: _scores(call, asked, seen, clock, is_known), lambda scores: len(scores.ids) == 0)


def fit_detector(label: str, detector: Any, view: PlatformView, clock: Clock) -> Any:
    """What a detector with the step `fit` learns from the view, None where it is nothing.

    What a user's own detector learns is kept as a pickle: a copy is handed over each time, so that nothing can be done
    to it, and it can be stored whatever it does when it is read.
    """
    if is_shipped(detector):
        return detector.fit(view, clock)
    call = Call("detection", detector, f"platform.detectors.{label}", clock.day, step="fit")
    seen = frozen_platform(view)
    learnt = call.settled(lambda: _learnt(call, seen, clock), lambda learnt: learnt == NOTHING)
    return None if learnt == NOTHING else learnt


def _with_copy(call: Call, learnt: bytes) -> Callable[..., Scores]:
    """The step `inspect`, with what was learnt read from its pickle."""

    def inspect(view: PlatformView, clock: Clock) -> Scores:
        scores: Scores = call.plugin.inspect(view, clock, pickle.loads(learnt))
        return scores

    return inspect


def _learnt(call: Call, view: PlatformView, clock: Clock) -> bytes:
    """What a detector returns to be kept, as a pickle that can be read again."""
    given = call.call_user(call.plugin.fit, view, replace(clock))
    try:
        learnt = pickle.dumps(given)
        pickle.loads(learnt)
    except Exception as error:
        why = NOT_PICKLED.format(given=describe_value(given), error=type(error).__name__, message=one_line(error))
        call.expected(FITTED, why, spelt=True)
    return learnt


def _scores(call: Call, asked: Callable[..., Scores], view: PlatformView, clock: Clock, is_known: IsKnown) -> Scores:
    given = call.call_user(asked, view, replace(clock))
    if not isinstance(given, Scores):
        call.expected(SCORES, given)
    target = Target(call.plugin.target)
    expected = IDS.format(kind=LIKE_ROWS if target is Target.LIKE else TOKENS.format(noun=target.name.lower()))
    ids = call.integers(given.ids, expected)
    if target is Target.LIKE:
        wrong = (ids < 0) | (ids >= len(view.log))
        wrong[~wrong] = view.log.kind[ids[~wrong]] != Kind.LIKE
    else:
        wrong = ~is_known(target, ids)
    if wrong.any():
        call.expected(expected, int(ids[wrong][0]))
    distinct, counts = np.unique(ids, return_counts=True)
    if len(distinct) < len(ids):
        again = counts.argmax()
        call.expected(expected, TIMES.format(id=distinct[again], times=counts[again]), spelt=True)
    return Scores(ids, call.numbers(given.values, VALUES.format(n=len(ids)), len(ids)))


# -- sanctions ------------------------------------------------------------------------------------------------


def apply_sanction(sanction: Sanction, strikes: float, case: Case, clock: Clock) -> EnforcementAction | None:
    """What a sanction on the rung of so many strikes wants done about a case."""
    if is_shipped(sanction):
        return sanction.apply(case, clock)
    ladder = "like_ladder" if case.target is Target.LIKE else "creator_ladder"
    call = Call("sanction", sanction, RUNG.format(ladder=ladder, strikes=strikes), clock.day)
    seen = frozen_case(case)
    return call.settled(lambda: _action(call, seen, clock), lambda action: action is None)


def _action(call: Call, case: Case, clock: Clock) -> EnforcementAction | None:
    given = call.call_user(call.plugin.apply, case, replace(clock))
    if given is None:
        return None
    if type(given) not in ENFORCEMENT_ACTIONS:
        call.expected(ACTION.format(known=", ".join(each.__name__ for each in ENFORCEMENT_ACTIONS)), given)
    if type(given.case) is not Case:
        call.expected(CASE, given.case)
    own = {field.name: getattr(given, field.name) for field in fields(given) if field.name != "case"}
    checked = {name: _CHECKS[name](call, name, value) for name, value in own.items()}
    if FOR_EVER < checked.get("until_tick", FOR_EVER) < clock.tick:
        call.expected(NOT_OVER.format(tick=clock.tick, per_day=clock.ticks_per_day), checked["until_tick"])
    return type(given)(_part_of(call, given.case, case), **checked)


def _part_of(call: Call, given: Case, case: Case) -> Case:
    """The entries of an action, each as it stands in the case; in any order, and as often as it likes."""
    sizes = {name: np.size(getattr(given, name)) for name in CASE_COLUMNS}
    if len({*sizes.values()}) > 1:
        call.expected(ONE_LENGTH, ", ".join(f"{n} {name}" for name, n in sizes.items()), spelt=True)
    n = sizes["accounts"]
    ids = {name: _of_case(call, name, getattr(given, name), getattr(case, name), n) for name in IDS_OF_CASE}
    part = Case(case.target, **ids, strikes=call.numbers(given.strikes, STRIKES.format(n=n), n))
    known = {*_entries(case)}
    for entry in _entries(part):
        if entry not in known:
            call.expected(WHOLE, ", ".join(f"{name} {x}" for name, x in zip(CASE_COLUMNS, entry, strict=True)), True)
    return part


def _entries(case: Case) -> list[tuple[float, ...]]:
    return list(zip(*(getattr(case, name).tolist() for name in CASE_COLUMNS), strict=True))


def _of_case(call: Call, column: str, given: Any, known: NDArray[Any], n: int) -> NDArray[np.int64]:
    """A column of an action, of which each entry is known to the case."""
    expected = OF_CASE.format(column=column, n=n)
    ids = call.integers(given, expected, n)
    others = ids[~np.isin(ids, known)]
    if len(others):
        call.expected(expected, int(others[0]))
    return ids


def _until(call: Call, name: str, given: Any) -> int:
    if not _whole(given) or not -1 <= int(given) <= LAST_TICK:
        call.expected(UNTIL.format(last=LAST_TICK), given)
    return int(given)


def _past_days(call: Call, name: str, given: Any) -> int:
    if not _whole(given) or not 0 <= int(given) <= LAST_TICK:
        call.expected(PAST_DAYS.format(last=LAST_TICK), given)
    return int(given)


def _share(call: Call, name: str, given: Any) -> float:
    if not isinstance(given, Real) or not 0 <= given <= 1:  # type: ignore[operator]
        call.expected(SHARE.format(name=name), given)
    return float(given)


def _flag(call: Call, name: str, given: Any) -> bool:
    if not isinstance(given, bool | np.bool_):
        call.expected(MOMENTS, given)
    return bool(given)


def _nothing(call: Call, name: str, given: Any) -> None:
    if given is not None:
        call.expected(OF, given)


_CHECKS: dict[str, Callable[[Call, str, Any], Any]] = {
    "until_tick": _until,
    "past_days": _past_days,
    "factor": _share,
    "share": _share,
    "moments": _flag,
    "of": _nothing,
}


# -- strategies -----------------------------------------------------------------------------------------------


def plan_actions(
    strategy: Strategy, observation: CreatorObservation, budget_cny: float, u: float, day: int
) -> tuple[PushAction, ...]:
    """How a creator of this strategy pushes a post."""
    if is_shipped(strategy):
        return strategy.plan(observation, budget_cny, u)
    call, seen = Call("strategy", strategy, "", day), frozen_observation(observation)
    return call.settled(lambda: _actions(call, seen, budget_cny, u), lambda actions: not actions)


def _actions(call: Call, seen: CreatorObservation, budget_cny: float, u: float) -> tuple[PushAction, ...]:
    given = call.call_user(call.plugin.plan, seen, budget_cny, u)
    if not isinstance(given, tuple | list):
        call.expected(ACTIONS, given)
    # as the class that it is: a subclass may never end
    items = tuple.__iter__(given) if isinstance(given, tuple) else list.__iter__(given)
    return tuple(_push(call, action) for action in items)


def _push(call: Call, action: Any) -> PushAction:
    if isinstance(action, AskGroup | AskMatrix):
        return action
    if not isinstance(action, BuyLikes):
        call.expected(ACTIONS, action)
    if not _whole(action.n_likes) or not 0 <= action.n_likes <= sys.float_info.max:
        call.expected(N_LIKES, action.n_likes)
    grade = _one_of(call, action.grade, get_args(GradeForSale), GRADE)
    return BuyLikes(int(action.n_likes), grade, _one_of(call, action.package, get_args(Package), PACKAGE))


def _one_of(call: Call, value: Any, known: tuple[str, ...], expected: str) -> Any:
    """A text that is one of those known, as plain text: a subclass may compare as it likes."""
    plain = str.__str__(value) if isinstance(value, str) else None
    if plain not in known:
        call.expected(expected.format(known=", ".join(known)), value)
    return plain


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)
