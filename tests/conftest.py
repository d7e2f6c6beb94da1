"""What all tests have in common."""

import os
import sys

# the terminal that tests happen to be started from is not part of what they try
for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(name, None)
# hundreds of tests start a process of their own, and each would compile every source that it imports
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

# no deadlines: a first call may compile; and the same examples everywhere, so that a failure can be met again
settings.register_profile("gresham", deadline=None, derandomize=True)
settings.load_profile("gresham")


@pytest.fixture(scope="session", autouse=True)
def _server_of_workers():
    """Begin it before a test changes a variable, or workers would be spawned from then on."""
    from sim.studies.executors.start_method import worker_context

    worker_context()
