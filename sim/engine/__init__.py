"""The model and its tick: what happens when."""
