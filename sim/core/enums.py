"""The fixed vocabularies of the log and the world, as named small integers.

NumPy takes five times as long to compare a column with a member as with a plain number: what is done at every tick
compares with `int(Kind.LIKE)`.
"""

from enum import IntEnum

from sim.kernels.scales import N_TOPICS

__all__ = [
    "ENFORCED", "N_COMMENT_CLASSES", "N_MOTIVES", "N_ORIGINS", "N_SURFACES", "N_TOPICS", "AddressClass", "Buyer",
    "CommentClass", "Grade", "Kind", "Motive", "Origin", "Referrer", "Removal", "ReviewReason", "Status", "Surface",
    "Target", "words",
]  # fmt: skip


class Kind(IntEnum):
    """What an interaction is; the `kind` column of the log."""

    READ = 0
    LIKE = 1
    COMMENT = 2
    FORWARD = 3
    FOLLOW = 4
    UNFOLLOW = 5


class Surface(IntEnum):
    """Where a post was met; the `channel` column of the log (article, S7)."""

    SUBSCRIPTION = 0
    MOMENTS = 1
    HOT = 2
    CHAT = 3
    OUTSIDE = 4
    SEARCH = 5  # found, or met in a collection, days or weeks later (S17)


class Motive(IntEnum):
    """Why a reader forwards; it decides where to (the destination is what the platform can see)."""

    AGREEMENT = 0
    USEFUL = 1
    SOCIAL = 2


class Origin(IntEnum):
    """Why an act was done. Truth: only measures may read it.

    All but the first are arranged: for a favour, for money, for an employer, for an experiment.
    """

    ORGANIC = 0
    MUTUAL_AID = 1
    FARM = 2
    MATRIX = 3
    TRIAL = 4  # bought by the experimenter, not by the creator
    THIRD_PARTY = 5  # bought by somebody else than the creator: fans, or a rival


class Buyer(IntEnum):
    """Who orders likes and is no creator (creators order under their row)."""

    EXPERIMENTER = -1
    FANS = -2


class Grade(IntEnum):
    """What kind of account it is. Truth: only owners, and tables of what became of bought likes, may read it."""

    PERSON = 0
    MACHINE = 1
    RAISED = 2
    MATRIX = 3


class AddressClass(IntEnum):
    """What networks tell about an address: that of a home, a campus or office, a carrier, or a hosting company."""

    HOME = 0
    SITE = 1
    MOBILE = 2
    HOSTED = 3


class Referrer(IntEnum):
    """Where the app says that somebody came from."""

    APP = 0  # from another page of the platform
    LINK = 1  # from a page elsewhere that gives its name
    BLANK = 2  # from elsewhere, without a name: a code, a private browser, a script


class CommentClass(IntEnum):
    """What a comment looks like."""

    NONE = 0  # the row is no comment
    OWN = 1  # in the writer's own words
    STOCK = 2  # a stock phrase or a picture


class Removal(IntEnum):
    """Why a like is no longer counted."""

    NONE = 0  # it is
    UNLIKED = 1  # taken back by whoever gave it
    FLAGGED = 2  # by a flag on it, or on its account
    PURGED = 3  # past likes, taken out in one go
    BANNED = 4  # its account was closed by the platform


ENFORCED = (Removal.FLAGGED, Removal.PURGED, Removal.BANNED)  # by the platform; an appeal can bring it back


class Status(IntEnum):
    """What an account may do."""

    ACTIVE = 0
    LIMITED = 1  # cannot like, comment or forward
    GATED = 2  # nor can this one, until its holder has passed a check
    BANNED = 3
    CLOSED = 4  # given up for good


class ReviewReason(IntEnum):
    """Why a reviewer looked at a case."""

    AUDIT = 0  # of a sample
    REVIEW = 1  # before an action
    APPEAL = 2  # after one


class Target(IntEnum):
    """What a flag is about: a like, an account or a post."""

    LIKE = 0  # a row of the tick's log
    ACCOUNT = 1
    POST = 2


N_SURFACES = len(Surface)
N_ORIGINS = len(Origin)
N_MOTIVES = len(Motive)
N_COMMENT_CLASSES = len(CommentClass)


def words(name: str) -> str:
    """The name of a column, a plug-in or a scenario as words."""
    return name.rpartition(":")[2].replace("_", " ")
