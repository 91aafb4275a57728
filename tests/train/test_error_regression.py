import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core import Scaling
from attrax.core.scans.sequential import Sequential
from attrax.kernels.support import obstacle
from attrax.models import FreeDiagonal, IdentityObservation, LinearStart, Model, PredictiveCodingRNN, ShallowPLRNN
from attrax.optimise import ExponentialDecay, FixedBatch, Plan, fit, radam
from attrax.testing import check_objective
from attrax.train import Batch, ErrorRegression, FreeVectors, VariationalBound, infer_states
from attrax.train.scans.fused import Fused

KEY = jax.random.key(0)
DECAY, ROWS = 0.8, 7


def linear():
    """The map z -> 0.8 z of one state, which is the channel."""
    zero = jnp.zeros((1, 1))
    f = ShallowPLRNN(FreeDiagonal(jnp.array([DECAY])), zero, zero, jnp.zeros(1), jnp.zeros(1), jnp.zeros((1, 0)))
    return Model(f, IdentityObservation(1), LinearStart(jnp.zeros((0, 1))), Scaling.identity(1), ("x",))


def window(x, mask=None):
    return Batch(jnp.asarray(x, jnp.float32)[None, :, None], mask, None)


def best_states(x, bound, counted=None):
    """The states at the minimum of the bound for the linear map, by least squares in float64."""
    counted = np.ones(len(x), bool) if counted is None else counted
    response = np.zeros((len(x), len(x)))  # of the state in row t to the vector of step r; column 0 is the first state
    for t in range(len(x)):
        for r in range(t + 1):
            response[t, r] = DECAY ** (t - r) * (1.0 if r == 0 else bound.sigma)
    free = x[0] * DECAY ** np.arange(len(x))
    price = np.diag(np.sqrt(np.array([bound.first_meta_prior, *[bound.meta_prior] * (len(x) - 1)]) / 2))
    rows = np.concatenate([response * counted[:, None], price])
    wanted = np.concatenate([(x - free) * counted, np.zeros(len(x))])
    return free + response @ np.linalg.lstsq(rows, wanted, rcond=None)[0]


@pytest.mark.parametrize("missing", [(), (2, 3)])
def test_states_of_a_linear_map_are_those_of_least_squares(rng, missing):
    x, counted = rng.normal(size=ROWS), np.ones(ROWS, bool)
    counted[list(missing)] = False
    bound = VariationalBound(meta_prior=0.3, first_meta_prior=0.1, sigma=0.5)
    mask = jnp.asarray(counted)[None, :, None] if missing else None
    z = infer_states(linear(), window(x, mask), bound, iterations=600, rate=0.05)
    assert np.allclose(z[0, :, 0], best_states(x, bound, counted), atol=2e-3)


def test_a_high_meta_prior_gives_the_free_orbit_and_a_low_one_the_data(rng):
    x = rng.normal(size=ROWS)
    free = infer_states(linear(), window(x), VariationalBound(1e6, 1e6, 1.0), iterations=200)
    data = infer_states(linear(), window(x), VariationalBound(1e-6, 1e-6, 1.0), iterations=600)
    assert np.allclose(free[0, :, 0], x[0] * DECAY ** np.arange(ROWS), atol=1e-2)
    assert np.allclose(data[0, :, 0], x, atol=2e-2)


def test_progress_is_told_to_the_end():
    told = []
    infer_states(linear(), window(np.ones(3)), VariationalBound(), iterations=15, progress=lambda *at: told.append(at))
    assert told == [(0, 15), (10, 15), (15, 15)]


@pytest.fixture(scope="module")
def batch():
    x = jax.random.normal(KEY, (3, 6, 2))
    return Batch(x, None, None, first=jnp.array([0, 10, 20]))


def objective(scan=None, **settings):
    bound = VariationalBound(0.05, 0.01, 0.1, scan or Sequential())
    return ErrorRegression(bound, rows=40, latent_dim=3, vector_dim=3, **settings)


def test_only_the_vectors_of_the_rows_of_the_batch_change(make_model, batch):
    loss = objective()
    _, ((first, steps), facts) = loss(make_model(), batch, loss.init(), KEY)
    changed = {
        name: np.flatnonzero(np.asarray(part.vectors).any(axis=1)).tolist()
        for name, part in (("first", first), ("steps", steps))
    }
    assert changed == {"first": [0, 10, 20], "steps": [r + k for r in (0, 10, 20) for k in range(1, 6)]}
    assert facts["alpha"] == 0
    assert facts["divergence"] > 0


def test_more_iterations_explain_the_windows_better(make_model, batch):
    values = []
    for iterations in (1, 30):
        loss = objective(iterations=iterations)
        values.append(float(eqx.filter_jit(loss)(make_model(), batch, loss.init(), KEY)[0]))
    assert values[1] < 0.7 * values[0]


@pytest.mark.skipif(obstacle() is not None, reason="no compiled loops on this machine")
def test_compiled_loops_give_the_same_loss_and_gradient(make_model, batch):
    model, bound = make_model(input_dim=2), VariationalBound(0.05, 0.01, 0.1)
    driven = batch._replace(s=jax.random.normal(KEY, (3, 6, 2)))
    k_first, k_steps, k_noise = jax.random.split(KEY, 3)
    vectors = FreeVectors(jax.random.normal(k_first, (3, 3)), jax.random.normal(k_steps, (3, 5, 3)))
    found = []
    for scan in (Sequential(), Fused()):
        chosen = eqx.tree_at(lambda b: b.scan, bound, scan)

        def value(both, chosen=chosen):
            return chosen(both[0], driven, both[1], chosen.noise(both[0], driven, k_noise))[0]

        found.append(eqx.filter_value_and_grad(value)((model, vectors)))
    for a, b in zip(*map(jax.tree.leaves, found), strict=True):
        assert np.allclose(a, b, atol=1e-5)


def test_random_units_have_vectors_of_their_own(batch):
    f = PredictiveCodingRNN.create(4, 2, key=KEY)
    seen = IdentityObservation(2)
    model = Model(f, seen, LinearStart.create(seen, 4, key=KEY), Scaling.identity(2), ("a", "b"))
    loss = ErrorRegression(VariationalBound(0.1), rows=40, latent_dim=4, vector_dim=f.vector_dim)
    check_objective(loss, model, batch, key=KEY)


def test_training_goes_on_where_it_stopped(make_model, batch):
    plan = Plan(20, ExponentialDecay(1e-2, 1e-3, 20), radam(1.0), chunk=5)
    whole = fit(make_model(), objective(), FixedBatch(batch), plan, key=KEY)
    half = fit(make_model(), objective(), FixedBatch(batch), plan, key=KEY, until=10)
    rest = fit(make_model(), objective(), FixedBatch(batch), plan, key=KEY, resume=half.state)
    assert whole.history[-1]["loss"].mean() < whole.history[0]["loss"].mean()
    for a, b in zip(*(jax.tree.leaves(eqx.filter(f.state, eqx.is_array)) for f in (whole, rest)), strict=True):
        assert np.array_equal(a, b)
