"""Puts the helpers of the tests within reach of all of them."""

import os
import sys
from pathlib import Path

for folder in ("contracts", "experiments", "worlds", "unit"):
    sys.path.insert(0, str(Path(__file__).parent / folder))

# the terminal that tests happen to be started from is not part of what they try
for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(name, None)

from hypothesis import settings  # noqa: E402

# no deadlines: a first call may compile; and the same examples everywhere, so that a failure can be met again
settings.register_profile("gresham", deadline=None, derandomize=True)
settings.load_profile("gresham")
