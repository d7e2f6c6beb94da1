"""What may be written in a study file: one model for each kind of factor, distribution and design."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

Scalar = bool | int | float | str
MOST_RUNS = 500

_ONE_OF = "needs one of values, range, distribution (it has {given})"


class StudyPart(BaseModel):
    """A group of keys; unknown keys and values of another type are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _tag(given: Any, key: str) -> str | None:
    name = given.get(key) if isinstance(given, dict) else getattr(given, key, None)
    return f"[{name}]" if name is not None else None


# -- distributions ----------------------------------------------------------------------------------------


class Normal(StudyPart):
    """Normal with mean and standard deviation."""

    name: Literal["normal"]
    mean: float
    sd: float = Field(gt=0)


class Lognormal(StudyPart):
    """Lognormal with its median, and the standard deviation of the logarithm."""

    name: Literal["lognormal"]
    median: float = Field(gt=0)
    sigma: float = Field(gt=0)


class Uniform(StudyPart):
    """Uniform from low to high."""

    name: Literal["uniform"]
    low: float
    high: float


class Triangular(StudyPart):
    """Triangular from low to high with its peak at mode."""

    name: Literal["triangular"]
    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Triangular:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"mode must lie between low and high, got {self.low}, {self.mode}, {self.high}")
        return self


class Beta(StudyPart):
    """Beta with shapes a and b, stretched from low to high."""

    name: Literal["beta"]
    a: float = Field(gt=0)
    b: float = Field(gt=0)
    low: float = 0.0
    high: float = 1.0


class Truncnorm(StudyPart):
    """Normal with mean and standard deviation, cut at low and high."""

    name: Literal["truncnorm"]
    mean: float
    sd: float = Field(gt=0)
    low: float
    high: float


# tags have brackets, which distinguish them from keys of the file in the locations of pydantic's errors
Distribution = Annotated[
    Annotated[Normal, Tag("[normal]")]
    | Annotated[Lognormal, Tag("[lognormal]")]
    | Annotated[Uniform, Tag("[uniform]")]
    | Annotated[Triangular, Tag("[triangular]")]
    | Annotated[Beta, Tag("[beta]")]
    | Annotated[Truncnorm, Tag("[truncnorm]")],
    Discriminator(lambda given: _tag(given, "name")),
]


# -- factors ----------------------------------------------------------------------------------------------


