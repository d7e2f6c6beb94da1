"""The sections of a scenario: every parameter with its unit, range, default and source."""
