"""The phases of a tick, one module each; `sim.engine.tick` gives their order."""
