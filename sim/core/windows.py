"""The days that key figures are taken over: one window, in runs, comparisons and lists."""

LAST = 14  # days: two weeks, so that every weekday counts the same
