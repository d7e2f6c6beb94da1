"""Outcomes of a run, defined once, taken from counters, log and truth."""

from sim.measures.definitions import Measure, all_measures, detector_measures

__all__ = ["Measure", "all_measures", "detector_measures"]
