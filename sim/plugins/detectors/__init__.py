"""Detectors: observables -> scores of likes, accounts or posts."""

from sim.plugins.detectors.addresses import IpBurst, RegionJump
from sim.plugins.detectors.comments import StockComments
from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.detectors.devices import Device
from sim.plugins.detectors.flags import Flags
from sim.plugins.detectors.forwards import StarForwards
from sim.plugins.detectors.habits import KeenLikes
from sim.plugins.detectors.labelled import LabelledPhones
from sim.plugins.detectors.learned import LearnedAccounts
from sim.plugins.detectors.none import NoDetector
from sim.plugins.detectors.posts import LikeReadMismatch, UserReports
from sim.plugins.detectors.reading import NoReadLike
from sim.plugins.detectors.shared_likes import Lockstep
from sim.plugins.detectors.visits import BlankReferrer, SessionLikes

__all__ = [
    "TABLE", "BlankReferrer", "Detector", "Device", "Flags", "IpBurst", "KeenLikes", "LabelledPhones",
    "LearnedAccounts", "LikeReadMismatch", "Lockstep", "NoDetector", "NoReadLike", "RegionJump", "Scores",
    "SessionLikes", "StarForwards", "StockComments", "UserReports",
]  # fmt: skip

TABLE: dict[str, type[Detector]] = {
    "none": NoDetector,
    "ip_burst": IpBurst,
    "region_jump": RegionJump,
    "device": Device,
    "no_read_like": NoReadLike,
    "blank_referrer": BlankReferrer,
    "session_likes": SessionLikes,
    "stock_comments": StockComments,
    "star_forwards": StarForwards,
    "like_read_mismatch": LikeReadMismatch,
    "keen_likes": KeenLikes,
    "lockstep": Lockstep,
    "labelled_phones": LabelledPhones,
    "learned_accounts": LearnedAccounts,
    "user_reports": UserReports,
}
