"""Paid like farms and the market they sell on."""
