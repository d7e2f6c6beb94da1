"""Pages and terminal output: the words, and the layout of what analysis and charts made."""
