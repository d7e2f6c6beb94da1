"""Which numbers are seeds: what tables hold, 64 bits with a sign."""

from __future__ import annotations

LARGEST_SEED = 2**63 - 1
