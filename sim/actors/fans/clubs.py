"""Fan clubs: honest people who answer every post of their star together, and some of whom pay (D27b, D28)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.actors.actor import HasState
from sim.actors.fans.members import found_clubs
from sim.actors.fans.turnout import Turnout, give_likes
from sim.actors.farms.market import FarmMarket
from sim.core.clock import HOUR_S, WEEK_DAYS
from sim.core.enums import Buyer, Surface
from sim.plugins.strategies.actions import BuyLikes


@dataclass
class Gift:
    """What a club gave to a post of its star: likes of members and likes bought."""

    club: int
    post: int
    day: int
    likes: int = 0


class FanClubs:
    """All clubs, their stars and members, what is about to be liked, and what was given lately.

    `star[club]` is a creator; `members[club]` are places among the people: whoever takes a place follows the star that
    was followed there. `missing[club]` is the share of what the club gave in a week that its members do not see.
    """

    def __init__(self, model: HasState, market: FarmMarket) -> None:
        self.state = model.state
        self.market = market
        clubs = found_clubs(self.state)
        self.star = [star for star, _ in clubs]
        self.members: list[NDArray[np.int64]] = [members for _, members in clubs]
        self.club_of = {star: club for club, star in enumerate(self.star)}
        self.missing = [0.0] * len(clubs)
        self.waiting: list[Turnout] = []
        self.gifts: dict[int, Gift] = {}  # by post

    # -- liking -------------------------------------------------------------------------------------------

    def answer(self, creator: int, post: int) -> None:
        """Let the club of a creator, if there is one, hear of its new post: members plan to like it, and it may buy.

        A club calls its members for some posts only, about `crowds.fan_calls_per_week`, however often its star posts.
        """
        club = self.club_of.get(creator)
        if club is None:
            return
        state = self.state
        posts_a_week = WEEK_DAYS * float(state.world.creators.posts_per_day[creator])
        call = state.rng.uniform("fan call", 0, int(state.world.posts.key[post]))
        if call * posts_a_week >= state.scenario.crowds.fan_calls_per_week:
            return
        self.gifts[post] = Gift(club, post, self.state.clock.day)
        self._plan(club, post)
        self._buy(club, post)

    def _plan(self, club: int, post: int) -> None:
        opts, world = self.state.scenario.crowds, self.state.world
        accounts = world.readers.persons[self.members[club]].astype(np.int64)
        entity, key = world.accounts.entity[accounts], int(world.posts.key[post])

        def draw(what: str) -> NDArray[np.float64]:
            return self.state.rng.uniform_array(f"fan {what}", key, entity)

        dwell = (opts.fan_look_s * draw("look") * draw("patience")).astype(np.int64)
        wait = (opts.fan_window_h * HOUR_S * draw("wait") * draw("haste")).astype(np.int64)
        own = world.creators.account[self.star[club]]  # a star found later may be a member
        come = (draw("turnout") < opts.fan_turnout) & (accounts != own)
        by_chat = draw("channel") < opts.fan_chat_share
        columns = {
            "account": accounts,
            "time_s": world.posts.published_s[post] + wait + dwell,
            "dwell_s": dwell,
            "channel": np.where(by_chat, Surface.CHAT, Surface.SUBSCRIPTION).astype(np.uint8),
            "comments": draw("comment") < opts.fan_comment_share,
            "forwards": draw("forward") < opts.fan_forward_share,
        }
        self.waiting.append(Turnout(post, {name: column[come] for name, column in columns.items()}))

    def _buy(self, club: int, post: int) -> None:
        """Some clubs collect money and buy likes; the more was taken from their star, the more they buy."""
        scenario = self.state.scenario
        opts = scenario.crowds
        if not (scenario.manipulation.enabled and scenario.farms.enabled):
            return
        if self.state.rng.uniform("fans' order", 0, int(self.state.world.posts.key[post])) >= opts.fan_order_share:
            return
        rise = 1.0 + opts.fan_order_rise * self.missing[club]
        n = round(opts.fan_order_per_member * len(self.members[club]) * rise)
        if n > 0:
            self.gifts[post].likes += self.market.order(Buyer.FANS, post, BuyLikes(n, "machine", "likes"))

    def act(self, log_reads: bool) -> None:
        """Give the likes that are due in this tick; reads go to the log if `log_reads`."""
        if not self.waiting:
            return
        for turnout in self.waiting:
            likes = give_likes(self.state, turnout, log_reads)
            if turnout.post in self.gifts:
                self.gifts[turnout.post].likes += likes
        self.waiting = [turnout for turnout in self.waiting if turnout.left]

    # -- the day ------------------------------------------------------------------------------------------

    def close_day(self) -> None:
        """Members compare what their star's posts show with what they gave; clubs whose star has gone find another."""
        if self.star:
            self._look_at_likes()
            self._replace_stars()

    def _look_at_likes(self) -> None:
        """Posts of the last week are looked at, from the age on at which buyers of likes look."""
        state, clubs = self.state, len(self.star)
        last = state.clock.day - state.scenario.farms.seen_after_days
        self.gifts = {post: gift for post, gift in self.gifts.items() if gift.day > last - WEEK_DAYS}
        if not state.world.likes_shown:
            return  # a control world: there is nothing to look at
        gifts = [gift for gift in self.gifts.values() if gift.day <= last]
        posts = np.array([gift.post for gift in gifts], np.int64)
        club = np.array([gift.club for gift in gifts], np.int64)
        given = np.array([gift.likes for gift in gifts], np.int64)
        lost = np.maximum(0, given - state.world.shown_likes(posts))
        all_given = np.bincount(club, given, clubs)
        self.missing = (np.bincount(club, lost, clubs) / np.maximum(1.0, all_given)).tolist()

    def _replace_stars(self) -> None:
        creators, public = self.state.world.creators, self.state.public
        for club, star in enumerate(self.star):
            if creators.present[star]:
                continue
            del self.club_of[star]
            followed = (row for row in public.ranking.tolist() if creators.present[row] and row not in self.club_of)
            self.star[club] = next(followed, star)
            self.club_of[self.star[club]] = club
