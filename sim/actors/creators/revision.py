"""Once a week every creator looks back: what its work paid, and whether to change, to quit, or to frame a rival."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.actors.creators.creator import Creator
from sim.actors.creators.effort import gradients, perceive_success, revise_effort
from sim.actors.creators.framing import find_framers, frame_rival
from sim.actors.creators.work import posting_rates
from sim.core.clock import WEEK_DAYS
from sim.state import State

SUMS_OF_WEEK = ("income_week", "spent_week", "visible_week", "reads_week", "punished_week", "exposed_week")


def revise_creators(state: State, creators: Sequence[Creator], rows: NDArray[np.integer]) -> None:
    """Let the creators `rows`, one after another, update payoff and effort, perhaps copy a peer, quit, frame a rival.

    Who comes later already sees the payoffs and strategies of those before.
    """
    columns, opts, day = state.world.creators, state.scenario.creators, state.clock.day
    entities = columns.entities(rows)
    payoffs = _payoffs(state, rows)
    columns.effort[rows] = _efforts(state, rows)
    compares = _draw_comparisons(state, entities)
    weeks = (day - columns.born_day[rows]) // WEEK_DAYS
    may_quit = (weeks >= opts.quit_after_weeks) & (state.rng.uniform_array("quit", day, entities) < opts.quit_per_week)
    frames = find_framers(state, rows, entities)
    spent = {}
    of_each = (each.tolist() for each in (rows, payoffs, compares, may_quit, frames))
    for row, payoff, compare, quit_if_poor, frame in zip(*of_each, strict=True):
        columns.payoff[row] = payoff
        if compare:
            creators[row].compare(payoff)
        if quit_if_poor and payoff < creators[row].outside:
            creators[row].remove()
        elif frame:
            spent[row] = frame_rival(state, creators[row].market, row)
    for name in SUMS_OF_WEEK:
        getattr(columns, name)[rows] = 0
    columns.spent_week[list(spent)] = list(spent.values())


def _draw_comparisons(state: State, entities: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Who compares with a peer this week: nobody where nothing else can be done, or strategies are frozen."""
    scenario = state.scenario
    if not scenario.manipulation.enabled or scenario.controls.frozen:
        return np.zeros(len(entities), bool)
    return state.rng.uniform_array("revise", state.clock.day, entities) < scenario.creators.revise_per_week


def _payoffs(state: State, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    """What a week brings, CNY, with the pleasure of being seen: a moving average that begins with the first week."""
    columns, opts = state.world.creators, state.scenario.creators
    visible = np.maximum(0.0, columns.visible_week[rows])
    success = perceive_success(columns.anxiety[rows], visible, columns.reads_week[rows])
    week = columns.income_week[rows] - columns.spent_week[rows] + opts.recognition_cny * success
    before = columns.payoff[rows]
    return np.where(before == 0.0, week, opts.payoff_memory * before + (1.0 - opts.payoff_memory) * week)


def _efforts(state: State, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    """Effort as revised: log success is worth the week's income (a tenth more of it brings a tenth more money)."""
    columns, opts = state.world.creators, state.scenario.creators
    effort = columns.effort[rows].astype(np.float64)
    posts = WEEK_DAYS * posting_rates(state, rows)
    worth = np.maximum(0.0, columns.income_week[rows]) + opts.recognition_cny
    cost = 2.0 * opts.effort_cost_cny * effort * posts
    return revise_effort(effort, gradients(columns, rows, opts) * worth, cost, opts)
