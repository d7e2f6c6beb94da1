"""Mutual-aid groups (reciprocity groups)."""
