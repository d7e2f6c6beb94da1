"""What happens in each phase of a tick; the order stands in `sim.engine.tick`."""
