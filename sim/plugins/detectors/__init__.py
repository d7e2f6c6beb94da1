"""Detectors: observables -> scores of likes, accounts or posts."""

from sim.plugins.detectors.detector import Detector, Scores
from sim.plugins.detectors.flags import Flags
from sim.plugins.detectors.rules import Device, IpBurst, LikeReadMismatch, NoDetector, NoReadLike

__all__ = ["TABLE", "Detector", "Flags", "Scores"]

TABLE: dict[str, type[Detector]] = {
    "none": NoDetector,
    "ip_burst": IpBurst,
    "no_read_like": NoReadLike,
    "device": Device,
    "like_read_mismatch": LikeReadMismatch,
}
