"""The result tables of a run: every column with type, unit and meaning.

The tables are the public result of a run; a column is renamed only with a line in the changelog.
"""

from __future__ import annotations

import zlib

from sim.core.enums import Origin, Surface
from sim.core.market_tables import FARMS, GROUPS
from sim.core.mistake_tables import HIT_GROUPS, MISTAKES, PUNISHED_CREATORS
from sim.core.people_tables import PEOPLE_TABLES
from sim.core.table_columns import TableSpec
from sim.core.table_columns import flag_column as _flag
from sim.core.table_columns import float_column as _float
from sim.core.table_columns import int_column as _int
from sim.core.table_columns import name_column as _name

LONGEST_COLUMN = 32  # characters of the name of a column: as many as the statistics packages take that read them
STRATEGY_SHARE = "share_strategy_"
# definitions of columns: the number is part of the name, so that a column cannot say one thing and hold another
LIKE_GOALS = {f"s_to_{likes}": likes for likes in (100, 1000)}  # column: likes reached
FORWARD_AGES_H = (1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168)  # ages of a post up to which its forwards are counted
READ_AGES_D = (3, 21)  # ages of a post at which its reads are noted
LIKES_AGE_D = 3  # age at which the likes that it shows are
AWAITING = "that began with no organic like under it, after that of its publication"
IN_FULL = "-1 when they are no longer all kept one by one (counts.likes_kept_days)"
SURVIVAL_DAYS = 28  # age at which likes of orders are counted again; no post is shown longer
SURVIVAL_AGES = (1, 7, SURVIVAL_DAYS)  # days after which bought likes are counted again
ANY = "any"  # among the rules, or the causes, of a table: all of them together
SURVIVING = f"surviving_{SURVIVAL_DAYS}d"


def detector_column(label: str, what: str) -> str:
    """The column of `daily` for a detector's `what`: precision, recall or fpr (false-positive rate)."""
    return _cut(label, LONGEST_COLUMN - len(what) - 1) + f"_{what}"


def strategy_column(name: str) -> str:
    """The column of `daily` for the share of creators on a strategy."""
    return _cut(f"{STRATEGY_SHARE}{name}", LONGEST_COLUMN)


def _cut(name: str, most: int) -> str:
    """A name of at most `most` characters; a longer one is cut and ends with a checksum that keeps it apart."""
    if len(name) <= most:
        return name
    mark = f"~{zlib.crc32(name.encode('utf-8', 'surrogatepass')) & 0xFFFFFF:06x}"
    return name[: most - len(mark)] + mark


DAY = _int("day", "day", "day of the run, from 0")
TICK = _int("tick", "tick", "tick of the run, from 0")

DAILY = TableSpec("daily", "one row a day: every measure (defined in sim.measures)", (DAY,), open=True)

CREATORS = TableSpec(
    "creators",
    "one row for every present creator and week and at the end of the run, and one for whoever leaves, as they left",
    (
        DAY,
        _int("creator", "id", "creator"),
        _int("slot", "id", "place in the population; keys the creator's random numbers"),
        _int("generation", "1", "0 for the first holder of the slot, one more for each replacement"),
        _flag("present", "has not quit and is not banned; false in the row of whoever leaves that day"),
        _flag("merchant", "sells goods"),
        _int("topic", "id", "topic written about"),
        _float("talent", "0..1", "talent (true)"),
        _float("skill", "0..1", "skill (true): grows with effort, decays without"),
        _float("effort", "0..1", "effort put into a post (true)"),
        _name("strategy", "strategy in use (true)"),
        _int("followers", "accounts", "followers"),
        _float("income_week_cny", "CNY", "income since the last revision"),
        _float("spent_week_cny", "CNY", "spending since the last revision"),
        _float("payoff_cny", "CNY/week", "payoff as the creator perceives it (moving average)"),
        _float("reads_week", "reads", "reads since the last revision"),
        _float("visible_week", "likes", "visible likes gained since the last revision"),
        _int("punished_total", "actions", "enforcement actions felt so far"),
        _int("mcn", "id", "agency, -1 for none"),
        _int("group", "id", "mutual-aid group, -1 for none"),
    ),
)

