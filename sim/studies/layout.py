"""Names of the files and folders of a study."""

RECORD, REPORT = "study.json", "report.html"
RUNS, FAILED = "runs", "failed"
