"""Organic readers as Mesa agents."""
