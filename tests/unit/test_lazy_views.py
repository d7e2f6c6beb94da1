"""Views whose columns are made when they are asked for."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from sim.core.views import ACCOUNT_COLUMNS, LOG_COLUMNS, AccountRows, LogView
from sim.engine.model import EngagementModel
from sim.plugins.frozen import frozen_platform
from sim.world.lazy_views import LazyLog
from sim.world.observables import view_platform


def counted(made: list[str]) -> LazyLog:
    """A log of three acts that notes which of its columns are made."""

    def maker(name):
        def make():
            made.append(name)
            return np.arange(3)

        return make

    return LazyLog(**{name: maker(name) for name in LOG_COLUMNS})


def test_a_column_is_made_once_and_only_when_somebody_asks():
    made: list[str] = []
    log = counted(made)
    assert isinstance(log, LogView) and made == []
    assert log.account.tolist() == [0, 1, 2] and log.account is log.account
    assert len(log) == 3 and made == ["account", "time_s"]


def test_a_copy_with_another_column_has_all_the_rest():
    log = replace(counted([]), kind=np.zeros(3))
    assert log.kind.tolist() == [0, 0, 0]
    assert all(getattr(log, name).tolist() == [0, 1, 2] for name in LOG_COLUMNS if name != "kind")


def test_what_it_has_not_is_an_error_and_nothing_can_be_set():
    log = counted([])
    with pytest.raises(AttributeError):
        log.origin  # noqa: B018
    with pytest.raises(AttributeError):
        log.account = np.zeros(3)


def test_what_a_users_detector_keeps_of_accounts_stays_as_it_was_and_can_be_saved() -> None:
    model = EngagementModel(
        "baseline", seed=1, threads=1, **{"readers.n": 200, "readers.people": 200, "creators.n": 20}
    )
    world = model.state.world
    view = frozen_platform(view_platform(world, model.clock))
    before = world.accounts.status[:5].copy()
    known = view.accounts.of(world.tokens["account"].tokens_of(np.arange(5)))
    world.accounts.status[:5] = before + 1
    kept = pickle.loads(pickle.dumps(known))
    assert type(kept) is AccountRows
    assert known.status.tolist() == kept.status.tolist() == before.tolist()
    assert all((getattr(kept, name) == getattr(known, name)).all() for name in ACCOUNT_COLUMNS)
