"""Runs a measurement in a process of its own, so that memory peaks and caches do not mix."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sim.core.errors import RunError

Found = dict[str, Any]
FAILED = "the measurement '{module} {task}' ended with code {code}: {last}"


def python(module: str, *words: str, env: dict[str, str] | None = None) -> tuple[str, float]:
    """Run a module in a new process: what it printed, and its wall seconds from start to end."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        env=os.environ | {"PYTHONPATH": path} | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    took_s = time.perf_counter() - started
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["nothing printed"])[-1]
        raise RunError(FAILED.format(module=module, task=words[0], code=done.returncode, last=last))
    return done.stdout, took_s


def measure(task: str, parameters: dict[str, Any], env: dict[str, str] | None = None) -> Found:
    """Run a task in a new process: its result, and `process_s`, the seconds from start to end."""
    printed, process_s = python("sim.bench.tasks", task, json.dumps(parameters), env=env)
    found: Found = json.loads(printed.splitlines()[-1])
    return found | {"process_s": process_s}
