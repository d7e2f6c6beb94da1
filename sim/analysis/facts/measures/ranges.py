"""Ranges of the parameters that several measures have (a value beyond is an error of the facts file), and of shares."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

MOST = 1_000_000_000
MOST_DOSE = 1_000_000  # that a trial can give (`probes.doses`)

Share = Annotated[float, Field(gt=0, le=1)]
Times = Annotated[float, Field(ge=0, le=MOST)]
Duration = Annotated[float, Field(gt=0, le=MOST)]
Count = Annotated[int, Field(ge=1, le=MOST)]
Dose = Annotated[int, Field(ge=0, le=MOST_DOSE)]

MeasuredShare = Annotated[float, Field(ge=0, le=1)]  # what a measure gives that is a share of something
