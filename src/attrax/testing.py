"""Conformance checks for implementations of attrax's contracts; call them from your own tests.

Each raises `AssertionError` with what does not hold.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.core.observation import AbstractObservation
from attrax.core.result import Result
from attrax.core.rollout import rollout
from attrax.core.simulator import AbstractSimulator
from attrax.measures.score import AbstractMeasure
from attrax.train.forcing import AbstractForcing

POINTS = 20


def check_dynamics(dynamics: AbstractDynamics, *, key: PRNGKeyArray, tolerance: float = 1e-4) -> None:
    """The Jacobian is the derivative of `step`, regions reproduce it, and vmap and rollout change nothing.

    Args:
        dynamics: The implementation.
        key: Random key for the points that are tried.
        tolerance: Largest error allowed, relative to the size of the values compared.
    """
    points = jax.random.normal(key, (POINTS, dynamics.latent_dim))
    inputs = jax.random.normal(key, (POINTS, dynamics.input_dim)) if dynamics.input_dim else None
    for i, z in enumerate(points):
        s = None if inputs is None else inputs[i]
        assert_close("jacobian", dynamics.jacobian(z, s), jax.jacfwd(dynamics.step)(z, s), tolerance)
    stepped = jnp.stack([dynamics.step(z) for z in points])
    assert_close("vmap of step", jax.vmap(dynamics.step)(points), stepped, tolerance)
    assert_close("first state of a rollout", rollout(dynamics, points[0], 2).z[0], stepped[0], tolerance)
    if isinstance(dynamics, AbstractPiecewiseLinear):
        for z, z_next in zip(points, stepped, strict=True):
            matrix, offset = dynamics.affine(dynamics.region(z))
            assert_close("affine form", matrix @ z + offset, z_next, tolerance)
            norm = jnp.linalg.norm(matrix, ord=2)
            assert norm <= dynamics.jacobian_bound() * (1 + tolerance), "jacobian_bound is smaller than a Jacobian"


def check_observation(
    observation: AbstractObservation, latent_dim: int, *, key: PRNGKeyArray, tolerance: float = 1e-4
) -> None:
    """`observe` after `invert` is a projection, and masked values count for nothing."""
    z = jax.random.normal(key, (POINTS, latent_dim))
    x = jax.random.normal(key, (POINTS, observation.obs_dim))

    def project(x: Float[Array, "point obs"]) -> Float[Array, "point obs"]:
        forced = observation.invert(x)
        free = jnp.zeros((POINTS, latent_dim - forced.shape[-1]))
        return observation.observe(jnp.concatenate([forced, free], axis=-1))

    assert_close("projection", project(project(x)), project(x), tolerance)
    assert observation.nll(z, observation.observe(z), None) <= observation.nll(z, x, None), (
        "nll is not least at the data"
    )
    nothing = jnp.zeros_like(x, bool)
    value, gradient = eqx.filter_value_and_grad(lambda o: o.nll(z, jnp.full_like(x, jnp.nan), nothing))(observation)
    assert value == 0, "the nll of nothing observed is not 0"
    assert all(jnp.all(leaf == 0) for leaf in jax.tree.leaves(gradient)), "missing values have a gradient"


def check_forcing(forcing: AbstractForcing, dynamics: AbstractDynamics, *, key: PRNGKeyArray) -> None:
    """Forcing is pure, keeps shape and type, leaves a state that agrees with the data alone, and alpha is in [0, 1]."""
    state = forcing.init()
    z = jax.random.normal(key, (dynamics.latent_dim,))
    for t in range(3):
        forced = forcing.force(z, z, jnp.asarray(t), state)
        assert_close("a state that agrees with the data", forced, z, 1e-6)
        assert forced.dtype == z.dtype, "force changes the type of the state"
    z_hat = jax.random.normal(key, (4, 5, dynamics.latent_dim))
    new = forcing.update(state, dynamics, z_hat, jnp.asarray(0))
    again = forcing.update(state, dynamics, z_hat, jnp.asarray(0))
    assert jax.tree.structure(new) == jax.tree.structure(state), "update changes the structure of the state"
    for a, b, c in zip(*map(jax.tree.leaves, (new, again, state)), strict=True):
        assert jnp.array_equal(a, b), "update is not a pure function"
        assert (a.shape, a.dtype) == (c.shape, c.dtype), "update changes shape or type of the state"
    assert 0 <= forcing.alpha(new) <= 1, "alpha is not between 0 and 1"


def check_simulator(simulator: AbstractSimulator, x: Float[np.ndarray, "time obs"]) -> None:
    """Simulations and forecasts have the promised shapes, and the same key gives the same simulation."""
    run = simulator.simulate(x, 7, key=0)
    assert run.x.shape == (7, x.shape[1]), "simulate gives another number of rows or channels than asked for"
    assert run.x.dtype == np.float64, "simulate does not give float64"
    assert isinstance(run.result, Result), "simulate does not tell how it ended"
    np.testing.assert_array_equal(run.x, simulator.simulate(x, 7, key=0).x, "the same key gives another simulation")
    horizon = 3
    assert simulator.forecast(x, horizon).shape == (len(x) - horizon, x.shape[1]), "forecast has another shape"


def check_measure(measure: AbstractMeasure, x: Float[np.ndarray, "time obs"], *, symmetric: bool = False) -> None:
    """A recording is at distance 0 from itself, channel order does not matter, and a divergence is told.

    Args:
        measure: The implementation; one whose value is a distance.
        x: A recording that the measure can work on.
        symmetric: Whether the two arguments may be exchanged.
    """
    score = measure(x, x, key=0)
    assert abs(score.value) < 1e-6, "the distance of a recording from itself is not 0"
    assert score.protocol.startswith(measure.name.split("(")[0]), "the protocol does not begin with the name"
    other = x[::-1] + 0.1 * x.std(axis=0)
    swapped = measure(np.ascontiguousarray(x[:, ::-1]), np.ascontiguousarray(other[:, ::-1]), key=0)
    assert np.isclose(swapped.value, measure(x, other, key=0).value, rtol=0.05), "the order of the channels matters"
    if symmetric:
        assert np.isclose(measure(x, other, key=0).value, measure(other, x, key=0).value), "not symmetric"
    diverged = x.copy()
    diverged[len(x) // 2 :] = np.nan
    assert "diverged" in measure(x, diverged, key=0).flags, "a diverged simulation is not flagged"
    lost = measure(x, np.full_like(x, np.nan), key=0)
    assert np.isinf(lost.value), "a simulation of nothing has a finite score"


def assert_close(what: str, value: Array, expected: Array, tolerance: float) -> None:
    """Raise if two arrays differ by more than `tolerance` relative to their size."""
    size = 1 + jnp.abs(expected).max()
    error = jnp.abs(value - expected).max() / size
    assert error <= tolerance, f"{what}: relative error {error:.2g}, allowed {tolerance:.2g}"