POSTS = TableSpec(
    "posts",
    "one row for every post of the run, as it stood at the end",
    (
        _int("post", "id", "post, in order of publication"),
        _int("token", "id", "what the platform and the stored log call it"),
        _int("creator", "id", "author"),
        _int("topic", "id", "topic"),
        _name("strategy", "the author's strategy when it was published (true)"),
        _int("published_day", "day", "day of publication"),
        _float("quality", "0..1", "quality (true)"),
        _float("appeal", "1", "pull of the headline, mean 1, independent of quality (true)"),
        _float("effort", "0..1", "effort put in (true)"),
        _float("share", "1", "readiness of people to forward it, against a mean of 1 (true)"),
        _float(
            "bait", "1", "how much more its headline promises than it holds, 0 for no more (true); 0 everywhere so far"
        ),
        _flag("outside_link", "has a link that leads out of the platform"),
        _int("deliveries", "people", "people who followed the author when it was published, dormant ones included"),
        _int("impressions", "impressions", "times shown, all surfaces"),
        *(_int(f"impr_{s.name.lower()}", "impressions", f"times shown: {s.name.lower()}") for s in Surface),
        _int("reads", "reads", "times opened, all surfaces"),
        *(_int(f"read_{s.name.lower()}", "reads", f"times opened: {s.name.lower()}") for s in Surface),
        *(_int(f"reads_{age}d", "reads", f"reads at the age of {age} days, -1 if younger") for age in READ_AGES_D),
        _int("likes_3d", "likes", f"likes shown at the age of {LIKES_AGE_D} days, -1 if younger"),
        _int("unliked_hot_impressions", "impressions", f"times shown on the hot list in ticks {AWAITING}"),
        _int("unliked_hot_reads", "reads", f"times opened from the hot list in ticks {AWAITING}"),
        _int("unliked_reads", "reads", f"times opened, all surfaces, in ticks {AWAITING}"),
        _int("unliked_likes", "likes", f"organic likes, those of fan clubs apart, in ticks {AWAITING}"),
        _int("bought_reads", "reads", "times opened because it was arranged; not in the other columns of reads (true)"),
        _int("finishes", "reads", "reads counted as finished (counts.finished_percent)"),
        _int("dwell_s", "s", "time spent reading it, all readers"),
        _int("likes", "likes", "likes counted, of any origin"),
        *(_int(f"likes_{o.name.lower()}", "likes", f"likes of true origin {o.name.lower()}") for o in Origin),
        _int("likes_hour", "likes", f"organic likes within the hour that holds most of them, {IN_FULL}"),
        _int("likes_day", "likes", f"organic likes within the day (24 hours) that holds most of them, {IN_FULL}"),
        _int("discounted", "likes", "likes no longer counted: removed, taken back, or of closed accounts"),
        _int("down_votes", "votes", "votes of readers against it"),
        _int("comments", "comments", "comments"),
        _int("comment_depth", "1", "sum over comments of depth, 1..8"),
        _int("stock_comments", "comments", "comments that are a stock phrase or a picture"),
        _int("forwards", "forwards", "forwards"),
        _int("forwards_passed_on", "forwards", "forwards by people who met the post through somebody's forward (true)"),
        _int(
            "forward_depth", "1", "sum over forwards of depth: 1 by one who met it otherwise, 1 more each step (true)"
        ),
        *(
            _int(f"forwards_{age}h", "forwards", f"forwards in the first {age} hours after publication")
            for age in FORWARD_AGES_H
        ),
        _int("follows", "follows", "follows won"),
        _float("visibility", "0..1", "multiplier the platform puts on its ranking score"),
        _int("hot_tick", "tick", "tick at which its score passed the hot threshold, -1 if never"),
        *(
            _int(name, "s", f"time from publication to the {likes}th like, -1 if never")
            for name, likes in LIKE_GOALS.items()
        ),
        _int(
            "dose",
            "likes",
            "likes given by the trial, -1 when not in it, as heavy buyers' posts (`likes_trial` above 0)",
        ),
        _flag("unlisted", "kept out of the recommendation lists by the experimenter (true)"),
        _int("dose_counted", "likes", "of these, likes that counted at the end of the run, -1 when not in the trial"),
    ),
)

ORDERS = TableSpec(
    "orders",
    "one row for every order taken by a like farm",
    (
        _int("order", "id", "order"),
        TICK,
        DAY,
        _int("farm", "id", "farm"),
        _int("creator", "id", "buyer, -1 for the experimenter, -2 for fans; of another's post: to harm its author"),
        _int("post", "id", "post"),
        _name("grade", "grade of the accounts ordered"),
        _name("package", "what comes with the likes"),
        _int("n_likes", "likes", "likes ordered"),
        _float("price_cny", "CNY", "price paid"),
        _int("delivered", "likes", "likes delivered"),
        _int("first_s", "s", "time of the first delivered like, -1 if none"),
        _int("last_s", "s", "time of the last delivered like, -1 if none"),
        _float(
            SURVIVING,
            "likes",
            "delivered likes still counted four weeks later; missing for orders of the last four weeks",
            optional=True,
        ),
    ),
)

