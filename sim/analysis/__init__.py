"""Statistics: from frames to frames."""
