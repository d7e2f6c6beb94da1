"""Puts the helpers of the tests within reach of all of them."""

import sys
from pathlib import Path

for folder in ("contracts", "experiments", "worlds", "unit"):
    sys.path.insert(0, str(Path(__file__).parent / folder))

from hypothesis import settings  # noqa: E402

# no deadlines: a first call may compile; and the same examples everywhere, so that a failure can be met again
settings.register_profile("gresham", deadline=None, derandomize=True)
settings.load_profile("gresham")
