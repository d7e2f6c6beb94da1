"""Compute, then write the pages."""
