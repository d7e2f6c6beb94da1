"""The root of a scenario: all its sections, the policy calendar, and how it is read and changed."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator

from sim.core.errors import ParameterError
from sim.plugins.registry import PluginOf, table
from sim.scenario.build import from_document, from_file
from sim.scenario.calendar import CalendarEntry, resolve
from sim.scenario.document import Document
from sim.scenario.override import override
from sim.scenario.schema.accounts import AccountsSection
from sim.scenario.schema.advertisers import AdvertisersSection
from sim.scenario.schema.controls import ControlsSection
from sim.scenario.schema.counts import CountsSection
from sim.scenario.schema.creators import CreatorsSection
from sim.scenario.schema.crowds import CrowdsSection
from sim.scenario.schema.farms import FarmsSection
from sim.scenario.schema.graph import GraphSection
from sim.scenario.schema.manipulation import ManipulationSection, ProbesSection
from sim.scenario.schema.mcn import McnSection
from sim.scenario.schema.measures import MeasuresSection
from sim.scenario.schema.mutual_aid import MutualAidSection
from sim.scenario.schema.platform import PlatformSection
from sim.scenario.schema.readers import ReadersSection
from sim.scenario.schema.review import ReviewSection
from sim.scenario.schema.rhythm import RhythmSection
from sim.scenario.schema.run import RunSection
from sim.scenario.schema.section import Section, section
from sim.scenario.schema.surfaces import SurfacesSection
from sim.scenario.shipped import locate_file
from sim.scenario.size import people_for
from sim.scenario.yaml_io import Location

_FEWER_PEOPLE = "must be at least readers.n ({seats:,}), since at least one person lives in a seat; got {people:,}"
_FEW_CREATORS = (
    "must be such that at least readers.n ({seats:,}) people read them; {creators:,} creators who publish {rate:g} "
    "posts a day make {people:,} people (982 x {creators:,} x {rate:g} / 3.35, C2): lower readers.n or give "
    "readers.people"
)
_MORE_CREATORS = "must be at most readers.n ({readers:,}), since every creator is a reader too; got {creators:,}"


class Scenario(Section):
    """A complete, frozen description of a world and of its policies."""

    name: str = Field(default="scenario", description="short name; the file's name unless given")
    description: str = Field(default="", description="one line on what the scenario is for")
    run: RunSection = section()
    readers: ReadersSection = section()
    accounts: AccountsSection = section()
    crowds: CrowdsSection = section()
    creators: CreatorsSection = section()
    rhythm: RhythmSection = section()
    graph: GraphSection = section()
    surfaces: SurfacesSection = section()
    counts: CountsSection = section()
    manipulation: ManipulationSection = section()
    mutual_aid: MutualAidSection = section()
    farms: FarmsSection = section()
    mcn: McnSection = section()
    advertisers: AdvertisersSection = section()
    platform: PlatformSection = section()
    review: ReviewSection = section()
    probes: ProbesSection = section()
    controls: ControlsSection = section()
    measures: MeasuresSection = section()
    strategies: tuple[PluginOf("strategy"), ...] = Field(  # type: ignore[valid-type]
        default_factory=lambda: tuple(table("strategy")),
        description="what creators may do; the first is honest",
        min_length=1,
    )
    calendar: tuple[CalendarEntry, ...] = Field(default=(), description="changes of policy on given days")

    _policies: list[tuple[int, PlatformSection]] = PrivateAttr(default_factory=list)
    _base: Path | None = PrivateAttr(default=None)
    _dropped: tuple[tuple[int, str], ...] = PrivateAttr(default=())

    @field_validator("readers")
    @classmethod
    def _every_seat_is_lived_in(cls, readers: ReadersSection) -> ReadersSection:
        if readers.people is not None and readers.people < readers.n:
            raise ParameterError(_FEWER_PEOPLE.format(seats=readers.n, people=readers.people), key="people")
        return readers

    @field_validator("creators")
    @classmethod
    def _creators_are_readers(cls, creators: CreatorsSection, info: ValidationInfo) -> CreatorsSection:
        readers = info.data.get("readers")  # missing when that section is wrong itself
        if readers is not None and creators.n > readers.n:
            raise ParameterError(_MORE_CREATORS.format(readers=readers.n, creators=creators.n), key="n")
        if readers is not None and readers.people is None:
            people = people_for(creators.n, creators.posts_per_day)
            if people < readers.n:
                size = {"people": people, "creators": creators.n, "seats": readers.n}
                raise ParameterError(_FEW_CREATORS.format(rate=creators.posts_per_day, **size), key="n")
        return creators

    @field_validator("strategies")
    @classmethod
    def _honest_first(cls, strategies: tuple[Any, ...]) -> tuple[Any, ...]:
        if strategies[0].channel != "none":
            raise ValueError("the first strategy must be one that does nothing, such as 'honest'")
        return strategies

    def model_post_init(self, context: Any) -> None:
        """Resolve the calendar once, so that a bad entry is found before the run."""
        self._base = (context or {}).get("base")
        self._dropped = tuple((context or {}).get("dropped", ()))
        self._policies = resolve(
            self.calendar, self.platform, self.run.start_date, self.run.days, self._base,
            [name for name in type(self).model_fields if name != "platform"],
        )  # fmt: skip

    @classmethod
    def load(cls, path: str | Path, *, set: dict[str, Any] | None = None, days: int | None = None) -> Scenario:
        """Read a scenario file, or one that ships by its name; ScenarioError gives file, line and what was expected.

        `set` overrides values by dotted path; `days` shortens or lengthens the run, and calendar entries
        that a shortened run does not reach are dropped.
        """
        return from_file(cls, locate_file(path), set or {}, days)

    @property
    def base(self) -> Path | None:
        """Folder that `file.py:Class` names are relative to: the scenario file's, if it came from one."""
        return self._base

    @property
    def dropped(self) -> tuple[tuple[int, str], ...]:
        """Day and text of the calendar entries that fell away because the run was shortened."""
        return self._dropped

    @property
    def people(self) -> int:
        """People who live in the seats: as given, or as many as a mean post of these creators has readers (C2)."""
        given = self.readers.people
        return people_for(self.creators.n, self.creators.posts_per_day) if given is None else given

    def policy_on(self, day: int) -> PlatformSection:
        """The platform's policy in force on a day."""
        at = bisect_right(self._policies, day, key=lambda item: item[0]) - 1
        return self._policies[max(0, at)][1]

    def policies(self) -> list[tuple[int, PlatformSection]]:
        """The policies of the run and the day each takes effect."""
        return list(self._policies)

    def resolved(self) -> dict[str, Any]:
        """All parameters as plain values (as kept in a manifest)."""
        plain: dict[str, Any] = self.model_dump(mode="json")
        return plain

    def digest(self) -> str:
        """Ten hexadecimal digits that name the content, the code of users' plug-ins included.

        Not the seed, nor name, description and notes.
        """
        plain = self.resolved()
        code = self.plugin_code()
        if code:
            plain["code"] = code
        del plain["name"], plain["description"], plain["run"]["seed"]
        for entry in plain["calendar"]:
            entry.pop("note")
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:10]

    def plugin_code(self, from_files: bool = False) -> list[str]:
        """Digests of the code of users' plug-ins, as it was when it was imported; empty without any.

        `from_files` leaves out those that are not written as `file.py:Class`.
        """
        from sim.plugins.code_record import FROM_FILE, code_of  # a scenario that is refused has no digest

        classes = {type(plugin): None for plugin in self.plug_ins()}
        codes = {code_of(cls) for cls in classes if not from_files or cls.__module__.startswith(FROM_FILE)}
        return sorted(codes - {""})

    def files_read(self) -> dict[str, str]:
        """Files that users' plug-ins have read in this process while a run went on: paths from `base`, and digests."""
        from sim.plugins.data_files import files_read  # as above

        return files_read((type(plugin) for plugin in self.plug_ins()), self._base)

    def plug_ins(self) -> Iterator[Any]:
        """Every plug-in of the strategies and of all policies of the calendar."""
        yield from self.strategies
        for policy in (self.platform, *(policy for _, policy in self._policies)):
            yield policy.ranking
            yield from (detector for detector in policy.detectors.values() if detector is not None)
            yield from (rung.sanction for rung in (*policy.like_ladder, *policy.creator_ladder))

    def with_changes(self, changes: dict[str, Any], *, dropped: tuple[tuple[int, str], ...] = ()) -> Scenario:
        """A new scenario with values replaced by dotted path (`{"readers.n": 1000}`).

        `dropped` are the calendar entries that the change leaves out, as in the property of that name.
        """
        document = Document(self.resolved())
        document.dropped = self._dropped + dropped
        for path, value in changes.items():
            override(document, path, value, Location("with_changes", None), type(self))
        return from_document(type(self), document, self._base)

    def with_seed(self, seed: int) -> Scenario:
        """The same scenario under another seed (much faster than `with_changes`, which validates everything again)."""
        return self.model_copy(update={"run": self.run.model_copy(update={"seed": seed})})

    def __eq__(self, other: object) -> bool:
        """Whether two scenarios have the same values, wherever they were read from."""
        return isinstance(other, Scenario) and self.resolved() == other.resolved()

    def __hash__(self) -> int:
        return hash(self.digest())
