"""Checks for implementations of the contracts of attrax; call them from your own tests.

Each check raises an `AssertionError` that says which property does not hold.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear, AbstractTimed
from attrax.core.observation import AbstractInvertible, AbstractObservation
from attrax.core.result import Result
from attrax.core.rollout import rollout
from attrax.core.simulator import AbstractSimulator
from attrax.measures.score import AbstractMeasure, Score
from attrax.optimise import AbstractBatches, AbstractObjective
from attrax.train.forcing import AbstractForcing

POINTS = 20
_STEP = 1e-2


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
    """
    k_state, k_data = jax.random.split(key)
    z = jax.random.normal(k_state, (POINTS, latent_dim))
    if isinstance(observation, AbstractInvertible):
        _check_inverse(observation, z, jax.random.normal(k_data, (POINTS, observation.obs_dim)), tolerance)
    x = observation.sample(z, key=k_data)
    assert x.shape == (POINTS, observation.obs_dim), "sample gives another number of channels than obs_dim"
    assert observation.observe(z).shape == x.shape, "observe gives another number of channels than obs_dim"
    assert jnp.array_equal(x, observation.sample(z, key=k_data)), "the same key draws other values"
    features = observation.features(x)
    assert jnp.isfinite(features).all(), "features are not finite"
    assert_close("features one by one", features[0], observation.features(x[0]), tolerance)
    at_truth = observation.nll(z, x, None)
    assert at_truth < observation.nll(jnp.roll(z, 1, axis=0), x, None), "nll does not tell states apart"
    direction = jax.random.normal(key, z.shape)
    slope = jnp.vdot(direction, jax.grad(observation.nll)(z, x, None))
    ahead, behind = (observation.nll(z + step * direction, x, None) for step in (_STEP, -_STEP))
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
    at_data = observation.nll(z, observation.observe(z), None)
    assert at_data < observation.nll(z, observation.observe(z) + x, None), "nll is not least at the data"


def _check_mask(observation: AbstractObservation, z: Float[Array, "point latent"], x: Float[Array, "point obs"]):
    def nll(model: tuple, x, mask):
        observation, z = model
        return observation.nll(z, x, mask)

    value_and_gradient = eqx.filter_value_and_grad(nll)
    nothing = jnp.zeros_like(x, bool)
    value, gradient = value_and_gradient((observation, z), jnp.full_like(x, jnp.nan), nothing)
    assert value == 0, "the nll of nothing observed is not 0"
    assert all(jnp.all(leaf == 0) for leaf in jax.tree.leaves(gradient)), "missing values have a gradient"
    half = nothing.at[::2].set(True)
    value, gradient = value_and_gradient((observation, z), jnp.where(half, x, jnp.nan), half)
    expected = observation.nll(z[::2], x[::2], None)
    assert_close("nll of what was observed", value, expected, 1e-5)
    assert all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient)), "a missing value reaches a gradient"


