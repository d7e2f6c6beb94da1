"""Puts the helpers of the tests within reach of all of them."""

import sys
from pathlib import Path

for folder in ("contracts", "worlds", "unit"):
    sys.path.insert(0, str(Path(__file__).parent / folder))
