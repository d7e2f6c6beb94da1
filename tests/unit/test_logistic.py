"""The logistic regression of the detector that learns, against answers that are known."""

import numpy as np
import pytest

from sim.plugins.detectors.logistic import fit_logistic

STEPS = 12


def sample(n: int = 200, k: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k))
    return x, rng.random(n) < 1 / (1 + np.exp(1 - 2 * x[:, 0]))


def test_two_groups_get_their_shares():
    """One in four of those with a mark is positive, and three in four without: a penalty of next to nothing."""
    x = np.repeat([1.0, 0.0], 40)[:, None]
    y = np.tile([True, False, False, False], 10).tolist() + np.tile([True, True, True, False], 10).tolist()
    fitted = fit_logistic(x, np.array(y), ridge=1e-6, steps=STEPS)
    assert fitted.predict(np.array([[1.0], [0.0]])) == pytest.approx([0.25, 0.75], abs=1e-6)
    assert fitted.mean.tolist() == [0.5] and fitted.sd.tolist() == [0.5]
    assert fitted.weights == pytest.approx([-np.log(3), 0.0], abs=1e-5)


def test_a_sample_that_can_be_separated_is_learnt():
    x = np.arange(60.0).reshape(-1, 1) + np.array([[0.0, 5.0]])
    y = x[:, 0] >= 30
    p = fit_logistic(x, y, ridge=0.01, steps=STEPS).predict(x)
    assert ((p > 0.5) == y).all() and p.min() < 0.01 and p.max() > 0.99
    assert (np.diff(p) > 0).all()


@pytest.mark.parametrize("ridge", [0.01, 1.0, 100.0])
def test_the_slope_of_the_penalised_loss_is_zero(ridge):
    x, y = sample()
    fitted = fit_logistic(x, y, ridge, STEPS)
    z = np.column_stack(((x - x.mean(axis=0)) / x.std(axis=0), np.ones(len(x))))
    assert z.T @ (y - fitted.predict(x)) == pytest.approx(ridge * fitted.weights, abs=1e-8)


def test_the_more_penalty_the_smaller_the_weights():
    x, y = sample()
    sizes = [np.abs(fit_logistic(x, y, ridge, STEPS).weights).sum() for ridge in (0.01, 1.0, 100.0, 1e6)]
    assert sizes == sorted(sizes, reverse=True) and sizes[-1] < 1e-3


def test_a_feature_that_is_the_same_everywhere_says_nothing():
    x, y = sample()
    with_constant = np.column_stack((x, np.full(len(x), 0.1)))
    fitted = fit_logistic(with_constant, y, 1.0, STEPS)
    assert np.isfinite(fitted.weights).all() and abs(fitted.weights[3]) < 1e-9
    assert fitted.predict(with_constant) == pytest.approx(fit_logistic(x, y, 1.0, STEPS).predict(x))


@pytest.mark.parametrize("positive", [True, False])
def test_one_kind_alone_is_no_failure(positive):
    x, _ = sample()
    p = fit_logistic(x, np.full(len(x), positive), 1.0, STEPS).predict(x)
    assert ((p > 0.9) == positive).all()


def test_one_row_and_huge_values_are_no_failure():
    assert np.isfinite(fit_logistic(np.ones((1, 2)), np.array([True]), 1.0, STEPS).weights).all()
    x, y = sample()
    fitted = fit_logistic(x, y, 0.01, STEPS)
    assert set(fitted.predict(np.array([[1e6, 0, 0], [-1e6, 0, 0]])).tolist()) <= {0.0, 1.0}
    assert len(fitted.predict(np.zeros((0, 3)))) == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_changes_no_bit(seed):
    x, y = sample()
    order = np.random.default_rng(seed).permutation(len(x))
    first, other = fit_logistic(x, y, 1.0, STEPS), fit_logistic(x[order], y[order], 1.0, STEPS)
    for name in ("mean", "sd", "weights"):
        assert getattr(first, name).tobytes() == getattr(other, name).tobytes()
