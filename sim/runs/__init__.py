"""One run: its loop, its twin, its folder, its checkpoints."""
