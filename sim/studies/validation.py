"""How errors in study files are worded."""

from __future__ import annotations

from sim.scenario.validation import MESSAGES, Wording
from sim.studies.schema import StudyFile

STUDY = Wording(
    StudyFile,
    unknown="unknown key",
    renamed={},
    messages={
        **MESSAGES,
        "dict_type": "must be a mapping",
        "model_type": "must be a mapping",
        "string_type": "must be text",
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "float_type": "must be a number",
        "literal_error": "must be {expected}",
        "greater_than": "must be more than {gt}",
        "greater_than_equal": "must be at least {ge}",
        "less_than": "must be less than {lt}",
        "less_than_equal": "must be at most {le}",
    },
)
