"""The fixed vocabularies of the log and the world, as named small integers."""

from enum import IntEnum

from sim.kernels.scales import N_TOPICS

__all__ = [
    "N_ORIGINS", "N_SURFACES", "N_TOPICS", "Grade", "Kind", "Motive", "Origin", "Status", "Surface", "Target", "words",
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


class Motive(IntEnum):
    """Why a reader forwards; it decides where to (the destination is what the platform can see)."""

    AGREEMENT = 0
    USEFUL = 1
    SOCIAL = 2


class Origin(IntEnum):
    """True origin of a like. Truth: only measures may read it."""

    ORGANIC = 0
    MUTUAL_AID = 1
    FARM = 2
    MATRIX = 3


class Grade(IntEnum):
    """True kind of an account. Truth: only measures and owners may read it."""

    READER = 0
    CREATOR = 1
    MACHINE = 2
    RAISED = 3
    REAL_PERSON = 4
    MATRIX = 5


class Status(IntEnum):
    """What an account may do."""

    ACTIVE = 0
    LIMITED = 1  # cannot like, comment or forward
    BANNED = 2
    LEFT = 3  # left by choice


class Target(IntEnum):
    """What a flag is about: a like, an account or a post."""

    LIKE = 0  # a row of the tick's log
    ACCOUNT = 1
    POST = 2


N_SURFACES = len(Surface)
N_ORIGINS = len(Origin)


def words(name: str) -> str:
    """The name of a column, a plug-in or a scenario as words."""
    return name.rpartition(":")[2].replace("_", " ")
