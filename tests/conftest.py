"""What all tests have in common."""

import os

# the terminal that tests happen to be started from is not part of what they try
for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(name, None)

from hypothesis import settings  # noqa: E402

# no deadlines: a first call may compile; and the same examples everywhere, so that a failure can be met again
settings.register_profile("gresham", deadline=None, derandomize=True)
settings.load_profile("gresham")
