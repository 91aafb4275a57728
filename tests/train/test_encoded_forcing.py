import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core import Scaling
from attrax.models import ClippedShallowPLRNN, Model, PoissonObservation, WindowEncoder
from attrax.train import Batch, EncodedForcing, Generalized

REACH = 3


@pytest.fixture
def key():
    return jax.random.key(7)


@pytest.fixture
def counting(key):
    keys = jax.random.split(key, 3)
    observation = PoissonObservation.create(jnp.ones(4), 2, key=keys[0])
    start = WindowEncoder.create(observation, 2, reach=REACH, hidden_dim=4, key=keys[1])
    return Model(ClippedShallowPLRNN.create(2, 6, key=keys[2]), observation, start, Scaling.identity(4), tuple("abcd"))


@pytest.fixture
def batch():
    return Batch(jnp.asarray(np.random.default_rng(0).poisson(1.5, size=(3, 8, 4)), jnp.float32), None, None)


def evaluate(loss, model, batch, key):
    """The value and the record, compiled as in training."""
    value, (_, record) = eqx.filter_jit(loss)(model, batch, loss.init(), key)
    return value, record


def test_the_loss_is_that_of_the_forced_orbit_written_out(counting, batch, key):
    loss = EncodedForcing(Generalized(0.3), warmup=1, reconstruction=0.0, hidden=0.0)
    found, record = evaluate(loss, counting, batch, key)
    infer, step = eqx.filter_jit(counting.start.infer), eqx.filter_jit(counting.dynamics.step)
    nll, values = eqx.filter_jit(counting.observation.nll), []
    for x in batch.x:
        z_bar = infer(counting.observation, x)
        z = z_bar[REACH - 1]
        for t in range(REACH - 1, 7):
            z = step(0.7 * z + 0.3 * z_bar[t])
            values.append((t, nll(z, x[t + 1], None)))
    expected = np.mean([value for t, value in values if t >= REACH])
    assert found == pytest.approx(expected, rel=1e-5)
    assert record["reconstruction"] == 0


def test_hidden_values_are_explained_without_being_seen(counting, batch, key):
    loss = EncodedForcing(Generalized(0.3), hidden=0.5)
    x = jax.random.bernoulli(key, 0.5, batch.x.shape).at[:, 0].set(False)

    def reconstruction(values):
        return evaluate(loss, counting, batch._replace(x=values), key)[1]["reconstruction"]

    # In the last row hidden values are targets alone: the likelihood is linear in them, up to log x!.
    step = jnp.zeros_like(batch.x).at[:, -1].set(1.0) * x
    base = batch.x.at[:, -1].set(1.0)
    z_bar = counting.start.infer(counting.observation, jnp.where(x, jnp.roll(base, 1, axis=1), base))
    log_rate = counting.observation.log_rate(z_bar)
    change = reconstruction(base) - reconstruction(base - step)
    assert change == pytest.approx(float(-(step * log_rate).sum() / x.sum()), rel=1e-3)


def test_missing_values_are_no_targets(counting, batch, key):
    mask = jnp.ones_like(batch.x, bool).at[:, -1].set(False)
    loss = EncodedForcing(Generalized(0.3), reconstruction=0.0, hidden=0.0)
    value, _ = evaluate(loss, counting, batch._replace(mask=mask), key)
    shorter, _ = evaluate(loss, counting, Batch(batch.x[:, :-1], None, None), key)
    assert value == pytest.approx(float(shorter), rel=1e-5)
