"""Names of the files and folders of a study."""

RECORD, REPORT, MEASURED = "study.json", "report.html", "measured"
RUNS, FAILED = "runs", "failed"
