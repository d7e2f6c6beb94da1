"""What the reader kernel reads and writes: posts, rows of the log, numbers, codes, and a batch of visits."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

POST = np.dtype(
    [
        ("key", np.uint32),
        ("base", np.float32),  # how readily it is opened, on average 1
        ("proof", np.float32),  # relative rise of that by visible likes, at full trust in counts
        ("like", np.float32),  # chance to like once read
        ("share", np.float32),  # how readily it is passed on, on average 1
        ("creator", np.int32),
        ("from_s", np.uint32),  # second of the tick from which it is there
        ("topic", np.uint8),
        ("level", np.uint8),  # quality that the visible count suggests, 255 is 1
        ("quality", np.uint8),  # true quality, 255 is 1
        ("silence", np.uint8),  # what a silent comment section takes from the experience
    ],
    align=True,
)
# what a count of visible likes does to whoever sees it
SEEN = np.dtype(
    [
        ("like", np.float64),  # how much more readily the post is liked, 1 without likes
        ("silence", np.float64),  # what a silent comment section would take from the experience, 255 is 1
        ("comments", np.float64),  # how many it makes one expect
        ("proof", np.float32),  # relative rise of the chance to open
        ("level", np.uint8),  # quality that it suggests, 255 is 1
    ],
    align=True,
)
ROW = np.dtype(
    [
        ("account", np.int32),
        ("post", np.int32),
        ("second", np.uint32),  # within the tick
        ("since_s", np.int32),  # since the post was opened, -1 when it was not
        ("parent", np.int32),  # account whose forward the post was met by, -1 for none
        ("dwell_s", np.uint16),
        ("kind", np.uint8),
        ("channel", np.uint8),
        ("completion", np.uint8),
        ("aux", np.uint8),
        ("comment", np.uint8),  # sim.core.enums.CommentClass
        ("depth", np.uint8),  # of a forward: 1 when the post was not met through somebody's forward
        ("referrer", np.uint8),  # sim.core.enums.Referrer
    ],
    align=True,
)
WHOLE_NUMBERS = (
    "tick",
    "tick_s",
    "burst_ticks",  # since the last visit, for which another is likelier
    "follow_window",  # creators of the list looked at in a visit
    "feed_window",  # slots of the recommendation list looked at in a visit
    "reads_per_day",
    "chat_size",
    "chat_slots",
    "n_outside",
    "length_s",
    "longest_s",
    "pace_least",  # of the time that a reading takes, 256 is 1
    "pace_range",
    "finish_least",  # chance to finish without interest against that at full interest, 256 is 1
    "finish_range",
    "remembered",  # reads over which the share of finished ones is averaged
    "taste",  # half-width, 255 is 1
    "tolerance",  # 255 is 1
    "gain",  # step of trust in counts for a surprise of 1, 65536 is 1
    "loss",
    "expect_pace",  # of expectation, 65536 is 1
    "creator_pace",  # 256 is the pace of trust in counts
    "platform_pace",  # 256 is the pace of trust in counts
    "unfollow_below",  # 255 is 1
    "chat_share",  # out of 256
    "want_reads",
    "first_id",
    "follow_start",  # trust given to a newly followed creator, 255 is 1
    "finished_percent",  # of a post, from which a read is counted as finished
    "glance_like",  # readiness to like of those who hardly look, 256 is that of those who finish
    "like_at_end",  # share of likes given when the reading ends, 65536 is 1
    "unread",  # share of likes given without opening the post, 65536 is 1
    "short_s",  # seconds below which a reading is short
    "blank",  # share of visits from outside that do not say from where, 256 is 1
    "stock",  # share of comments that are a stock phrase, 256 is 1
)
FACTORS = (
    "burst",  # how much likelier a visit is shortly after the last one
    "outside_share",  # of visits in which a link from outside turns up
    "search_share",  # of visits with one result of a search or collection
    "tie",  # how much more readily the forward of a near friend is opened and passed on, and a far one's less
    "social",  # how much more readily a post met through people is passed on
)
SETTINGS = np.dtype([(name, np.int64) for name in WHOLE_NUMBERS] + [(name, np.float64) for name in FACTORS])
READ, LIKE, COMMENT, FORWARD, FOLLOW, UNFOLLOW = 0, 1, 2, 3, 4, 5
SUBSCRIPTION, MOMENTS, HOT, CHAT, OUTSIDE, SEARCH = 0, 1, 2, 3, 4, 5
LIMITED, BANNED = 1, 3
WON, LOST = 0, 1  # columns of `Counts.followers`
ORGANIC = 0  # sim.core.enums.Origin
SURFACES = 6  # a plain number, so that loops over them are unrolled
READS_AT, FINISHES_AT, DWELL_AT, SHORT_AT = 0, 6, 12, 18  # first columns of `Counts.readings`
READING_COUNTS = SHORT_AT + 1  # columns in all
OWN, STOCK = 1, 2  # sim.core.enums.CommentClass
LOOKED, LINKED, SEARCHED, SCROLLED = 1, 2, 3, 4  # draws of a visit, each with bits of its own
BEGUN = 5  # likewise, and of a reading: when it begins
WHEN, LIKED, FORWARDED, COMMENTED = 1, 2, 3, 4  # draws of a reading: its pause, referrer and follow
LINK, BLANK = 1, 2  # sim.core.enums.Referrer; 0 is from within

# one visit of a batch, between the passes of the kernel
VISIT = np.dtype(
    [
        ("key", np.uint64),  # of all that is drawn in it
        ("taste", np.uint64),  # interest in eight topics, a byte each
        ("zeal", np.float64),
        ("trust", np.float64),  # in counts, 1 is full
        ("seat", np.int64),
        ("first_person", np.int64),
        ("people", np.int64),
        ("cell", np.int64),  # main topic
        ("last", np.int64),  # tick of the last visit
        ("look_at", np.int64),  # place of the list of creators followed from which it looks for new posts
        ("most", np.int64),  # posts that it opens at most
        ("offers", np.int64),  # where the list of what it is offered ends
        ("opened", np.int64),  # how many posts
    ],
    align=True,
)
# a post that is offered to a visitor, and perhaps opened
OFFER = np.dtype(
    [
        ("chance", np.float64),  # to be opened, at average appeal
        ("post", np.int64),  # entry
        ("parent", np.int32),  # account that forwarded it, -1 for none
        ("surface", np.uint8),
        ("way", np.uint8),  # how the forward came: times passed on, and NEAR
        (
            "place",
            np.uint16,
        ),  # of its creator in the list of those followed, when it is met as one of them, else anything
    ],
    align=True,
)
# the reading of a post
READING = np.dtype(
    [
        ("draw", np.uint64),  # bits of all that is drawn for it
        ("post", np.int64),  # entry
        ("post_id", np.int64),
        ("pause", np.int64),  # seconds after it
        ("from_s", np.int64),  # second of the tick from which the post is there
        ("second", np.int64),  # within the tick, at which it begins
        ("done", np.int64),  # at which it ends
        ("dwell", np.int64),  # seconds that it takes
        ("part", np.int64),  # percent read
        ("quality", np.int64),  # of the post, 255 is 1
        ("place", np.int64),  # of its creator in the list of those followed, if there
        ("first_person", np.int64),
        ("people", np.int64),
        ("expressive", np.float64),  # readiness to comment and follow, on average 1
        ("parent", np.int32),
        ("surface", np.uint8),
        ("way", np.uint8),
        ("came", np.uint8),  # sim.core.enums.Referrer
        ("finished", np.bool_),
        ("apart", np.bool_),  # from the other readings of the visit
    ],
    align=True,
)


class Seats(NamedTuple):
    """Columns of the seats, one entry each; what else there is to know of them."""

    record: Any
    last_tick: Any  # of the last visit, -1 before the first
    rate: Any  # how often each visits today, against the average
    lists: Any  # (seats,) what waits in the inbox and what was read last, `sim.world.readers.LISTS`
    first_person: Any  # accounts of the people of seat i: persons[first_person[i] : first_person[i + 1]]
    persons: Any
    voice_sums: Any  # (people,) how readily each likes, summed within its seat
    status: Any  # of all accounts
    follows: Any
    follow_trust: Any


class Offers(NamedTuple):
    """What there is to be met in a tick."""

    posts: Any  # (alive,) POST
    latest_tick: Any  # (creators,) of the newest post
    latest_post: Any  # (creators,) its entry in `posts`, -1 when none is alive
    entry: Any  # recommendation lists (cells, slots + window): entry in `posts`, -1 for none; the first slots once more
    key: Any  # at their end; and what the kernel needs of these posts, slot by slot
    base: Any  # 0 where there is no post
    proof: Any
    shift: Any  # eight times the topic
    evergreen: Any  # (cells, slots) entries in `posts`, -1 for none
    chat_post: Any  # (chats, slots) post id + 1
    chat_tick: Any
    chat_from: Any
    chat_depth: Any  # times passed on
    outside: Any  # entries in `posts` of links met elsewhere


class Counts(NamedTuple):
    """What a thread counts, in people. Posts are shown far more often than read, so that each has a table."""

    shown: Any  # (alive, SURFACES) impressions
    readings: Any  # (alive, READING_COUNTS) reads, finishes and seconds by surface; short reads
    followers: Any  # (creators, 2) WON and LOST
    reading_times: Any  # (longest + 1,) readings by how many seconds they take
    view_gaps: Any  # (tick_s,) times from the beginning of a reading to that of the next in the visit, by seconds
    visits_by_reads: Any  # (MOST_OPENED + 1,) visits by how many posts are read in them


class Chances(NamedTuple):
    """How readers of average habits behave: chances by surface and by quality."""

    patience: Any  # (256,) posts that a visit opens at most, all equally likely
    pauses: Any  # (256,) seconds between two readings of a visit, all equally likely
    open_on: Any  # (6,) chance to open a post of average appeal and full interest; of subscriptions by step of trust
    glances: Any  # (256,) percent read by those who do not finish, all equally likely
    finish: Any  # (256,) by quality, out of 65536
    comment: Any  # (256,) chances by quality, likewise below
    forward: Any
    follow: Any


class Scratch(NamedTuple):
    """Memory that the kernel works in, of no meaning afterwards."""

    starts: Any  # (cells, slots) people by the slot of the recommendation list they begin with, 0 at first
    who: Any  # (CHUNK,) seats that come online
    visits: Any  # (BATCH,) VISIT
    offers: Any  # OFFER, room for those of a batch
    opened: Any  # (BATCH, MOST_OPENED) OFFER
    readings: Any  # (MOST_OPENED,) READING
    places: Any  # (MOST_WINDOW + 1,) of creators followed who have something new
    hits: Any  # (MOST_WINDOW,) slots opened, False beyond the window at first
    eights: Any  # the same memory, eight slots a number
