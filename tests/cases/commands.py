"""Run the command line in a process of its own, as somebody else's shell would."""

import json
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
    return _python(f"{before}\nfrom sim.cli import main\nmain()\n", *words, cwd=cwd, env=env)


def one_after_another(
    *commands: tuple[str, ...], cwd: Path, env: dict[str, str] | None = None
) -> list[subprocess.CompletedProcess[bytes]]:
    """What each command says, in one process, which imports everything once."""
    done = _python(IN_TURN, json.dumps(commands), cwd=cwd, env=env)
    assert done.returncode == 0, said(done)
    return [
        subprocess.CompletedProcess(list(words), code, *(Path(cwd, f"{at}.{name}").read_bytes() for name in STREAMS))
        for at, (words, code) in enumerate(zip(commands, json.loads(done.stdout), strict=True))
    ]


STREAMS = ("stdout", "stderr")
IN_TURN = """
import json, os, sys
from sim.cli import main

codes, streams = [], (sys.stdout, sys.stderr)
kept = [os.dup(stream.fileno()) for stream in streams]
for at, words in enumerate(json.loads(sys.argv[1])):
    for stream, name in zip(streams, ("stdout", "stderr")):
        file = os.open(f"{at}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, stream.fileno())
        os.close(file)
    sys.argv[1:], code = words, 0
    try:
        main()
    except SystemExit as exit:
        code = exit.code or 0
    codes.append(code)
    for stream, descriptor in zip(streams, kept):
        stream.flush()
        os.dup2(descriptor, stream.fileno())
print(json.dumps(codes))
"""


def _python(code: str, *words: str | Path, cwd: Path, env: dict[str, str] | None) -> subprocess.CompletedProcess[bytes]:
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])])
    own = {**os.environ, "PYTHONPATH": path, "NUMBA_NUM_THREADS": "1", **(env or {})}
    words = tuple(str(word) for word in words)
    return subprocess.run([sys.executable, "-c", code, *words], cwd=cwd, env=own, capture_output=True, timeout=250)


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    return (done.stdout + done.stderr).decode("utf-8", "replace")
