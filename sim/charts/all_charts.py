"""The charts there are, in the order of the report."""

from __future__ import annotations

from typing import cast

from sim.charts import detectors, dose, likes, market, money, punished, quality, speed, strategies, trust
from sim.charts import quality_vs_reach as reach
from sim.charts.run import Chart

CHARTS: dict[str, Chart] = {
    name: cast("Chart", module)
    for name, module in {
        "timeline": quality,
        "strategies": strategies,
        "reach": reach,
        "likes": likes,
        "speed": speed,
        "trust": trust,
        "dose_response": dose,
        "market": market,
        "detectors": detectors,
        "punished": punished,
        "money": money,
    }.items()
}
