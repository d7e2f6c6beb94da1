"""Tables of what people do: how much they read in a day and a visit, how long, how much they like, how soon, when."""

from __future__ import annotations

from sim.core.table_columns import TableSpec, int_column

READING = TableSpec(
    "reading",
    "how many people opened so many posts on a day; those who had left or were banned and opened none are not counted",
    (
        int_column("day", "day", "day of the run, from 0"),
        int_column("reads", "reads", "posts opened on that day by one person"),
        int_column("people", "people", "people who opened so many"),
    ),
)

READING_TIMES = TableSpec(
    "reading_times",
    "how long people read: their readings over the whole run, by whole seconds",
    (
        int_column("seconds", "s", "seconds that a reading took, at least 1 and at most `readers.longest_reading_s`"),
        int_column("reads", "reads", "posts read for so long by people who came to read"),
    ),
)

VIEW_GAPS = TableSpec(
    "view_gaps",
    "how soon people go on to the next post: over the whole run, by whole seconds",
    (
        int_column(
            "seconds",
            "s",
            "seconds from the beginning of a reading to that of the next in the visit, without posts that came out "
            "after their turn",
        ),
        int_column("gaps", "gaps", "such times, of people who came to read"),
    ),
)

VISITS = TableSpec(
    "visits",
    "how many posts people read in a visit, which lasts for a tick at most: their visits over the whole run",
    (
        int_column("reads", "reads", "posts read in the visit; likes in passing are no reads"),
        int_column("visits", "visits", "visits of people in which so many were read"),
    ),
)

LIKING = TableSpec(
    "liking",
    "how many accounts of people gave so many likes of their own in the last `counts.likes_kept_days` days of the run",
    (
        int_column("likes", "likes", "likes given by one account, those taken back or removed later too"),
        int_column("accounts", "accounts", "accounts that gave so many; closed ones are not counted"),
    ),
)

LIKE_DELAYS = TableSpec(
    "like_delays",
    "how long after they began to read people gave the likes of their own, of the same days",
    (
        int_column("seconds", "s", "whole seconds since the reading began, -1 for likes given without opening"),
        int_column("likes", "likes", "likes given so long after"),
    ),
)

RHYTHM = TableSpec(
    "rhythm",
    "when people read and like: over the whole run, by hour of the day",
    (
        int_column("hour", "h", "hour of the day in which the tick began, 0..23"),
        int_column("reads", "reads", "posts opened by people who came to read"),
        int_column("likes", "likes", "likes that people gave of their own"),
        int_column("arranged_likes", "likes", "likes that creators arranged, those of farms, groups and agencies"),
    ),
)

PEOPLE_TABLES = (READING, READING_TIMES, VIEW_GAPS, VISITS, LIKING, LIKE_DELAYS, RHYTHM)
