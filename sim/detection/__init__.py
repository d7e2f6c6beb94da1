"""Detectors: observables -> scores of likes, accounts or posts."""

from sim.detection.detector import Detector, Scores
from sim.detection.detectors import Device, IpBurst, LikeReadMismatch, NoDetector, NoReadLike

__all__ = ["TABLE", "Detector", "Scores"]

TABLE: dict[str, type[Detector]] = {
    "none": NoDetector,
    "ip_burst": IpBurst,
    "no_read_like": NoReadLike,
    "device": Device,
    "like_read_mismatch": LikeReadMismatch,
}
