"""Work divided into parts, which threads may do at once."""

# mypy: disable-error-code="no-untyped-def"

from itertools import pairwise


def in_turn(calls):
    """What each of the calls returns, one made after another."""
    return [call() for call in calls]


def bounds_of_parts(n, parts):
    """Where each of the parts of `n` entries begins and ends."""
    return list(pairwise(n * part // parts for part in range(parts + 1)))
