"""What may be written in a scenario, and how it is read."""

from sim.scenario.scenario import Scenario

__all__ = ["Scenario"]
