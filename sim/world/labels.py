"""What reviewers said of accounts: bought, late, and sometimes wrong."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.world.columns import Columns, Spec


class Labels(Columns):
    """Label columns, in the order in which they were bought."""

    spec: ClassVar[Spec] = {
        "account": (np.int32, (), 0),
        "is_fake": (np.bool_, (), False),  # what the reviewer said
        "day_bought": (np.int32, (), 0),
        "day_known": (np.int32, (), 0),
    }

    def known_on(self, day: int) -> NDArray[Any]:
        """Rows of the labels that have come in by a day."""
        return np.flatnonzero(self.day_known <= day)