class Spread(StudyPart):
    """The values a factor takes: a list, a range, or a distribution."""

    values: list[Any] | None = Field(None, min_length=1, description="the values, one by one")
    range: list[float] | None = Field(None, description="[lowest, highest]")
    scale: Literal["linear", "log"] = Field("linear", description="how a range is divided")
    levels: int | None = Field(None, ge=2, le=1000, description="values that a grid takes of a range or distribution")
    distribution: Distribution | None = Field(None, description="sampled through its inverse")

    @field_validator("values")
    @classmethod
    def _plain_and_different(cls, values: list[Any] | None) -> list[Any] | None:
        for value in values or []:
            if not isinstance(value, Scalar):
                raise ValueError("a value is a number, text, true or false; for more, give it a name under `levels`")
        if len({str if isinstance(v, str) else bool if isinstance(v, bool) else float for v in values or []}) > 1:
            raise ValueError("values must be of one kind: all numbers, all text, or all true and false")
        if values is not None and len({repr(value) for value in values}) < len(values):
            raise ValueError("a value is repeated")
        return values

    @field_validator("range")
    @classmethod
    def _not_empty(cls, span: list[float] | None) -> list[float] | None:
        if span is not None and len(span) != 2:
            raise ValueError(f"must be [lowest, highest], got {span}")
        if span is not None and not span[0] < span[1]:
            raise ValueError(f"is empty: from {span[0]} to {span[1]}")
        return span

    @model_validator(mode="after")
    def _one_way(self) -> Spread:
        given = [name for name in ("values", "range", "distribution") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(_ONE_OF.format(given=" and ".join(given) or "none"))
        if self.scale == "log" and (self.range is None or self.range[0] <= 0):
            raise ValueError("scale: log needs a range that starts above 0")
        low, high = getattr(self.distribution, "low", 0), getattr(self.distribution, "high", 1)
        if not low < high:
            raise ValueError(f"the distribution is empty: from {low} to {high}")
        return self


class OneParameter(Spread):
    """A parameter and the values it takes."""

    path: str = Field(description="dotted path of a scenario's parameter")


class Alike(Spread):
    """Several parameters that take the same value."""

    paths: list[str] = Field(min_length=1, description="dotted paths, all set to the same value")


class Multiplied(Spread):
    """Several parameters, each multiplied by the factor's value."""

    multiply: list[str] = Field(min_length=1, description="dotted paths, each times the factor's value")


class Policies(StudyPart):
    """Whole policies: the platform section and the calendar of scenario files."""

    scenarios: dict[str, str] = Field(min_length=2, description="name of each policy, and the file it stands in")


class NamedLevels(StudyPart):
    """Named levels, each a set of changes."""

    levels: dict[str, dict[str, Any]] = Field(min_length=2, description="name of each level, and what it sets")


class Every(StudyPart):
    """One factor for every number among the parameters whose paths match."""

    every: list[str] = Field(min_length=1, description="patterns of paths, such as creators.*")
    but: list[str] = Field([], alias="except", description="patterns of paths left out")
    spread: float = Field(0.5, gt=0, lt=1, description="from 1 - spread to 1 + spread times the base's value")


_KINDS = {"path": "path", "paths": "paths", "multiply": "multiply", "scenarios": "scenarios", "every": "every"}


def _kind(given: Any) -> str | None:
    if isinstance(given, dict):
        return next((kind for key, kind in _KINDS.items() if key in given), "levels" if "levels" in given else None)
    return None


Factor = Annotated[
    Annotated[OneParameter, Tag("[path]")]
    | Annotated[Alike, Tag("[paths]")]
    | Annotated[Multiplied, Tag("[multiply]")]
    | Annotated[Policies, Tag("[scenarios]")]
    | Annotated[NamedLevels, Tag("[levels]")]
    | Annotated[Every, Tag("[every]")],
    Discriminator(
        lambda given: f"[{_kind(given)}]" if _kind(given) else None,
        custom_error_type="no_kind",
        custom_error_message="needs one of path, paths, multiply, scenarios, levels, every",
    ),
]


# -- designs ----------------------------------------------------------------------------------------------


class Grid(StudyPart):
    """Every combination of every value."""

    kind: Literal["grid"]


class LatinHypercube(StudyPart):
    """Points spread evenly over every factor at once."""

    kind: Literal["latin_hypercube"]
    samples: int = Field(100, ge=2)


class Sobol(StudyPart):
    """Saltelli's scheme on Sobol' points, for first and total order indices."""

    kind: Literal["sobol"]
    samples: int = Field(256, ge=4, description="a power of two")
    second_order: bool = False

    @field_validator("samples")
    @classmethod
    def _power_of_two(cls, samples: int) -> int:
        if samples & (samples - 1):
            low = 1 << int(math.log2(samples))
            raise ValueError(f"must be a power of two, such as {low} or {2 * low}, got {samples}")
        return samples


class Morris(StudyPart):
    """Trajectories that change one factor at a time, to screen many."""

    kind: Literal["morris"]
    trajectories: int = Field(10, ge=2)
    levels: int = Field(4, ge=2)

    @field_validator("levels")
    @classmethod
    def _even(cls, levels: int) -> int:
        if levels % 2:
            raise ValueError(f"must be even, got {levels}")
        return levels


def _spelt_out(given: Any) -> Any:
    return {"kind": given} if isinstance(given, str) else given


Design = Annotated[
    Annotated[Grid, Tag("[grid]")]
    | Annotated[LatinHypercube, Tag("[latin_hypercube]")]
    | Annotated[Sobol, Tag("[sobol]")]
    | Annotated[Morris, Tag("[morris]")],
    Discriminator(lambda given: _tag(given, "kind")),
    BeforeValidator(_spelt_out),
]
DESIGNS = ("grid", "latin_hypercube", "sobol", "morris")


class StudyFile(StudyPart):
    """A study: a base scenario, factors, outcomes and design."""

    name: str = Field("", description="short name; the file's name unless given")
    description: str = Field("", description="one line on what the study is for")
    base: str = Field(description="scenario file, relative to this one, or the name of a scenario that ships")
    set: dict[str, Any] = Field({}, description="changes to the base, by dotted path")
    factors: dict[str, Factor] = Field(min_length=1, description="what is varied, by name")
    outcomes: list[Any] = Field(min_length=1, description="measures, or mappings with measure, last, ...")
    design: Design = Field(description="grid, latin_hypercube, sobol or morris")
    replications: int = Field(1, ge=1, description="runs of each point, each under a seed of its own")
    seed: int = Field(1, ge=0, lt=2**62, description="first seed of the runs; also that of the design")
    limit: int = Field(MOST_RUNS, ge=1, description="most runs: a study that asks for more is refused, not shortened")
    keep: list[str] = Field(["daily"], min_length=1, description="tables kept of each run")


def study_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of study files, for editors."""
    schema = StudyFile.model_json_schema(by_alias=True)
    schema["$schema"], schema["title"] = "https://json-schema.org/draft/2020-12/schema", "Gresham study"
    schema["properties"]["design"] = _by_name_too(schema["properties"]["design"], schema["$defs"])
    return schema


def _by_name_too(design: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """A design as a mapping or, where all its parameters have defaults, as its name alone."""
    about = {key: value for key, value in design.items() if key not in ("oneOf", "discriminator")}
    kinds = [defs[one["$ref"].rpartition("/")[2]] for one in design["oneOf"]]
    names = [kind["properties"]["kind"]["const"] for kind in kinds if not set(kind.get("required", ())) - {"kind"}]
    return {**about, "anyOf": [{"enum": names}, *design["oneOf"]]}
