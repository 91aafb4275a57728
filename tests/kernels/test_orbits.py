"""The compiled loops against the general path: every size, shape of recording and kind of unit."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.rollout import rollout
from attrax.core.scaling import Scaling
from attrax.core.scans.sequential import Sequential
from attrax.core.scans.stored import Stored
from attrax.kernels import support
from attrax.models import (
    AffineObservation,
    AlmostLinearRNN,
    ClippedDendriticPLRNN,
    ClippedShallowPLRNN,
    ContinuousPLRNN,
    DendriticPLRNN,
    FreeDiagonal,
    IdentityObservation,
    LinearStart,
    MeanCentredPLRNN,
    Model,
    ShallowPLRNN,
    VanillaPLRNN,
)
from attrax.models.rollouts import rollouts
from attrax.train import Adaptive, Generalized, Partial, Sparse, TeacherForcing
from attrax.train.estimators.arithmetic_mean import arithmetic_mean
from attrax.train.forced_map import CoordinateCorrection, CoordinateSignal, ForcedMap, ForcingStep
from attrax.train.window_batches import Batch

if support.obstacle():
    pytest.skip(f"no compiled loops here: {support.obstacle()}", allow_module_level=True)

from attrax.kernels import orbits
from attrax.kernels.activations import Rectifier
from attrax.kernels.shallow_loops import MapLoops
from attrax.train.scans.fused import Fused

KEY = jax.random.key(0)
TOLERANCE = {"float64": 1e-10, "float32": 1e-5}


# One program makes a model, in place of dozens that make its parts.
@eqx.filter_jit
def make_model(kind, channels, latent, hidden, *, affine, inputs, dtype):
    k_f, k_o, k_h = jax.random.split(KEY, 3)
    observation = AffineObservation.create(channels, latent, key=k_o) if affine else IdentityObservation(channels)
    f = kind.create(latent, *hidden, input_dim=inputs, key=k_f)
    f = jax.tree.map(lambda a: a + 0.2 * jax.random.normal(k_h, a.shape) if eqx.is_array(a) else a, f)
    start = LinearStart.create(observation, latent, key=k_o)
    model = Model(f, observation, start, Scaling.identity(channels), tuple(map(str, range(channels))))
    return jax.tree.map(lambda a: a.astype(dtype) if eqx.is_inexact_array(a) else a, model)


@eqx.filter_jit
def make_batch(windows, length, channels, *, masked, inputs, dtype):
    k_x, k_m, k_s = jax.random.split(jax.random.key(1), 3)
    mask = jax.random.bernoulli(k_m, 0.7, (windows, length, channels)) if masked else None
    s = jax.random.normal(k_s, (windows, length, inputs), dtype) if inputs else None
    return Batch(jax.random.normal(k_x, (windows, length, channels), dtype), mask, s)


def value_and_gradient(model, batch, forcing, scan):
    loss, state = TeacherForcing(forcing, scan), forcing.init()
    return eqx.filter_jit(eqx.filter_value_and_grad(lambda m: loss(m, batch, state, KEY)[0]))(model)


def assert_same(a, b, tolerance):
    for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        np.testing.assert_allclose(x, y, rtol=tolerance, atol=tolerance * np.abs(y).max(initial=0))


# kind, channels, latent, hidden, windows, length, affine, inputs, masked, type
CASES = {
    "lorenz-like": (ClippedShallowPLRNN, 3, 3, [30], 16, 20, False, 0, False, "float32"),
    "one-of-everything": (ClippedShallowPLRNN, 1, 1, [1], 1, 2, False, 0, False, "float64"),
    "gaps-and-inputs": (ShallowPLRNN, 3, 5, [17], 5, 12, False, 2, True, "float64"),
    "mixed-channels-two-rows": (ClippedShallowPLRNN, 17, 16, [40], 33, 9, True, 1, False, "float32"),
    "a-chunk-and-a-rest": (ShallowPLRNN, 2, 2, [2048], 3, 11, False, 0, False, "float64"),
    "wide": (ClippedShallowPLRNN, 3, 13, [8], 3, 5, False, 0, True, "float64"),
    "vanilla": (VanillaPLRNN, 2, 5, [], 3, 6, False, 1, True, "float64"),
    "mean-centred": (MeanCentredPLRNN, 2, 5, [], 17, 6, False, 0, False, "float64"),
    "almost-linear": (AlmostLinearRNN, 2, 7, [3], 3, 6, False, 1, False, "float32"),
    "dendritic": (DendriticPLRNN, 2, 6, [4], 3, 6, False, 1, True, "float64"),
    "continuous": (ContinuousPLRNN, 2, 3, [7], 5, 4, False, 1, True, "float64"),
    "clipped-dendritic": (ClippedDendriticPLRNN, 2, 5, [1], 5, 4, False, 0, False, "float64"),
}


SLOW = {
    "continuous",
    "wide",
    "lorenz-like",
    "mixed-channels-two-rows",
    "a-chunk-and-a-rest",
    "clipped-dendritic",
    "almost-linear",
}  # what they try is tried by others too


@pytest.mark.parametrize("case", [pytest.param(c, marks=[pytest.mark.slow] if c in SLOW else []) for c in CASES])
def test_value_and_gradient_are_those_of_the_general_path(case):
    kind, channels, latent, hidden, windows, length, affine, inputs, masked, dtype = CASES[case]
    with jax.enable_x64(dtype == "float64"):
        model = make_model(kind, channels, latent, hidden, affine=affine, inputs=inputs, dtype=dtype)
        batch = make_batch(windows, length, channels, masked=masked, inputs=inputs, dtype=dtype)
        forcing = Partial(Generalized(0.3), 2)
        ours, general = (value_and_gradient(model, batch, forcing, scan) for scan in (Fused(), Sequential()))
        assert_same(ours, general, TOLERANCE[dtype])


@pytest.mark.parametrize("wide", [True, False], ids=["512-bit", "256-bit"])
def test_tiles_leave_few_states_to_be_added(wide):
    for units in range(1, 80):
        tile = orbits._tile(units, wide=wide, mixed=False)
        padded = units + -units % tile
        assert padded % 4 == 0
        assert padded - units < 4


@eqx.filter_jit
def crossing_orbits():
    """A network in continuous time whose orbits cross many borders, with steps of different durations."""
    f = ContinuousPLRNN.create(3, 8, dt=0.5, key=KEY)
    f = dataclasses.replace(f, A=5 * f.A, W1=30 * f.W1, W2=2 * f.W2, max_pieces=40)
    k_z, k_x, k_t = jax.random.split(KEY, 3)
    offset, duration = jax.random.normal(k_x, (3, 9, 3)), jax.random.uniform(k_t, (3, 9), minval=0.1)
    signals = ForcingStep(CoordinateSignal(jnp.full_like(offset, 0.7), offset), None, duration)
    return f, jax.random.normal(k_z, (9, 3)), signals


@eqx.filter_jit
@eqx.filter_value_and_grad
def cubes(arguments, scan):
    f, z0, signals = arguments
    return (scan.orbits(ForcedMap(f, CoordinateCorrection()), z0, signals, 3) ** 3).sum()


def test_gradients_in_continuous_time_are_those_of_differences():
    with jax.enable_x64(True):
        arguments = crossing_orbits()
        _, gradient = cubes(arguments, Fused())
        direction = jax.tree.map(lambda a: jnp.cos(jnp.arange(a.size)).reshape(a.shape), arguments)
        ahead, behind = (
            cubes(jax.tree.map(lambda a, d, h=h: a + h * d, arguments, direction), Fused())[0] for h in (1e-6, -1e-6)
        )
        slope = sum(jax.tree.leaves(jax.tree.map(lambda g, d: (g * d).sum(), gradient, direction)))
        np.testing.assert_allclose(slope, (ahead - behind) / 2e-6, rtol=1e-6)


@pytest.mark.slow
def test_steps_in_continuous_time_may_differ_in_length_and_cross_many_borders():
    with jax.enable_x64(True):
        f, z0, signals = crossing_orbits()
        signals = signals._replace(duration=signals.duration.at[1, 4].set(0))
        assert_same(*(cubes((f, z0, signals), scan) for scan in (Fused(), Stored())), 1e-10)


@pytest.mark.parametrize("forcing", [Sparse(3), Adaptive(arithmetic_mean, initial=0.4)], ids=["sparse", "adaptive"])
def test_the_gain_may_change_from_step_to_step_or_follow_a_state(forcing):
    model = make_model(ClippedShallowPLRNN, 2, 2, [8], affine=False, inputs=0, dtype="float32")
    batch = make_batch(4, 9, 2, masked=False, inputs=0, dtype="float32")
    ours, general = (value_and_gradient(model, batch, forcing, scan) for scan in (Fused(), Sequential()))
    assert_same(ours, general, 1e-5)


@eqx.filter_jit
def stacked():
    keys = jax.random.split(KEY, 5)
    f = eqx.filter_vmap(lambda key: ClippedShallowPLRNN.create(2, 8, key=key))(keys)
    z0 = jax.random.normal(KEY, (5, 18, 2))
    keep, offset = jnp.full((5, 6, 18, 2), 0.7), 0.3 * jax.random.normal(KEY, (5, 6, 18, 2))
    weights = orbits.Weights(jax.vmap(lambda f: f.A)(f), f.h1, jnp.swapaxes(f.W1, 1, 2), f.W2, f.h2[..., None])
    return weights, z0, keep, offset


def one(weights, z0, keep, offset):
    return orbits.forced_orbits(MapLoops(Rectifier(subtracted=1)), weights, z0, orbits.OverTime(keep, offset))


def gradient(arguments, f):
    return jax.grad(lambda a: (f(*a) ** 2).sum())(arguments)


def test_seeds_side_by_side_are_bitwise_what_each_is_alone():
    arguments = stacked()
    together = jax.jit(jax.vmap(one))(*arguments)
    alone = [jax.jit(one)(*jax.tree.map(lambda a, i=i: a[i], arguments)) for i in range(5)]
    np.testing.assert_array_equal(together, np.stack(alone))


@pytest.mark.slow
def test_the_number_of_threads_changes_no_bit(monkeypatch):
    arguments, outcomes = stacked(), []
    for threads in (1, 2, 7):
        monkeypatch.setattr(orbits, "processors", lambda threads=threads: threads)
        run = jax.jit(lambda a: (jax.vmap(one)(*a), gradient(a, jax.vmap(one))))
        for _ in range(20):
            outcomes.append([np.asarray(leaf) for leaf in jax.tree.leaves(run(arguments))])
    for outcome in outcomes[1:]:
        for a, b in zip(outcome, outcomes[0], strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_state_that_is_not_a_number_stays_one():
    weights, z0, keep, offset = jax.tree.map(lambda a: a[0], stacked())
    z = one(weights, z0.at[3, 0].set(jnp.nan), keep, offset)
    assert jnp.isnan(z[:, 3, 0]).all()
    assert jnp.isfinite(jnp.delete(z, 3, axis=1)).all()


FREE = {ClippedShallowPLRNN: (3, 10), VanillaPLRNN: (5,), DendriticPLRNN: (6, 3), ContinuousPLRNN: (3, 10)}


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[pytest.mark.slow] if kind is ContinuousPLRNN else []) for kind in FREE],
    ids=lambda kind: kind.__name__,
)
def test_free_orbits_are_those_of_the_map_whatever_is_computed_with_them(kind):
    f = eqx.filter_jit(kind.create)(*FREE[kind], input_dim=2, key=KEY)
    z0 = jax.random.normal(KEY, (20, f.latent_dim))
    s = jax.random.normal(KEY, (20, 15, 2))
    together = rollouts(f, z0, 15, s)
    for i in (0, 19):
        np.testing.assert_allclose(together.z[i], rollout(f, z0[i], 15, s[i]).z, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(rollouts(f, z0[i : i + 1], 15, s[i : i + 1]).z[0], together.z[i])
    silent = rollouts(f, z0, 15)
    np.testing.assert_allclose(silent.z[3], rollout(f, z0[3], 15).z, rtol=1e-4, atol=1e-5)


def test_a_free_orbit_that_diverges_is_told_and_ends_in_nan():
    f = ShallowPLRNN.create(2, 3, key=KEY)
    f = eqx.tree_at(lambda f: f.diagonal, f, FreeDiagonal(jnp.array([1e20, 0.5])))
    run = rollouts(f, jnp.array([[1.0, 0.0], [0.0, 0.0]]), 5)
    assert run.result[0] != 0
    assert jnp.isnan(run.z[0, 2:]).all()
    assert jnp.isfinite(run.z[0, :1]).all()
