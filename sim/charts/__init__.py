"""Charts turn frames into Plotly figures: one module for each, with the functions of `sim.charts.protocol.Chart`."""
