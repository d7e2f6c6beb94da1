"""What stands in the log of a small world: arranged acts look like others, and nobody acts on what is not yet out."""

from __future__ import annotations

import numpy as np
import pytest

from sim import EngagementModel, Scenario
from sim.core.enums import Kind, Origin, Surface
from sim.kernels.scales import CHAT_LINKS

SMALL = {
    "readers.n": 4000,
    "creators.n": 200,
    "farms.n_per_1000_creators": 1.0,
    "mcn.n_per_1000_creators": 1.0,
    "manipulation.enabled": True,
    "creators.manipulating_start": 0.3,
}
COLUMNS = ("time_s", "account", "post", "kind", "channel", "dwell_s", "since_s", "parent", "origin")


@pytest.fixture(scope="module")
def seen() -> tuple[EngagementModel, dict[str, np.ndarray]]:
    """A model after three days, and all that was logged."""
    model = EngagementModel(Scenario().with_changes(SMALL), seed=3, threads=1, log_reads=True)
    parts = []
    for _ in range(3 * 24):
        model.step()
        log = model.state.world.log
        parts.append([getattr(log, name).copy() for name in COLUMNS])
    return model, {name: np.concatenate(part) for name, part in zip(COLUMNS, zip(*parts, strict=True), strict=True)}


def test_nobody_acts_on_a_post_before_it_is_out(seen: tuple[EngagementModel, dict[str, np.ndarray]]) -> None:
    model, rows = seen
    assert (rows["time_s"] >= model.state.world.posts.published_s[rows["post"]]).all()


def test_a_reading_has_begun_when_it_is_logged_whoever_arranged_it(
    seen: tuple[EngagementModel, dict[str, np.ndarray]],
) -> None:
    _, rows = seen
    for arranged in (False, True):
        reads = (rows["kind"] == Kind.READ) & ((rows["origin"] != Origin.ORGANIC) == arranged)
        assert reads.any() and (rows["since_s"][reads] == 0).all()


def test_what_is_met_in_a_chat_was_sent_by_somebody_and_by_its_author_where_it_was_arranged(
    seen: tuple[EngagementModel, dict[str, np.ndarray]],
) -> None:
    model, rows = seen
    chat = rows["channel"] == Surface.CHAT
    assert (rows["parent"][chat] >= 0).all()
    arranged = chat & (rows["origin"] != Origin.ORGANIC)
    world = model.state.world
    author = world.creators.account[world.posts.creator[rows["post"]]]
    assert arranged.any() and (rows["parent"] == author)[arranged].all()
    honest = chat & (rows["origin"] == Origin.ORGANIC)
    assert 0 < (rows["parent"] == author)[honest].mean() < 1  # authors send their posts, and readers forward some
    assert (rows["parent"][~np.isin(rows["channel"], (Surface.CHAT, Surface.MOMENTS))] == -1).all()


@pytest.mark.parametrize(("share", "chats", "links"), [(0.0, 4, False), (1.0, 0, False), (1.0, 2, True)])
def test_authors_send_their_posts_to_as_many_chats_as_the_scenario_says(share: float, chats: int, links: bool) -> None:
    changes = {"creators.chat_share": share, "creators.chats": chats, "readers.forward_base": 0.0}
    changes |= {"readers.forward_quality": 0.0, "manipulation.enabled": False, "creators.posts_per_day": 2.0}
    changes |= {"readers.people": 4000}  # one at each seat: a chat of seats is one of people
    model = EngagementModel(Scenario().with_changes({**SMALL, **changes}), seed=3, threads=1)
    for _ in range(12):
        model.step()
    world = model.state.world
    sent = world.chat_post[world.chat_post > 0] - 1
    assert bool(len(sent)) == links
    if links:
        assert world.chat_post.shape[1] == CHAT_LINKS
        _, times = np.unique(sent, return_counts=True)
        assert times.max() == chats
