"""What a scenario says that changes nothing: one line each, for the head of a page and for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sim.plugins.registry import name_of
from sim.scenario.paths import join_path, leaves

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema.platform import PlatformSection, Rung

CONTROL = "Control world: {changed}. No platform is like this; its figures serve to check others."
DROPPED = "The calendar goes beyond the end of the run (days 0 to {last}): left out {entries}."
SAME_POLICY = "The calendar entry of day {day} changes nothing: its values were in force already."
CANNOT_ACT = "{names} cannot act: {why}."
STRATEGY_CANNOT_ACT = "The strategy {name} cannot act: {why}."
NO_LADDER = "{names} can flag, but {when} no ladder has a rung: nothing follows from a flag."
NO_DETECTOR = "The ladders cannot act: {when} no detector is on."
NO_DETECTOR_SETTING = "{names} cannot act: no detector is on."
NO_LABELS = (
    "{names} needs labels, and {when} nobody looks at anything: set platform.audits_per_1000_creators, or a review or "
    "an appeal on a rung for likes."
)
NEED_LABELS = ("labelled_phones", "learned_accounts")
NO_BOUGHT_LIKES = "The trial gives no post a like: its doses are all 0."
ONE_DOSE = "The trial has one dose ({dose}): nothing can be compared with it."
LONG_TICKS = (
    "In a tick of {minutes} minutes a person visits, and a creator publishes, at most once: there are fewer posts, "
    "reads and likes than in ticks of an hour (run.tick_minutes), the fewer the longer it is."
)
AFTER_THE_END = (
    "The experimenter buys from day {day} on (probes.from_day), and the run ends with day {last}: no post gets a like."
)
DOSE_DISCOUNTED = (
    "The experimenter buys likes of grade {grade}, and {when} the policy takes out likes that {detectors} may flag: "
    "part of them does not count."
)
BEFORE_FOLLOWS = (
    "strike_memory_days", "strike_account_share", "strike_account_likes", "strike_like_share", "strike_min_likes",
    "appeals_to", "false_positive_budget", "punished_trust_loss",
)  # fmt: skip
CHANNELS = ("mutual_aid", "farms", "mcn")
CHANNEL_OF = {"mutual_aid": "mutual_aid", "farm": "farms", "mcn": "mcn"}
PER_CREATORS = "n_per_1000_creators"
OF_PROBES = "share_posts", "heavy_buyers"
OF_TRIAL, OF_HEAVY = ("doses", "unlisted_share"), ("heavy_likes_min", "heavy_likes_max")
# what switches a section on or off; all else in a section that is off cannot act
SWITCHES = {"mcn": ("enabled", PER_CREATORS), "advertisers": (PER_CREATORS,), "probes": OF_PROBES}
OF_SHOWN_LIKES = ("readers_see_likes", "likes_swapped")  # controls that need likes to be shown
TAKES_LIKES = ("discount_likes", "purge_likes", "ban")
MOST_NAMES = 4
HOUR_MINUTES = 60


def without_effect(scenario: Scenario) -> list[str]:
    """One line for everything in a scenario that cannot change its run; empty for most."""
    return list(dict.fromkeys(line for found in _FOUND for line in found(scenario)))


def _control(scenario: Scenario) -> Iterator[str]:
    changed = scenario.controls.changed
    if changed:
        values = (f"controls.{name} = {_text(getattr(scenario.controls, name))}" for name in changed)
        yield CONTROL.format(changed=", ".join(values))


def _dropped(scenario: Scenario) -> Iterator[str]:
    if scenario.dropped:
        entries = ", ".join(f"day {day} ({text})" if text else f"day {day}" for day, text in scenario.dropped)
        yield DROPPED.format(last=scenario.run.days - 1, entries=entries)


def _calendar(scenario: Scenario) -> Iterator[str]:
    policies = scenario.policies()
    for (_, before), (day, after) in pairwise(policies):
        if before == after:
            yield SAME_POLICY.format(day=day)


def _off(scenario: Scenario) -> dict[str, str]:
    """Sections of a way to manipulate that are off, and why."""
    off = {name: f"{name}.enabled is off" for name in CHANNELS if not getattr(scenario, name).enabled}
    if scenario.mcn.n_per_1000_creators == 0:
        off.setdefault("mcn", "mcn.n_per_1000_creators is 0")
    if not scenario.manipulation.enabled:
        off = dict.fromkeys(CHANNELS, "manipulation.enabled is off")
    return off


def _sections(scenario: Scenario) -> Iterator[str]:
    off = _off(scenario)
    if scenario.probes.is_on:
        off.pop("farms", None)  # the supplier of the trial is built as a farm
    if scenario.advertisers.n_per_1000_creators == 0:
        off["advertisers"] = "advertisers.n_per_1000_creators is 0"
    if not scenario.probes.is_on:
        off["probes"] = "probes.share_posts and probes.heavy_buyers are 0"
    for name, why in off.items():
        yield from _cannot_act(_changed(getattr(scenario, name), name, SWITCHES.get(name, ("enabled",))), why)
    if not scenario.controls.frozen and scenario.controls.frozen_share > 0:
        yield from _cannot_act(["controls.frozen_share"], "controls.frozen is off")
    votes = any(policy.down_votes for _, policy in _in_force(scenario))
    if votes and scenario.readers.down_vote_share == 0:
        yield from _cannot_act(["platform.down_votes"], "readers.down_vote_share is 0")
    if not scenario.controls.likes_shown:
        idle = [name for name in OF_SHOWN_LIKES if name in scenario.controls.changed]
        yield from _cannot_act([f"controls.{name}" for name in idle], "controls.likes_shown is off")


def _strategies(scenario: Scenario) -> Iterator[str]:
    default = type(scenario).model_fields["strategies"].get_default(call_default_factory=True)
    names = [name_of(each) for each in scenario.strategies]
    if names == [each if isinstance(each, str) else name_of(each) for each in default]:
        return
    off = _off(scenario)
    for each, name in zip(scenario.strategies, names, strict=True):
        if each.channel != "none" and not scenario.manipulation.enabled:
            yield STRATEGY_CANNOT_ACT.format(name=name, why="manipulation.enabled is off")
        elif CHANNEL_OF.get(each.channel) in off:
            yield STRATEGY_CANNOT_ACT.format(name=name, why=off[CHANNEL_OF[each.channel]])


def _ladders(scenario: Scenario) -> Iterator[str]:
    is_changing = len(scenario.policies()) > 1
    for day, policy in _in_force(scenario):
        names, when = _detectors(policy), f"from day {day} on" if is_changing else "in this policy"
        ladders = policy.like_ladder or policy.creator_ladder
        if names and not ladders:
            yield NO_LADDER.format(names=_listed(names), when=when)
        if ladders and not names:
            yield NO_DETECTOR.format(when=when)
        blind = [name for name in names if name_of(policy.detectors[name]) in NEED_LABELS]
        if blind and not policy.audits_per_1000_creators and not any(map(_brings_labels, policy.like_ladder)):
            yield NO_LABELS.format(names=_listed(blind), when=when)
    if not any(_detectors(policy) for _, policy in _in_force(scenario)):
        names = _changed(scenario.platform, "platform", ())
        idle = [name for name in names if name.removeprefix("platform.") in BEFORE_FOLLOWS]
        if idle:
            yield NO_DETECTOR_SETTING.format(names=_listed(idle))


def _brings_labels(rung: Rung) -> bool:
    """Whether reviewers look at anything because of a rung."""
    silent = rung.notice == "nobody" or (rung.notice == "as_usual" and name_of(rung.sanction) == "discount_likes")
    return rung.review != "none" or (rung.appeal and not silent)


def _trial(scenario: Scenario) -> Iterator[str]:
    probes = scenario.probes
    if not probes.is_on:
        return
    for switch, governed in zip(OF_PROBES, (OF_TRIAL, OF_HEAVY), strict=True):
        if getattr(probes, switch) == 0:
            all_of_them = {f"probes.{name}" for name in governed}
            idle = [path for path in _changed(probes, "probes", ()) if path in all_of_them]
            yield from _cannot_act(idle, f"probes.{switch} is 0")
    if probes.from_day >= scenario.run.days:
        yield AFTER_THE_END.format(day=probes.from_day, last=scenario.run.days - 1)
        return
    if probes.share_posts > 0 and len({*probes.doses}) == 1 and max(probes.doses) > 0:
        yield ONE_DOSE.format(dose=probes.doses[0])
    if probes.share_posts > 0 and max(probes.doses) == 0:
        yield NO_BOUGHT_LIKES
        if probes.heavy_buyers == 0:
            return
    for day, policy in _in_force(scenario):
        removes = any(name_of(rung.sanction) in TAKES_LIKES for rung in policy.like_ladder)
        names = [name for name in _detectors(policy) if _may_flag(scenario, policy, name)]
        if removes and names:
            yield DOSE_DISCOUNTED.format(grade=probes.grade, when=f"from day {day} on", detectors=_listed(names))
            return


def _may_flag(scenario: Scenario, policy: PlatformSection, label: str) -> bool:
    """Whether a detector may flag the trial's likes; one that counts accounts per phone needs enough of them."""
    detector = policy.detectors[label]
    if name_of(detector) != "device":
        return True
    farms, grade = scenario.farms, scenario.probes.grade
    per_device = {"machine": farms.accounts_per_device, "raised": farms.raised_per_device}.get(grade, 1)
    return bool(per_device * farms.device_spread >= getattr(detector, "threshold", 0))


