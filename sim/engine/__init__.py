"""The model and the phases of its tick."""
