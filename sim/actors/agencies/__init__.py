"""MCN agencies and their account matrices."""
