"""The reader phase, compiled: who comes online, what is shown, opened, read, liked, forwarded, believed.

One pass over the readers' columns. All chance is a hash of (key of the tick, reader, post), all thresholds are
integers, and everything a reader changes is its own row, so any split over threads gives the same bits.
`_mix` is written out here because numba's cache watches one file at a time.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import int64, uint32, uint64

from sim.kernels.compiled import njit
from sim.kernels.scales import CHUNK, MAX_PAGES, MOST_MET, N_COUNTS, NO_CREATOR, PAGE, ROWS_PER_VISIT

__all__ = ["CHUNK", "N_COUNTS", "PAGE", "POST", "ROW", "ROWS_PER_VISIT", "SETTINGS", "read_posts"]

POST = np.dtype(
    [
        ("key", np.uint32),
        ("base", np.uint32),  # chance to open on the hot surface, 2**24 is 1
        ("proof", np.uint32),  # what visible likes add to it at full trust in counts
        ("like", np.uint32),  # chance to like once read, 2**24 is 1
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
        ("referrer", np.uint8),  # sim.core.enums.Referrer
    ],
    align=True,
)
SETTINGS = np.dtype(
    [
        (name, np.int64)
        for name in (
            "tick",
            "tick_s",
            "refresh_ticks",
            "reads_per_session",
            "reads_per_day",
            "chat_size",
            "chat_slots",
            "outside_threshold",  # out of 65536
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
    ]
)
READ, LIKE, COMMENT, FORWARD, FOLLOW, UNFOLLOW = 0, 1, 2, 3, 4, 5
SUBSCRIPTION, MOMENTS, HOT, CHAT, OUTSIDE = 0, 1, 2, 3, 4
LIMITED, BANNED = 1, 3
READS_AT, FINISHES_AT, DWELL_AT, SHORT_AT = 5, 10, 15, 20  # first columns of `counts`, after the impressions
REMEMBERED = 16  # reads over which the share of finished ones is averaged
OWN, STOCK = 1, 2  # sim.core.enums.CommentClass
LINK, BLANK = 1, 2  # sim.core.enums.Referrer; 0 is from within
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
def _put(rows, n, account, post, second, since, parent, dwell, kind, channel, referrer, completion, aux, comment):
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
    row.referrer = referrer
    return n + 1


@njit(inline="always", cache=True)
def count_acts(bits, people, chance):
    """How many of `people` act, each with `chance` (2**31 is 1): Binomial by 24 bits; one person by one comparison."""
    if people == 1:
        return int64((bits & uint64(0xFFFFFF)) << uint64(7) < uint64(chance))
    return _binomial(bits, people, chance)


@njit(cache=True, nogil=True)
def _binomial(bits, people, chance):
    """By inversion, in sums and products alone, so that every machine has the same bits."""
    p = min(1.0, float(chance) / 2147483648.0)
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
        u = float(bits & uint64(0xFFFFFF)) / 16777216.0
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


@njit(cache=True, nogil=True, error_model="numpy")
def _online(record, status, persons, first_person, follows, ring, lo, hi, key_online, rhythm, who):
    """List in `who` the seats of [lo, hi) whose people come online; return how many.

    Their lists are touched here, in a loop short enough for the processor to fetch many at once.
    """
    drawn = 0
    for i in range(lo, hi):
        r = record[i]
        online = _mix(key_online ^ uint64(i))
        chance = uint64(rhythm[r.chronotype]) * uint64(r.activity)
        who[drawn] = i  # without a branch, which nobody could predict
        drawn += (online >> uint64(41)) < chance
    n = 0
    touched = uint64(0)
    for w in range(drawn):
        i = who[w]
        who[n] = i
        n += status[persons[first_person[i]]] < BANNED
        touched += uint64(follows[i, 0]) + uint64(ring[i, 0])
    if touched == uint64(0xFFFFFFFFFFFFFFFF):
        n = 0  # never true; keeps the loads
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def _open_slots(key, base, proof, shift, k32, trust8, taste, hits):
    """Decide for a run of slots which are opened (1 in `hits`); return whether any is. Vectorised by LLVM."""
    found = uint32(0)
    for q in range(key.shape[0]):
        x = _mix32(uint32(key[q] ^ k32))
        interest = uint32((taste >> shift[q]) & uint64(255))
        chance = uint32(uint32(base[q] + (uint32(proof[q] * trust8) >> uint32(8))) * interest)
        hit = uint32(x < chance)
        hits[q] = hit
        found |= hit
    return found != 0


@njit(cache=True, nogil=True, error_model="numpy")
def read_posts(
    record,
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
    rhythm,  # (chronotypes,) chance of a visit at average activity, 65536 is 1
    settings,  # (1,) SETTINGS
    latest_tick,
    latest_post,  # (creators,) entry in `posts` of the newest post, -1 when none is alive
    posts,  # (alive,) POST
    feed,  # (cells, slots) entry in `posts`; below, its columns by slot
    feed_key,
    feed_base,
    feed_proof,
    feed_shift,  # eight times the topic
    surface_gain,  # (5,) chance to open against the hot surface, 256 is equal
    chat_post,  # (chats, slots) post id + 1
    chat_tick,
    chat_from,
    outside,  # (n_outside,) entries in `posts`
    glances,  # (256,) percent read by those who do not finish, all equally likely
    finish_by_quality,  # (256,) out of 65536
    comment_by_quality,  # (256,) out of 2**24, likewise below
    forward_by_quality,
    follow_by_quality,
    counts,  # (alive, N_COUNTS) added to
    pages_seen,  # (cells, slots / PAGE) added to
    follower_change,  # (creators,) added to
    rows,  # (capacity,) ROW
    n_rows,
):
    """Let seats [lo, hi) live through one tick; return (first seat not visited, rows written, impressions).

    Stops before a seat whose rows might not fit; the caller empties `rows` and calls again. Counters of impressions,
    reads and followers count people.
    """
    s = settings[0]
    tick, tick_s = s.tick, s.tick_s
    refreshed = tick // s.refresh_ticks * s.refresh_ticks  # when the lists were last begun anew
    cap = s.reads_per_session
    width = follows.shape[1]
    n_pages_max = feed.shape[1] // PAGE
    opened = np.empty(8, np.int32)
    opened_on = np.empty(8, np.uint8)
    opened_from = np.empty(8, np.int32)
    hits = np.empty(PAGE * MAX_PAGES, np.uint32)
    met = np.empty(width + MOST_MET, np.int64)
    met_on = np.empty(width + MOST_MET, np.uint8)
    met_gain = np.empty(width + MOST_MET, np.int64)
    met_from = np.empty(width + MOST_MET, np.int64)
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
            n_who = _online(record, status, persons, first_person, follows, ring, i, stop, key_online, rhythm, who)
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
        last = r.last_tick
        trust8 = uint32(r.trust_counts >> 8)
        n_open = 0
        taste = uint64(0)
        for t in range(8):
            taste |= uint64(r.interest[t]) << uint64(8 * t)

        # what waits for the reader: posts of followed creators, friends' forwards, links in the group chat and outside
        n_met = 0
        for j in range(width):
            c = follows[me, j]
            if c == NO_CREATOR:
                break
            met[n_met] = latest_post[c]
            met_on[n_met] = SUBSCRIPTION
            met_gain[n_met] = surface_gain[SUBSCRIPTION] * int64(follow_trust[me, j])
            n_met += latest_tick[c] > last
        for j in range(r.inbox_n):
            met[n_met] = int64(inbox[me, j]) - 1 - s.first_id
            met_on[n_met] = MOMENTS
            met_from[n_met] = inbox_from[me, j]
            met_gain[n_met] = surface_gain[MOMENTS] << 8
            n_met += 1
        r.inbox_n = 0
        chat = int64(uint32(me) // uint32(s.chat_size))
        for j in range(s.chat_slots):
            met[n_met] = int64(chat_post[chat, j]) - 1 - s.first_id
            met_on[n_met] = CHAT
            met_from[n_met] = chat_from[chat, j]
            met_gain[n_met] = surface_gain[CHAT] << 8
            n_met += chat_tick[chat, j] > last
        if s.n_outside > 0 and int64(k >> uint64(48)) < s.outside_threshold:
            met[n_met] = outside[(k >> uint64(32)) % uint64(s.n_outside)]
            met_on[n_met] = OUTSIDE
            met_gain[n_met] = surface_gain[OUTSIDE] << 8
            n_met += 1
        for j in range(n_met):
            p = met[j]
            if p < 0 or p >= n_alive:
                continue  # its post is no longer shown anywhere
            counts[p, met_on[j]] += people
            impressions += people
            post = posts[p]
            chance = uint64(post.base + ((post.proof * trust8) >> uint32(8))) * _interest(taste, post.topic)
            chance = (chance * uint64(met_gain[j])) >> uint64(16)
            if uint64(_mix32(post.key ^ k32)) < chance and n_open < cap:
                opened[n_open] = p
                opened_on[n_open] = met_on[j]
                opened_from[n_open] = met_from[j] if met_on[j] in (MOMENTS, CHAT) else -1
                n_open += 1

        # recommendation: whole pages, from where the reader stopped
        if last < refreshed:
            r.cursor = 0
        cell = r.cell
        page = int64(r.cursor)
        pages = min(int64(r.pages), n_pages_max - page)
        if pages > 0:
            at = page * PAGE
            n_slots = pages * PAGE
            for q in range(pages):
                pages_seen[cell, page + q] += people
            impressions += n_slots * people
            if _open_slots(
                feed_key[cell, at : at + n_slots],
                feed_base[cell, at : at + n_slots],
                feed_proof[cell, at : at + n_slots],
                feed_shift[cell, at : at + n_slots],
                k32,
                trust8,
                taste,
                hits,
            ):
                for q in range(n_slots):
                    if hits[q] and n_open < cap:
                        opened[n_open] = feed[cell, at + q]
                        opened_on[n_open] = HOT
                        opened_from[n_open] = -1
                        n_open += 1
            r.cursor = page + pages
        r.last_tick = tick

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
            likes = count_acts(c, people, (uint64(post.like) * uint64(r.voice) * uint64(willing)) >> uint64(8))
            if people == 1 and likes == 1 and _in_passing(_mix(c ^ uint64(1)), s.unread):
                # a like in a list, or on a friend's page: the post was never opened
                if status[persons[one]] < LIMITED:
                    n_rows = _put(
                        rows, n_rows, persons[one], post_id, second, -1, parent, 0, LIKE, surface, came, 0, 0, 0
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
                        rows, n_rows, who_reads, post_id, second, 0, parent, dwell, READ, surface, came, part, 0, 0
                    )

            expressive = uint64(r.expressive)
            for j in range(likes):
                e = _mix(c ^ uint64(1 + j))
                who_acts = persons[one + (int64(c >> uint64(40)) + j) % people]
                if status[who_acts] >= LIMITED:
                    continue
                if people > 1 and _in_passing(e, s.unread):
                    n_rows = _put(rows, n_rows, who_acts, post_id, second, -1, parent, 0, LIKE, surface, came, 0, 0, 0)
                    continue
                # at the end of the reading, where the button stands, or at any moment of it
                since = int64(((e & uint64(0xFFFF)) * uint64(dwell + 1)) >> uint64(16))
                if int64((e >> uint64(32)) & uint64(0xFFFF)) < s.like_at_end:
                    since = dwell
                at = min(second + since, tick_s - 1)
                n_rows = _put(
                    rows, n_rows, who_acts, post_id, at, since, parent, dwell, LIKE, surface, came, part, 0, 0
                )
            done = min(second + dwell, tick_s - 1)
            if finished:
                g = _mix(a ^ uint64(4))
                acts = count_acts(g, people, uint64(comment_by_quality[q8]) * expressive)
                for j in range(acts):
                    e = _mix(g ^ uint64(1 + j))
                    who_acts = persons[one + (int64(g >> uint64(40)) + j) % people]
                    if status[who_acts] >= LIMITED:
                        continue
                    stock = int64(e & uint64(0xFF)) < s.stock
                    depth = 1 if stock else 1 + int64(((e >> uint64(48)) & uint64(7)) * uint64(q8)) // 255
                    n_rows = _put(
                        rows, n_rows, who_acts, post_id, done, dwell, parent, dwell, COMMENT, surface, came, part,
                        depth, STOCK if stock else OWN,
                    )  # fmt: skip
            d = _mix(a ^ uint64(3))
            acts = count_acts(d, people, uint64(forward_by_quality[q8]) * expressive)
            for j in range(acts):
                e = _mix(d ^ uint64(1 + j))
                who_acts = persons[one + (int64(d >> uint64(40)) + j) % people]
                if status[who_acts] >= LIMITED:
                    continue
                motive = 0
                if int64((e >> uint64(24)) & uint64(0xFF)) < s.chat_share:
                    motive = 1 + int64((e >> uint64(33)) & uint64(1))
                n_rows = _put(
                    rows, n_rows, who_acts, post_id, done, dwell, parent, dwell, FORWARD, surface, came, part, motive, 0
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
            kept = width
            for j in range(width):
                c = follows[me, j]
                if c == post.creator:
                    at = j
                if c == NO_CREATOR:
                    kept = j
                    break
            if at >= 0:
                felt = int64(follow_trust[me, at])
                if surprise < 0:
                    felt -= (felt * -surprise * s.loss) >> 22
                else:
                    felt += ((255 - felt) * surprise * s.gain) >> 22
                follow_trust[me, at] = felt
                if surprise < 0 and felt < s.unfollow_below:
                    follower_change[post.creator] -= people
                    for j in range(at, kept - 1):
                        follows[me, j] = follows[me, j + 1]
                        follow_trust[me, j] = follow_trust[me, j + 1]
                    follows[me, kept - 1] = NO_CREATOR
                    for j in range(people):
                        who_acts = persons[one + j]
                        n_rows = _put(
                            rows,
                            n_rows,
                            who_acts,
                            post_id,
                            done,
                            dwell,
                            parent,
                            dwell,
                            UNFOLLOW,
                            surface,
                            came,
                            part,
                            0,
                            0,
                        )
            elif (
                finished
                and surprise > 0
                and (b & uint64(0xFFFFFF)) << uint64(7) < uint64(follow_by_quality[q8]) * expressive
            ):
                if kept == width:
                    # a full list makes room by dropping the creator trusted least
                    kept = 0
                    for j in range(1, width):
                        if follow_trust[me, j] < follow_trust[me, kept]:
                            kept = j
                    follower_change[follows[me, kept]] -= people
                follows[me, kept] = post.creator
                follow_trust[me, kept] = s.follow_start
                follower_change[post.creator] += people
                for j in range(people):
                    who_acts = persons[one + j]
                    n_rows = _put(
                        rows, n_rows, who_acts, post_id, done, dwell, parent, dwell, FOLLOW, surface, came, part, 0, 0
                    )
        if n_open:
            r.ring_at = ring_at
            r.reads_today = reads_today
            r.finished = finished_share
            r.expect = expect
            r.trust_counts = trust_counts
            r.trust_platform = trust_platform
