"""Fixed-point scales and array sizes: what one unit is in a column, and how much room there is.

These numbers say how quantities are written down, not how anybody behaves; what shapes behaviour is a parameter of
the scenario. Compiled functions take them in when they are compiled, and numba's cache watches one file at a time:
after a change here, delete the caches (`find sim -name '*.nbi' -delete`).
"""

# -- scales: what stands for 1 ------------------------------------------------------------------------------
BYTE = 255  # a share kept in a byte
FULL_16 = 65535  # a share kept in 16 bits
ONE_8 = 256  # a chance or a factor compared with 8 bits
ONE_16 = 65536  # a chance compared with 16 random bits
ONE_24 = 1 << 24  # a chance compared with 24 random bits
MOST_BASE, MOST_PROOF = ONE_24 // 4, ONE_24 // 2  # room for the two parts of a chance: together below certainty
TO_UNIT = 2.0**-53  # the first 53 of 64 random bits as a number in [0, 1)
ONE_32 = 2.0**32  # a chance compared with 32 random bits
CERTAIN = 1 << 31  # a chance drawn for several people at once
MICRO = 1_000_000  # money is kept in millionths of a yuan, since a like can cost half a fen
ACTIVITY_ONE = 128  # an average activity
EXPRESSIVE_ONE = 128  # an average readiness to like, comment and forward
SPEED_ONE = 32  # an average reading speed
PERCENT = 100
PER_THOUSAND = 1000
TINY = 1e-9  # keeps a division by nothing from failing, and a whole number from being rounded down
WORD_BITS = 32  # two whole numbers are packed into one of 64 bits

# -- sizes: how many there can be ---------------------------------------------------------------------------
N_TOPICS = 8  # topics, and cells of readers by main topic: one byte each in a word of 64 bits
N_CHRONOTYPES = 8  # rows of the rhythm table: three bits of a draw
MAX_FOLLOWS = 24  # creators a reader can follow
INBOX = 4  # forwarded posts that wait for a reader
RING = 8  # posts a reader remembers having read
CHAT_LINKS = 2  # links that a group chat holds
NO_CREATOR = 0xFFFF  # ends a list of creators followed
NEAR_CANDIDATES = 24  # candidate friends within the community
FAR_CANDIDATES = 6  # candidate friends anywhere
NEXT_PERSON = 1 << 32  # entity of an account: place among the people + holders before * NEXT_PERSON
BOUGHT_ACCOUNT = 1 << 63  # in the entity of an account that belongs to nobody's place
SLOT_SPAN = 1 << 20  # entity of a creator: slot + generation * SLOT_SPAN
CACHE_LINE = 64  # bytes
RECORD_SPARE = 1  # bytes left over in a reader's record, which fills half a cache line
VOICES = 4096  # values among which a readiness to like is drawn
LIKE_PAIRS = 1 << 10  # places of a new index of likes by account and post (a power of 2)
N_FAVOUR = 3  # seat, request, turn
N_TRUST_SUMS = 3  # readers, trust in the platform, trust in counts
N_CONFUSION = 4  # flagged fake, flagged genuine, all fake, all genuine

# numbers by which things are told apart: entities of the random streams
CANDIDATE_BITS = 16  # entity of a candidate: candidate + (advertiser << CANDIDATE_BITS)
PITCH_BITS = 16  # entity of a pitch: agency + (advertiser << PITCH_BITS)
POST_DRAWS, POST_DRAWS_USED = 8, 6  # draws kept for each post of a creator, and made
EXPERIMENTAL_FARM = 1 << 20  # number of the experimenter's supplier, apart from those of the market

# the reader kernel
PAGE = 8  # posts of a feed page: compared eight at a time
MAX_PAGES = 16  # of a visit
CHUNK = 4096  # readers between two looks at the room left in `rows`
ROWS_PER_VISIT = 6 * 6  # at most six posts opened, each with read, like, comment, forward, follow, unfollow
N_COUNTS = 21  # columns of `counts`: impressions on the five surfaces, reads, finishes, seconds; short reads
MOST_MET = 40  # room beyond the subscriptions: a full inbox, all links of a chat, one from outside, one spare
