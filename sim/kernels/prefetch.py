"""Compiled: ask the processor for memory that will be needed soon, so that nobody waits for it then.

The columns of the readers are far larger than any cache, and who is visited next is known well ahead.
"""

# mypy: disable-error-code="no-untyped-def"

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sim.kernels.scales import WORD_BITS

READ_ONLY, WRITTEN = 0, 1
STAYS = 3  # in all caches
DATA = 1  # not instructions


def _ask(written):
    """A compiled function (array, row, bytes): fetch the cache line so far into a row. No bounds are checked."""

    def build(typing_context, array, row, offset):
        def generate(context, builder, signature, arguments):
            array_type = signature.args[0]
            table = context.make_array(array_type)(context, builder, value=arguments[0])
            stride = cgutils.unpack_tuple(builder, table.strides, array_type.ndim)[0]
            place = builder.add(builder.mul(stride, arguments[1]), arguments[2])
            address = cgutils.pointer_add(builder, table.data, place, cgutils.voidptr_t)
            word = ir.IntType(WORD_BITS)
            shape = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, word, word, word])
            fetch = builder.module.declare_intrinsic("llvm.prefetch", [cgutils.voidptr_t], shape)
            builder.call(fetch, [address, word(written), word(STAYS), word(DATA)])
            return context.get_dummy_value()

        return types.void(array, types.int64, types.int64), generate

    return intrinsic(build)


prefetch = _ask(READ_ONLY)
prefetch_to_write = _ask(WRITTEN)
