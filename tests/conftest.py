"""What all tests have in common."""

import os
import subprocess
import sys
from pathlib import Path

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


def pytest_configure(config):
    """Compile once, where nothing is kept compiled yet, and not in each of the processes that xdist starts."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        subprocess.run([sys.executable, "-m", "tests.helpers.compiled"], cwd=Path(__file__).parents[1], check=True)


@pytest.fixture(scope="session", autouse=True)
def _no_wait_for_the_disk():
    """No test cuts the power, and thousands of files are written."""
    fsync, os.fsync = os.fsync, lambda file: None
    yield
    os.fsync = fsync


@pytest.fixture(scope="session", autouse=True)
def _server_of_workers():
    """Begin it before a test changes a variable, or workers would be spawned from then on."""
    from sim.studies.executors.start_method import worker_context

    worker_context()


@pytest.fixture(autouse=True)
def _variables_stay():
    """What a test leaves in the environment would reach the next one, and keep its workers from being forked."""
    before = dict(os.environ)
    yield
    for name in sorted({*os.environ} - {*before}):
        del os.environ[name]
    os.environ.update(before)
