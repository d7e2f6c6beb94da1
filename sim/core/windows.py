"""The days that key figures are taken over: one window per measure, in runs, comparisons and lists."""

WEEK = 7
LAST = 14  # days: two weeks, so that every weekday counts the same
