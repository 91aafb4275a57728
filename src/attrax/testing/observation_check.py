"""The check of observations."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.observation import AbstractInvertible, AbstractObservation
from attrax.testing.closeness import assert_close

POINTS = 20
_STEP = 1e-2


def check_observation(
    observation: AbstractObservation, latent_dim: int, *, key: PRNGKeyArray, tolerance: float = 1e-4
) -> None:
    """Check an observation: its random values, its likelihood, missing values, and the inverse if it has one.

    The likelihood of observed values must be largest in the state in which they were drawn; missing values must not
    change it.

    Args:
        observation: The implementation.
        latent_dim: Number of latent states.
        key: Random key of the test points.
        tolerance: Largest error, relative to the size of the compared values.

    Raises:
        AssertionError: A property does not hold.

    Example:
        >>> from attrax.models import IdentityObservation
        >>> check_observation(IdentityObservation(2), 3, key=jax.random.key(0))
    """
    k_state, k_data = jax.random.split(key)
    z = jax.random.normal(k_state, (POINTS, latent_dim))
    if isinstance(observation, AbstractInvertible):
        _check_inverse(observation, z, jax.random.normal(k_data, (POINTS, observation.obs_dim)), tolerance)
    x = _sample(observation, z, k_data)
    assert x.shape == (POINTS, observation.obs_dim), "sample gives another number of channels than obs_dim"
    assert observation.observe(z).shape == x.shape, "observe gives another number of channels than obs_dim"
    assert jnp.array_equal(x, _sample(observation, z, k_data)), "the same key draws other values"
    features = observation.features(x)
    assert jnp.isfinite(features).all(), "features are not finite"
    assert_close("features one by one", features[0], observation.features(x[0]), tolerance)
    at_truth = _nll(observation, z, x)
    assert at_truth < _nll(observation, jnp.roll(z, 1, axis=0), x), "nll is the same for different states"
    direction = jax.random.normal(key, z.shape)
    slope = jnp.vdot(direction, _value_and_gradient((observation, z), x, jnp.ones_like(x, bool))[1][1])
    ahead, behind = (_nll(observation, z + step * direction, x) for step in (_STEP, -_STEP))
    assert_close("gradient of the nll", slope, (ahead - behind) / (2 * _STEP), 1e-2)
    _check_mask(observation, z, x)


def _check_inverse(
    observation: AbstractInvertible,
    z: Float[Array, "point latent"],
    x: Float[Array, "point obs"],
    tolerance: float,
) -> None:
    """`invert` finds the state of every possible observation, and `observe(invert(x))` is a projection."""
    latent_dim, forced_dim = z.shape[1], observation.invert(x).shape[-1]
    assert forced_dim <= latent_dim, "the observation fixes more coordinates than there are"

    def project(x: Float[Array, "point obs"]) -> Float[Array, "point obs"]:
        free = jnp.zeros((POINTS, latent_dim - forced_dim), x.dtype)
        return observation.observe(jnp.concatenate([observation.invert(x), free], axis=-1))

    possible = observation.observe(z.at[:, forced_dim:].set(0))
    assert_close("observation of an inverted observation", project(possible), possible, tolerance)
    assert_close("projection", project(project(x)), project(x), tolerance)
    assert_close("inversion one by one", observation.invert(x)[0], observation.invert(x[0]), tolerance)
    at_data = _nll(observation, z, observation.observe(z))
    assert at_data < _nll(observation, z, observation.observe(z) + x), "nll is not least at the data"


def _check_mask(observation: AbstractObservation, z: Float[Array, "point latent"], x: Float[Array, "point obs"]):
    nothing = jnp.zeros_like(x, bool)
    value, gradient = _value_and_gradient((observation, z), jnp.full_like(x, jnp.nan), nothing)
    assert value == 0, "the nll of nothing observed is not 0"
    assert all(jnp.all(leaf == 0) for leaf in jax.tree.leaves(gradient)), "missing values have a gradient"
    half = nothing.at[::2].set(True)
    value, gradient = _value_and_gradient((observation, z), jnp.where(half, x, jnp.nan), half)
    expected = _nll(observation, z[::2], x[::2])
    assert_close("nll of what was observed", value, expected, 1e-5)
    assert all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient)), "a missing value reaches a gradient"


# Compiled as a whole, because compiling each operation for itself takes seconds.
@eqx.filter_jit
def _sample(
    observation: AbstractObservation, z: Float[Array, "point latent"], key: PRNGKeyArray
) -> Float[Array, "point obs"]:
    return observation.sample(z, key=key)


@eqx.filter_jit
def _nll(
    observation: AbstractObservation, z: Float[Array, "point latent"], x: Float[Array, "point obs"]
) -> Float[Array, ""]:
    return observation.nll(z, x, None)


@eqx.filter_jit
@eqx.filter_value_and_grad
def _value_and_gradient(model: tuple, x: Float[Array, "point obs"], mask: Bool[Array, "point obs"]) -> Float[Array, ""]:
    observation, z = model
    return observation.nll(z, x, mask)
