"""Charts of a comparison: differences, measures over time, dose and response, and who bears the cost."""
