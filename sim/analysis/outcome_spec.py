"""What may be written as an outcome: names of measures, formulas, functions, and the keys of a mapping."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import cache
from typing import Any, Literal

from sim.analysis.formula import columns_in, is_formula, name_of_formula
from sim.core.enums import words
from sim.core.errors import ScenarioError, nearest_name, shown
from sim.core.table_schema import LONGEST_COLUMN, STRATEGY_SHARE
from sim.measures.definitions import Measure, all_measures
from sim.plugins.registry import table

KEYS = ("measure", "name", "last", "days", "how", "label", "unit", "better", "smallest")
DAYS_KEYS = ("last", "days", "how")  # what a function of the tables decides itself
Kind = Literal["measure", "formula", "function"]
MISSING = "must name a measure of the daily table, a formula of them, or file.py:function"
NO_DAYS = "cannot stand beside a function, which chooses its days itself"
BAD_NAME = "must be a text of 1 to {most} characters, since it becomes a column, not {given}"
NAMELESS = "needs a name of at most {most} characters; add `name:`"
HIGHER = (
    "exposure_quality", "read_quality", "quality_reach_correlation", "published_quality", "honest_survival",
    "platform_trust", "count_trust", "active_reader_share", "mean_effort", "mean_skill",
    "creator_income_cny", "platform_revenue_cny", "n_advertisers",
    "arranged_likes_lost",
)  # fmt: skip
LOWER = (
    "share_manipulating_creators", "share_fake_likes", "share_fake_visible_likes", "honest_quit",
    "ad_cny_per_1000_good_reads", "innocent_punished_share", "innocent_account_share", "readers_sanctioned",
    "honest_likes_lost",
    "enforcement_cost_cny", "farm_profit_cny", "n_farms", "n_groups",
    "hit_gap_tenure", "hit_gap_region", "hit_gap_followers", "hit_gap_merchant",
)  # fmt: skip


@cache
def measures() -> dict[str, Measure]:
    """Every measure that a scenario of the shipped plug-ins can have, by name."""
    return {m.name: m for m in all_measures(tuple(table("detection")), tuple(table("strategy")))}


def find_measure(name: Any, key: str) -> Measure:
    """The measure of that name; those of plug-ins from users' files are known by the form of their names."""
    known = measures()
    if not isinstance(name, str) or not name:
        raise wrong(MISSING, "measure")
    if name in known:
        return known[name]
    if name.endswith(("_precision", "_recall", "_fpr")) or name.startswith(STRATEGY_SHARE):
        return Measure(name, "0..1", "", name.replace("_", " "), True)  # of a plug-in from a user's own file
    raise wrong(f"there is no outcome '{name}'", key, nearest_name(name, known))


def kind_of(given: Any) -> Kind:
    """What a measure's text is: a strategy of a user's file may have a colon in its name, too."""
    if not isinstance(given, str) or given in measures() or given.startswith(STRATEGY_SHARE):
        return "measure"
    if ":" in given:
        return "function"
    return "formula" if is_formula(given) else "measure"


def own_measure(plain: Mapping[str, Any], kind: Kind, key: str) -> Measure:
    """A formula or a function as a measure of its own."""
    text = str(plain["measure"]).strip()
    if kind == "function":
        for each in DAYS_KEYS:
            if each in plain:
                raise wrong(NO_DAYS, each)
        name = text.rpartition(":")[2].rpartition(".")[2]
        return Measure(_named(plain, name, key), "", "", words(name))
    try:
        columns = columns_in(text)
    except ValueError as error:
        raise wrong(f"'{_cut(text)}' {error}", key) from None
    for column in columns:
        find_measure(column, key)
    return Measure(_named(plain, name_of_formula(text)[:LONGEST_COLUMN].strip("_"), key), "", "", text)


def _named(plain: Mapping[str, Any], name: str, key: str) -> str:
    """The name of an outcome of one's own, where none is given."""
    if "name" not in plain and not (name.isidentifier() and len(name) <= LONGEST_COLUMN):
        raise wrong(NAMELESS.format(most=LONGEST_COLUMN), key)
    return name


def read_name(given: Any) -> str:
    """A name that is given; `check_name` says whether it is short enough."""
    if not (isinstance(given, str) and given.strip() and given.isprintable()):
        raise wrong(BAD_NAME.format(most=LONGEST_COLUMN, given=shown(given)), "name")
    return given


def check_name(name: str, known: Container[str]) -> None:
    """Raise ScenarioError for an outcome's name that is too long for a column; a measure's own name is not."""
    if len(name) > LONGEST_COLUMN and name not in known:
        raise wrong(BAD_NAME.format(most=LONGEST_COLUMN, given=shown(name)), "name")


def spell_function(function: Callable[..., Any]) -> str:
    """A function that is given as an object, as text."""
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return f"{getattr(function, '__module__', '')}:{name}"


def direction_of(name: str) -> Literal["higher", "lower"] | None:
    """Which way a measure is good, if either is."""
    if name in HIGHER or name.endswith(("_precision", "_recall")):
        return "higher"
    return "lower" if name in LOWER or name.endswith("_fpr") else None


def read_days(value: Any) -> tuple[int, int] | None:
    """The first and the last day, or None when none are given."""
    if value is None:
        return None
    if not (isinstance(value, list | tuple) and len(value) == 2):
        raise wrong(f"must be the first and the last day, such as [46, 59], not {shown(value)}", "days")
    first, last = read_whole(value[0], "days", 0), read_whole(value[1], "days", 0)
    if last < first:
        raise wrong(f"the last day ({last}) is before the first ({first})", "days")
    return first, last


def read_whole(value: Any, key: str, least: int) -> int:
    """A whole number of days."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise wrong(f"must be a whole number of days, at least {least}, not {shown(value)}", key)
    return value


def read_choice(value: Any, key: str, known: tuple[Any, ...]) -> Any:
    """One of the known values."""
    if value not in known:
        words = [each for each in known if each]
        raise wrong(f"must be one of {', '.join(words)}, not {shown(value)}", key, nearest_name(str(value), words))
    return value


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def wrong(what: str, key: Any, nearest: str | None = None) -> ScenarioError:
    """The error of an outcome; `key` is the part of the mapping at fault, or empty."""
    return ScenarioError(what, path=(key,) if key != "" else (), file="outcome", nearest=nearest)
