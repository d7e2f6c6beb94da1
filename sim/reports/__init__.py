"""Pages and terminal output."""
