"""What free runs do in the long run, told of systems that are known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import evaluate
from attrax.core.dynamics import AbstractDynamics
from attrax.core.result import Result
from attrax.core.scaling import Scaling
from attrax.core.simulator import Simulation
from attrax.data import Dataset, Series
from attrax.measures import Outcome, Score
from attrax.measures.motion import Motion, MotionKind
from attrax.models import IdentityObservation, LinearStart
from attrax.models.model import Model
from attrax.reconstruct.judging.answers import answers
from attrax.reconstruct.judging.free_runs import free_runs
from attrax.reconstruct.judging.long_run import long_run_motion
from tests.verdict.simulators import Replay, orbit
from tests.verdict.simulators import lorenz63 as numpy_lorenz63


class Known(AbstractDynamics):
    """A map of which only the step is given."""

    rule: object
    latent_dim: int = 2
    dt: float = 1.0
    input_dim: int = 0

    def step(self, z, s=None):
        return self.rule(z) if s is None else self.rule(z) + s

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z, s)


def rk4(rhs, dt):
    def step(z):
        a = rhs(z)
        b = rhs(z + dt / 2 * a)
        c = rhs(z + dt / 2 * b)
        return z + dt / 6 * (a + 2 * b + 2 * c + rhs(z + dt * c))

    return step


def lorenz63(z):
    x, y, w = z
    return jnp.stack([10 * (y - x), x * (28 - w) - y, x * y - 8 / 3 * w])


def cycle(z, frequency=1.0):
    """Attracted by the circle of radius 1."""
    x, y = z
    rest = 1 - x**2 - y**2
    return jnp.stack([rest * x - frequency * y, rest * y + frequency * x])


def torus(z):
    return jnp.concatenate([cycle(z[:2]), cycle(z[2:], np.sqrt(2))])


def spiral(z):
    x, y = z
    return jnp.stack([-0.05 * x - y, x - 0.05 * y])


def henon(z):
    return jnp.stack([1 - 1.4 * z[0] ** 2 + z[1], 0.3 * z[0]])


def logistic(z):
    return 3.2 * z * (1 - z)


def delayed_logistic(z):
    return jnp.stack([2.1 * z[0] * (1 - z[1]), z[0]])


CASES = {
    "lorenz63": (Known(rk4(lorenz63, 0.02), 3, 0.02), (1.0, 2.0, 20.0), 0.0, MotionKind.CHAOTIC),
    "noisy cycle": (Known(rk4(cycle, 0.1), 2, 0.1), (1.0, 0.2), 0.1, MotionKind.PERIODIC),
    "torus": (Known(rk4(torus, 0.2), 4, 0.2), (1.0, 0.1, 0.3, 1.0), 0.02, MotionKind.QUASIPERIODIC),
    "spiral": (Known(rk4(spiral, 0.1), 2, 0.1), (1.0, 0.5), 0.02, MotionKind.AT_REST),
    "noisy map": (Known(henon), (0.1, 0.1), 0.02, MotionKind.CHAOTIC),
    "cycle of a map": (Known(logistic, 1), (0.3,), 0.02, MotionKind.PERIODIC),
    "curve of a map": (Known(delayed_logistic), (0.5, 0.4), 0.0, MotionKind.QUASIPERIODIC),
}


def recorded(dynamics, start, rows, noise, transient=0):
    z, path = jnp.asarray(start), []
    step = jax.jit(lambda z: jax.lax.scan(lambda z, _: (dynamics.step(z),) * 2, z, length=rows + transient)[1])
    path = np.asarray(step(z), float)[transient:]
    return path + noise * path.std(axis=0) * np.random.default_rng(0).normal(size=path.shape)


def model_of(dynamics):
    """The dynamics as a simulator."""
    observation = IdentityObservation(dynamics.latent_dim)
    start = LinearStart.create(observation, dynamics.latent_dim, key=jax.random.key(0))
    names = tuple(f"x{i}" for i in range(dynamics.latent_dim))
    return Model(dynamics, observation, start, Scaling.identity(dynamics.latent_dim), names)


@pytest.mark.parametrize("name", CASES)
def test_the_motion_of_a_known_system_is_told(name):
    dynamics, start, noise, kind = CASES[name]
    x = recorded(dynamics, start, 4_000, noise)
    found = free_runs(model_of(dynamics), Series(x[2_000:], dt=dynamics.dt), 8, seed=0)
    motion = long_run_motion(model_of(dynamics), found, x.std(axis=0))
    assert motion.kind is kind, motion
    if name == "lorenz63":
        assert abs(motion.exponent - 0.906) < 4 * motion.std_error < 0.2
    if name == "noisy cycle":
        assert motion.period == pytest.approx(2 * np.pi, rel=0.02)
        assert abs(motion.exponent) < motion.std_error
    if name == "cycle of a map":
        assert motion.period == pytest.approx(2.0, abs=0.01)


def test_the_exponents_of_other_restarts_give_an_error():
    dynamics, start, _, _ = CASES["noisy map"]
    x = recorded(dynamics, start, 2_000, 0.0, 100)
    other = model_of(Known(lambda z: jnp.stack([1 - 1.38 * z[0] ** 2 + z[1], 0.3 * z[0]])))
    found = free_runs(model_of(dynamics), Series(x), 8, seed=0)
    motion = long_run_motion(model_of(dynamics), found, x.std(axis=0), [other])
    assert motion.restarts == 2
    assert 0.002 < motion.between_restarts < 0.2


def test_a_driven_map_that_forgets_its_start_follows_its_inputs():
    rng = np.random.default_rng(0)
    s = rng.normal(size=(1_000, 1))
    x = np.zeros((1_000, 1))
    for t in range(1, 1_000):
        x[t] = 0.5 * x[t - 1] + s[t]
    model = model_of(Known(lambda z: 0.5 * z, 1, 1.0, 1))
    found = free_runs(model, Series(x, inputs=s), 4, seed=0)
    motion = long_run_motion(model, found, x.std(axis=0))
    assert motion.kind is MotionKind.FOLLOWING
    assert motion.exponent == pytest.approx(np.log(0.5), abs=1e-6)


def test_simulators_without_a_map_are_asked_by_their_free_runs():
    x = orbit(numpy_lorenz63(), [1.0, 1.0, 20.0], 4_000)
    found = free_runs(numpy_lorenz63(), Series(x, dt=0.02), 4, seed=0)
    motion = long_run_motion(numpy_lorenz63(), found, x.std(axis=0))
    assert motion.kind is MotionKind.CHAOTIC
    assert motion.exponent == pytest.approx(0.9, abs=0.3)
    still = Replay(np.ones((100, 3)))
    found = free_runs(still, Series(x, dt=0.02), 4, seed=0)
    assert long_run_motion(still, found, x.std(axis=0)).kind is MotionKind.AT_REST


def test_without_a_finite_free_run_there_is_no_motion():
    lost = [Simulation(np.full((100, 1), np.nan), Result.DIVERGED)]
    found = free_runs(Replay(np.ones((10, 1))), Series(np.arange(100.0)[:, None]), 2, seed=0)._replace(runs=tuple(lost))
    assert long_run_motion(Replay(np.ones((10, 1))), found, np.ones(1)) is None


def test_the_verdict_begins_with_the_answers():
    dynamics, start, _, _ = CASES["noisy map"]
    x = recorded(dynamics, start, 4_000, 0.02, 100)
    train, test = Dataset((Series(x[:3_000], unit="s"),)), Dataset((Series(x[3_000:], unit="s"),))
    verdict = evaluate(model_of(dynamics), test, train).verdict
    assert verdict.outcome is Outcome.RECONSTRUCTED
    lines = str(verdict).splitlines()
    assert lines[0] == "VERDICT  RECONSTRUCTED"
    assert lines[2].startswith("  The dynamics are chaotic: the largest Lyapunov exponent is 0.4")
    assert "per second" in lines[2]
    assert lines[3].startswith("  Forecasts are valid for ")
    assert "Lyapunov times" in lines[3]
    assert repr(verdict) == "\n".join(lines[:4])


def test_a_difference_of_the_recordings_is_told_unless_the_verdict_is_reconstructed():
    difference = "training and test recording are of different regimes: the variance of x is 70 % lower"
    args = (None, Score(1.0, 0.1, "VPT", 5, 0), "s", None, difference)
    assert answers(Outcome.PARTLY, *args)[-1] == f"T{difference[1:]}."
    assert difference not in " ".join(answers(Outcome.RECONSTRUCTED, *args)).lower()


def test_answers_name_the_model_if_it_is_not_reconstructed():
    at_end = Score(10.0, 0.0, "VPT", 20, 0, ("censored",))
    rest = Motion(MotionKind.AT_REST, -0.1, 0.002, 16)
    still, horizon = answers(Outcome.NOT_RECONSTRUCTED, rest, at_end, "d")
    assert still.startswith("The model (NOT RECONSTRUCTED) is at rest: free runs come to a standstill; ")
    assert "-0.100 ± 0.002 per day (16 free runs)" in still
    assert horizon == "Forecasts are valid for at least 10 d (median over 20 starts)."
