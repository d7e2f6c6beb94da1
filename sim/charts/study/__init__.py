"""Charts of one outcome of a study, one file for each."""
