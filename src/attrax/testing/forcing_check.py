"""The check of forcings."""

import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics
from attrax.testing.closeness import assert_close
from attrax.train.forcing import AbstractForcing


def check_forcing(forcing: AbstractForcing, dynamics: AbstractDynamics, *, key: PRNGKeyArray) -> None:
    """Check a forcing: its gain and its strength alpha are between 0 and 1, and `update` is a pure function.

    Args:
        forcing: The implementation.
        dynamics: A dynamics for its updates.
        key: Random key of the test points.

    Raises:
        AssertionError: A property does not hold.

    Example:
        >>> from attrax.systems import Henon
        >>> from attrax.train import Generalized
        >>> check_forcing(Generalized(0.1), Henon(), key=jax.random.key(0))
    """
    state = forcing.init()
    t, n = jnp.arange(4), dynamics.latent_dim
    gain = forcing.gain(t, n, state)
    assert gain.shape == (4, n), "gain does not give one number for every step and coordinate"
    assert jnp.abs(gain - 0.5).max() <= 0.5, "gain leaves the line from state to data"
    assert_close("gain of fewer coordinates", forcing.gain(t, 1, state), gain[:, :1], 1e-6)
    assert_close("gain of one step", forcing.gain(t[2:3], n, state), gain[2:3], 1e-6)
    assert 0 <= forcing.alpha(state) <= 1, "alpha is not between 0 and 1 at the start"
    z_hat = jax.random.normal(key, (4, 5, dynamics.latent_dim))
    for _ in range(3):
        new = forcing.update(state, dynamics, z_hat)
        again = forcing.update(state, dynamics, z_hat)
        assert jax.tree.structure(new) == jax.tree.structure(state), "update changes the structure of the state"
        for a, b, c in zip(*map(jax.tree.leaves, (new, again, state)), strict=True):
            assert jnp.array_equal(a, b), "update is not a pure function"
            assert (a.shape, a.dtype) == (c.shape, c.dtype), "update changes shape or type of the state"
        assert 0 <= forcing.alpha(new) <= 1, "alpha is not between 0 and 1"
        state = new
