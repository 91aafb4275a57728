"""Dynamical noise of free runs: found where a recording has it, absent where it does not, and never further away."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.dynamics import AbstractDynamics
from attrax.core.scaling import Scaling
from attrax.data import Dataset, Series
from attrax.measures import Outcome, Score
from attrax.models import DynamicalNoise, HamiltonianNetwork, IdentityObservation, LinearStart, Model
from attrax.reconstruct.judging.answers import answers
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.noise_estimate import full_noise, noise_allowed, with_noise
from attrax.reconstruct.learning.selection import nearness_to
from attrax.reconstruct.settings.configuration import configure

CONFIG = configure()


class Cycle(AbstractDynamics):
    """A limit cycle with 20 rows in a turn: a rotation, and attraction to the unit circle."""

    pull: jax.Array
    dt: float = 1.0
    latent_dim = 2
    input_dim = 0

    def step(self, z, s=None):
        c, d = jnp.cos(jnp.pi / 10), jnp.sin(jnp.pi / 10)
        radius = jnp.linalg.norm(z)
        return (1 + self.pull * (1 - radius)) * jnp.array([[c, -d], [d, c]]) @ z

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


def model_of(dynamics) -> Model:
    observation = IdentityObservation(2)
    start = LinearStart.create(observation, 2, key=jax.random.key(0))
    return Model(dynamics, observation, start, Scaling.identity(2), ("x", "y"))


@pytest.fixture(scope="module")
def cycle() -> Model:
    return model_of(Cycle(jnp.float32(0.2)))


def recorded(model: Model, *, dynamical: float, observational: float) -> Series:
    noise = DynamicalNoise(dynamical * jnp.eye(2), 1.0, dynamical)
    x = replace(model, noise=noise).simulate(np.ones((1, 2)), 3_100, key=1).x[100:]
    return Series(x + observational * np.random.default_rng(0).normal(size=x.shape))


def chosen(model: Model, series: Series, most: float = 1.0) -> Learned[Model]:
    train, config = Dataset((series,)), configure(overrides={"train": {"dynamical_noise": most}})
    facts = {"seed": 0, "step": 1, "nearness": 0.0}
    learned = Learned(model, {**facts, "restarts": {"0": facts}}, [], {0: model})
    return with_noise(learned, train, config, nearness_to(train, config))


def test_a_cycle_with_dynamical_noise_gets_about_as_much(cycle):
    found = chosen(cycle, recorded(cycle, dynamical=0.1, observational=0.0))
    assert found.model.noise is not None
    assert 0.5 <= found.model.noise.share <= 1.0
    assert found.facts["noise_share"] == found.model.noise.share
    assert found.facts["nearness"] == found.facts["restarts"]["0"]["nearness"]
    covariance = np.asarray(found.model.noise.factor @ found.model.noise.factor.T)
    np.testing.assert_allclose(covariance, (0.1 * found.model.noise.share) ** 2 * np.eye(2), atol=1e-3)


def test_a_cycle_with_observation_noise_gets_none(cycle):
    assert chosen(cycle, recorded(cycle, dynamical=0.0, observational=0.05)).model.noise is None


def test_the_settings_bound_the_noise(cycle):
    series = recorded(cycle, dynamical=0.1, observational=0.0)
    assert chosen(cycle, series, most=0.25).model.noise.share <= 0.25


@pytest.mark.parametrize(
    "settings",
    [
        {"train": {"dynamical_noise": 0.0}},
        {"evaluate": {"measures": "gtf2023"}},
        {"model": {"subject_dim": 2}},
        {"model": {"kinds": ["poisson"]}},
    ],
)
def test_noise_is_estimated_for_real_channels_of_one_system_only(settings):
    assert noise_allowed(CONFIG)
    assert not noise_allowed(configure(overrides=settings))


def test_noise_that_would_leave_the_attractor_for_ever_is_not_used():
    # The circle attracts from inside 1.5 and 2.5 / pull; twice the noise of the recording crosses that.
    wild = model_of(Cycle(jnp.float32(3.0)))
    found = chosen(wild, recorded(model_of(Cycle(jnp.float32(0.2))), dynamical=0.4, observational=0.0))
    assert (
        found.model.noise is None or found.model.simulate(np.ones((1, 2)), 100_000, key=5).result.name == "SUCCESSFUL"
    )


def test_pairs_with_missing_values_are_left_out(cycle):
    series = recorded(cycle, dynamical=0.1, observational=0.0)
    mask = np.random.default_rng(3).random(series.x.shape) > 0.2
    holes = replace(series, x=np.where(mask, series.x, 99.0), mask=mask)
    whole, part = full_noise(cycle, series), full_noise(cycle, holes)
    assert part.size == pytest.approx(whole.size, rel=0.1)


def test_a_system_that_keeps_its_energy_gets_none():
    dynamics = HamiltonianNetwork.create(2, 4, key=jax.random.key(0))
    assert (
        chosen(
            model_of(dynamics), recorded(model_of(Cycle(jnp.float32(0.2))), dynamical=0.1, observational=0.0)
        ).model.noise
        is None
    )


def test_a_map_without_errors_has_no_noise(cycle):
    assert full_noise(cycle, Series(np.zeros((50, 2)))) is None


def test_the_answers_tell_of_the_noise():
    noise = DynamicalNoise(jnp.eye(2), 0.5, 0.02)
    told = answers(Outcome.PARTLY, None, Score(1.0, 0.1, "VPT", 5, 0), "s", noise)
    assert told[-1].startswith("Free runs contain dynamical noise: 2 % of a standard deviation in each step (0.5 times")
