"""Every post: what it is (truth), what the platform counted, and what it decided about it."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.enums import N_COMMENT_CLASSES, N_MOTIVES, N_ORIGINS, N_SURFACES, Origin
from sim.core.table_schema import FORWARD_AGES_H, LIKE_GOALS
from sim.kernels.count import sum_surfaces
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
        "appeal": (np.float32, (), 1.0),  # of the headline, on average 1; independent of quality
        "share": (np.float32, (), 1.0),  # how readily it is passed on, on average 1; independent of quality
        "bait": (np.float32, (), 0.0),  # 0..1, how much more the headline promises; 0 so far
        "outside_link": (np.bool_, (), False),  # whether it leads out of the platform; none does so far
        "deliveries": (np.int64, (), 0),  # people who followed its author when it was published, dormant ones too
        "effort": (np.float32, (), 0.0),  # 0..1
        "effort_trial": (np.int8, (), 0),  # made with more (1) or less (-1) effort than its author's usual
        "strategy": (np.int16, (), 0),  # index into the scenario's strategies; 0 is honest
        "likes_by_origin": (np.int32, (N_ORIGINS,), 0),
        "ordered": (np.int32, (), 0),  # likes that its author bought for it
        "event": (np.bool_, (), False),  # on the topic of an event, and published while it lasted
        "dose": (np.int32, (), -1),  # likes bought by the experimenter; -1: not in the trial
        "unlisted": (np.bool_, (), False),  # kept out of the recommendation lists by the experimenter
        # reads of people who came to read, by surface
        "impressions": (np.int32, (N_SURFACES,), 0),
        "reads": (np.int32, (N_SURFACES,), 0),
        "finishes": (np.int32, (N_SURFACES,), 0),
        "dwell_s": (np.int64, (N_SURFACES,), 0),
        # while no organic like was under it, from the tick after its publication on
        "unliked_hot_impressions": (np.int64, (), 0),
        "unliked_hot_reads": (np.int64, (), 0),
        "unliked_reads": (np.int64, (), 0),
        "unliked_likes": (np.int64, (), 0),
        "reads_3d": (np.int64, (), -1),  # reads when it was that old, -1 before
        "reads_21d": (np.int64, (), -1),
        "likes_3d": (np.int64, (), -1),  # likes that it showed then
        "short_reads": (np.int32, (), 0),  # of less than advertisers.ads_min_dwell_s
        # reads that were arranged: the platform counts the two together, and cannot tell them apart
        "bought_reads": (np.int32, (), 0),
        "bought_finishes": (np.int32, (), 0),
        "bought_dwell_s": (np.int64, (), 0),
        "bought_short_reads": (np.int32, (), 0),
        # counted by the platform from the log
        "likes": (np.int32, (), 0),
        "discounted": (np.int32, (), 0),  # of these, no longer counted: removed, taken back, of closed accounts
        "archived_likes": (np.int32, (), 0),  # counted still, and no longer kept one by one
        "archived_trial": (np.int32, (), 0),  # of these, bought by the experimenter (truth)
        "comments": (np.int32, (), 0),
        "comment_depth": (np.int32, (), 0),  # sum over comments, 1..8 each
        "comments_by_class": (np.int32, (N_COMMENT_CLASSES,), 0),
        "forwards": (np.int32, (), 0),
        "forwards_by_motive": (np.int32, (N_MOTIVES,), 0),
        "forwards_passed_on": (np.int32, (), 0),  # of these, by people who had met it through somebody's forward
        "forward_depth": (np.int64, (), 0),  # sum over forwards, 1 each where it was met otherwise
        "forwards_by_age": (np.int32, (len(FORWARD_AGES_H) + 1,), 0),
        "forward_standing": (np.int32, (), 0),  # sum over forwarders of standing, 0..255 each
        "follows": (np.int32, (), 0),
        "down_votes": (np.int32, (), 0),  # of readers whom it disappointed
        "reports": (np.int32, (), 0),  # complaints of readers about it
        # already passed on to creators' weekly sums and income
        "reads_paid": (np.int32, (), 0),
        "reads_told": (np.int32, (), 0),
        "ads_paid": (np.int32, (), 0),
        "finishes_told": (np.int32, (), 0),
        "likes_told": (np.int32, (), 0),
        # decided by the platform
        "visibility": (np.float32, (), 1.0),  # multiplies the ranking score
        "hidden": (np.bool_, (), False),  # nobody is shown it any more
        "hot_tick": (np.int32, (), -1),  # when its score first passed the hot threshold
        # seconds from publication to the n-th like, -1 when not reached
        **dict.fromkeys(LIKE_GOALS, (np.int64, (), -1)),
    }

    def await_first_like(self, at: slice | NDArray[Any], tick: int) -> NDArray[np.bool_]:
        """Which posts `at` have no organic like, and were published before the tick.

        In the tick of their publication likes bought for them cannot be seen yet, so it shows nothing of what they do.
        """
        waiting: NDArray[np.bool_] = self.likes_by_origin[at, Origin.ORGANIC] == 0
        return waiting & (self.published_tick[at] < tick)

    def counted_reads(self, at: slice) -> NDArray[np.int64]:
        """Reads of the posts `at` as the platform counts them: people's and arranged ones (int64)."""
        return total(self.reads[at]) + self.bought_reads[at]


def total(by_surface: NDArray[Any]) -> NDArray[np.int64]:
    """Sum over the surfaces of each post (int64)."""
    summed = np.empty(len(by_surface), np.int64)
    sum_surfaces(by_surface, summed)
    return summed
