"""Detectors inspect the tick's log."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import Target
from sim.engine.cast import Actors
from sim.kernels.scales import WORD_BITS
from sim.plugins.calls import run_detector
from sim.plugins.detectors.flags import Flags
from sim.state import State
from sim.world import World
from sim.world.observables import rows_of_tokens, view_platform


def detect(state: State, actors: Actors) -> None:
    """Record what the detectors in force flag; they see only the platform's view."""
    state.platform.flags = []
    detectors = {label: d for label, d in state.policy.detectors.items() if d is not None}
    if not detectors or state.world.log.n == 0:
        return
    with_posts = any(getattr(detector, "needs_posts", True) for detector in detectors.values())
    view = view_platform(state.world, state.clock, with_posts)
    known = partial(_is_known, state.world)
    for label, detector in detectors.items():
        scores = run_detector(label, detector, view, state.clock, known)
        bad = scores.values >= detector.threshold
        target = Target(detector.target)
        ids = rows_of_tokens(state.world, target, scores.ids[bad])
        order = np.argsort(ids, kind="stable")
        state.platform.flags.append(Flags(label, target, ids[order], scores.values[bad][order], len(scores.ids)))


def _is_known(world: World, target: Target, tokens: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each token is that of an account, or of a post published so far."""
    known: NDArray[np.bool_] = (tokens >= 0) & (tokens < 1 << WORD_BITS)
    rows = rows_of_tokens(world, target, np.where(known, tokens, 0))
    return known & (rows < (world.accounts.n if target is Target.ACCOUNT else world.posts.n))
