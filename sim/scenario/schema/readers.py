"""Organic readers: rhythm, attention, taste, social proof, trust, leaving and coming back."""

from sim.scenario.schema.population import ReaderDifferences, SharedAddresses
from sim.scenario.schema.section import parameter


class ReadersSection(SharedAddresses, ReaderDifferences):
    """Parameters of the organic readers."""

    n: int = parameter(
        20_000,
        "seats: simulated readers, each of whom stands for `people / n` people of like habits; the more, the finer",
        unit="seats",
        ge=64,
        le=50_000_000,
    )
    people: int | None = parameter(
        None,
        "people who read on the platform; null: 982 x posts a day / 3.35, so that a mean post has 982 reads of people "
        "who read 3.35 a day",
        unit="people",
        ge=64,
        le=2_000_000_000,
        source="C2: 982 reads a post; assumed: 3.35 reads a day, which are C17 if 57 % read on a day",
    )
    sessions_per_day: float = parameter(
        4.7,
        "visits a day of a reader of average activity, before bursts",
        unit="1/day",
        gt=0,
        le=24,
        source="assumed; C7 for the pace",
    )
    burst: float = parameter(
        0.5,
        "how much likelier a visit is within `burst_h` of the last one (relative rise)",
        ge=0,
        le=20,
        source="visits come in bursts (Barabasi 2005); C7 for how many",
    )
    burst_h: float = parameter(2.0, "how long that lasts", unit="h", ge=0, le=24)
    follow_window: int = parameter(
        10, "creators, of those followed, whose newest post a reader looks for in a visit", unit="creators", ge=0, le=64
    )
    feed_window: int = parameter(
        8, "neighbouring places of the recommendation list looked at in a visit", unit="posts", ge=0, le=64
    )
    patience_mean: float = parameter(
        6.0,
        "posts that a visit opens at most: each draws its own from an inverse Gaussian law with this mean, rounded up "
        "and 16 at most",
        unit="posts",
        ge=0.1,
        le=100,
        source="C17, D21; the law: Huberman and others 1998",
    )
    patience_shape: float = parameter(
        6.0,
        "shape of that law: the larger it is the less visits differ",
        unit="posts",
        ge=0.1,
        le=1000,
        source="C17, D21",
    )
    pause_s: float = parameter(
        5.0, "time between two readings of a visit, on average (exponential)", unit="s", ge=0, le=600
    )
    reads_per_day: int = parameter(400, "most posts opened in a day", unit="posts", ge=1, le=2000)
    open_subscription: float = parameter(
        0.391,
        "chance to open a new post of a followed creator, of average appeal and full interest, by a reader of average "
        "zeal; likewise below",
        ge=0,
        le=1,
        source="C3, C5, C6, C17",
    )
    open_moments: float = parameter(0.465, "chance to open a post a friend forwarded", ge=0, le=1, source="C5, C8, C17")
    open_hot: float = parameter(0.038, "chance to open a recommended post", ge=0, le=1, source="C3, C5, C17")
    open_chat: float = parameter(0.42, "chance to open a post shared in a group chat", ge=0, le=1, source="C5, C17")
    open_outside: float = parameter(
        0.225, "chance to open a link met outside the platform", ge=0, le=1, source="C7: 5-6 % after 72 h"
    )
    open_search: float = parameter(
        0.65, "chance to open a post found by search or in a collection", ge=0, le=1, source="C5, C7"
    )
    tie: float = parameter(
        0.5,
        "how much more readily a near friend's forward is opened and passed on, and a far friend's less",
        ge=0,
        le=1,
        source="C8",
    )
    social: float = parameter(
        1.15, "how much more readily a post met through people is passed on (factor)", ge=0, le=10, source="C8"
    )
    news_days: float = parameter(
        4.6,
        "age at which a post is passed on half as readily as when it was new",
        unit="days",
        ge=0.1,
        le=10_000,
        source="C7; that novelty fades: Wu & Huberman 2007",
    )
    click_first: float = parameter(
        0.21,
        "relative rise of the chance to open at the first visible like, at full trust in counts",
        ge=0,
        le=3,
        source="C9: the first like raises clicks; size assumed",
    )
    click_more: float = parameter(
        0.18,
        "further rise at the reference count, likewise; it grows with the logarithm of the count and no further",
        ge=0,
        le=3,
        source="C9: more likes hardly raise clicks; size assumed",
    )
    like_first: float = parameter(
        0.27,
        "relative rise of the chance to like when a like is visible",
        ge=0,
        le=3,
        source="C10, as the randomised trial measures it",
    )
    like_more: float = parameter(
        0.5,
        "further rise at the reference count, likewise; it grows as that of opening does",
        ge=0,
        le=3,
        source="C9: more likes raise likes; size assumed",
    )
    reached_share: float = parameter(
        0.7,
        "share of people who can be interested in any one post; as they have read it, fewer are left who open it",
        gt=0,
        le=1,
    )
    reached_max: float = parameter(0.95, "most of these who have read it, as far as that counts", ge=0, le=1)

    finish_base: float = parameter(0.25, "chance to finish a post of quality 0 at full interest", ge=0, le=1)
    finish_quality: float = parameter(0.65, "added chance to finish at quality 1", ge=0, le=1)
    finish_interest: float = parameter(
        0.5,
        "share of the chance to finish a post that interest in its topic decides: 1 is all of it, 0 is none",
        ge=0,
        le=1,
        source="assumed",
    )
    finish_max: float = parameter(
        0.98, "highest chance to finish a post, at full interest", ge=0, le=1, at_least="finish_base"
    )
    glance_shape: float = parameter(
        0.6,
        "shape of the law of how much is read of a post that is not finished: below 1, most look only for a moment",
        ge=0.2,
        le=5,
        source="D13: Weibull with negative ageing",
    )
    glance_scale: float = parameter(
        0.12, "its scale, as part of the post", gt=0, le=2, source="D15: a third of visits to articles under 15 s"
    )
    glance_like: float = parameter(
        0.06,
        "readiness to like of one who hardly looks at a post, against one who reads the whole; it grows evenly with "
        "the part read",
        ge=0,
        le=1,
        source="D17: 5 % of likes come within 5 s of the view, though a third of visits are that short",
    )
    like_at_end_share: float = parameter(
        0.35,
        "share of likes given when the reading ends, where the button stands; the others come at any moment of it",
        ge=0,
        le=1,
        source="D17: 81 s from view to like (median)",
    )
    like_unread_share: float = parameter(
        0.055,
        "share of likes given without opening the post, in a list or on a friend's page",
        ge=0,
        le=1,
        source="D17",
    )
    unlike_share: float = parameter(
        0.01, "share of likes that are taken back by the end of their day", ge=0, le=1, source="assumed"
    )
    down_vote_share: float = parameter(
        0.0,
        "votes against a post of quality 0, for each read (falls evenly to 0 at quality 1); the platform counts them",
        ge=0,
        le=1,
        source="assumed: no down-votes on this platform",
    )
    stock_comment_share: float = parameter(
        0.3, "share of comments that are a stock phrase or a picture", ge=0, le=1, source="assumed"
    )
    length_s: float = parameter(150.0, "time to read a post whole at speed 1", unit="s", ge=5, le=3600)
    reading_time_spread: float = parameter(
        0.25,
        "the time that a reading takes varies evenly by up to this share around what length and speed give",
        ge=0,
        le=1,
        source="assumed",
    )
    longest_reading_s: int = parameter(
        3600, "longest time that a reading is taken to last", unit="s", ge=1, le=36_000, source="assumed"
    )
    remembered_reads: int = parameter(
        16,
        "reads over which an account's share of reads finished is averaged; the platform's standing is made of it",
        unit="reads",
        ge=1,
        le=16,
        source="assumed",
    )
    fast_reader_share: float = parameter(0.04, "share of readers who skim: a post in seconds", ge=0, le=1)
    like_base: float = parameter(
        0.00124,
        "likes per read of the whole of a post, at quality 0",
        ge=0,
        le=0.5,
        source="C1 for the mean over qualities",
    )
    like_quality: float = parameter(
        0.0233, "added likes per whole read at quality 1 (grows with its square)", ge=0, le=0.5, source="C1"
    )
    comment_base: float = parameter(0.003, "comments per finished read at quality 1", ge=0, le=0.5)
    forward_base: float = parameter(0.0057, "forwards per read at quality 0", ge=0, le=0.5, source="C8")
    forward_quality: float = parameter(
        0.042, "added forwards per read at quality 1 (grows with its square)", ge=0, le=0.5, source="C8"
    )
    forward_to_chat: float = parameter(0.35, "share of forwards that go to a group chat, not to Moments", ge=0, le=1)
    follow_base: float = parameter(
        0.08,
        "follows per finished read at quality 1 by those whom it pleased, of a creator not yet followed",
        ge=0,
        le=1,
    )
    taste_noise: float = parameter(
        0.20, "half-width of the personal difference between quality and experience", ge=0, le=1
    )

    trust_start: float = parameter(
        0.70,
        "trust in counts and in the platform at the start, and in a creator newly followed; at it pushes are opened "
        "with `open_subscription`, and up to it trust heals in those who stay away",
        ge=0,
        le=1,
    )
    trust_gain: float = parameter(0.020, "step of trust for a good surprise of size 1", ge=0, le=0.5)
    loss_aversion: float = parameter(
        3.0, "a bad surprise moves trust this many times more than a good one", ge=1, le=10, source="C21: two to five"
    )
    expect_no_likes: float = parameter(0.15, "quality expected behind no likes, by one who trusts counts", ge=0, le=1)
    expect_hit: float = parameter(
        0.80, "quality expected behind the likes of a hit, by one who trusts counts", ge=0, le=1
    )
    expectation_pace: float = parameter(
        1 / 32,
        "how far expectation moves towards each experience, where counts say nothing (0: not, 1: all the way)",
        ge=0,
        le=1,
        source="assumed",
    )
    tolerance: float = parameter(
        0.15, "shortfall against expectation that readers still forgive, in quality", ge=0, le=1
    )
    platform_trust_pace: float = parameter(0.35, "pace of trust in the platform against trust in counts", ge=0, le=2)
    creator_trust_pace: float = parameter(
        4.0,
        "pace of trust in a creator followed against trust in counts",
        ge=0,
        le=16,
        source="assumed: one knows sooner what to expect of one creator",
    )
    silence_weight: float = parameter(
        0.15,
        "how much a silent comment section under many likes spoils the experience",
        ge=0,
        le=1,
        source="article, S11",
    )
    comments_per_like: float = parameter(0.1, "comments for each like below which a post looks silent", ge=0, le=10)
    unfollow_below: float = parameter(
        0.625,
        "trust in a followed creator below which a disappointment ends it",
        ge=0,
        le=1,
        source="set to the order of C15: 0.05-0.1 % of followers a day",
    )
    leave_per_day: float = parameter(0.02, "daily chance to leave at platform trust 0", unit="1/day", ge=0, le=1)
    leave_power: float = parameter(4.0, "power of lost trust by which that chance falls", ge=0.1, le=20)
    return_per_day: float = parameter(0.01, "daily chance to come back", unit="1/day", ge=0, le=1)
    repair_per_day: float = parameter(
        0.004, "share of lost trust that a day away restores, up to the start value", unit="1/day", ge=0, le=1
    )