def check_forcing(forcing: AbstractForcing, dynamics: AbstractDynamics, *, key: PRNGKeyArray) -> None:
    """Check a forcing: its gain and its strength alpha are between 0 and 1, and `update` is a pure function.

    Args:
        forcing: The implementation.
        dynamics: A dynamics for its updates.
        key: Random key of the test points.

    Raises:
        AssertionError: A property does not hold.
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


def check_objective(objective: AbstractObjective, model: PyTree, batch: Any, *, key: PRNGKeyArray) -> None:
    """Value and gradient are finite and depend on the model, the call is pure, and the state keeps its shapes.

    Args:
        objective: The implementation.
        model: A model that can be trained with it, not at its minimum.
        batch: A batch as it is drawn for it.
        key: Random key of the call.
    """
    state = objective.init()
    call = eqx.filter_jit(eqx.filter_value_and_grad(objective, has_aux=True))
    (value, (new, facts)), gradient = call(model, batch, state, key)
    assert value.shape == (), "the value is not one number"
    assert jnp.isfinite(value), "the value is not finite"
    assert all(fact.shape == () for fact in facts.values()), "a fact is not one number"
    leaves = jax.tree.leaves(gradient)
    assert all(jnp.isfinite(leaf).all() for leaf in leaves), "the gradient is not finite"
    assert any((leaf != 0).any() for leaf in leaves), "the gradient is 0: the value does not depend on the model"
    _check_state(state, new)
    again, _ = call(model, batch, state, key)
    for a, b in zip(*map(jax.tree.leaves, ((value, new, facts), (again[0], *again[1]))), strict=True):
        assert jnp.array_equal(a, b), "the same arguments give another value, state or facts"


def _check_state(state: PyTree, new: PyTree) -> None:
    assert jax.tree.structure(new) == jax.tree.structure(state), "a call changes the structure of the state"
    for before, after in zip(*map(jax.tree.leaves, (state, new)), strict=True):
        assert (after.shape, after.dtype) == (before.shape, before.dtype), "a call changes shape or type of the state"


def check_batches(batches: AbstractBatches, *, key: PRNGKeyArray) -> None:
    """A batch can be drawn in compiled code, has the same shapes at every step, and is repeated by the same key."""
    steps = jnp.arange(3, dtype=jnp.int32)
    keys = jax.random.split(key, len(steps))
    try:
        drawn = jax.jit(lambda keys, steps: jax.vmap(batches.draw)(keys, steps))(keys, steps)
    except (TypeError, jax.errors.JAXTypeError) as failure:
        raise AssertionError(f"a batch cannot be drawn in compiled code: {failure}") from failure
    for i in range(len(steps)):
        alone = batches.draw(keys[i], steps[i])
        for a, b in zip(*map(jax.tree.leaves, (alone, drawn)), strict=True):
            assert a.shape == b.shape[1:], "batches of other steps have other shapes"
            assert_close("a batch drawn again", jnp.asarray(a, float), jnp.asarray(b[i], float), 1e-6)


def check_simulator(
    simulator: AbstractSimulator,
    x: Float[np.ndarray, "time obs"],
    s: Float[np.ndarray, "time input"] | None = None,
) -> None:
    """Check a simulator: shapes and types of simulations and forecasts, missing values, and reproducibility by the key.

    Args:
        simulator: The implementation; it must not diverge within ten steps after `x`.
        x: A recording of at least ten rows, in float64 and without missing values.
        s: Its inputs, if the simulator needs them.

    Raises:
        AssertionError: A property does not hold.
    """
    n, horizon = 7, 3
    # Relative to the recording, too: where a forecast crosses zero, rounding errors are as large as its value.
    rounding = 1e-4 * float(x.std())
    future = None if s is None else s[:n]
    before = x.copy()
    run = simulator.simulate(x, n, future, key=0)
    assert run.x.shape == (n, x.shape[1]), "simulate gives another number of rows or channels than asked for"
    assert run.x.dtype == np.float64, "simulate does not give float64"
    assert run.result is Result.SUCCESSFUL, "simulate does not tell that it succeeded"
    assert np.isfinite(run.x).all(), "simulate calls a run successful that is not finite"
    again = simulator.simulate(x, n, future, key=0).x
    np.testing.assert_array_equal(run.x, again, "the same key gives another simulation")
    both = None if future is None else np.stack([future, future])
    first, second = simulator.simulate_many(np.stack([x[:-1], x[1:]]), n, both)
    for context, one in ((x[:-1], first), (x[1:], second)):
        alone = simulator.simulate(context, n, future)
        np.testing.assert_allclose(
            one.x, alone.x, rtol=1e-4, atol=rounding, err_msg="many simulations differ from single ones"
        )
        assert one.result is alone.result, "many simulations end differently from single ones"
    forecast = simulator.forecast(x, horizon, s)
    assert forecast.shape == (len(x) - horizon, x.shape[1]), "forecast has another shape"
    assert forecast.dtype == np.float64, "forecast does not give float64"
    assert np.isfinite(forecast).all(), "forecast is not finite"
    past = None if s is None else s[: len(x) - 1]
    earlier = simulator.forecast(x[:-1], horizon, past)
    np.testing.assert_allclose(earlier, forecast[:-1], rtol=1e-4, atol=rounding, err_msg="a forecast uses later rows")
    assert len(simulator.forecast(x, len(x), s)) == 0, "forecast goes beyond the end of the recording"
    np.testing.assert_array_equal(x, before, "the recording was changed")
    gaps = x.copy()
    gaps[0, 0] = gaps[-1, -1] = np.nan
    assert np.isfinite(simulator.simulate(gaps, n, future, key=0).x).all(), "a missing value makes a simulation NaN"
    assert np.isfinite(simulator.forecast(gaps, horizon, s)).all(), "a missing value makes a forecast NaN"


def check_measure(measure: AbstractMeasure, x: Float[np.ndarray, "time obs"], *, symmetric: bool = False) -> None:
    """Check a measure: zero for equal recordings, positive for different ones, and flags for diverged simulations.

    The order of the channels must not matter.

    Args:
        measure: The implementation, a distance.
        x: A recording for which the measure can be computed.
        symmetric: Whether the two arguments may be exchanged.

    Raises:
        AssertionError: A property does not hold.
    """
    score = measure(x, x, key=0)
    assert abs(score.value) < 1e-6, "the distance of a recording from itself is not 0"
    assert score.protocol == measure.protocol, "the score has another protocol than the measure"
    assert score.protocol.startswith(measure.name), "the protocol does not begin with the name"
    other = x + 0.5 * x.std(axis=0) * np.random.default_rng(0).normal(size=x.shape)
    before = x.copy(), other.copy()
    score = measure(x, other, key=0)
    for array, copy in zip((x, other), before, strict=True):
        np.testing.assert_array_equal(array, copy, "a recording was changed")
    assert score == measure(x, other, key=0), "the same recordings and key give another score"
    assert 1e-3 < score.value < np.inf, "another recording is not at a positive, finite distance"
    assert score.n_used > 0, "n_used does not count"
    swapped = measure(np.ascontiguousarray(x[:, ::-1]), np.ascontiguousarray(other[:, ::-1]), key=0)
    assert _agree(swapped, score), "the order of the channels matters"
    if symmetric:
        assert _agree(measure(other, x, key=0), score), "not symmetric"
    diverged = x.copy()
    diverged[len(x) // 2 :] = np.nan
    assert "diverged" in measure(x, diverged, key=0).flags, "a diverged simulation is not flagged"
    lost = measure(x, np.full_like(x, np.nan), key=0)
    assert np.isinf(lost.value), "a simulation of nothing has a finite score"
    assert {"diverged", "empty"} <= set(lost.flags), "a simulation of nothing is not flagged"
    assert lost.n_used == 0, "a simulation of nothing has used rows"


def _agree(a: Score, b: Score) -> bool:
    """Whether two scores are equal, up to rounding or, if samples are drawn, up to four standard errors."""
    sampling = 4 * sum(score.std_error or 0.0 for score in (a, b))
    return abs(a.value - b.value) <= max(sampling, 1e-9 * abs(b.value))


def assert_close(what: str, value: Array, expected: Array, tolerance: float) -> None:
    """Raise an error if two arrays differ by more than `tolerance` relative to their size, or if one is not finite.

    Args:
        what: Name of the values, for the message.
        value: The values.
        expected: The expected values.
        tolerance: Largest relative difference.

    Raises:
        AssertionError: The arrays differ.
    """
    assert value.shape == expected.shape, f"{what}: shape {value.shape}, expected {expected.shape}"
    size = 1 + jnp.abs(expected).max()
    error = jnp.abs(value - expected).max() / size
    assert error <= tolerance, f"{what}: relative error {error:.2g}, allowed {tolerance:.2g}"
