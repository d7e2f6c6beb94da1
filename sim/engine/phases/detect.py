"""Detectors inspect the tick's log."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.clock import Clock
from sim.core.enums import Target
from sim.core.views import PlatformView
from sim.engine.cast import Actors
from sim.engine.enforcement.budget import note_scores, renew_thresholds, threshold_of
from sim.kernels.scales import WORD_BITS
from sim.plugins.calls import fit_detector, run_detector
from sim.plugins.detectors.detector import TICK, WEEK, cadence_of, has_fit, is_same
from sim.plugins.detectors.flags import Flags
from sim.state import State
from sim.world import World
from sim.world.observables import rows_of_tokens, view_platform


def detect(state: State, actors: Actors) -> None:
    """Record what the detectors in force flag; they see only the platform's view.

    Most look at the tick's log, if anybody did anything; those of a day or a week wait for its last tick. On the last
    tick of a week those that learn do so, after all have inspected: what is learnt counts from the next tick on.
    """
    state.platform.flags = []
    in_force = {label: detector for label, detector in state.policy.detectors.items() if detector is not None}
    due = {label: d for label, d in in_force.items() if _is_due(d, state.clock, state.world.log.n)}
    learning = {label: d for label, d in in_force.items() if state.clock.ends_week and has_fit(d)}
    asked = [*due.values(), *learning.values()]
    if asked:
        with_posts = any(getattr(detector, "needs_posts", True) for detector in asked)
        view = view_platform(state.world, state.clock, with_posts)
        _inspect(state, due, view)
        _fit(state, learning, view)
    renew_thresholds(state)


def _inspect(state: State, detectors: dict[str, Any], view: PlatformView) -> None:
    known = partial(_is_known, state.world)
    for label, detector in detectors.items():
        scores = run_detector(label, detector, view, state.clock, known, fitted_of(state, label, detector))
        target = Target(detector.target)
        rows = rows_of_tokens(state.world, target, scores.ids)
        bad = np.flatnonzero(scores.values >= threshold_of(state, label, detector))
        bad = bad[np.argsort(rows[bad], kind="stable")]
        found = Flags(label, target, rows[bad], scores.values[bad], len(scores.ids), cadence_of(detector))
        note_scores(state, label, detector, rows, scores.values)
        state.platform.flags.append(found)


def fitted_of(state: State, label: str, detector: Any) -> Any:
    """What a detector has learnt so far, None for nothing; another one under the same label starts afresh."""
    learner, fitted = state.platform.fitted.get(label, (None, None))
    return fitted if is_same(learner, detector) else None


def _fit(state: State, detectors: dict[str, Any], view: PlatformView) -> None:
    """Keep what is learnt at a week's end; who learns nothing new, or is switched off for a time, keeps what it had."""
    for label, detector in detectors.items():
        fitted = fit_detector(label, detector, view, state.clock)
        if fitted is not None:
            state.platform.fitted[label] = detector, fitted


def _is_due(detector: Any, clock: Clock, acts: int) -> bool:
    """Whether a detector looks at this tick, in which there were so many acts."""
    cadence = cadence_of(detector)
    if cadence == TICK:
        return acts > 0
    return clock.ends_week if cadence == WEEK else clock.ends_day


def _is_known(world: World, target: Target, tokens: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each token is that of an account, or of a post published so far."""
    known: NDArray[np.bool_] = (tokens >= 0) & (tokens < 1 << WORD_BITS)
    rows = rows_of_tokens(world, target, np.where(known, tokens, 0))
    return known & (rows < (world.accounts.n if target is Target.ACCOUNT else world.posts.n))
