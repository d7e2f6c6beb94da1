"""Compiles what tests need, once: the kernels of a run, and those that only a busy world calls."""

from sim.engine.model import EngagementModel
from sim.scenario import Scenario
from sim.studies.executors.preload import live_through_a_tiny_world
from tests.helpers.moved import BUSY


def compile_all() -> None:
    """Live through worlds in which everybody has something to do."""
    live_through_a_tiny_world()
    model = EngagementModel(Scenario.load("composite_plus_rules", set=BUSY | {"run.tick_minutes": 720}, days=8), seed=1)
    while model.running:
        model.step()


if __name__ == "__main__":
    compile_all()
