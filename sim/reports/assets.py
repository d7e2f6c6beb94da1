"""What turns values into a page: the templates, and the style and the scripts that every page holds."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from sim.charts.style import CONFIG

# characters that HTML does not allow, and those that reorder what stands beside them; tab and ends of lines stay
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
REPLACEMENT = "\ufffd"


def render(template: str, **values: Any) -> str:
    """A page from a template of this package and its values; text in the values is never markup."""
    css, js = (Markup(_text(name)) for name in ("report.css", "report.js"))
    page = _environment().get_template(template)
    return page.render(css=css, js=js, plotly=Markup(get_plotlyjs()), config=CONFIG, **values) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sim.reports"), autoescape=True, finalize=_printable, trim_blocks=True, lstrip_blocks=True
    )
    return environment


def _printable(value: Any) -> Any:
    """A value without characters that HTML does not allow. What is markup already was checked part by part."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return CONTROL.sub(REPLACEMENT, value)


@cache
def _text(name: str) -> str:
    return (files("sim.reports") / "templates" / name).read_text(encoding="utf-8")
