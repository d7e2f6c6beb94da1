"""The tables of honest mistakes: of which rules, for which causes, and whom they hit."""

from __future__ import annotations

from sim.core.table_columns import TableSpec, int_column, name_column

MISTAKES = TableSpec(
    "mistakes",
    "honest likes that each detector judged over the run, what had made them look as they did, and whom flags hit; one "
    "row a detector and cause (one like may have several causes, and is counted with each)",
    (
        name_column("rule", "detector, by its label"),
        name_column("cause", "fact about a like (sim.measures.causes.CAUSES), or `any` for all honest likes (true)"),
        int_column(
            "honest_likes",
            "likes",
            "likes of origin organic with this cause, judged while the rule was in force (true)",
        ),
        int_column("honest_people", "accounts", "different accounts that gave them"),
        int_column(
            "flagged_likes",
            "likes",
            "of these likes, those flagged, or given by an account (under a post) flagged for the time they were in",
        ),
        int_column("flagged_people", "accounts", "different accounts that gave those"),
        int_column(
            "wrong_likes",
            "likes",
            "of the flagged likes, those where the flag was wrong: the account's likes of that time were arranged by "
            "less than half, or the post had fewer than `measures.pushed_likes` arranged ones; a flag on an honest "
            "like is always wrong (true)",
        ),
        int_column("wrong_people", "accounts", "different accounts that gave those"),
        int_column(
            "punished_people",
            "accounts",
            "of the accounts in `flagged_people`, those held up by a check, limited or closed in the run because of "
            "this rule, for likes that they gave",
        ),
    ),
)

HIT_GROUPS = TableSpec(
    "hit_groups",
    "whom enforcement hits by mistake; one row a group, over the run",
    (
        name_column("kind", "person (the account of somebody who lives by it) or creator"),
        name_column(
            "attribute", "what groups are made by: tenure or region of people; followers or merchant of creators"
        ),
        name_column("group", "the group; for followers, 1 has the fewest"),
        int_column("n", "days", "members who were present on a day or hit on it, summed over the days of the run"),
        int_column(
            "innocent_hit",
            "days",
            "of these, hit on the day by an action they were told of though fewer than half of the acts held against "
            "them were arranged (true)",
        ),
        int_column("hit", "days", "of these, hit on the day by an action they were told of, innocent or not"),
    ),
)

PUNISHED_CREATORS = TableSpec(
    "punished_creators",
    "creators hit by an action, by the detector whose flags led to it and by who had arranged the likes held against "
    "them; one row a detector and cause, and one a cause for all detectors together (each hit has one cause)",
    (
        name_column("rule", "detector, by its label, or `any` for all together"),
        name_column(
            "cause",
            "who had arranged the likes under the creator's posts that were held against it so far: `own`, itself at "
            "least half; `organic`, nobody half of them; else who else had bought at least half of the arranged ones, "
            "`rival` (another creator), `fans` or `experiment` (a trial), or `several` where nobody had; `given`, it "
            "was hit for likes that its own account gave; `any` for all (true)",
        ),
        int_column(
            "hit",
            "days",
            "creators hit on a day, as `n_punished_creators` counts them, summed over the days of the run; the last "
            "time on a day counts",
        ),
        int_column(
            "innocent_hit",
            "days",
            "of these, hit though they had arranged fewer than half of the acts held against them (true)",
        ),
        int_column("creators", "creators", "different creators in `hit`"),
        int_column("innocent_creators", "creators", "different creators in `innocent_hit`"),
    ),
)
