"""Models of symbols: what they may see, what they draw, and a rule whose weights are known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ConfigError
from attrax.models import LocalRule, TokenModel
from attrax.models.symbolic.token_model import _rotated
from attrax.systems import find, record
from attrax.train import NextSymbols

KEY = jax.random.key(0)


@pytest.fixture(scope="module")
def tokens():
    return TokenModel.create(3, width=8, heads=2, depth=2, reach=2, key=KEY)


def life_rule(shape):
    """Life with two hidden units: a cell lives if twice its neighbors plus itself are 5, 6 or 7."""
    weights = jnp.full(9, 2.0).at[4].set(1.0)
    hidden = jnp.stack([weights, -weights]), jnp.array([-6.0, 6.0])
    return LocalRule(*hidden, jnp.array([[0.0, 0.0], [-1.0, -1.0]]), jnp.array([0.0, 1.5]), shape)


def test_a_token_depends_on_those_before_it_and_on_no_other(tokens):
    before, after = jnp.array([[0, 1, 2, 0], [2, 2, 1, 0]]), jnp.array([1, 0, 2, 1])
    logits = tokens.logits(before, after)
    assert logits.shape == (4, 3)
    for i in range(4):
        changed = tokens.logits(before, after.at[i].set((after[i] + 1) % 3))
        np.testing.assert_allclose(changed[: i + 1], logits[: i + 1], atol=1e-6)
        assert i == 3 or np.abs(changed[i + 1 :] - logits[i + 1 :]).max() > 1e-4
    for row in range(2):
        assert np.abs(tokens.logits(before.at[row, 0].set(1 - before[row, 0] // 2), after) - logits).max() > 1e-4


def test_the_most_likely_row_is_the_most_likely_symbol_given_those_before_it(tokens):
    before = jnp.array([[0, 1, 2, 0], [2, 2, 1, 0]])
    row = tokens.next_row(before)
    np.testing.assert_array_equal(jnp.argmax(tokens.logits(before, row), axis=1), row)


def test_rows_are_drawn_with_their_probabilities(tokens):
    before = jnp.array([[0, 1], [2, 1]])
    drawn = np.asarray(jax.vmap(lambda key: tokens.next_row(before, key))(jax.random.split(KEY, 3_000)))
    first = jax.nn.softmax(tokens.logits(before, jnp.zeros(2, jnp.int32))[0])
    np.testing.assert_allclose(np.bincount(drawn[:, 0], minlength=3) / 3_000, first, atol=0.03)
    second = jax.nn.softmax(tokens.logits(before, jnp.array([1, 0]))[1])
    after_one = drawn[drawn[:, 0] == 1, 1]
    np.testing.assert_allclose(np.bincount(after_one, minlength=3) / len(after_one), second, atol=0.06)


def test_attention_depends_on_distances_of_tokens():
    a, b = jax.random.normal(KEY, (2, 1, 1, 6))
    turned_a, turned_b = (_rotated(jnp.repeat(x, 8, axis=0))[:, 0] for x in (a, b))
    products = np.asarray(turned_a @ turned_b.T)
    for apart in (-3, 0, 2):
        np.testing.assert_allclose(np.diag(products, apart), np.diag(products, apart)[0], rtol=1e-4)
    assert abs(products[0, 3] - products[0, 0]) > 1e-3


def test_a_rule_that_agrees_on_all_patterns_runs_the_game_of_life_on_any_lattice():
    patterns, after = life_rule((5, 5)).table()
    around, cell = np.delete(patterns, 4, axis=1).sum(axis=1), patterns[:, 4]
    np.testing.assert_array_equal(after, (around == 3) | ((cell == 1) & (around == 2)))
    for size in (25, 256):
        system = find("life").resized(size)
        x = record(system, 12, key=KEY)[0].x
        run = life_rule((5, 5)).at(system.dynamics.shape).simulate(x[:1], 11)
        np.testing.assert_array_equal(run.x, x[1:])


def test_the_patterns_are_the_cells_around_a_cell_in_the_order_of_the_table():
    rule = LocalRule.create(3, (4, 6), radius=1, key=KEY)
    board = jax.random.randint(KEY, (4, 6), 0, 3)
    logits = rule.logits(board.reshape(1, -1), board.ravel()).reshape(4, 6, 3)
    patterns, _ = rule.table()
    own = board[1:4, 2:5].ravel()  # around the cell 2, 3
    place = int(np.flatnonzero((patterns == np.asarray(own)).all(axis=1))[0])
    np.testing.assert_allclose(rule._of_patterns(jnp.asarray(patterns[place : place + 1]))[0], logits[2, 3], rtol=1e-5)
    shifted = rule.logits(jnp.roll(board, (1, 2), (0, 1)).reshape(1, -1), board.ravel()).reshape(4, 6, 3)
    np.testing.assert_allclose(shifted, jnp.roll(logits, (1, 2), (0, 1)), rtol=1e-5)


def test_too_many_patterns_are_not_listed():
    with pytest.raises(ConfigError, match="C692"):
        LocalRule.create(2, (9, 9), radius=2, key=KEY).table()


def test_the_objective_is_the_mean_log_probability_and_counts_errors():
    before = jnp.array([[[1, 1, 1, 0, 0, 0, 0, 0, 0]]])
    flat = LocalRule(jnp.zeros((2, 9)), jnp.zeros(2), jnp.zeros((2, 2)), jnp.zeros(2), (3, 3))
    value, (_, facts) = NextSymbols()(flat, (before, before[:, 0]), None, KEY)
    assert float(value) == pytest.approx(np.log(2))
    assert float(facts["errors"]) == pytest.approx(3 / 9)
    right = NextSymbols()(life_rule((3, 3)), (before, jnp.ones((1, 9), jnp.int32)), None, KEY)
    assert float(right[1][1]["errors"]) == 0.0  # on a torus of three cells every cell has three neighbors or is of them


def test_contexts_are_rounded_and_missing_values_are_the_last_ones():
    rule = life_rule((3, 3))
    row = np.array([1.0, 1.0, 1.0, 0, 0, 0, 0, 0, 0])
    gappy = np.stack([row, np.where(np.arange(9) < 2, np.nan, row + 0.2)])
    np.testing.assert_array_equal(rule.simulate(gappy, 3).x, rule.simulate(row[None], 3).x)
