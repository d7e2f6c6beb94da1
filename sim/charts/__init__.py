"""Charts: frames to Plotly figures, and the report. One file a chart: TITLE, applies, draw, says, table."""
