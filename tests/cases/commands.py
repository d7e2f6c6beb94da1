"""Run the command line in a process of its own, as somebody else's shell would."""

import os
import subprocess
import sys
from pathlib import Path

TINY = "description: a tiny world\nrun: {days: 3}\nreaders: {n: 1000}\ncreators: {n: 40}\n"
ROOT = Path(__file__).resolve().parents[2]


def gresham(
    *words: str | Path, cwd: Path, before: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """`gresham WORDS` in `cwd`; `before` is Python that runs first, to imitate a machine that is not this one."""
    code = f"{before}\nfrom sim.cli import main\nmain()\n"
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])])
    own = {**os.environ, "PYTHONPATH": path, "NUMBA_NUM_THREADS": "1", **(env or {})}
    words = tuple(str(word) for word in words)
    return subprocess.run([sys.executable, "-c", code, *words], cwd=cwd, env=own, capture_output=True, timeout=250)


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    return (done.stdout + done.stderr).decode("utf-8", "replace")
