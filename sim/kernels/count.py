"""Compiled: what reads and reactions add to the counters of posts."""

# mypy: disable-error-code="no-untyped-def"

from numba import int64, uint32, uint64

from sim.kernels.acts import count_acts
from sim.kernels.compiled import njit
from sim.kernels.ends import smaller
from sim.kernels.prefetch import prefetch, prefetch_to_write
from sim.kernels.read_layout import (
    BANNED,
    COMMENT,
    DWELL_AT,
    FINISHES_AT,
    FOLLOW,
    FORWARD,
    HOT,
    LIKE,
    LOST,
    ORGANIC,
    READS_AT,
    SHORT_AT,
    SURFACES,
    WON,
)
from sim.kernels.scales import AHEAD, BYTE, CACHE_LINE


@njit(cache=True, nogil=True)
def count_reads(post, completion, dwell_s, finished, short_s, reads, finishes, total_s, short):
    """Add reads (one entry each in the first three columns) to the counters of their posts.

    From a `completion` of `finished` percent on, a post counts as read to the end; a reading of less than `short_s`
    seconds is short.
    """
    for i in range(post.shape[0]):
        p = post[i]
        reads[p] += 1
        finishes[p] += completion[i] >= finished
        total_s[p] += dwell_s[i]
        short[p] += dwell_s[i] < short_s


@njit(cache=True, nogil=True)
def count_each(numbers, counts):
    """Add 1 to the entry of each number in `counts`, of which there may be many more than fit into any cache."""
    n = numbers.shape[0]
    for i in range(n):
        prefetch_to_write(counts, numbers[smaller(i + AHEAD, n - 1)], 0)
        counts[numbers[i]] += 1


@njit(cache=True, nogil=True)
def add_acts(who, acts, arranged, all_acts, all_arranged):
    """Add the acts, and the arranged ones of them, of each entry to what is held against `who`."""
    for i in range(who.shape[0]):
        all_acts[who[i]] += acts[i]
        all_arranged[who[i]] += arranged[i]


@njit(cache=True, nogil=True)
def sum_surfaces(by_surface, summed):
    """Write the sum over the surfaces (columns, `SURFACES` of them) for each post."""
    for p in range(by_surface.shape[0]):
        one = int64(0)
        for s in range(SURFACES):
            one += by_surface[p, s]
        summed[p] = one


@njit(cache=True, nogil=True)
def count_standing(account, finished, remembered, seat, shares, record):
    """Move the share of reads finished of each account by a read; that of people is kept with their seat.

    The share is averaged over the last reads, `remembered` of them.
    """
    for i in range(account.shape[0]):
        who = account[i]
        now = BYTE if finished[i] else 0
        if seat[who] < 0:
            shares[who] = (int64(shares[who]) * (remembered - 1) + now) // remembered
        else:
            r = record[seat[who]]
            r.finished = (int64(r.finished) * (remembered - 1) + now) // remembered


