"""Who bears the cost of manipulation: a scenario against the same world in which nobody manipulates."""

from __future__ import annotations

from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.comparison import FACTOR, Comparison
from sim.analysis.outcomes import Outcome
from sim.analysis.paired import difference, holm
from sim.core.clock import WEEK_DAYS
from sim.core.windows import LAST

if TYPE_CHECKING:
    import pandas as pd

DECILES = 10
# the outcomes that measure what each stakeholder loses, and how each is taken from a run
STAKEHOLDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "readers": (
        ("read_quality", "mean"),
        ("exposure_quality", "mean"),
        ("platform_trust", "mean"),
        ("count_trust", "mean"),
        ("active_reader_share", "mean"),
    ),
    "creators": (("honest_survival", "mean"), ("creator_income_cny", "mean"), ("mean_effort", "mean")),
    "advertisers": (("ad_cny_per_1000_good_reads", "mean"), ("n_advertisers", "mean")),
    "platform": (
        ("platform_revenue_cny", "mean"),
        ("enforcement_cost_cny", "mean"),
        ("share_fake_likes", "mean"),
    ),
}
WORLDS = ("twin", "here")
COUNTED = {"reads": ("reads_week", "reads of a creator's posts, whole run"),
           "income_cny": ("income_week_cny", "income of a creator, whole run, CNY")}  # fmt: skip


class Attribution(Comparison):
    """A scenario minus the same world without manipulation, paired by seed, by stakeholder.

    The twin without manipulation is the reference, the scenario the only other policy.
    """

    @cached_property
    def stakeholders(self) -> pd.DataFrame:
        """The rows of `differences`, with the stakeholder in front."""
        of = {measure: stakeholder for stakeholder, rows in STAKEHOLDERS.items() for measure, _ in rows}
        frame = self.differences.copy()
        frame.insert(0, "stakeholder", [of[measure] for measure in frame["outcome"]])
        return frame

    @cached_property
    def honest(self) -> pd.DataFrame:
        """Creators of the first day who stayed honest: seed, slot, decile, and reads and income in both worlds.

        A seed without both runs is left out; so are all seeds when the run is shorter than a week. Deciles are of
        talent, which is the same in both worlds, among all creators of the first day; 10 is the best. A creator who has
        quit counts with no reads and no income.
        """
        import pandas as pd

        rows = self._tables.table("creators")
        rows = rows[rows["present"] & ((rows["day"] + 1) % WEEK_DAYS == 0)]  # sums are over whole weeks
        both = rows.groupby("seed")[FACTOR].transform("nunique") == len(self.policies)
        first = rows[both & (rows["generation"] == 0)]
        if not len(first):
            return pd.DataFrame(columns=["seed", "slot", "decile", *(f"{n}_{w}" for n in COUNTED for w in WORLDS)])
        talent = first.groupby(["seed", "slot"])["talent"].first()
        decile = talent.groupby("seed", group_keys=False).apply(_deciles)
        here = first[first[FACTOR] != self.reference]
        honest = (here["strategy"] == "honest").groupby([here["seed"], here["slot"]]).all()
        columns = {"decile": decile, "honest": honest.reindex(talent.index, fill_value=False)}
        for name, (column, _) in COUNTED.items():
            for policy, rows in first.groupby(FACTOR, sort=False):
                total = rows.groupby(["seed", "slot"])[column].sum().reindex(talent.index, fill_value=0.0)
                columns[f"{name}_{'twin' if policy == self.reference else 'here'}"] = total
        frame = pd.DataFrame(columns).reset_index()
        return frame[frame["honest"]].drop(columns="honest").reset_index(drop=True)

    @cached_property
    def deciles(self) -> pd.DataFrame:
        """What honest creators lost or gained by decile of talent: counted, decile, creators, fields of `Difference`.

        The values are means over the creators of a decile, one per seed; p is corrected over the table (Holm).
        """
        import pandas as pd

        rows = []
        for name in COUNTED:
            for decile in range(1, DECILES + 1):
                own = self.honest[self.honest["decile"] == decile]
                means = own.groupby("seed")[[f"{name}_twin", f"{name}_here"]].mean().reindex(list(self.seeds))
                found = difference(means[f"{name}_twin"], means[f"{name}_here"])
                rows.append({"counted": name, "decile": decile, "creators": len(own)} | asdict(found))
        frame = pd.DataFrame(rows)
        frame["p_holm"] = holm(frame["p"])
        return frame


def outcomes_of_stakeholders() -> tuple[Outcome, ...]:
    """The outcomes of all stakeholders, over the last days of a run."""
    return tuple(
        Outcome.of({"measure": measure, "how": how, "last": LAST})
        for rows in STAKEHOLDERS.values()
        for measure, how in rows
    )


def _deciles(talent: pd.Series) -> pd.Series:
    rank = talent.rank(method="first").to_numpy() - 1
    return talent * 0 + np.floor(rank * DECILES / len(talent)).astype(int) + 1
