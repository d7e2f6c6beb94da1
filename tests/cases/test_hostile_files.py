"""Scenario files that nobody writes by mistake: one clear message and exit code 2, or a run that is right."""

import os
from pathlib import Path

import pytest

import sim
from sim import Scenario
from sim.core.errors import GreshamError
from sim.runs.folder import plain_name

FILES = {
    "merged into itself": "run: &r {<<: *r}\n",
    "half a character": 'name: "\\ud800"\n',
    "half a character in a plug-in": 'platform:\n  ranking: "\\ud800"\n',
    "half a character in a key": '"\\udfff": 1\n',
    "half a character in a list": 'strategies: [honest, "\\ud8ff"]\n',
    "aliases of aliases": "a: &a [x, x, x]\nb: &b [*a, *a, *a]\n",
    "a part of itself": "run: &r\n  days: *r\n",
    "extends no path": 'extends: "a\\0b"\n',
    "a day that is true": "calendar: [{day: true, set: {hot_threshold: 5}}]\n",
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


WORLD = "run: {days: 1}\nreaders: {n: 300}\ncreators: {n: 20}\n"
WRONG = {
    "a tag that would run code": ("run: !!python/object/apply:os.system [x]\n", "a.yaml:1: run: has the tag !!python/"),
    "a tag of nobody": ("run: !mine {days: 2}\n", "a.yaml:1: run: has the tag !mine"),
    "a tag that makes a set": ("strategies: !!set {honest}\n", "a.yaml:1: strategies: is a value of a kind"),
    "a tag that makes pairs": ("run: !!pairs [days: 2]\n", "a.yaml:1: run: is a value of a kind"),
    "a tag that makes bytes": ("name: !!binary aGVsbG8=\n", "a.yaml:1: name: is a value of a kind"),
    "a tag that does not fit": ("run: {days: !!int abc}\n", "not valid YAML"),
    "labels that differ in case": (
        "platform: {detectors: {device: device, Device: device}}\n",
        "the labels 'device' and 'Device' differ only in case",
    ),
    "labels that differ in case later": (
        "calendar: [{day: 1, set: {detectors.DEVICE: device}}]\nrun: {days: 3}\n", "the labels 'device' and 'DEVICE'"
    ),
    "a label that stands for all": ("platform: {detectors: {Any: device}}\n", "no detector can have the label 'Any'"),
    "a plug-in's file that is a circle of links": ("platform: {ranking: 'circle.py:A'}\n", "does not import"),
    "a plug-in's file that is a pipe": ("platform: {ranking: 'pipe.py:A'}\n", "does not import"),
    "a plug-in's file that is a folder": ("platform: {ranking: 'folder.py:A'}\n", "does not import"),
    "a plug-in's file with a zero": ('platform: {ranking: "a\\0.py:A"}\n', "does not import"),
    "a plug-in's file with a name too long": (f"platform: {{ranking: '{'a' * 5000}.py:A'}}\n", "does not import"),
    "extends a circle of links": ("extends: circle.yaml\n", "a.yaml:1: extends: no such file"),
    "extends a pipe": ("extends: pipe.yaml\n", "a.yaml:1: extends: no such file"),
    "a number that is infinite": (WORLD.replace("300", "1e400"), "a.yaml:2: readers.n"),
    "a number of 5000 digits": (WORLD.replace("300", "9" * 5000), "a.yaml"),
    "a number in words": (WORLD.replace("300", ".nan"), "a.yaml:2: readers.n"),
    "a key twice": ("run: {days: 2, days: 3}\n", "a.yaml:1: not valid YAML"),
    "a tab": ("run:\n\tdays: 2\n", "a.yaml:2: not valid YAML"),
    "nested too deeply": ("a: " + "[" * 700 + "]" * 700 + "\n", "nested too deeply"),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_the_message_names_the_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "folder.py").mkdir()
    for suffix in ("py", "yaml"):
        (tmp_path / f"circle.{suffix}").symlink_to(f"circle.{suffix}")
        os.mkfifo(tmp_path / f"pipe.{suffix}")
    content, told = WRONG[text]
    (tmp_path / "a.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(GreshamError) as caught:
        Scenario.load(tmp_path / "a.yaml")
    message = str(caught.value)
    assert "a.yaml" in message and told in message and len(message) < 7000


@pytest.mark.parametrize("name", ["circle", "pipe", "gone", "folder"])
def test_a_file_that_is_none_is_one_message(tmp_path: Path, name: str) -> None:
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(GreshamError, match=f"{name}.yaml"):
        Scenario.load(tmp_path / f"{name}.yaml")


RIGHT = {
    "a mark of the order of bytes": "\ufeff" + WORLD,
    "ends of lines of Windows": WORLD.replace("\n", "\r\n"),
    "a name of dots": "name: ..\n" + WORLD,
    "a hidden name": "name: .partial-x\n" + WORLD,
    "a name that is a path": "name: ../../x\n" + WORLD,
    "a name of wild cards": "name: '*[a]?'\n" + WORLD,
    "a name of 3000 letters": "name: " + "ü" * 3000 + "\n" + WORLD,
    "a name that steers": 'name: "a\\x07\\x1b[31m\\0"\n' + WORLD,
    "no name": "name: ''\n" + WORLD,
    "text by a tag": "name: !!str 2\n" + WORLD,
    "a number by a tag": WORLD.replace("300", "!!int '300'"),
    "a number in hexadecimal": WORLD.replace("300", "0x12c"),
    "an anchor twice": "run: &a {days: 1}\nreaders: &a {n: 300}\ncreators: {n: 20}\n",
    "a merge": "run: {<<: {days: 1}}\nreaders: {n: 300}\ncreators: {n: 20}\n",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_odd_but_right_leaves_a_run_that_can_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_bytes(text.encode("utf-8"))
    made = sim.run(tmp_path / "a.yaml", out=tmp_path / "r", twin=False, progress=False, threads=1)
    assert made.path is not None and made.path.parent == tmp_path / "r" and not made.path.name.startswith(".")
    assert len(sim.Result.load(made.path).daily) == 1
    assert [path.name for path in (tmp_path / "r").iterdir()] == [made.path.name]


def test_long_names_that_begin_alike_stay_apart() -> None:
    names = {plain_name("a" * 3000 + end) for end in ("b", "c")}
    assert len(names) == 2 and all(len(name.encode()) < 140 for name in names)
