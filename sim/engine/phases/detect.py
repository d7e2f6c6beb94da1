"""Detectors inspect the tick's log."""

from __future__ import annotations

from sim.core.enums import Target
from sim.engine.cast import Actors
from sim.plugins.calls import run_detector
from sim.plugins.detectors.flags import Flags
from sim.state import State
from sim.world.observables import view_platform


def detect(state: State, actors: Actors) -> None:
    """Record what the detectors in force flag; they see only the platform's view."""
    state.platform.flags = []
    detectors = {label: d for label, d in state.policy.detectors.items() if d is not None}
    if not detectors or state.world.log.n == 0:
        return
    with_posts = any(getattr(detector, "needs_posts", True) for detector in detectors.values())
    view = view_platform(state.world, state.clock, with_posts)
    for label, detector in detectors.items():
        scores = run_detector(label, detector, view, state.clock, state.world.posts.n)
        bad = scores.values >= detector.threshold
        target = Target(detector.target)
        state.platform.flags.append(Flags(label, target, scores.ids[bad], scores.values[bad], len(scores.ids)))
