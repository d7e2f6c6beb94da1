"""Fixed-point scales and array sizes: what one unit is in a column, and how much room there is.

These numbers say how quantities are written down, not how anybody behaves; what shapes behaviour is a parameter of
the scenario. Compiled functions take them in when they are compiled; a change here compiles them anew.
"""

# -- scales: what stands for 1 ------------------------------------------------------------------------------
BYTE = 255  # a share kept in a byte
FULL_16 = 65535  # a share kept in 16 bits
ONE_8 = 256  # a chance or a factor compared with 8 bits
ONE_16 = 65536  # a chance compared with 16 random bits
ONE_24 = 1 << 24  # a chance compared with 24 random bits
TO_UNIT_24 = 2.0**-24  # the first 24 of 64 random bits as a number in [0, 1)
TO_UNIT = 2.0**-53  # the first 53 of 64 random bits as a number in [0, 1)
ONE_32 = 2.0**32  # a chance compared with 32 random bits
CERTAIN = 1 << 31  # a chance drawn for several people at once
MICRO = 1_000_000  # money is kept in millionths of a yuan, since a like can cost half a fen
EXPRESSIVE_ONE = 128  # an average readiness to comment and follow
SPEED_ONE = 32  # an average reading speed
PERCENT = 100
PER_THOUSAND = 1000
HIGHEST_RATIO = 1e12  # of a score and what counts as high: sums of weights stay finite
TINY = 1e-9  # keeps a division by nothing from failing, and a whole number from being rounded down
HALVINGS = 64  # of an interval in which a root is looked for: as far as a float goes
LONG_BITS = 64  # of the longest whole number
WORD_BITS = 32  # two whole numbers are packed into one of 64 bits
FRIEND_BITS = 64  # places of a community in one word
POWER_STEPS = 16.0  # of an exponent between two powers that are looked up
MOST_EXPONENT = 20  # of the powers that are looked up
POWER_TERMS = 5  # of the series between two of them

# -- sizes: how many there can be ---------------------------------------------------------------------------
N_TOPICS = 8  # topics, and cells of readers by main topic: one byte each in a word of 64 bits
N_CHRONOTYPES = 8  # rows of the rhythm table: three bits of a draw
MAX_FOLLOWS = 200  # creators a reader can follow
INBOX = 8  # forwarded posts that wait for a reader
RING = 16  # posts a reader remembers having read
CHAT_LINKS = 4  # links that a group chat holds
NO_CREATOR = 0xFFFF  # ends a list of creators followed
NEAR = 0x80  # marks a forward by a friend of one's community; the other bits count how often it was passed on
MOST_DEPTH = 0x7F  # the highest such count that is kept
NEXT_PERSON = 1 << 32  # entity of an account: place among the people + holders before * NEXT_PERSON
BOUGHT_ACCOUNT = 1 << 63  # in the entity of an account that belongs to nobody's place
SLOT_SPAN = 1 << 20  # entity of a creator: slot + generation * SLOT_SPAN
CACHE_LINE = 64  # bytes
FOLLOWS_IN_LINE = 32  # creators followed, of two bytes each
RECORD_SPARE = 9  # bytes left over in a reader's record, which fills a cache line
NORMALS = 1 << 14  # equally likely values among which a normal draw of a reader is taken
MOODS = 1 << 12  # likewise for a reader's day
LIKE_PAIRS = 1 << 10  # places of a new index of likes by account and post (a power of 2)
N_FAVOUR = 3  # seat, request, turn
N_TRUST_SUMS = 3  # readers, trust in the platform, trust in counts
N_CONFUSION = 4  # flagged fake, flagged genuine, all fake, all genuine

# numbers by which things are told apart: entities of the random streams
CANDIDATE_BITS = 16  # entity of a candidate: candidate + (advertiser << CANDIDATE_BITS)
PITCH_BITS = 16  # entity of a pitch: agency + (advertiser << PITCH_BITS)
TALENT_DRAWS = 2  # even draws whose mean is a creator's talent
EVEN_VARIANCE = 1 / 12  # of a number drawn evenly from 0 to 1
POST_DRAWS, POST_DRAWS_USED = 16, 9  # draws kept for each post of a creator, and made
# draws of a reader, each with bits of its own
DRAW_ACTIVITY, DRAW_SOCIABILITY, DRAW_SHARING, DRAW_SILENCE, DRAW_ZEAL, DRAW_FOLLOWS, DRAW_VOICE = 3, 4, 5, 6, 7, 8, 9
EXPERIMENTAL_FARM = 1 << 20  # number of the experimenter's supplier, apart from those of the market
AHEAD = 32  # entries of a list for which memory is asked for ahead
SHOWN_AT_ONCE = 512  # friends drawn before forwards are delivered to them, so that memory is asked for well ahead

# the reader kernel
CHUNK = 4096  # readers between two looks at the room left in `rows`
BATCH = 256  # visits that go through each pass of the kernel together, so that memory is asked for well ahead
MOST_OPENED = 16  # posts opened in one visit
ROWS_PER_VISIT = 6 * MOST_OPENED  # each with read, like, comment, forward, follow, unfollow
MOST_MET = 24  # room beyond the subscriptions: a full inbox, all links of a chat, one from outside, one by search
HITS_IN_WORD = 8  # answers of a byte each that are looked at together
MOST_WINDOW = 64  # slots of the recommendation list seen in a visit
