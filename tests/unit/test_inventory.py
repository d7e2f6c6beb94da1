"""The rotation of a stock of accounts."""

import numpy as np
import pytest

from sim.core.enums import Grade
from sim.world.inventory import Inventory


@pytest.mark.parametrize("turned", [0, 1, 6, 9])
@pytest.mark.parametrize("size", [1, 3, 4, 7, 50])
def test_blocks_in_turn_are_the_rotation_in_pieces(turned, size):
    stock = Inventory(Grade.MACHINE, 0)
    assert list(stock.blocks_in_turn(size)) == []
    stock.ids = np.arange(100, 107)
    stock.turn(turned)
    blocks = [block.tolist() for block in stock.blocks_in_turn(size)]
    rotation = [100 + (turned + place) % 7 for place in range(7)]
    assert blocks == [rotation[at : at + size] for at in range(0, 7, size)]
