"""The charts of a run, in the order of its report."""

from __future__ import annotations

from sim.charts import (
    detectors,
    dose,
    honest_creators,
    honest_mistakes,
    likes,
    market,
    money,
    punished,
    quality,
    quality_vs_reach,
    speed,
    strategies,
    trust,
)
from sim.charts.protocol import Chart
from sim.charts.run import Run

CHARTS: dict[str, Chart[Run]] = {
    "timeline": quality,
    "strategies": strategies,
    "honest_creators": honest_creators,
    "quality_vs_reach": quality_vs_reach,
    "likes": likes,
    "speed": speed,
    "trust": trust,
    "dose_response": dose,
    "market": market,
    "detectors": detectors,
    "honest_mistakes": honest_mistakes,
    "punished": punished,
    "money": money,
}

# what the navigation of a page calls them: titles state the finding, and are too long there
LINKS = {
    "timeline": "Quality shown",
    "strategies": "Strategies",
    "honest_creators": "Honest from the start",
    "quality_vs_reach": "Quality and reach",
    "likes": "Likes by origin",
    "speed": "Time to the first likes",
    "trust": "Trust and active readers",
    "dose_response": "Bought likes and reach",
    "market": "Market for likes",
    "detectors": "Detectors",
    "honest_mistakes": "Honest mistakes",
    "punished": "Who was punished",
    "money": "Money",
}
