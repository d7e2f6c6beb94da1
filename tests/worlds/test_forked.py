"""A model that has run on threads goes on in a forked process, on threads of that process."""

from __future__ import annotations

import multiprocessing
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import pytest

from sim.actors.readers import workers
from sim.core.errors import RunError
from sim.engine.model import EngagementModel
from sim.scenario import Scenario

LIMIT_S = 60
SMALL = {"readers.n": 2000, "readers.people": 2000, "creators.n": 40}


def ticks_of(model: EngagementModel) -> list[int]:
    """Two ticks more, and what readers have read then."""
    for _ in range(2):
        model.step()
    world = model.state.world
    return [int(world.reads), int(world.posts.reads.sum()), int(world.readers.record["reads_today"].sum())]


def forked(work: Callable[[], Any]) -> Any:
    """What a forked process finds, or None where it does not end in time."""
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)

    def answer(to: Connection) -> None:
        to.send(work())

    child = context.Process(target=answer, args=(send,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # on forking beside threads, which is what is tried here
        child.start()
    try:
        return receive.recv() if receive.poll(LIMIT_S) else None
    finally:
        child.kill()
        child.join()


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> EngagementModel:
    monkeypatch.setattr(workers, "WORTH_PARTS", 1)  # so that a few forwards or seats are divided between threads, too
    made = EngagementModel(Scenario().with_changes(SMALL), seed=1, threads=3)
    for _ in range(10):
        made.step()
    return made


def test_a_forked_model_goes_on_as_the_first_does(model: EngagementModel) -> None:
    there = forked(lambda: ticks_of(model))
    assert there == ticks_of(model)
    assert there[0] > 0


def test_a_fork_of_a_fork_goes_on_too(model: EngagementModel) -> None:
    def both() -> list[int] | None:
        model.step()
        found: list[int] | None = forked(lambda: ticks_of(model))
        return found

    there = forked(both)
    model.step()
    assert there == ticks_of(model)


def test_a_forked_model_divides_other_work_between_threads_of_its_own(model: EngagementModel) -> None:
    assert forked(lambda: model.actors.readers.run_calls([lambda: 1, lambda: 2])) == [1, 2]


def test_a_fork_in_the_middle_of_a_tick_is_an_error_and_no_wait(model: EngagementModel) -> None:
    workers, state = model.actors.readers, model.state
    workers.start(state)

    def finish() -> str:
        try:
            workers.finish(state)
        except RunError as error:
            return str(error)
        return "finished"

    there = forked(finish)
    workers.finish(state)
    assert there is not None and "forked in the middle of a tick" in there
