"""Measures of what enforcement does, to whom, and at what cost."""

from __future__ import annotations

from sim.measures.measure import Measure

ENFORCEMENT = (
    Measure(
        "arranged_likes_lost",
        "0..1",
        "of the arranged likes of the day a week ago, share that enforcement has taken out of the count",
        "Arranged likes taken out",
        True,
    ),
    Measure(
        "honest_likes_lost",
        "0..1",
        "of people's own likes of the day a week ago, share that enforcement has taken out of the count",
        "Honest likes taken out",
        True,
    ),
    Measure(
        "n_punished_creators",
        "creators",
        "creators hit by an enforcement action that day",
        "Creators punished",
    ),
    Measure(
        "innocent_punished_share",
        "0..1",
        "of those, share hit for likes of which the creator arranged fewer than half; NaN when there are none",
        "Innocent among the punished",
        True,
    ),
    Measure(
        "n_punished_accounts",
        "accounts",
        "accounts held up by a check, limited or banned that day for likes that they gave",
        "Accounts punished",
    ),
    Measure(
        "innocent_account_share",
        "0..1",
        "of those, share hit for likes of which fewer than half were arranged; NaN when there are none",
        "Innocent among the punished accounts",
        True,
    ),
    Measure("n_appeals", "appeals", "appeals decided that day", "Appeals"),
    Measure(
        "overturned_share",
        "0..1",
        "of those, share decided in favour of whoever was hit; NaN when there are none",
        "Appeals overturned",
    ),
    Measure("n_complaints", "calls", "calls of support by people who were hit that day", "Complaints"),
    Measure("n_labels", "cases", "cases that reviewers answered or were asked to look at that day", "Cases reviewed"),
    Measure("review_hours", "h/day", "hours of reviewers and of support that day", "Hours of review"),
    Measure(
        "readers_sanctioned",
        "people",
        "people limited or banned (not those held up by a check) at the day's end, hit for likes of which fewer than "
        "half were arranged",
        "Readers sanctioned by mistake",
        True,
    ),
    *(
        Measure(
            f"hit_gap_{attribute}",
            "0..1",
            f"largest less smallest share of innocent {who} hit on a day, among groups by {groups}: hit by an action "
            "(likes removed in silence apart) / present, over the last `measures.gap_days` days; NaN for one group",
            f"Gap of innocent {who} hit, by {groups}",
            True,
        )
        for attribute, who, groups in (
            ("tenure", "people", "age of the account"),
            ("region", "people", "region"),
            ("followers", "creators", "followers"),
            ("merchant", "creators", "merchant or not"),
        )
    ),
    Measure(
        "enforcement_cost_cny",
        "CNY/day",
        "what the day's enforcement cost the platform",
        "Cost of enforcement",
    ),
)
