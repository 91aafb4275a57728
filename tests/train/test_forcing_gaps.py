import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.train.forcing_gaps import gain_after_gaps, reliable_states

# Compiled as in training.
GAIN, RELIABLE = jax.jit(gain_after_gaps), jax.jit(reliable_states)


def column(values):
    return jnp.asarray(values)[:, None, None]


def test_without_gaps_the_gain_is_that_of_the_forcing(rng):
    gain = jnp.asarray(rng.random((6, 1, 1)))
    np.testing.assert_allclose(GAIN(gain, jnp.ones((6, 2, 3), bool)), jnp.broadcast_to(gain, (6, 2, 3)), atol=1e-6)


def test_what_is_left_of_the_past_after_a_gap_is_what_would_have_been_left_without_it(rng):
    gain = jnp.asarray(rng.random((30, 1, 1)) / 10)
    mask = jnp.asarray(rng.random((30, 4, 3)) > 0.6).at[-1].set(True)
    with_gaps = jnp.prod(1 - GAIN(gain, mask), axis=0)
    np.testing.assert_allclose(with_gaps, jnp.full((4, 3), jnp.prod(1 - gain)), rtol=1e-4)


def test_a_forcing_that_was_missed_is_made_up_in_full():
    sparse = column([1.0, 0.0, 1.0, 0.0, 0.0])
    mask = column(np.array([1, 1, 0, 1, 1], bool))
    np.testing.assert_array_equal(GAIN(sparse, mask).ravel(), [1, 0, 0, 1, 0])


def test_the_channel_with_the_longest_gap_decides():
    mask = jnp.ones((8, 1, 2), bool).at[2:, 0, 1].set(False)
    found = RELIABLE(jnp.full((8, 1, 1), 0.1), mask)[:, 0, 0]
    # 0.9 ** 6 = 0.53 is left at the end of the gap.
    assert found.all()
    found = RELIABLE(jnp.full((8, 1, 1), 0.2), mask)[:, 0, 0]
    np.testing.assert_array_equal(found, [1, 1, 1, 1, 1, 0, 0, 0])


@pytest.mark.slow
def test_half_of_the_states_are_trusted_however_many_channels_there_are(rng):
    mask = jnp.asarray(rng.random((50, 8, 30)) > 0.5)
    found = RELIABLE(jnp.full((50, 1, 1), 0.5), mask)
    assert 0.5 <= found.mean() < 1


def test_a_free_run_trusts_every_state():
    assert RELIABLE(jnp.zeros((5, 1, 1)), jnp.zeros((5, 2, 3), bool)).all()
