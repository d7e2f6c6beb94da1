"""Outcomes of a run, defined once, taken from counters, log and truth."""

from sim.measures.day import DayMeasures
from sim.measures.definitions import Measure, all_measures, detector_measures

__all__ = ["DayMeasures", "Measure", "all_measures", "detector_measures"]
