import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.train import Batch, FreeRunDistance, Generalized, TeacherForcing
from attrax.train.distance import AbstractDistance


class Remembering(AbstractDistance):
    """Keeps what it is handed and says 3."""

    def __call__(self, x_hat, x):
        SEEN.append((x_hat, x))
        return jnp.asarray(3.0)


SEEN = []


@pytest.fixture
def batch():
    return Batch(jnp.asarray(np.random.default_rng(0).normal(size=(2, 6, 2)), jnp.float32), None, None)


def loss(batch, model, *, mask=None):
    forced = TeacherForcing(Generalized(0.5))
    SEEN.clear()
    both = FreeRunDistance(forced, Remembering(), 0.25, 3)
    batch = batch._replace(mask=mask)
    value, (_, record) = both(model, batch, both.init(), jax.random.key(0))
    return value - forced(model, batch, forced.init(), jax.random.key(0))[0], record, SEEN[-1]


def test_free_runs_start_from_the_data_and_end_with_the_window(batch, make_model):
    model = make_model()
    extra, record, (x_hat, x) = loss(batch, model)
    assert extra == pytest.approx(0.75)
    assert (record["distance"], record["alpha"]) == (3, 0.5)
    np.testing.assert_array_equal(x, batch.x[:, -3:])
    for w in range(2):
        run = model.simulate(np.asarray(batch.x[w, 2:3], np.float64), 3)
        np.testing.assert_allclose(x_hat[w], run.x, atol=1e-5)


@pytest.mark.slow
def test_what_was_not_recorded_is_what_the_model_says(batch, make_model):
    mask = jnp.ones(batch.x.shape, bool).at[0, 4, 1].set(False)
    _, _, (x_hat, x) = loss(batch, make_model(), mask=mask)
    np.testing.assert_array_equal(x, jnp.where(mask[:, -3:], batch.x[:, -3:], x_hat))
