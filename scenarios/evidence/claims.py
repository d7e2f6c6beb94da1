"""Does the world do what the project claims? Every claim of claims.yaml, with its control, over many seeds.

    python scenarios/evidence/claims.py                      all claims, the file's seeds, two processes
    python scenarios/evidence/claims.py quality_shown S12    some of them, by id or by row
    python scenarios/evidence/claims.py --seeds 5 --workers 4

Worlds run under the same seeds and are compared seed by seed. Finished runs are kept in results/evidence/ and are not
made again, so that the script can be interrupted and called again, with more seeds too. It prints and writes
(results/evidence/claims.csv) what is kept, not kept and not known, with intervals.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd
from figures import figures_table
from processes import run_script
from pydantic import BaseModel, ConfigDict, Field, model_validator
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from sim import Scenario
from sim.analysis.claims import KEPT, NOT_KNOWN, Found, evaluate, names_in, verdict_on
from sim.studies.plan import Plan, Point
from sim.studies.sweep import run_plan

HERE = Path(__file__).resolve().parent
BOTH_OR_NEITHER = "claim {claim}: give either `{either}` or `{other}`"
KEEP = HERE.parent.parent / "results" / "evidence"


class World(BaseModel):
    """A world that claims speak of: a scenario that ships, the policy of another one (`like`), and changes."""

    model_config = ConfigDict(extra="forbid")
    scenario: str
    like: str | None = None
    set: dict[str, Any] = Field(default_factory=dict)
    seeds: int | None = None

    def build(self) -> Scenario:
        """The scenario, with the policy and the changes."""
        made = Scenario.load(self.scenario)
        if self.like is not None:
            other = Scenario.load(self.like).resolved()
            made = made.with_changes({"platform": other["platform"], "calendar": other["calendar"]})
        return made.with_changes(self.set)


class Claim(BaseModel):
    """One claim: a value with a sign and a smallest effect against `null`, or a range; and its control.

    Where the claim that it `presupposes` is not kept, nothing is known of it.
    """

    model_config = ConfigDict(extra="forbid")
    id: str
    row: str
    says: str
    value: str
    sign: str | None = Field(default=None, pattern=r"^[+-]$")
    smallest: float = Field(default=0.0, ge=0)
    null: float = 0.0
    between: tuple[float, float] | None = None
    control: str | None = None
    uncontrolled: str | None = Field(default=None, min_length=1)
    presupposes: str | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Claim:
        for either, other in (("sign", "between"), ("control", "uncontrolled")):
            if (getattr(self, either) is None) == (getattr(self, other) is None):
                raise ValueError(BOTH_OR_NEITHER.format(claim=self.id, either=either, other=other))
        return self


class Claims(BaseModel):
    """The file of claims."""

    model_config = ConfigDict(extra="forbid")
    seeds: int
    worlds: dict[str, World]
    claims: list[Claim]


def read(path: Path = HERE / "claims.yaml") -> Claims:
    """The claims of a file."""
    return Claims.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def run_worlds(claims: Claims, chosen: list[Claim], seeds: int, workers: int) -> pd.DataFrame:
    """Figures of every world that the chosen claims name, one row for each world and seed."""
    expressions = [each for claim in chosen for each in (claim.value, claim.control) if each]
    needed = dict.fromkeys(world for each in expressions for world, _ in names_in(each))
    frames = []
    for few in sorted({min(seeds, claims.worlds[world].seeds or seeds) for world in needed}):
        names = [world for world in needed if min(seeds, claims.worlds[world].seeds or seeds) == few]
        points = tuple(Point(n, {"world": world}, claims.worlds[world].build()) for n, world in enumerate(names))
        plan = Plan("evidence", points, tuple(range(1, few + 1)), keep=("figures",))
        results = run_plan(
            plan, KEEP / f"{few}-seeds" if few != seeds else KEEP, workers=workers, simulate=figures_table
        )
        frames.append(results.table("figures"))
    return pd.concat(frames, ignore_index=True)


def with_presupposed(claims: Claims, chosen: list[Claim]) -> list[Claim]:
    """The chosen claims, and those that they presuppose."""
    presupposed = {claim.presupposes for claim in chosen}
    return [claim for claim in claims.claims if claim in chosen or claim.id in presupposed]


def judge(claim: Claim, runs: pd.DataFrame, claims: Claims) -> dict[str, Any]:
    """What the runs say of a claim: mean and interval of its value, whether its control vanishes, the verdict."""
    value = evaluate(claim.value, runs)
    control = evaluate(claim.control, runs) if claim.control else None
    found: Found = verdict_on(value, control, claim.sign, claim.smallest, claim.null, claim.between)
    for first in claims.claims:
        if first.id == claim.presupposes and judge(first, runs, claims)["verdict"] != KEPT:
            found = found._replace(verdict=NOT_KNOWN)
    return {"id": claim.id, "row": claim.row, "says": claim.says, **found._asdict()}


def expected(claim: Claim) -> str:
    """What the claim expects, in a few characters."""
    if claim.between is not None:
        return f"{claim.between[0]:g} .. {claim.between[1]:g}"
    bound = claim.null + (claim.smallest if claim.sign == "+" else -claim.smallest)
    return f"{'>' if claim.sign == '+' else '<'} {bound:g}"


def show(claims: list[Claim], found: pd.DataFrame) -> Table:
    """The claims with what was found, for the terminal."""
    table = Table("row", "claim", "expected", "mean", "95 % interval", "control", "verdict", "seeds")
    for claim, row in zip(claims, found.to_dict("records"), strict=True):
        interval = f"{row['low']:.3g} .. {row['high']:.3g}"
        control = "" if claim.control is None else f"{row['control']:.3g}: {row['control_verdict']}"
        mean = f"{row['mean']:.4g}"
        table.add_row(claim.row, claim.says, expected(claim), mean, interval, control, row["verdict"], str(row["n"]))
    return table


def main() -> None:
    """Run what is missing, print the claims and write them."""
    claims = read()
    known = [*(claim.id for claim in claims.claims), *(claim.row for claim in claims.claims)]
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("which", nargs="*", choices=[*known, []], metavar="CLAIM", help="ids or rows (default: all)")
    parser.add_argument("--seeds", type=int, default=claims.seeds)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chosen = [each for each in claims.claims if not options.which or {each.id, each.row} & {*options.which}]
    runs = run_worlds(claims, with_presupposed(claims, chosen), options.seeds, options.workers)
    found = pd.DataFrame([judge(claim, runs, claims) for claim in chosen])
    found.to_csv(KEEP / "claims.csv", index=False, lineterminator="\n")
    Console(width=170).print(show(chosen, found))


if __name__ == "__main__":
    run_script(main)