def _ticks(scenario: Scenario) -> Iterator[str]:
    if scenario.run.tick_minutes > HOUR_MINUTES:
        yield LONG_TICKS.format(minutes=scenario.run.tick_minutes)


_FOUND = (_control, _ticks, _dropped, _calendar, _sections, _strategies, _ladders, _trial)


def _in_force(scenario: Scenario) -> list[tuple[int, PlatformSection]]:
    """The policies that are in force for at least a day: of several on one day the last."""
    return sorted(dict(scenario.policies()).items())


def _detectors(policy: PlatformSection) -> list[str]:
    return [label for label, detector in policy.detectors.items() if detector is not None]


def _changed(part: Any, above: str, but: tuple[str, ...]) -> list[str]:
    """Dotted paths of a section's parameters that are not at their default."""
    default = {join_path(keys): value for keys, value in leaves(type(part)().model_dump(mode="json"))}
    ours = {join_path(keys): value for keys, value in leaves(part.model_dump(mode="json"))}
    return [f"{above}.{path}" for path, value in ours.items() if path not in but and value != default.get(path)]


def _cannot_act(names: list[str], why: str) -> Iterator[str]:
    if names:
        yield CANNOT_ACT.format(names=_listed(names), why=why)


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    if more > 0:
        return f"{', '.join(names[:MOST_NAMES])} and {more} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _text(value: Any) -> str:
    return {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)
