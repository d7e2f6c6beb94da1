"""Advertisers."""
