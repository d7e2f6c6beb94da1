"""The smaller and the larger of two numbers, in compiled functions.

Numba compiles its own `min` and `max` anew for nearly every function that calls them.
"""

# mypy: disable-error-code="no-untyped-def"

import operator

from numba import types
from numba.extending import intrinsic


def _end(comparison):
    """A compiled function of two numbers: the other where it compares so with the one, else the one, as in Python."""

    def build(typing_context, one, other):
        both = typing_context.unify_types(types.unliteral(one), types.unliteral(other))

        def generate(context, builder, signature, arguments):
            first, second = arguments
            compare = context.get_function(comparison, types.boolean(both, both))
            return builder.select(compare(builder, (second, first)), second, first)

        return both(both, both), generate

    return intrinsic(build)


smaller = _end(operator.lt)
larger = _end(operator.gt)