@njit(cache=True, nogil=True)
def add_counts(
    counts, met, impressions, reads, finishes, total_s, short, likes_by_origin, published, tick, hot_impressions,
    hot_reads, all_reads,
):  # fmt: skip
    """Move what a thread counted (`Counts`) to the counters of the posts alive.

    The last three are those of posts that await their first like (`sim.world.posts.Posts.await_first_like`): without
    likes of people's own, and `published` before `tick`. `met` has room for the entries of all posts: few are met in a
    tick, and memory is asked for ahead. `counts` is left at 0. Return how many reads were moved.
    """
    shown, readings = counts.shown, counts.readings
    n = uint64(0)
    for p in range(uint64(shown.shape[0])):
        seen = uint32(0)
        for s in range(uint64(SURFACES)):
            seen |= uint32(shown[p, s])
        met[n] = p
        n += uint64(seen != uint32(0))  # nobody has read it otherwise
    moved = int64(0)
    for k in range(n):
        soon = int64(met[smaller(k + uint64(AHEAD), n - uint64(1))])
        prefetch_to_write(readings, soon, 0)
        prefetch_to_write(readings, soon, CACHE_LINE)
        prefetch_to_write(impressions, soon, 0)
        prefetch_to_write(reads, soon, 0)
        prefetch_to_write(finishes, soon, 0)
        prefetch_to_write(total_s, soon, 0)
        prefetch(likes_by_origin, soon, 0)
        prefetch(published, soon, 0)
        p = uint64(met[k])
        read = int64(0)
        for s in range(uint64(SURFACES)):
            impressions[p, s] += shown[p, s]
            read += readings[p, uint64(READS_AT) + s]
        unliked = likes_by_origin[p, ORGANIC] == 0 and published[p] < tick
        if unliked:
            hot_impressions[p] += shown[p, HOT]
        for s in range(uint64(SURFACES)):
            shown[p, s] = 0
        if read == 0:
            continue
        for s in range(uint64(SURFACES)):
            reads[p, s] += readings[p, uint64(READS_AT) + s]
            finishes[p, s] += readings[p, uint64(FINISHES_AT) + s]
            total_s[p, s] += readings[p, uint64(DWELL_AT) + s]
        short[p] += readings[p, SHORT_AT]
        if unliked:
            hot_reads[p] += readings[p, READS_AT + HOT]
            all_reads[p] += read
        for c in range(uint64(readings.shape[1])):
            readings[p, c] = 0
        moved += read
    return moved


@njit(cache=True, nogil=True)
def add_followers(change, followers, followers_lost):
    """Move what a thread counted (`Counts.followers`) to the creators' followers; `change` is left at 0."""
    for c in range(change.shape[0]):
        followers[c] += change[c, WON] - change[c, LOST]
        followers_lost[c] += change[c, LOST]
        change[c, WON] = change[c, LOST] = 0


@njit(cache=True, nogil=True)
def count_reactions(
    kind, post, aux, comment, depth, time_s, account, origin, ages_s, published_s, standing, comments, depths, by_class,
    forwards, by_motive, passed_on, forward_depths, by_age, standings, follows, likes, origins,
):  # fmt: skip
    """Add the reactions of the log (first eight columns, one entry an interaction) to the counters of their posts.

    `ages_s` are the ages between which forwards are counted, `published_s` is of posts, `standing` of accounts.
    """
    for i in range(kind.shape[0]):
        p = post[i]
        if kind[i] == LIKE:
            likes[p] += 1
            origins[p, origin[i]] += 1
        elif kind[i] == COMMENT:
            comments[p] += 1
            depths[p] += aux[i]
            by_class[p, comment[i]] += 1
        elif kind[i] == FORWARD:
            forwards[p] += 1
            by_motive[p, aux[i]] += 1
            passed_on[p] += depth[i] > 1
            forward_depths[p] += depth[i]
            old = 0
            while old < ages_s.shape[0] and time_s[i] - published_s[p] >= ages_s[old]:
                old += 1
            by_age[p, old] += 1
            standings[p] += standing[account[i]]
        elif kind[i] == FOLLOW:
            follows[p] += 1


@njit(cache=True, nogil=True)
def draw_acts(bits, people, chance, out):
    """For each entry add to `out` how many of `people` act, each with `chance` (2**31 is 1); `bits` decide."""
    for i in range(len(bits)):
        out[i] += count_acts(bits[i], people[i], chance[i])


@njit(cache=True, nogil=True)
def count_present(record, persons, first_person, status, group, counts):
    """Add to `counts` the people who are here, by group: they have not left, nor are they banned.

    `persons[first_person[i] : first_person[i + 1]]` are the accounts of the people at seat i of `record`.
    """
    for i in range(record.shape[0]):
        if record[i].left:
            continue
        for at in range(first_person[i], first_person[i + 1]):
            who = persons[at]
            if status[who] < BANNED:
                counts[group[who]] += 1
