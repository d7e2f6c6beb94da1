"""Editors read YAML 1.2: what ships and what the documents show must pass the shipped schema there."""

import datetime
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from sim.scenario.json_schema import json_schema
from sim.studies.schema import study_schema
from tests.cases.commands import ROOT


@cache  # every process that tests run in reads them all
def values_of(text: str) -> Any:
    """What YAML 1.2's core schema makes of a text: a number with underscores is text there, and so are yes and no."""
    yaml = YAML(typ="rt")  # YAML 1.2, but for underscores, which it notes down
    return _plain(yaml.load(text))


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if isinstance(node, datetime.date) or getattr(node, "_underscore", None):
        return str(node)
    return node


def _documents() -> list[tuple[str, str]]:
    found = [
        (str(file.relative_to(ROOT)), file.read_text("utf-8")) for file in sorted(ROOT.glob("scenarios/**/*.yaml"))
    ]
    for page in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]:
        blocks = re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
        found += [(f"{page.name}-{i}", block) for i, block in enumerate(blocks)]
    return found


SCHEMAS = {False: json.loads(json.dumps(json_schema())), True: json.loads(json.dumps(study_schema()))}
DOCUMENTS = _documents()


def is_study(text: str) -> bool:
    return bool({"factors", "design"} & set(values_of(text)))


def is_whole(text: str) -> bool:
    """Whether a text is a whole scenario or study: claims are no scenario, and pages show parts of files."""
    values = values_of(text)
    if not isinstance(values, dict) or "claims" in values:
        return False
    return is_study(text) or set(values) <= set(SCHEMAS[False]["properties"])


WHOLE = [(name, text) for name, text in DOCUMENTS if is_whole(text)]


def test_most_of_what_is_shown_is_whole() -> None:
    assert len(WHOLE) > 0.8 * len(DOCUMENTS)


@pytest.mark.parametrize("text", [text for _, text in WHOLE], ids=[name for name, _ in WHOLE])
def test_what_ships_and_is_shown_passes_the_schema(text: str) -> None:
    jsonschema.Draft202012Validator(SCHEMAS[is_study(text)]).validate(values_of(text))


def test_a_number_with_underscores_is_text_here_and_refused() -> None:
    values = values_of("readers:\n  n: 50_000\n")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMAS[False]).validate(values)
    assert values_of("readers:\n  n: 50000\n") == {"readers": {"n": 50000}}


def test_only_plain_numbers_are_written() -> None:
    found = [
        f"{name}: {line.strip()}"
        for name, text in DOCUMENTS
        for line in text.splitlines()
        if re.search(r"[:,\[]\s*[-+]?\d+(_\d+)+\s*([,}\]#].*)?$", line)
    ]
    assert found == []
    assert len(DOCUMENTS) > 15 and Path(ROOT / "scenarios").is_dir()
