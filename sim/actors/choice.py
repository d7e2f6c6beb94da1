"""Pairwise payoff comparison."""

from __future__ import annotations

import math

LEAST_EXPONENT = -700.0  # below, exp() is 0 anyway


def fermi(advantage: float, beta: float) -> float:
    """Chance to copy somebody whose payoff is better by `advantage`.

    The Fermi rule 1 / (1 + exp(-beta x advantage)) (Szabo & Toke, Phys. Rev. E 58, 1998): neutral at 0, and
    worse is sometimes copied too.
    """
    x = beta * advantage
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    grown = math.exp(max(x, LEAST_EXPONENT))
    return grown / (1.0 + grown)


def log_payoff(cny_per_week: float, scale_cny: float) -> float:
    """Payoffs as creators compare them: proportionally when large, plainly when small; negative ones mirror.

    `scale_cny` (CNY a week) is where the one goes over into the other.
    """
    return math.copysign(math.log1p(abs(cny_per_week) / scale_cny), cny_per_week)
