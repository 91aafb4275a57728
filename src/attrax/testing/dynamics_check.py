"""The check of dynamics."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear, AbstractTimed
from attrax.core.rollout import rollout
from attrax.testing.closeness import assert_close

POINTS = 20


def check_dynamics(
    dynamics: AbstractDynamics, *, key: PRNGKeyArray, tolerance: float = 1e-4, spread: float = 1.0
) -> None:
    """Check a dynamics: shapes and types, the Jacobian, `vmap`, rollouts, and the effect of inputs.

    For a piecewise-linear map also the affine maps of its regions and the borders; for a dynamics in continuous time
    also that durations add up.

    Args:
        dynamics: The implementation.
        key: Random key of the test points.
        tolerance: Largest error, relative to the size of the compared values.
        spread: Standard deviation of the test points around the origin.

    Raises:
        AssertionError: A property does not hold.

    Example:
        >>> from attrax.systems import Henon
        >>> check_dynamics(Henon(), key=jax.random.key(0), spread=0.1)
    """
    k_points, k_inputs = jax.random.split(key)
    points = spread * jax.random.normal(k_points, (POINTS, dynamics.latent_dim))
    inputs = jax.random.normal(k_inputs, (POINTS, dynamics.input_dim)) if dynamics.input_dim else None
    assert dynamics.dt > 0, "dt is not positive"
    stepped, jacobian, derivative, silent = _evaluate(dynamics, points, inputs)
    assert stepped.shape == points.shape, "step changes the number of state variables"
    assert stepped.dtype == points.dtype, "step changes the type of the state"
    assert jnp.isfinite(stepped).all(), "step gives no finite state"
    for i in range(3):
        s = None if inputs is None else inputs[i]
        assert_close("vmap of step", stepped[i], _step(dynamics, points[i], s), tolerance)
    assert_close("jacobian", jacobian, derivative, tolerance)
    _check_rollout(dynamics, points[0], inputs, tolerance)
    if inputs is not None:
        without = dynamics.step(points[0], jnp.zeros_like(inputs[0]))
        assert_close("step without inputs", silent[0], without, tolerance)
        assert jnp.abs(stepped - silent).max() > 0, "inputs have no effect"
    if isinstance(dynamics, AbstractPiecewiseLinear):
        _check_regions(dynamics, points, silent, jacobian, tolerance)
    if isinstance(dynamics, AbstractTimed):
        _check_time(dynamics, points, silent, tolerance)


@eqx.filter_jit
def _evaluate(
    dynamics: AbstractDynamics, points: Float[Array, "point latent"], inputs: Float[Array, "point input"] | None
) -> tuple[Array, Array, Array, Array]:
    """Steps, Jacobians, derivatives of the steps, and steps without inputs, at all test points."""
    stepped = jax.vmap(dynamics.step)(points, inputs)
    jacobian = jax.vmap(dynamics.jacobian)(points, inputs)
    derivative = jax.vmap(jax.jacfwd(dynamics.step))(points, inputs)
    silent = stepped if inputs is None else jax.vmap(dynamics.step)(points)
    return stepped, jacobian, derivative, silent


@eqx.filter_jit
def _step(
    dynamics: AbstractDynamics, z: Float[Array, " latent"], s: Float[Array, " input"] | None
) -> Float[Array, " latent"]:
    return dynamics.step(z, s)


def _check_rollout(
    dynamics: AbstractDynamics,
    z: Float[Array, " latent"],
    inputs: Float[Array, "n input"] | None,
    tolerance: float,
) -> None:
    n = 3
    s = None if inputs is None else inputs[:n]
    run = rollout(dynamics, z, n, s)
    for t in range(n):
        z = _step(dynamics, z, None if s is None else s[t])
        assert_close(f"state {t + 1} of a rollout", run.z[t], z, tolerance)


def _check_regions(
    dynamics: AbstractPiecewiseLinear,
    points: Float[Array, "point latent"],
    silent: Float[Array, "point latent"],
    jacobian: Float[Array, "point latent latent"],
    tolerance: float,
) -> None:
    region = jax.vmap(dynamics.region)(points)
    matrix, offset = jax.vmap(dynamics.affine)(region)
    assert_close("affine form", jnp.einsum("pij,pj->pi", matrix, points) + offset, silent, tolerance)
    assert_close("matrix of the affine form", matrix, jacobian, tolerance)
    normals, offsets = dynamics.borders()
    assert jnp.array_equal(points @ normals.T + offsets > 0, region), "borders do not bound the regions"
    norms = jnp.linalg.norm(matrix, ord=2, axis=(-2, -1))
    assert norms.max() <= dynamics.jacobian_bound() * (1 + tolerance), "jacobian_bound is smaller than a Jacobian"


def _check_time(
    dynamics: AbstractTimed,
    points: Float[Array, "point latent"],
    silent: Float[Array, "point latent"],
    tolerance: float,
) -> None:
    @eqx.filter_jit
    def advance(z: Float[Array, "point latent"], share: Float[Array, ""]) -> Float[Array, "point latent"]:
        return jax.vmap(lambda z: dynamics.advance(z, share * dynamics.dt))(z)

    whole, first, rest = (jnp.asarray(share, points.dtype) for share in (1.0, 0.3, 0.7))
    assert_close("state after dt", advance(points, whole), silent, tolerance)
    assert_close("one duration after another", advance(advance(points, first), rest), silent, tolerance)
