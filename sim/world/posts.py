"""Every post: what it is (truth), what the platform counted, and what it decided about it."""

from typing import ClassVar

import numpy as np

from sim.core.enums import N_ORIGINS, N_SURFACES
from sim.core.table_schema import LIKE_GOALS
from sim.world.columns import Columns, Spec


class Posts(Columns):
    """Post columns. Row = post id, in order of publication, so the posts still alive are the tail of the table."""

    spec: ClassVar[Spec] = {
        "key": (np.uint32, (), 0),  # stable under any policy: hash of (creator slot, its n-th post)
        "creator": (np.int32, (), 0),
        "topic": (np.uint8, (), 0),
        "published_tick": (np.int32, (), 0),
        "published_s": (np.int64, (), 0),
        # truth
        "quality": (np.float32, (), 0.0),  # 0..1
        "appeal": (np.float32, (), 0.0),  # 0..1, headline; independent of quality
        "effort": (np.float32, (), 0.0),  # 0..1
        "strategy": (np.int16, (), 0),  # index into the scenario's strategies; 0 is honest
        "likes_by_origin": (np.int32, (N_ORIGINS,), 0),
        "dose": (np.int32, (), -1),  # likes bought by the experimenter; -1: not in the trial
        # counted by the platform from the log
        "impressions": (np.int32, (N_SURFACES,), 0),
        "reads": (np.int32, (N_SURFACES,), 0),
        "finishes": (np.int32, (), 0),
        "dwell_s": (np.int64, (), 0),
        "likes": (np.int32, (), 0),
        "discounted": (np.int32, (), 0),  # likes the platform has taken out of the count
        "comments": (np.int32, (), 0),
        "comment_depth": (np.int32, (), 0),  # sum over comments, 1..8 each
        "forwards": (np.int32, (), 0),
        "forward_standing": (np.int32, (), 0),  # sum over forwarders of standing, 0..255 each
        "follows": (np.int32, (), 0),
        # already passed on to creators' weekly sums and income
        "reads_paid": (np.int32, (), 0),
        "finishes_told": (np.int32, (), 0),
        "likes_told": (np.int32, (), 0),
        # decided by the platform
        "visibility": (np.float32, (), 1.0),  # multiplies the ranking score
        "hot_tick": (np.int32, (), -1),  # when it first passed the hot threshold
        # seconds from publication to the n-th like, -1 when not reached
        **dict.fromkeys(LIKE_GOALS, (np.int64, (), -1)),
    }

    @property
    def visible_likes(self) -> np.ndarray:
        """Likes shown to readers: counted less discounted (int32)."""
        shown: np.ndarray = self.likes - self.discounted
        return shown