VERDICTS = TableSpec(
    "verdicts",
    "what detectors flagged; flagged likes are summed by post and tick",
    (
        TICK,
        DAY,
        _name("detector", "detector"),
        _name("target", "like, account or post"),
        _int("post", "id", "post, -1 when the verdict is on an account"),
        _int("account", "id", "account, -1 when the verdict is not on an account"),
        _float("score", "1", "score, the highest of those summed"),
        _int("n", "verdicts", "verdicts summed in this row"),
    ),
)

ACTIONS = TableSpec(
    "actions",
    "what the platform did to whom",
    (
        TICK,
        DAY,
        _name("sanction", "sanction of the rung; restore where an appeal was won"),
        _name("action", "what was done: remove, restore, limit, block, demote, hide or gate"),
        _name("target", "like, account or post"),
        _int("account", "id", "account hit, -1 for none"),
        _int("post", "id", "post hit, -1 for none"),
        _int("creator", "id", "creator hit, -1 for none"),
        _name("detector", "detector that caused it, or appeal"),
        _int("flagged_day", "day", "day of the flags that led to it"),
        _int("strikes", "strikes", "strikes that had added up"),
        _int("until_tick", "tick", "tick at which it ends, -1 when it does not"),
        _name("notice", "who was told of it: nobody, those_hit or everybody"),
        _float(
            "arranged_share",
            "0..1",
            "of the acts held against the account (or creator) so far, the share that was arranged (true); mean where "
            "several were summed",
        ),
    ),
)

APPEALS = TableSpec(
    "appeals",
    "one row for every appeal, on the day on which it was decided",
    (
        DAY,
        _int("flagged_day", "day", "day of the flags that led to the action"),
        _name("sanction", "sanction appealed against"),
        _int("account", "id", "account that was hit, -1 for none"),
        _int("creator", "id", "creator that was hit, -1 for none"),
        _name("decided_by", "tier of reviewers: crowd or expert"),
        _flag("evidence", "a record was found; where none was, the action stands"),
        _flag("overturned", "decided in favour of whoever was hit"),
        _float("arranged_share", "0..1", "of the acts held against it so far, the share that was arranged (true)"),
    ),
)

LABELS = TableSpec(
    "labels",
    "what reviewers said, one row for every case that they looked at",
    (
        _int("account", "id", "account looked at; for a post its author's"),
        _int("post", "id", "post looked at, -1 when it was the account"),
        _flag("is_fake", "what the reviewer said"),
        _int("day_bought", "day", "day on which the reviewer was asked"),
        _int("day_known", "day", "day on which the answer was there"),
        _name("reason", "audit (of a sample), review (before an action) or appeal"),
        _flag("expert", "by an expert, and not by a crowd worker"),
        _float("cost_cny", "CNY", "price"),
        _float("arranged_share", "0..1", "of the likes looked at, the share that was arranged (true)"),
    ),
)

THRESHOLDS = TableSpec(
    "thresholds",
    "where thresholds follow a budget of false positives: what each detector was set to, week by week",
    (
        _int("day", "day", "first day on which the threshold holds"),
        _name("detector", "detector"),
        _float("threshold", "1", "threshold"),
        _int("likes", "likes", "likes of long-registered accounts in the week before"),
        _float("flagged_share", "0..1", "of these, the share that the threshold would have flagged"),
    ),
)

SURVIVAL = TableSpec(
    "survival",
    "what is left of the bought likes of a day, by grade and age",
    (
        _int("day", "day", "day on which they were given"),
        _name("grade", "what was sold: machine, raised or real_person likes"),
        _int("days", "days", "age at which they are counted"),
        _int("delivered", "likes", "likes given that day"),
        _int("alive", "likes", "of these, likes that still count"),
    ),
)

TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        DAILY, CREATORS, POSTS, ORDERS, GROUPS, FARMS, VERDICTS, ACTIONS, APPEALS, LABELS, THRESHOLDS, SURVIVAL,
        MISTAKES, HIT_GROUPS, PUNISHED_CREATORS, *PEOPLE_TABLES,
    )
}  # fmt: skip
