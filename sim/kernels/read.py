"""The reader phase, compiled: who comes online, what is shown, opened, read, liked, forwarded, believed.

One pass over the readers' columns. All chance is a hash of (key of the tick, reader, post), chances are sums and
products in double precision, which every machine rounds alike, and everything a reader changes is its own row, so any
split over threads gives the same bits.
`_mix` is written out here because numba's cache watches one file at a time.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import float64, int64, uint32, uint64

from sim.kernels.compiled import njit
from sim.kernels.scales import (
    CHUNK,
    MOST_DEPTH,
    MOST_MET,
    MOST_OPENED,
    MOST_WINDOW,
    N_COUNTS,
    NEAR,
    NO_CREATOR,
    ROWS_PER_VISIT,
)

__all__ = ["CHUNK", "N_COUNTS", "POST", "ROW", "ROWS_PER_VISIT", "SETTINGS", "begin_day", "read_posts"]

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
    "reads_per_session",
    "reads_per_day",
    "chat_size",
    "chat_slots",
    "n_outside",
    "length_s",
    "taste",  # half-width, 255 is 1
    "tolerance",  # 255 is 1
    "gain",  # step of trust in counts for a surprise of 1, 65536 is 1
    "loss",
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
WON, LOST = 0, 1  # columns of `follower_change`
READS_AT, FINISHES_AT, DWELL_AT, SHORT_AT = 6, 12, 18, 24  # first columns of `counts`, after the impressions
REMEMBERED = 16  # reads over which the share of finished ones is averaged
OWN, STOCK = 1, 2  # sim.core.enums.CommentClass
LINK, BLANK = 1, 2  # sim.core.enums.Referrer; 0 is from within
TO_UNIT_24 = 2.0**-24  # the first 24 of 64 random bits as a number in [0, 1)
CERTAIN = 2147483648.0  # a chance drawn for several people at once
ONE_32 = 4294967296.0  # a chance compared with 32 random bits
EXPECTED_MOST = 16.0  # acts expected of the people drawn for at once: e**-16 is far from underflow


@njit(uint64(uint64), inline="always", cache=True)
def _mix(x):
    x = x + uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB)
    return x ^ (x >> uint64(31))


@njit(uint32(uint32), inline="always", cache=True)
def _mix32(x):
    # lowbias32, C. Wellons 2018: two multiplications that vectorise
    x = uint32(x ^ (x >> uint32(16)))
    x = uint32(x * uint32(0x7FEB352D))
    x = uint32(x ^ (x >> uint32(15)))
    x = uint32(x * uint32(0x846CA68B))
    return uint32(x ^ (x >> uint32(16)))


@njit(inline="always", cache=True)
def _put(
    rows, n, account, post, second, since, parent, dwell, kind, channel, referrer, completion, aux, comment, depth
):
    row = rows[n]
    row.account = account
    row.post = post
    row.second = second
    row.since_s = since
    row.parent = parent
    row.dwell_s = dwell
    row.kind = kind
    row.channel = channel
    row.completion = completion
    row.aux = aux
    row.comment = comment
    row.depth = depth
    row.referrer = referrer
    return n + 1


@njit(inline="always", cache=True)
def _unit(bits):
    return float64(bits >> uint64(40)) * TO_UNIT_24


@njit(inline="always", cache=True)
def _out_of_certain(chance):
    """A chance as `count_acts` wants it."""
    return uint64(min(1.0, chance) * CERTAIN)


@njit(inline="always", cache=True)
def count_acts(bits, people, chance):
    """How many of `people` act, each with `chance` (2**31 is 1): Binomial by 24 bits; one person by one comparison."""
    if people == 1:
        return int64((bits & uint64(0xFFFFFF)) << uint64(7) < uint64(chance))
    return _binomial(bits, people, chance)


@njit(cache=True, nogil=True)
def _binomial(bits, people, chance):
    """By inversion, in sums and products alone, so that every machine has the same bits."""
    p = min(1.0, float(chance) / CERTAIN)
    if p == 0.0 or people == 0:
        return int64(0)
    if p == 1.0:
        return int64(people)
    acts, left = int64(0), int64(people)
    while left > 0:
        size = min(left, max(int64(1), int64(EXPECTED_MOST / p)))
        part, power, n = 1.0, 1.0 - p, size  # part becomes (1 - p)**size
        while n > 0:
            if n & 1:
                part *= power
            power *= power
            n >>= 1
        u = float(bits & uint64(0xFFFFFF)) * TO_UNIT_24
        k = int64(0)
        while u >= part and k < size:
            u -= part
            part *= (size - k) * p / ((k + 1) * (1.0 - p))
            k += 1
        acts += k
        left -= size
        bits = _mix(bits)
    return acts


@njit(inline="always", cache=True)
def _in_passing(bits, unread):
    """Whether a like is given without opening the post."""
    return int64((bits >> uint64(16)) & uint64(0xFFFF)) < unread


@njit(inline="always", cache=True)
def _surprise(trust, d, gain, loss):
    """Trust (0..65535) after a surprise d (-255..255): gains close on 1, losses on 0, losses larger (C21)."""
    if d < 0:
        return trust - ((trust * -d * loss) >> 24)
    return trust + (((65535 - trust) * d * gain) >> 24)


@njit(inline="always", cache=True)
def _interest(taste, topic):
    """Interest (0..255) in a topic out of the eight packed into `taste`."""
    return (taste >> (uint64(topic) << uint64(3))) & uint64(255)


@njit(inline="always", cache=True)
def _place_in(bits, size):
    """A place in a list of `size`, by the first 32 bits."""
    return int64((bits >> uint64(32)) * uint64(size) >> uint64(32))


@njit(inline="always", cache=True)
def _meet(m, surface, post, parent, way, open_on, met, met_on, met_from, met_way, met_open):
    """Note as number `m` what a reader meets: entry of the post, where, by whose forward, how, chance to open it."""
    met[m], met_on[m], met_from[m], met_way[m], met_open[m] = post, surface, parent, way, open_on
    return m + 1


@njit(cache=True, nogil=True)
def begin_day(record, rate, key, moods):
    """How often each reader visits today, against the average: its activity times a mood, drawn from `moods`."""
    for i in range(rate.shape[0]):
        rate[i] = record[i].activity * moods[_mix(key ^ uint64(i)) % uint64(moods.shape[0])]


@njit(cache=True, nogil=True, error_model="numpy")
def _online(record, last_tick, rate, status, persons, first_person, follows, ring, lo, hi, key, rhythm, s, who):
    """List in `who` the seats of [lo, hi) whose people come online; return how many.

    Their lists are touched here, in a loop short enough for the processor to fetch many at once.
    """
    types = rhythm.shape[0]
    drawn = 0
    for i in range(lo, hi):
        chance = float64(rate[i]) * rhythm[i % types]
        since = last_tick[i]
        if since >= 0 and s.tick - since <= s.burst_ticks:
            chance *= 1.0 + s.burst
        who[drawn] = i  # without a branch, which nobody could predict
        drawn += _unit(_mix(key ^ uint64(i))) < chance
    n = 0
    touched = uint64(0)
    for w in range(drawn):
        i = who[w]
        who[n] = i
        # a seat is empty when the people of it have left, or its only one was banned
        first = status[persons[first_person[i]]]
        n += first < BANNED or (first == BANNED and first_person[i + 1] - first_person[i] > 1)
        touched += uint64(record[i].cell) + uint64(ring[i, 0])
        if record[i].follow_n > 0:
            touched += uint64(follows[record[i].follow_at])
    if touched == uint64(0xFFFFFFFFFFFFFFFF):
        n = 0  # never true; keeps the loads
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def read_posts(
    record,
    last_tick,  # (seats,) of the last visit, -1 before the first
    rate,  # (seats,) how often each visits today, against the average
    status,  # of all accounts
    persons,  # accounts of the people of seat i: first_person[i] to first_person[i + 1]
    first_person,
    follows,
    follow_trust,
    inbox,
    inbox_from,  # accounts that forwarded what is in the inbox
    ring,
    lo,
    hi,
    key_online,
    key_read,
    rhythm,  # (chronotypes,) chance of a visit at average activity; a seat's type is its number modulo theirs
    settings,  # (1,) SETTINGS
    latest_tick,
    latest_post,  # (creators,) entry in `posts` of the newest post, -1 when none is alive
    posts,  # (alive,) POST
    feed,  # (cells, slots + window) entry in `posts`, -1 for none; the first slots follow the last once more
    feed_key,  # its columns by slot
    feed_base,  # 0 where there is no post
    feed_proof,
    feed_shift,  # eight times the topic
    evergreen,  # (cells, slots) entries in `posts`, -1 for none
    open_on,  # (6,) chance to open a post of average appeal and full interest on each surface
    chat_post,  # (chats, slots) post id + 1
    chat_tick,
    chat_from,
    chat_depth,  # times passed on
    outside,  # (n_outside,) entries in `posts`
    glances,  # (256,) percent read by those who do not finish, all equally likely
    finish_by_quality,  # (256,) out of 65536
    comment_by_quality,  # (256,) chances, likewise below
    forward_by_quality,
    follow_by_quality,
    counts,  # (alive, N_COUNTS) added to
    follower_change,  # (creators, 2) followers WON and LOST, added to
    rows,  # (capacity,) ROW
    n_rows,
):
    """Let seats [lo, hi) live through one tick; return (first seat not visited, rows written, impressions).

    Stops before a seat whose rows might not fit; the caller empties `rows` and calls again. Counters of impressions,
    reads and followers count people.
    """
    s = settings[0]
    tick, tick_s = s.tick, s.tick_s
    cap = min(s.reads_per_session, MOST_OPENED)
    n_slots = feed.shape[1] - s.feed_window
    opened = np.empty(MOST_OPENED, np.int32)
    opened_on = np.empty(MOST_OPENED, np.uint8)
    opened_from = np.empty(MOST_OPENED, np.int32)
    opened_way = np.empty(MOST_OPENED, np.uint8)
    hits = np.empty(MOST_WINDOW, np.bool_)
    met = np.empty(s.follow_window + MOST_MET, np.int64)
    met_on = np.empty(s.follow_window + MOST_MET, np.uint8)
    met_open = np.empty(s.follow_window + MOST_MET, np.float64)
    met_from = np.empty(s.follow_window + MOST_MET, np.int32)
    met_way = np.empty(s.follow_window + MOST_MET, np.uint8)
    who = np.empty(CHUNK, np.int64)
    impressions = 0
    n_alive = posts.shape[0]
    n_who, w = 0, 0
    i = lo
    while True:
        if w == n_who:
            if i >= hi:
                return i, n_rows, impressions
            stop = min(i + CHUNK, hi)
            n_who = _online(
                record, last_tick, rate, status, persons, first_person, follows, ring, i, stop, key_online, rhythm, s,
                who,
            )  # fmt: skip
            w = 0
            i = stop
            continue
        me = who[w]
        one = first_person[me]
        people = first_person[me + 1] - one
        if rows.shape[0] - n_rows < people * ROWS_PER_VISIT:
            return me, n_rows, impressions
        w += 1
        r = record[me]
        k = _mix(key_read ^ uint64(me))
        k32 = uint32(k)
        last = last_tick[me]
        last_tick[me] = tick
        trust8 = int64(r.trust_counts) >> 8
        trust = float64(r.trust_counts) / 65535.0
        zeal = float64(r.zeal) / 255.0
        n_open = 0
        taste = uint64(0)
        for t in range(8):
            taste |= uint64(r.interest[t]) << uint64(8 * t)

        # what waits for the reader: newest posts of some creators followed, friends' forwards, links in the group chat,
        # from outside and by search
        n_met = 0
        first, size = int64(r.follow_at), int64(r.follow_n)
        if size > 0:
            j = _place_in(_mix(k ^ uint64(1)), size)
            for _ in range(min(s.follow_window, size)):
                c = follows[first + j]
                chance = open_on[SUBSCRIPTION] * float64(follow_trust[first + j])
                _meet(n_met, SUBSCRIPTION, latest_post[c], -1, 0, chance, met, met_on, met_from, met_way, met_open)
                n_met += latest_tick[c] > last  # without a branch, which nobody could predict
                j = j + 1 if j + 1 < size else 0
        for j in range(r.inbox_n):
            p = int64(inbox[me, j]) - 1 - s.first_id
            way = r.inbox_way[j]
            chance = open_on[MOMENTS] * (1.0 + s.tie if way & NEAR else 1.0 - s.tie)
            n_met = _meet(n_met, MOMENTS, p, inbox_from[me, j], way, chance, met, met_on, met_from, met_way, met_open)
        r.inbox_n = 0
        chat = int64(uint32(me) // uint32(s.chat_size))
        for j in range(s.chat_slots):
            p = int64(chat_post[chat, j]) - 1 - s.first_id
            _meet(
                n_met,
                CHAT,
                p,
                chat_from[chat, j],
                chat_depth[chat, j],
                open_on[CHAT],
                met,
                met_on,
                met_from,
                met_way,
                met_open,
            )
            n_met += chat_tick[chat, j] > last
        if s.n_outside > 0 and _unit(_mix(k ^ uint64(2))) < s.outside_share:
            p = outside[(k >> uint64(32)) % uint64(s.n_outside)]
            n_met = _meet(n_met, OUTSIDE, p, -1, 0, open_on[OUTSIDE], met, met_on, met_from, met_way, met_open)
        cell = r.cell
        g = _mix(k ^ uint64(3))
        if evergreen.shape[1] > 0 and _unit(g) < s.search_share:
            p = evergreen[cell, int64((g & uint64(0xFFFFFF)) * uint64(evergreen.shape[1]) >> uint64(24))]
            n_met = _meet(n_met, SEARCH, p, -1, 0, open_on[SEARCH], met, met_on, met_from, met_way, met_open)
        for j in range(n_met):
            p = met[j]
            if p < 0 or p >= n_alive:
                continue  # its post is no longer shown anywhere
            counts[p, met_on[j]] += people
            impressions += people
            post = posts[p]
            chance = float64(post.base) * (1.0 + float64(post.proof) * trust)
            chance *= float64(_interest(taste, post.topic)) * zeal * met_open[j]
            if float64(_mix32(post.key ^ k32)) < chance * ONE_32 and n_open < cap:
                opened[n_open] = p
                opened_on[n_open] = met_on[j]
                opened_from[n_open] = met_from[j]
                opened_way[n_open] = met_way[j]
                n_open += 1

        # recommendation: neighbouring slots, from a random place
        if n_slots > 0:
            at = _place_in(_mix(k ^ uint64(4)), n_slots)
            found = False
            for q in range(s.feed_window):
                chance = float64(feed_base[cell, at + q]) * (1.0 + float64(feed_proof[cell, at + q]) * trust)
                interest = float64((taste >> feed_shift[cell, at + q]) & uint64(255))
                hits[q] = (
                    float64(_mix32(feed_key[cell, at + q] ^ k32)) < chance * interest * zeal * open_on[HOT] * ONE_32
                )
                found |= hits[q]
            for q in range(s.feed_window):
                p = feed[cell, at + q]
                if p >= 0:
                    counts[p, HOT] += people
                    impressions += people
            if found:
                for q in range(s.feed_window):
                    if hits[q] and n_open < cap:
                        opened[n_open] = feed[cell, at + q]
                        opened_on[n_open] = HOT
                        opened_from[n_open] = -1
                        opened_way[n_open] = 0
                        n_open += 1

        # reading what was opened
        ring_at = int64(r.ring_at)
        reads_today = int64(r.reads_today)
        finished_share = int64(r.finished)
        expect = int64(r.expect)
        trust_counts = int64(r.trust_counts)
        trust_platform = int64(r.trust_platform)
        for o in range(n_open):
            p = opened[o]
            surface = opened_on[o]
            parent = opened_from[o]
            way = opened_way[o]
            post = posts[p]
            post_id = p + s.first_id
            came = 0
            if reads_today >= s.reads_per_day:
                break
            known = False
            for j in range(ring.shape[1]):
                if ring[me, j] == post_id + 1:
                    known = True
            if known:
                continue
            ring[me, ring_at] = post_id + 1
            ring_at = ring_at + 1 if ring_at + 1 < ring.shape[1] else 0
            reads_today += 1
            a = _mix(k ^ (uint64(post.key) << uint64(20)))
            b = _mix(a ^ uint64(1))
            if surface == OUTSIDE:
                came = BLANK if int64((b >> uint64(24)) & uint64(0xFF)) < s.blank else LINK
            q8 = int64(post.quality)
            liking = int64(_interest(taste, post.topic))
            finished = int64(a & uint64(0xFFFF)) * 256 < int64(finish_by_quality[q8]) * (128 + liking // 2)
            part = 100 if finished else int64(glances[(a >> uint64(16)) & uint64(255)])
            dwell = max(
                1, s.length_s * part * 32 * (192 + int64((a >> uint64(24)) & uint64(127))) // (25600 * int64(r.speed))
            )
            dwell = min(dwell, 3600)
            # a reading begins once the post is there, and ends within the tick if it can
            left = tick_s - int64(post.from_s)
            second = int64(post.from_s) + int64(
                ((b >> uint64(32)) * uint64(max(left - dwell, left // 2))) >> uint64(32)
            )
            c = _mix(a ^ uint64(2))
            willing = s.glance_like + (256 - s.glance_like) * part // 100  # 256 once the whole is read
            chance = float64(post.like) * float64(r.voice) * (float64(willing) / 256.0)
            likes = count_acts(c, people, _out_of_certain(chance))
            if people == 1 and likes == 1 and _in_passing(_mix(c ^ uint64(1)), s.unread):
                # a like in a list, or on a friend's page: the post was never opened
                if status[persons[one]] < LIMITED:
                    n_rows = _put(
                        rows, n_rows, persons[one], post_id, second, -1, parent, 0, LIKE, surface, came, 0, 0, 0, 0
                    )
                continue
            counts[p, READS_AT + surface] += people
            counts[p, FINISHES_AT + surface] += people * (part >= s.finished_percent)
            counts[p, DWELL_AT + surface] += people * dwell
            counts[p, SHORT_AT] += people * (dwell < s.short_s)
            finished_share = (finished_share * (REMEMBERED - 1) + 255 * finished) // REMEMBERED
            if s.want_reads:
                for j in range(people):
                    who_reads = persons[one + j]
                    n_rows = _put(
                        rows, n_rows, who_reads, post_id, second, 0, parent, dwell, READ, surface, came, part, 0, 0, 0
                    )

            expressive = float64(r.expressive) / 128.0
            for j in range(likes):
                e = _mix(c ^ uint64(1 + j))
                who_acts = persons[one + (int64(c >> uint64(40)) + j) % people]
                if status[who_acts] >= LIMITED:
                    continue
                if people > 1 and _in_passing(e, s.unread):
                    n_rows = _put(
                        rows, n_rows, who_acts, post_id, second, -1, parent, 0, LIKE, surface, came, 0, 0, 0, 0
                    )
                    continue
                # at the end of the reading, where the button stands, or at any moment of it
                since = int64(((e & uint64(0xFFFF)) * uint64(dwell + 1)) >> uint64(16))
                if int64((e >> uint64(32)) & uint64(0xFFFF)) < s.like_at_end:
                    since = dwell
                at = min(second + since, tick_s - 1)
                n_rows = _put(
                    rows, n_rows, who_acts, post_id, at, since, parent, dwell, LIKE, surface, came, part, 0, 0, 0
                )
            done = min(second + dwell, tick_s - 1)
            if finished:
                g = _mix(a ^ uint64(4))
                acts = count_acts(g, people, _out_of_certain(comment_by_quality[q8] * expressive))
                for j in range(acts):
                    e = _mix(g ^ uint64(1 + j))
                    who_acts = persons[one + (int64(g >> uint64(40)) + j) % people]
                    if status[who_acts] >= LIMITED:
                        continue
                    stock = int64(e & uint64(0xFF)) < s.stock
                    words = 1 if stock else 1 + int64(((e >> uint64(48)) & uint64(7)) * uint64(q8)) // 255
                    n_rows = _put(
                        rows, n_rows, who_acts, post_id, done, dwell, parent, dwell, COMMENT, surface, came, part,
                        words, STOCK if stock else OWN, 0,
                    )  # fmt: skip
            d = _mix(a ^ uint64(3))
            chance = forward_by_quality[q8] * float64(post.share) * float64(r.sharing)
            if surface in (MOMENTS, CHAT):
                chance *= s.social
                if surface == MOMENTS:
                    chance *= 1.0 + s.tie if way & NEAR else 1.0 - s.tie
            acts = count_acts(d, people, _out_of_certain(chance))
            depth = min(int64(way & MOST_DEPTH) + 1, MOST_DEPTH)
            for j in range(acts):
                e = _mix(d ^ uint64(1 + j))
                who_acts = persons[one + (int64(d >> uint64(40)) + j) % people]
                if status[who_acts] >= LIMITED:
                    continue
                motive = 0
                if int64((e >> uint64(24)) & uint64(0xFF)) < s.chat_share:
                    motive = 1 + int64((e >> uint64(33)) & uint64(1))
                n_rows = _put(
                    rows,
                    n_rows,
                    who_acts,
                    post_id,
                    done,
                    dwell,
                    parent,
                    dwell,
                    FORWARD,
                    surface,
                    came,
                    part,
                    motive,
                    0,
                    depth,
                )

            # experience against expectation (article, S11)
            noise = (int64((a >> uint64(32)) & uint64(511)) * s.taste >> 8) - s.taste
            experience = min(255, max(0, q8 - int64(post.silence) + noise))
            expected = (int64(trust8) * int64(post.level) + (255 - int64(trust8)) * (expect >> 8)) >> 8
            expect += ((experience << 8) - expect) >> 5
            surprise = min(255, experience + s.tolerance - expected)
            trust_counts = min(65535, max(0, _surprise(trust_counts, surprise, s.gain, s.loss)))
            pace = s.platform_pace
            trust_platform = _surprise(trust_platform, surprise, (s.gain * pace) >> 8, (s.loss * pace) >> 8)
            trust_platform = min(65535, max(0, trust_platform))

            # trust in the creator: followed creators can be dropped, others taken up
            at = -1
            for j in range(first, first + size):
                if follows[j] == post.creator:
                    at = j
            kind = -1
            if at >= 0:
                felt = int64(follow_trust[at])
                if surprise < 0:
                    felt -= (felt * -surprise * s.loss) >> 22
                else:
                    felt += ((255 - felt) * surprise * s.gain) >> 22
                follow_trust[at] = felt
                if surprise < 0 and felt < s.unfollow_below:
                    follower_change[post.creator, LOST] += people
                    size -= 1
                    for j in range(at, first + size):
                        follows[j] = follows[j + 1]
                        follow_trust[j] = follow_trust[j + 1]
                    follows[first + size] = NO_CREATOR
                    kind = UNFOLLOW
            elif finished and surprise > 0 and _unit(b) < follow_by_quality[q8] * expressive and r.follow_places > 0:
                at = first + size
                if size == int64(r.follow_places):
                    # a full list makes room by dropping the creator trusted least
                    at = first
                    for j in range(first + 1, first + size):
                        if follow_trust[j] < follow_trust[at]:
                            at = j
                    follower_change[follows[at], LOST] += people
                else:
                    size += 1
                follows[at] = post.creator
                follow_trust[at] = s.follow_start
                follower_change[post.creator, WON] += people
                kind = FOLLOW
            if kind >= 0:
                for j in range(people):
                    who_acts = persons[one + j]
                    n_rows = _put(
                        rows, n_rows, who_acts, post_id, done, dwell, parent, dwell, kind, surface, came, part, 0, 0, 0
                    )
        if n_open:
            r.follow_n = size
            r.ring_at = ring_at
            r.reads_today = reads_today
            r.finished = finished_share
            r.expect = expect
            r.trust_counts = trust_counts
            r.trust_platform = trust_platform
