"""What bought likes do, by the randomised trial: ratios of what happened before any organic like (C9, C10)."""

from __future__ import annotations

from typing import Literal

from sim.analysis.facts.measures.ranges import Dose
from sim.analysis.facts.sample import NotMeasurable, Sample

COUNTS = {
    "hot_opens": ("unliked_hot_reads", "unliked_hot_impressions"),
    "likes": ("unliked_likes", "unliked_reads"),
}
NO_DOSE = "no post of the window with {dose} bought likes was met before its first organic like"
NOTHING = "nothing happened under posts with {dose} bought likes before their first organic like"


def trial_ratio(sample: Sample, *, of: Literal["hot_opens", "likes"], dose: Dose, against: Dose = 0) -> float:
    """Opens per hot impression, or likes per read, at one dose against another, while no organic like was there."""
    return _rate(sample, of, dose) / _rate(sample, of, against)


def _rate(sample: Sample, of: str, dose: int) -> float:
    posts = sample.trial
    posts = posts[posts["dose"] == dose]
    part, whole = (float(posts[name].sum()) for name in COUNTS[of])
    if whole == 0:
        raise NotMeasurable(NO_DOSE.format(dose=dose))
    if part == 0:
        raise NotMeasurable(NOTHING.format(dose=dose))
    return part / whole
