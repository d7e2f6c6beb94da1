"""Scenario files that nobody writes by mistake: one clear message and exit code 2, or a run that is right."""

from pathlib import Path

import pytest

from sim import Scenario
from sim.core.errors import GreshamError

FILES = {
    "merged into itself": "run: &r {<<: *r}\n",
    "half a character": 'name: "\\ud800"\n',
    "half a character in a plug-in": 'platform:\n  ranking: "\\ud800"\n',
    "half a character in a key": '"\\udfff": 1\n',
    "half a character in a list": 'strategies: [honest, "\\ud8ff"]\n',
    "aliases of aliases": "a: &a [x, x, x]\nb: &b [*a, *a, *a]\n",
    "a part of itself": "run: &r\n  days: *r\n",
    "extends no path": 'extends: "a\\0b"\n',
    "a day that is true": "calendar: [{day: true, set: {hot_threshold_likes: 5}}]\n",
    "extends a long name": "extends: " + 5000 * "a" + "\n",
    "a bomb": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join(9 * ['*' + a])}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)),
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_one_message_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GreshamError) as caught:
        Scenario.load(file)
    message = str(caught.value)
    assert "a.yaml" in message and len(message) < 1000
    message.encode("utf-8")
