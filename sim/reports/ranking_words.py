"""What recommended posts, and which yardstick said what scores high, in words for the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.enums import words
from sim.core.formatting import join_words
from sim.scenario.ranking import ranking_of

if TYPE_CHECKING:
    from collections.abc import Mapping

RANKED = (
    "At the start posts were recommended by the ranking policy '{ranking}'. What counts as a high score is read off "
    "{means} (yardstick: {yardstick})."
)
IN = "{worlds}: {sentence}"
YARDSTICKS = {
    "visible": "the day's most successful posts, bought likes included",
    "slow": "the most successful posts of the last weeks, bought likes included",
    "surviving": "the most successful posts by likes that outlived the last purge",
}


def describe_ranking(scenario: Mapping[str, Any]) -> list[str]:
    """One sentence on a scenario as it stands at the start; nothing where lists are no policy's."""
    found = ranking_of(scenario)
    return [_sentence(*found)] if found else []


def describe_rankings(rankings: Mapping[str, tuple[str, str] | list[str] | None]) -> list[str]:
    """Likewise for several worlds by name (each as `ranking_of` has it), those that are ranked alike together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for name, found in rankings.items():
        if found:
            alike.setdefault((found[0], found[1]), []).append(words(name))
    if len(alike) == 1 and len(rankings) == sum(map(len, alike.values())):
        return [_sentence(*each) for each in alike]
    return [_sentence(*each, worlds=join_words(names)) for each, names in alike.items()]


def _sentence(ranking: str, yardstick: str, worlds: str = "") -> str:
    sentence = RANKED.format(ranking=words(ranking), yardstick=yardstick, means=YARDSTICKS[yardstick])
    return IN.format(worlds=worlds[0].upper() + worlds[1:], sentence=sentence) if worlds else sentence
