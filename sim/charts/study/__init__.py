"""Charts of a study, one file a chart: TITLE, applies, draw, says, table, each of one outcome."""
