"""What every detector that learns must do when it is asked to.

That its verdicts, with a fit before them, hang on nothing that they may not is asked in `test_detectors.py`.
"""

import dataclasses
import pickle

import numpy as np
import pytest

from sim.core.views import LABEL_COLUMNS, NO_LABELS, LabelRows
from sim.plugins.detectors import TABLE
from sim.plugins.detectors.detector import has_fit
from sim.plugins.frozen import frozen_platform
from sim.world.observables import view_platform
from sim.world.tokens import token_keys
from tests.contracts.test_detectors import same, shuffled
from tests.helpers import seen
from tests.helpers.seen import LIVED, change_truth, lived, move_people, sharp

LEARNERS = [name for name in sorted(TABLE) if has_fit(TABLE[name]())]


def bits(fitted):
    return pickle.dumps(fitted)


def fitted_by(name, world):
    fitted = sharp(name).fit(view_platform(world, LIVED), LIVED)
    assert fitted is not None
    return fitted


def labelled(view, rows):
    """The view with these rows of the labels alone."""
    kept = {column: getattr(view.labels, column)[rows] for column in LABEL_COLUMNS}
    return dataclasses.replace(view, labels=LabelRows(**kept))


def test_some_detector_learns():
    assert LEARNERS and len(LEARNERS) < len(TABLE)


@pytest.mark.parametrize("name", LEARNERS)
def test_asked_twice_it_learns_the_same_and_has_changed_nothing(name):
    world, detector = lived(), sharp(name)
    before, own = pickle.dumps(world), dict(vars(detector))
    view = view_platform(world, LIVED)
    assert bits(detector.fit(view, LIVED)) == bits(detector.fit(view, LIVED))
    assert bits(detector.fit(frozen_platform(view), LIVED)) == bits(detector.fit(view, LIVED))
    assert pickle.dumps(world) == before and vars(detector) == own


@pytest.mark.parametrize("name", LEARNERS)
def test_what_is_learnt_pickles_and_is_not_changed_by_use(name):
    view, detector = view_platform(lived(), LIVED), sharp(name)
    fitted = detector.fit(view, LIVED)
    before = bits(fitted)
    again = pickle.loads(before)
    assert same(detector.inspect(view, LIVED, fitted), detector.inspect(view, LIVED, again))
    assert bits(fitted) == before


@pytest.mark.parametrize("name", LEARNERS)
def test_before_anything_is_learnt_nobody_is_judged(name):
    view, detector = view_platform(lived(), LIVED), sharp(name)
    assert len(detector.inspect(view, LIVED).ids) == len(detector.inspect(view, LIVED, None).ids) == 0


@pytest.mark.parametrize("name", LEARNERS)
def test_who_knows_something_judges_nothing_where_nothing_is(name):
    detector, fitted = sharp(name), fitted_by(name, lived())
    assert len(detector.inspect(seen.view(seen.log(0)), LIVED, fitted).ids) == 0


@pytest.mark.parametrize("name", LEARNERS)
def test_there_is_nothing_to_learn_without_labels_of_both_kinds(name):
    view, detector = view_platform(lived(), LIVED), sharp(name)
    assert detector.fit(dataclasses.replace(view, labels=NO_LABELS), LIVED) is None
    assert detector.fit(seen.view(seen.log(0)), LIVED) is None
    for kind in (False, True):
        assert detector.fit(labelled(view, np.flatnonzero(view.labels.is_fake == kind)), LIVED) is None


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_is_nothing_to_learn(name, seed):
    view, detector = view_platform(lived(), LIVED), sharp(name)
    assert bits(detector.fit(shuffled(view, seed)[0], LIVED)) == bits(detector.fit(view, LIVED))


@pytest.mark.parametrize("name", LEARNERS)
def test_other_tokens_teach_nothing_else(name):
    world = lived()
    before = fitted_by(name, world)
    world.tokens, world.seed = token_keys(2), 2
    assert bits(fitted_by(name, world)) == bits(before)


@pytest.mark.parametrize("name", LEARNERS)
@pytest.mark.parametrize("change", [move_people, change_truth], ids=["seats", "truth"])
def test_neither_seats_nor_truth_are_learnt(name, change):
    world = lived()
    before = fitted_by(name, world)
    change(world)
    assert bits(fitted_by(name, world)) == bits(before)


@pytest.mark.parametrize("name", LEARNERS)
def test_what_reviewers_said_is_learnt(name):
    """The other way round if they say the opposite."""
    view, detector = view_platform(lived(), LIVED), sharp(name)
    other = dataclasses.replace(view, labels=dataclasses.replace(view.labels, is_fake=~view.labels.is_fake))
    before = detector.inspect(view, LIVED, detector.fit(view, LIVED))
    after = detector.inspect(view, LIVED, detector.fit(other, LIVED))
    assert np.corrcoef(before.values, after.values)[0, 1] < 0
