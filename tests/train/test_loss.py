"""The compiled, vmapped loss against the equations written out in plain loops, in double precision."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.scans.sequential import Sequential
from attrax.models import AffineObservation, IdentityObservation
from attrax.train import Adaptive, Generalized, Partial, Sparse, TeacherForcing
from attrax.train.estimators.arithmetic_mean import arithmetic_mean
from attrax.train.loss import corrections, forced_orbits
from attrax.train.window_batches import Batch

W, T = 2, 4


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


def make_batch(*, masked=False, input_dim=0):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(W, T, 2))
    # Row by row: gaps at the start, in the middle and at the end of a window, in one channel and in both.
    gaps = jnp.array([[[1, 0], [1, 1], [0, 1], [1, 1]], [[0, 0], [1, 1], [0, 0], [1, 0]]], bool)
    mask = gaps if masked else None
    s = jnp.asarray(rng.normal(size=(W, T, input_dim))) if input_dim else None
    return Batch(jnp.asarray(x), mask, s)


def made_up(mask, w, t, i, strength_at):
    """The gain of a value: nothing if it is missing, and the pull of the gap before it on top."""
    if mask is None:
        return strength_at(t)
    if not mask[w, t, i]:
        return 0.0
    kept, r = 1 - strength_at(t), t - 1
    while r >= 0 and not mask[w, r, i]:
        kept, r = kept * (1 - strength_at(r)), r - 1
    return 1 - kept


def well_known(mask, strength_at, forced):
    """Whether a state has not been without forcing for too long, in any of its channels."""
    left = np.ones((W, T - 1, 2))
    for w, t, i in np.ndindex(*left.shape):
        r = t
        while r >= 0 and not mask[w, r, i]:
            left[w, t, i] *= 1 - strength_at(r) * (i < forced)
            r -= 1
    return left.min(axis=2) >= min(0.5, np.median(left.min(axis=2)))


def reference(model, batch, strength_at, forced):
    """Mean squared error, window by window and step by step, with nothing shared with the implementation."""
    f, total, count = model.dynamics, 0.0, 0
    mask = None if batch.mask is None else np.asarray(batch.mask)
    trusted = None if mask is None else well_known(mask, strength_at, forced)
    affine = isinstance(model.observation, AffineObservation)
    B = model.observation.B if affine else jnp.eye(2, f.latent_dim)
    inverse = jnp.linalg.pinv(B) if affine else jnp.eye(2)
    for w in range(len(batch.x)):
        x = batch.x[w]
        z = jnp.concatenate([inverse @ x[0], model.start.L @ x[0]])
        for t in range(T - 1):
            gains = jnp.array([made_up(mask, w, t, i, strength_at) for i in range(2)])
            error = inverse @ jnp.where(gains > 0, gains * (x[t] - B @ z), 0)
            pulled = [z[i] + error[i] if i < min(forced, len(error)) else z[i] for i in range(f.latent_dim)]
            z = jnp.stack(pulled)
            z = f.A * z + f.W1 @ jnp.maximum(f.W2 @ z + f.h2, 0) + f.h1
            if batch.s is not None:
                z = z + f.C @ batch.s[w, t + 1]
            for i in range(2):
                if mask is None or (mask[w, t + 1, i] and trusted[w, t]):
                    total, count = total + ((B @ z)[i] - x[t + 1, i]) ** 2, count + 1
    return total / count


def loss_of(forcing, batch):
    loss = TeacherForcing(forcing)
    return lambda model: loss(model, batch, forcing.init(), jax.random.key(0))[0]


def evaluate(loss, model, batch, seed=0):
    """The value and the new state of a loss, compiled as in training."""
    return eqx.filter_jit(loss)(model, batch, loss.init(), jax.random.key(seed))


orbits = eqx.filter_jit(forced_orbits)


CASES = {
    "generalized": (Generalized(0.3), lambda t: 0.3, 9),
    "sparse": (Sparse(2), lambda t: float(t % 2 == 0), 9),
    "partial": (Partial(Generalized(0.3), 1), lambda t: 0.3, 1),
}


@pytest.mark.parametrize(
    ("case", "masked", "input_dim", "affine"),
    [
        # Every pair of mask, inputs and observation occurs.
        ("generalized", False, 0, False),
        ("generalized", False, 2, True),
        ("generalized", True, 0, True),
        ("generalized", True, 2, False),
        ("sparse", False, 2, False),
        ("partial", True, 0, True),
    ],
)
def test_value_and_gradient_are_those_of_the_unrolled_loop(case, masked, input_dim, affine, make_model):
    forcing, strength_at, forced = CASES[case]
    observation = AffineObservation.create(2, 3, key=jax.random.key(4)) if affine else IdentityObservation(2)
    model = make_model(observation, input_dim=input_dim)
    batch = make_batch(masked=masked, input_dim=input_dim)
    value, gradient = eqx.filter_jit(eqx.filter_value_and_grad(loss_of(forcing, batch)))(model)
    unrolled = eqx.filter_value_and_grad(lambda m: reference(m, batch, strength_at, forced))
    expected, expected_gradient = eqx.filter_jit(unrolled)(model)
    np.testing.assert_allclose(value, expected, rtol=1e-10)
    leaves, expected_leaves = jax.tree.leaves(gradient), jax.tree.leaves(expected_gradient)
    assert len(leaves) == len(expected_leaves) > 6
    for leaf, other in zip(leaves, expected_leaves, strict=True):
        np.testing.assert_allclose(leaf, other, rtol=1e-10, atol=1e-10)


def test_what_mixed_channels_do_not_see_is_remembered(make_model):
    # Full forcing puts the observation right and moves nothing that it is blind to.
    observation = AffineObservation.create(2, 3, key=jax.random.key(4))
    model, batch = make_model(observation), make_batch()
    correction, signal = corrections(model, Generalized(1.0), batch, jnp.asarray(1.0))
    z = jnp.array([0.3, -1.0, 2.0])
    forced = correction(z, jax.tree.map(lambda array: array[1, 0], signal))
    np.testing.assert_allclose(observation.observe(forced), batch.x[0, 1], atol=1e-12)
    blind = jnp.linalg.svd(observation.B)[2][-1]
    np.testing.assert_allclose(blind @ forced, blind @ z, atol=1e-12)


def test_alpha_0_is_the_free_run(make_model):
    model, batch = make_model(), make_batch()
    z = orbits(model, Generalized(0.0), batch, jnp.asarray(0.0), Sequential())
    for w in range(W):
        run = model.simulate(np.asarray(batch.x[w, :1]), T - 1)
        np.testing.assert_allclose(z[:, w, :2], run.x, atol=1e-12)


def test_alpha_1_is_one_step_prediction(make_model):
    model, batch = make_model(latent_dim=2), make_batch()
    z = orbits(model, Generalized(1.0), batch, jnp.asarray(1.0), Sequential())
    for w in range(W):
        np.testing.assert_allclose(z[:, w], model.forecast(np.asarray(batch.x[w]), 1), atol=1e-12)


def test_sparse_forcing_runs_freely_between_the_multiples_of_tau(make_model):
    model, batch = make_model(latent_dim=2), make_batch()
    z = orbits(model, Sparse(2), batch, None, Sequential())
    for start in (0, 2):
        run = model.simulate(np.asarray(batch.x[0, start : start + 1]), min(2, T - 1 - start))
        np.testing.assert_allclose(z[start : start + 2, 0], run.x, atol=1e-12)


def test_the_record_tells_the_forcing_strength(make_model):
    _, (_, facts) = TeacherForcing(Sparse(4))(make_model(), make_batch(), None, jax.random.key(0))
    assert facts["alpha"] == 0.25


@pytest.mark.parametrize("affine", [False, True], ids=["identity", "affine"])
def test_what_the_mask_hides_reaches_neither_loss_nor_gradient(affine, make_model):
    model = make_model(AffineObservation.create(2, 3, key=jax.random.key(4)) if affine else None)
    batch = make_batch(masked=True)
    assert not batch.mask[:, 0].all()
    value_and_gradient = eqx.filter_jit(
        eqx.filter_value_and_grad(lambda m, x: loss_of(Generalized(0.3), Batch(x, batch.mask, None))(m))
    )
    outcomes = []
    for hidden in (0.0, 1e3, np.nan):
        # The first row is the guess from which a window starts.
        x = jnp.where(batch.mask.at[:, 0].set(True), batch.x, hidden)
        outcomes.append([np.asarray(leaf) for leaf in jax.tree.leaves(value_and_gradient(model, x))])
    for outcome in outcomes[1:]:
        for a, b in zip(outcome, outcomes[0], strict=True):
            np.testing.assert_array_equal(a, b)
    assert all(np.isfinite(leaf).all() for leaf in outcomes[0])


def test_what_the_mask_hides_does_not_reach_the_growth_estimate(make_model):
    model, batch = make_model(), make_batch(masked=True)
    loss = TeacherForcing(Adaptive(arithmetic_mean, decay=0.5, initial=0.9))
    alphas = [
        evaluate(loss, model, batch._replace(x=jnp.where(batch.mask, batch.x, hidden)))[1][0].alpha
        for hidden in (0.0, np.nan)
    ]
    assert alphas[0] == alphas[1] != np.float32(0.9)


def test_windows_without_any_value_have_no_loss_and_no_gradient(make_model):
    batch = Batch(jnp.full((W, T, 2), jnp.nan).at[:, 0].set(1.0), jnp.zeros((W, T, 2), bool), None)
    value, gradient = eqx.filter_jit(eqx.filter_value_and_grad(loss_of(Generalized(0.3), batch)))(make_model())
    assert value == 0
    assert all((leaf == 0).all() for leaf in jax.tree.leaves(gradient))


def test_a_mask_that_hides_nothing_changes_nothing(make_model):
    model, batch = make_model(), make_batch()
    shown = batch._replace(mask=jnp.ones(batch.x.shape, bool))
    values = [eqx.filter_jit(loss_of(Generalized(0.3), b))(model) for b in (batch, shown)]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-13)


def test_a_model_that_stands_still_has_a_known_loss(still):
    # Free run from 0 against a ramp of slope 1: the squared error at step t is t ** 2, in both channels.
    x = jnp.broadcast_to(jnp.arange(4.0)[None, :, None], (2, 4, 2))
    assert eqx.filter_jit(loss_of(Generalized(0.0), Batch(x, None, None)))(still) == pytest.approx((1 + 4 + 9) / 3)
    assert eqx.filter_jit(loss_of(Generalized(1.0), Batch(x, None, None)))(still) == pytest.approx(1.0)


def test_predictions_of_the_warm_up_do_not_count(still):
    x = jnp.broadcast_to(jnp.arange(4.0)[None, :, None], (2, 4, 2))
    loss = TeacherForcing(Generalized(0.0), warmup=1)
    assert evaluate(loss, still, Batch(x, None, None))[0] == pytest.approx((4 + 9) / 2)
    mask = jnp.ones((2, 4, 2), bool).at[:, 3].set(False)
    assert evaluate(loss, still, Batch(x, mask, None))[0] == pytest.approx(4)


def test_noise_is_on_the_teacher_signals_and_not_on_the_targets(still):
    # A model that stands still repeats the noisy signal; what it is compared with is the same without the noise.
    x = jnp.zeros((500, 4, 2))
    loss = TeacherForcing(Generalized(1.0), noise=0.5)
    values = [float(evaluate(loss, still, Batch(x, None, None), seed)[0]) for seed in (0, 0, 1)]
    assert values[0] == pytest.approx(0.25, rel=0.1)
    assert values[0] == values[1] != values[2]


def test_a_value_that_was_filled_in_forces_and_is_not_compared(still):
    x = jnp.array([0.0, 1.0, 5.0, 1.0])[None, :, None] * jnp.ones(2)
    mask = jnp.ones((1, 4, 2), bool)
    counted = mask.at[:, 2].set(False)
    loss = TeacherForcing(Generalized(1.0))
    # Predictions are 0, 1 and 5; the second would meet the value that was filled in, the third is made from it.
    assert evaluate(loss, still, Batch(x, mask, None, counted=counted))[0] == pytest.approx((1 + 16) / 2)
