"""A digest of the code that makes results: runs of other code are not taken for runs of this one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
# what shows, asks or compares results, and does not make them
APART = ("analysis", "api.py", "bench", "catalogue", "charts", "cli", "reports", "studies")


@cache
def code_digest() -> str:
    """Eight hexadecimal digits over every source file that a simulated figure can depend on."""
    checksum = hashlib.sha256()
    for path in sorted(HERE.rglob("*.py")):
        name = path.relative_to(HERE)
        if name.parts[0] not in APART:
            checksum.update(f"{name.as_posix()}\0".encode() + path.read_bytes())
    return checksum.hexdigest()[:8]
