"""Charts of a comparison: differences, courses over time, dose and response, and who bears the cost."""
