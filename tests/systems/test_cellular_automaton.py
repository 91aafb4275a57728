"""Cellular automata: known patterns, an independent version of every rule, and differences that spread."""

from itertools import pairwise
from math import comb

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ConfigError, rollout
from attrax.systems import LINE, MOORE, VON_NEUMANN, CellularAutomaton, RandomLattices, find, record

RULES = ("B3/S23", "B36/S23", "B2/S", "B/S012345678", "B1357/S02468")
GLIDER = ((0, 1), (1, 2), (2, 0), (2, 1), (2, 2))


def naive(board, born, survives, neighborhood):
    """The next board, cell by cell."""
    rows, columns = board.shape
    after = np.zeros_like(board)
    for i in range(rows):
        for j in range(columns):
            total = sum(board[(i + a) % rows, (j + b) % columns] for a, b in neighborhood)
            after[i, j] = total in (survives if board[i, j] else born)
    return after


def digits(rule):
    return [{int(digit) for digit in part[1:]} for part in rule.split("/")]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_agrees_with_a_loop_over_cells(rule):
    board = np.random.default_rng(0).integers(2, size=(6, 9))
    automaton = CellularAutomaton.life_like(rule, board.shape)
    after = np.asarray(automaton.step(jnp.asarray(board.ravel(), jnp.float32))).reshape(board.shape)
    np.testing.assert_array_equal(after, naive(board, *digits(rule), MOORE))


def test_four_neighbors_agree_with_a_loop_over_cells():
    board = np.random.default_rng(1).integers(2, size=(5, 7))
    automaton = CellularAutomaton.life_like("B2/S13", board.shape, VON_NEUMANN)
    after = np.asarray(automaton.step(jnp.asarray(board.ravel(), jnp.float32))).reshape(board.shape)
    np.testing.assert_array_equal(after, naive(board, {2}, {1, 3}, VON_NEUMANN))


def test_a_glider_is_one_cell_further_down_and_right_after_four_steps_and_around_the_torus_after_32():
    life = find("life").resized(64).dynamics
    board = np.zeros((8, 8), np.float32)
    board[tuple(zip(*GLIDER, strict=True))] = 1
    run = np.asarray(rollout(life, jnp.asarray(board.ravel()), 32).z).reshape(32, 8, 8)
    np.testing.assert_array_equal(run[3], np.roll(board, (1, 1), (0, 1)))
    np.testing.assert_array_equal(run[31], board)


def test_rule_90_draws_the_triangle_of_pascal():
    ring = find("rule_90").dynamics
    z = jnp.zeros(101).at[50].set(1.0)
    run = np.asarray(rollout(ring, z, 40).z)
    for t in (1, 2, 7, 32, 40):
        expected = np.zeros(101)
        expected[50 - t : 50 + t + 1 : 2] = [comb(t, k) % 2 for k in range(t + 1)]
        np.testing.assert_array_equal(run[t - 1], expected)


@pytest.mark.parametrize("name", ["replicator", "rule_90", "rule_150"])
def test_additive_rules_add(name):
    step = find(name).dynamics.step
    a, b = jax.random.bernoulli(jax.random.key(0), 0.5, (2, find(name).dynamics.latent_dim)).astype(jnp.float32)
    np.testing.assert_array_equal(step((a + b) % 2), (step(a) + step(b)) % 2)


def test_day_and_night_treats_dead_and_living_cells_alike():
    step = find("day_and_night").dynamics.step
    z = jax.random.bernoulli(jax.random.key(0), 0.5, (256,)).astype(jnp.float32)
    np.testing.assert_array_equal(step(1 - z), 1 - step(z))


def test_three_states_count_with_their_values():
    largest = CellularAutomaton.of_rule(lambda cell, total: min(cell + total, 2), (5,), LINE, states=3)
    np.testing.assert_array_equal(largest.step(jnp.array([0.0, 1.0, 0.0, 0.0, 2.0])), [2, 1, 1, 2, 2])


def test_a_recording_is_an_orbit_of_zeros_and_ones_from_a_lattice_of_the_stated_density():
    system = find("life")
    x = record(system, 5, key=jax.random.key(0))[0].x
    assert set(np.unique(x)) == {0.0, 1.0}
    for before, after in pairwise(x):
        np.testing.assert_array_equal(system.dynamics.step(jnp.asarray(before, jnp.float32)), after)
    z0, spread = np.array(system.z0), system.start_deviations()
    starts = np.round(z0 + spread * np.random.default_rng(0).normal(size=(400, len(z0)))) > 0
    assert starts.mean() == pytest.approx(0.35, abs=0.01)


def test_sensitivity_of_an_additive_rule_is_its_neighborhood_and_otherwise_what_flips():
    ring = find("rule_150").resized(7).dynamics
    expected = np.eye(7) + np.roll(np.eye(7), 1, axis=0) + np.roll(np.eye(7), -1, axis=0)
    z = jax.random.bernoulli(jax.random.key(0), 0.5, (7,)).astype(jnp.float32)
    np.testing.assert_array_equal(np.abs(ring.sensitivity(z)), expected)
    life = find("life").resized(25).dynamics
    z = jax.random.bernoulli(jax.random.key(1), 0.4, (25,)).astype(jnp.float32)
    for j in (0, 7, 24):
        flipped = life.step(z.at[j].set(1 - z[j])) != life.step(z)
        np.testing.assert_array_equal(np.abs(life.sensitivity(z))[:, j], flipped)
    assert not life.jacobian(z).any()


def test_the_size_of_a_lattice_can_be_changed_to_another_square():
    assert find("life").resized(36).dynamics.shape == (6, 6)
    assert find("rule_90").resized(12).channels[-1] == "cell_11"
    for size in (4, 30):
        with pytest.raises(ConfigError, match="C534"):
            find("life").resized(size)


def test_what_does_not_fit_together_is_told():
    with pytest.raises(ConfigError, match="C690"):
        CellularAutomaton(jnp.zeros((2, 9), jnp.int32), (5,), LINE)
    with pytest.raises(ConfigError, match="C690"):
        CellularAutomaton.life_like("B3/S23", (2, 5))
    with pytest.raises(ConfigError, match="C690"):
        CellularAutomaton(jnp.zeros((2, 3), jnp.int32), (5, 5), LINE)
    for rule in ("3/23", "B9/S", "B3S23"):
        with pytest.raises(ConfigError, match="C691"):
            CellularAutomaton.life_like(rule, (5, 5))


def test_random_lattices_have_all_densities_and_their_next_states():
    automaton = find("life").dynamics
    before, after = RandomLattices(automaton, 200).draw(jax.random.key(0), jnp.asarray(0))
    density = np.asarray(before).mean(axis=(1, 2))
    assert density.min() < 0.05 < 0.95 < density.max()
    np.testing.assert_array_equal(automaton.step(before[0, 0].astype(jnp.float32)), after[0])
    half, _ = RandomLattices(automaton, 200, 0.5, 0.5).draw(jax.random.key(0), jnp.asarray(0))
    assert np.asarray(half).mean(axis=(1, 2)).std() < 0.05
