"""What Mesa users expect of a model: `batch_run`, `model.datacollector`, generators as seeds.

Nothing is collected twice: the collector reads the tables that the model writes anyway, when somebody asks.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, overload

import numpy as np
from mesa.datacollection import DataCollector

from sim.actors.creators.creator import Creator
from sim.core.clock import Clock
from sim.core.errors import ScenarioError, nearest_name
from sim.core.tables import Tables
from sim.engine.cast import Actors
from sim.scenario import Scenario
from sim.scenario.load import scenario_of

if TYPE_CHECKING:
    import pandas as pd

N_SEEDS = 2**63
SAME_SEED = (
    "no seed was given, so this is run {n} of the same scenario with the same seed ({seed}), and all are the same; "
    "for different runs give seeds, in batch_run as a parameter: {{..., 'seed': [1, 2, 3]}}"
)
KEYWORDS = ("scenario", "seed", "rng", "days", "threads", "log_reads")


def resolve_scenario(scenario: Any, days: int | None, changes: dict[str, Any]) -> Scenario:
    """The scenario asked for, a file or a Scenario, with parameters changed by dotted path and another length.

    Raises ScenarioError, with the nearest valid name, for anything unknown.
    """
    if isinstance(scenario, tuple | list | dict):
        what = "is a file or a Scenario; to hand a Scenario to batch_run, put it in a list"
        raise ScenarioError(what, file="EngagementModel", path="scenario")
    for name in changes:
        if "." not in name and name not in Scenario.model_fields:
            nearest = nearest_name(name, [*KEYWORDS, *Scenario.model_fields])
            raise ScenarioError("unknown keyword", file="EngagementModel", path=name, nearest=nearest)
    found = scenario if scenario is not None else Scenario()
    if not (changes or days is not None or isinstance(found, str | Path)):
        return found
    return scenario_of(found, days=days, set=changes)


def seed_of(rng: Any) -> int | None:
    """The seed that a Mesa user's `rng` stands for: a number itself, a generator or seed sequence its next draw."""
    if rng is None or isinstance(rng, int | np.integer):
        return None if rng is None else int(rng)
    return int(np.random.default_rng(rng).integers(N_SEEDS))


_built: dict[str, int] = {}  # models made from keywords without a seed, by digest of the scenario; for a warning only


def warn_of_repeated_seed(scenario: Scenario) -> None:
    """Warn when a model is made again from the same keywords and no seed: it is the same run once more.

    That is what `batch_run` does with several `iterations` and no seeds.
    """
    digest = scenario.digest()
    _built[digest] = _built.get(digest, 0) + 1
    if _built[digest] > 1:
        warnings.warn(SAME_SEED.format(seed=scenario.run.seed, n=_built[digest]), UserWarning, stacklevel=3)


class Collected(Protocol):
    """The side of the model that the collector reads."""

    actors: Actors

    @property
    def clock(self) -> Clock:
        """The moment the next tick starts."""
        ...

    @property
    def tables(self) -> Tables:
        """The tables written so far."""
        ...


class TableCollector(DataCollector):
    """Mesa's DataCollector over the model's own tables; it stores nothing, and `collect` need not be called.

    A day's measures are known when the day is over. What Mesa takes by step (`model_vars`, and so `batch_run`)
    is the row of the last day that was finished when the step was: `day` is -1 and measures are NaN before.
    """

    # what Mesa's batch_run looks for: agents' data would repeat every row for every creator, so there is none
    agent_reporters: dict[str, Any] = {}  # noqa: RUF012
    agenttype_reporters: dict[type, Any] = {}  # noqa: RUF012
    _agent_records: dict[Any, Any] = {}  # noqa: RUF012
    _agenttype_records: dict[Any, Any] = {}  # noqa: RUF012

    def __init__(self, model: Collected) -> None:  # Mesa's own would make the stores that are not needed
        self.model = model
        self._frame: pd.DataFrame | None = None

    @property
    def model_reporters(self) -> dict[str, Any]:
        """A function for every measure that returns its latest value."""
        return {measure.name: partial(latest, name=measure.name) for measure in self.model.actors.observer.measures}

    @property
    def model_vars(self) -> Mapping[str, Sequence[Any]]:
        """Every measure, and `day`, as a sequence over steps."""
        days, steps = self.get_model_vars_dataframe().reset_index(), self._collection_steps
        per_day = self.model.clock.ticks_per_day
        return {name: ByStep(days[name].to_numpy(), len(steps), per_day) for name in days.columns}

    @property
    def _collection_steps(self) -> Steps:
        return Steps(self.model.clock.tick)

    @property
    def tables(self) -> dict[str, dict[str, list[Any]]]:
        """The model's tables as Mesa keeps its own: columns as lists."""
        frames = {name: self.model.tables.frame(name) for name in self.model.tables.names}
        return {name: {str(c): frame[c].tolist() for c in frame.columns} for name, frame in frames.items()}

    def collect(self, model: Any) -> None:
        """Do nothing: the model writes its tables by itself."""

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """One row for every finished day, every measure; the index is the day."""
        n = len(self.model.tables["daily"])
        if self._frame is None or len(self._frame) != n:
            columns = [measure.name for measure in self.model.actors.observer.measures]
            frame = self.model.tables.frame("daily").set_index("day")
            self._frame = frame if n else frame.reindex(columns=columns).astype(float)
        return self._frame.copy()

    def get_agent_vars_dataframe(self) -> pd.DataFrame:
        """Creators, indexed by day and creator: all who are present at the end of each week, and whoever leaves."""
        return self.model.tables.frame("creators").set_index(["day", "creator"])

    def get_agenttype_vars_dataframe(self, agent_type: type) -> pd.DataFrame:
        """The same, for creators; nothing is kept of other types by agent."""
        frame = self.get_agent_vars_dataframe()
        return frame if issubclass(agent_type, Creator) else frame.iloc[:0]

    def get_table_dataframe(self, table_name: str) -> pd.DataFrame:
        """A table of the model, such as `orders` (`posts` is written by `model.finish()`)."""
        return self.model.tables.frame(table_name)

    def __getstate__(self) -> dict[str, Any]:
        return {"model": self.model, "_frame": None}


def latest(model: Collected, name: str) -> float:
    """A measure on the last finished day; NaN before there is one."""
    return float(model.tables.last("daily").get(name, np.nan))


class Steps(Sequence[int]):
    """Steps from 0; every k-th of them (a slice) always includes the last, so that no run ends without its end."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __len__(self) -> int:
        return self.n

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> list[int]: ...
    def __getitem__(self, at: int | slice) -> int | list[int]:
        if isinstance(at, int):
            return range(self.n)[at]
        taken = list(range(self.n)[at])
        return taken if not self.n or self.n - 1 in taken else [*taken, self.n - 1]


class ByStep(Sequence[Any]):
    """A column by day, asked by step: the value of the last day that was over when the step was."""

    def __init__(self, by_day: np.ndarray, steps: int, per_day: int) -> None:
        self.by_day, self.steps, self.per_day = by_day, steps, per_day

    def __len__(self) -> int:
        return self.steps

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self[i] for i in range(self.steps)[at]]
        finished = (range(self.steps)[at] + 1) // self.per_day
        if finished:
            return self.by_day[finished - 1].item()
        return -1 if self.by_day.dtype.kind == "i" else float("nan")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(self.steps))
