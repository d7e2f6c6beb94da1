"""Creators: what they publish, what they learn, what they choose."""
