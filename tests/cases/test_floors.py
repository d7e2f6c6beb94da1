"""The file of lowest versions says what pyproject.toml does."""

import re
import tomllib

from tests.cases.commands import ROOT


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def test_every_floor_is_the_declared_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {}
    for line in project["dependencies"]:
        if "sys_platform == 'win32'" in line:
            continue
        name, floor = re.match(r"([\w.-]+)>=([\d.]+)", line).groups()  # type: ignore[union-attr]
        declared[name] = _numbers(floor)
    lines = (ROOT / "constraints-floor.txt").read_text("utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    assert {name: _numbers(version) for name, version in pinned.items()} == declared
    assert declared["typer"] >= (0, 15, 1)  # earlier ones fail with some version of click that they allow
