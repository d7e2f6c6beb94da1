"""Designs: the right points, the same for the same seed, and no global randomness."""

from __future__ import annotations

import builtins
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.errors import RunError
from sim.studies import designs
from sim.studies.factors import Axis
from sim.studies.schema import Grid, LatinHypercube, Morris, Sobol, Spread

LHS = LatinHypercube(kind="latin_hypercube", samples=16)
SOBOL = Sobol(kind="sobol", samples=8)
MORRIS = Morris(kind="morris", trajectories=5, levels=4)
GRID = Grid(kind="grid")


def axis(name: str = "x", **spread: object) -> Axis:
    levels = spread.get("values")
    return Axis(name, (), ("a",), tuple(levels) if levels else None, Spread.model_validate(spread))


@pytest.mark.parametrize("design", [LHS, SOBOL, MORRIS], ids=lambda d: d.kind)
def test_the_same_seed_gives_the_same_points_to_the_bit(design):
    first, again, other = (designs.unit_points(design, 3, seed) for seed in (4, 4, 5))
    assert first.tobytes() == again.tobytes() != other.tobytes()
    assert first.min() >= 0 and first.max() <= 1


@pytest.mark.parametrize("design", [LHS, SOBOL, MORRIS], ids=lambda d: d.kind)
def test_global_randomness_is_left_alone(design):
    state, plain = np.random.get_state(), random.getstate()
    designs.unit_points(design, 3, 0)
    assert all(np.array_equal(a, b) for a, b in zip(state, np.random.get_state(), strict=True))
    assert plain == random.getstate()


@pytest.mark.parametrize("design", [LHS, SOBOL, Sobol(kind="sobol", samples=8, second_order=True), MORRIS])
def test_size_is_the_number_of_points(design):
    axes = [axis(name, range=[0.0, 1.0]) for name in "xyz"]
    found = designs.settings(design, axes, 1)
    assert len(found) == designs.size(design, axes) == len(designs.unit_points(design, 3, 1))
    assert all(list(values) == ["x", "y", "z"] for values in found)


def test_a_grid_has_every_combination_once():
    axes = [axis("x", values=[1, 2, 3]), axis("y", range=[1.0, 100.0], scale="log", levels=3)]
    found = designs.settings(GRID, axes, 1)
    assert [list(v.values()) for v in found[:3]] == [[1, pytest.approx(y)] for y in (1.0, 10.0, 100.0)]
    assert len(found) == len({tuple(v.values()) for v in found}) == designs.size(GRID, axes) == 9


def test_a_latin_hypercube_has_one_point_in_every_slice():
    points = designs.unit_points(LHS, 4, 3)
    assert (np.sort((points * 16).astype(int), axis=0) == np.arange(16)[:, None]).all()


def test_a_saltelli_block_changes_one_column_at_a_time():
    points = designs.unit_points(SOBOL, 3, 1).reshape(8, 5, 3)
    base, other = points[:, 0], points[:, -1]
    for i in range(3):
        expected = base.copy()
        expected[:, i] = other[:, i]
        assert np.array_equal(points[:, 1 + i], expected)


def test_a_trajectory_moves_every_factor_once():
    steps = np.diff(designs.unit_points(MORRIS, 6, 2).reshape(5, 7, 6), axis=1)
    assert ((steps != 0).sum(axis=1) == 1).all()
    assert np.allclose(np.abs(steps[steps != 0]), 2 / 3)


@given(low=st.floats(-100, 100), width=st.floats(0.01, 100), units=st.lists(st.floats(0, 1), min_size=1, max_size=9))
@settings(max_examples=50, deadline=None)
def test_ranges_are_kept_and_whole_numbers_stay_whole(low, width, units):
    spread = Spread.model_validate({"range": [low, low + width]})
    found = Axis("x", (), ("a",), None, spread).values(np.array(units))
    assert all(low <= value <= low + width for value in found)
    whole = Axis("x", (), ("a",), None, spread, whole=True).values(np.array(units))
    assert all(type(value) is int and low - 0.5 <= value <= low + width + 0.5 for value in whole)


@pytest.mark.parametrize(
    ("law", "middle", "low", "high"),
    [
        ({"name": "normal", "mean": 2, "sd": 1}, 2, -10, 10),
        ({"name": "lognormal", "median": 3, "sigma": 0.5}, 3, 0, 100),
        ({"name": "uniform", "low": 1, "high": 3}, 2, 1, 3),
        ({"name": "triangular", "low": 0, "mode": 1, "high": 2}, 1, 0, 2),
        ({"name": "beta", "a": 2, "b": 2, "low": 0, "high": 10}, 5, 0, 10),
        ({"name": "truncnorm", "mean": 0.5, "sd": 1, "low": 0, "high": 1}, 0.5, 0, 1),
    ],
)
def test_distributions_are_sampled_through_their_inverse(law, middle, low, high):
    values = axis(distribution=law).values(np.array([0.0, 0.25, 0.5, 0.75, 1.0]))
    assert values == sorted(values) and np.isfinite(values).all()
    assert values[2] == pytest.approx(middle) and low <= values[0] and values[-1] <= high


def test_morris_stays_out_of_the_tails_of_a_distribution_without_end():
    law = {"name": "normal", "mean": 0, "sd": 1}
    values = [v["x"] for v in designs.settings(MORRIS, [axis(distribution=law), axis("y", range=[0.0, 1.0])], 1)]
    assert max(np.abs(values)) == pytest.approx(2.326, abs=0.01)


def test_levels_of_a_list_are_met_alike():
    values = axis(values=["a", "b", "c"]).values(designs.unit_points(LHS, 1, 1)[:, 0])
    assert {v: values.count(v) for v in "abc"} == {"a": 6, "b": 5, "c": 5} or min(map(values.count, "abc")) >= 5
    assert axis(values=["a", "b"]).values(np.array([0.0, 1.0])) == ["a", "b"]


def test_what_a_design_cannot_take_is_said_with_what_to_do():
    named = axis("policy", values=["weak", "strict"])
    ranged = axis("x", range=[0.0, 1.0])
    assert "levels: 5" in designs.refusals(GRID, [ranged])[0][2]
    assert "latin_hypercube" in designs.refusals(SOBOL, [named, ranged])[0][2]
    assert designs.refusals(LHS, [named, ranged]) == []


def test_without_salib_one_message_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("SALib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RunError, match=r"pip install 'gresham\[sensitivity\]'"):
        designs.unit_points(SOBOL, 2, 1)
