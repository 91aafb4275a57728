import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import rollout
from attrax.core import AbstractDynamics, Result
from attrax.models import ShallowPLRNN


class Power(AbstractDynamics):
    """z -> z ** 2 + s: beyond 1 it leaves every bound at a known step."""

    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = 1
    input_dim = 1

    def step(self, z, s=None):
        return z**2 + (0 if s is None else s)

    def jacobian(self, z, s=None):
        return 2 * z[:, None]


def test_states_after_one_to_n_steps():
    run = rollout(Power(), jnp.array([0.5]), 3)
    np.testing.assert_allclose(run.z[:, 0], [2.0**-2, 2.0**-4, 2.0**-8])
    assert Result(int(run.result)) is Result.SUCCESSFUL


def test_step_t_meets_input_t():
    run = rollout(Power(), jnp.array([0.0]), 3, jnp.array([[1.0], [10.0], [100.0]]))
    np.testing.assert_allclose(run.z[:, 0], [1.0, 11.0, 221.0])


def test_a_divergence_is_told_and_everything_after_it_is_nan():
    # 2 ** (2 ** 7) is the first power that single precision cannot hold.
    run = rollout(Power(), jnp.array([2.0]), 12)
    assert Result(int(run.result)) is Result.DIVERGED
    np.testing.assert_array_equal(np.isfinite(run.z[:, 0]), [True] * 6 + [False] * 6)
    assert jnp.isnan(run.z[6:]).all()


def test_a_state_that_becomes_finite_again_stays_nan():
    run = rollout(Power(), jnp.array([0.0]), 4, jnp.array([[0.0], [jnp.inf], [-jnp.inf], [0.0]]))
    assert jnp.isnan(run.z[1:]).all()
    assert run.z[0, 0] == 0


def test_each_member_of_a_batch_has_its_own_result():
    runs = jax.vmap(lambda z0: rollout(Power(), z0, 12))(jnp.array([[0.5], [2.0]]))
    np.testing.assert_array_equal(runs.result, [Result.SUCCESSFUL, Result.DIVERGED])


@pytest.mark.parametrize("result", Result)
def test_every_result_has_a_sentence(result):
    assert len(result.message.split()) >= 3


def test_a_network_is_iterated_as_written():
    f = ShallowPLRNN.create(3, 10, key=jax.random.key(0))
    z = z0 = jnp.array([0.3, -1.0, 0.5])
    for _ in range(5):
        z = f.step(z)
    np.testing.assert_allclose(rollout(f, z0, 5).z[-1], z, rtol=1e-5)
