"""Compiled code that is kept from one start to the next."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from sim.kernels import compiled


def test_kept_code_is_compiled_anew_when_a_function_that_it_calls_changes(tmp_path: Path) -> None:
    folder = tmp_path / "sim" / "kernels"
    folder.mkdir(parents=True)
    (tmp_path / "sim" / "__init__.py").touch()
    for name in ("__init__", "compiled", "mix", "scales"):
        shutil.copy(Path(compiled.__file__).with_name(f"{name}.py"), folder)
    code = (
        "import numpy as np\n"
        "from sim.kernels.caller import call\n"
        "print(call(np.uint64(7)), sum(call.stats.cache_hits.values()))\n"
    )
    (folder / "caller.py").write_text(
        "from sim.kernels.compiled import njit\nfrom sim.kernels.mix import mix\n\n\n"
        "@njit(cache=True)\ndef call(x):\n    return mix(x)\n"
    )

    def answer() -> list[str]:
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.split()

    first, again = answer(), answer()
    assert first == [first[0], "0"]
    assert again == [first[0], "1"]
    source = (folder / "mix.py").read_text()
    (folder / "mix.py").write_text(source.replace("0x9E3779B97F4A7C15", "0x9E3779B97F4A7C17"))
    changed = answer()
    assert changed[0] != first[0]
    assert changed[1] == "0"
