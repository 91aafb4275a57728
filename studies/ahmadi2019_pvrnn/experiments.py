"""A probabilistic grammar learned by a network that must choose between chaos and noise."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from attrax.analysis import lyapunov_spectrum
from attrax.campaigns import Budget, Measurement, Metric
from attrax.core import Scaling
from attrax.models import CategoricalObservation, Model, PredictiveCodingRNN, WindowEncoder
from attrax.optimise import ExponentialDecay, FixedBatch, Plan, fit, radam
from attrax.plots import Axis, Figure, Panel, Points, Role
from attrax.train import Batch, ErrorRegression, VariationalBound, infer_states

CHANCES = np.array([[0.0, 0.7, 0.3], [0.4, 0.0, 0.6], [1.0, 0.0, 0.0]])
"""Probability of the next symbol (column) after each symbol (row): a grammar of three states."""

SYMBOLS, FIRST_PRIOR, REGRESSED, LONGEST = 3, 0.001, 10, 200
OPTIMIZER = radam(1.0)
"""One object for all trainings, so that they share their compiled code."""


def meta_prior(budget: Budget, key: int, *, w: float) -> Measurement:
    """Noise of the prior, the exponent of the map without noise, and how well sampled symbols follow the grammar."""
    data = _sentences(budget["sequences"], budget["rows"], key)
    model, divergence = _trained(data, w, budget, key)
    states = _sampled(model, budget["sampled"], key)
    sigma = jax.vmap(model.dynamics.prior)(states)[1]
    found = lyapunov_spectrum(model.dynamics, states[-4:], budget["steps"], k=1, transient=200)
    symbols = np.asarray(model.observation.sample(states, key=jax.random.key(key))).ravel().astype(int)
    silent = _period(model, states[-1])
    protocol = f"{budget['units']} units/{budget['sequences']}x{budget['rows']} symbols/{budget['updates']} updates"
    metrics = {
        "sigma": Metric(float(jnp.median(sigma)), None, protocol, "lower"),
        "exponent": Metric(float(found.exponents[0]), None, f"nats a step/{protocol}", "higher"),
        "divergence": Metric(divergence, None, f"nats a step/{protocol}", "lower"),
        "trigrams": Metric(_trigram_divergence(data.ravel(), symbols), None, f"nats/{protocol}", "lower"),
        "period": Metric(float(silent), None, f"symbols, 0 for none up to {LONGEST}/{protocol}", "higher"),
    }
    return Measurement(metrics, figures=(_noise_figure(np.asarray(sigma), w),))


def recognition(budget: Budget, key: int, *, w: float) -> Measurement:
    """Cross entropy of the next symbol of unseen sequences, from inferred states and from the prior alone."""
    model, _ = _trained(_sentences(budget["sequences"], budget["rows"], key), w, budget, key)
    unseen = _sentences(budget["unseen"], REGRESSED + 1, key + 1_000)
    x = jnp.asarray(unseen[..., None], jnp.float32)
    seen = Batch(x[:, :REGRESSED], None, None)
    bound = VariationalBound(w, FIRST_PRIOR)
    inferred = infer_states(model, seen, bound, iterations=budget["iterations"], rate=0.1)[:, -1]
    prior = infer_states(model, seen, bound, iterations=0)[:, -1]
    counts = np.bincount(_sentences(50, 200, key).ravel(), minlength=SYMBOLS)
    least = -np.sum(counts / counts.sum() * np.sum(CHANCES * np.log(np.where(CHANCES > 0, CHANCES, 1)), axis=1))
    protocol = f"nats/{REGRESSED} symbols regressed/{budget['unseen']} unseen sequences"
    values = {"inferred": _next_error(model, inferred, x[:, -1]), "prior_only": _next_error(model, prior, x[:, -1])}
    metrics = {name: Metric(value, None, protocol, "lower") for name, value in values.items()}
    return Measurement({**metrics, "entropy": Metric(float(least), None, "nats a symbol of the grammar", "lower")})


def _next_error(model: Model, z: jax.Array, x: jax.Array) -> float:
    """Mean cross entropy of the next symbol, over the prior of the step to it."""
    noise = jax.random.normal(jax.random.key(0), (100, model.dynamics.noise_dim))
    still = jnp.zeros(model.dynamics.vector_dim)
    step = jax.vmap(jax.vmap(lambda z, e: model.dynamics.inferred_step(z, still, e), (None, 0)), (0, None))
    chances = jax.nn.softmax(model.observation.logits(step(z, noise)))[:, :, 0].mean(axis=1)
    return float(-jnp.log(jnp.take_along_axis(chances, x.astype(int), axis=1)).mean())


def _sentences(sequences: int, rows: int, key: int) -> np.ndarray:
    rng = np.random.default_rng(key)
    found = np.zeros((sequences, rows), int)
    found[:, 0] = rng.integers(SYMBOLS, size=sequences)
    for t in range(1, rows):
        found[:, t] = [rng.choice(SYMBOLS, p=CHANCES[last]) for last in found[:, t - 1]]
    return found


def _trained(data: np.ndarray, w: float, budget: Budget, key: int) -> tuple[Model, float]:
    """A model of the sentences, and the divergence of a step at the end of its training."""
    k_net, k_seen, k_start, k_fit = jax.random.split(jax.random.key(key), 4)
    network = PredictiveCodingRNN.create(budget["units"], 2, fast=1.0, slow=2.0, key=k_net)
    seen = CategoricalObservation.create(1, budget["units"], SYMBOLS, key=k_seen)
    start = WindowEncoder.create(seen, budget["units"], reach=1, hidden_dim=4, key=k_start)
    model = Model(network, seen, start, Scaling.identity(1), ("symbol",))
    sequences, rows = data.shape
    batch = Batch(jnp.asarray(data[..., None], jnp.float32), None, None, first=jnp.arange(sequences) * rows)
    loss = ErrorRegression(
        VariationalBound(w, FIRST_PRIOR), data.size, budget["units"], network.vector_dim, rate=0.02, iterations=1
    )
    plan = Plan(budget["updates"], ExponentialDecay(5e-3, 1e-3, budget["updates"]), OPTIMIZER)
    done = fit(model, loss, FixedBatch(batch), plan, key=k_fit)
    return done.model, float(done.history[-1]["divergence"])


@eqx.filter_jit
def _orbit(model: Model, z: jax.Array, noise: jax.Array) -> jax.Array:
    """States of a run of the prior, with given noise."""
    still = jnp.zeros(model.dynamics.vector_dim)

    def step(z, e):
        z = model.dynamics.inferred_step(z, still, e)
        return z, z

    return jax.lax.scan(step, z, noise)[1]


def _sampled(model: Model, n: int, key: int) -> jax.Array:
    noise = jax.random.normal(jax.random.key(key + 1), (n + 100, model.dynamics.noise_dim))
    return _orbit(model, jnp.zeros(model.dynamics.latent_dim), noise)[100:]


def _period(model: Model, z: jax.Array) -> int:
    """The period of the symbols of the map without noise after a transient; 0 if there is none."""
    states = _orbit(model, z, jnp.zeros((2_000, model.dynamics.noise_dim)))
    symbols = np.asarray(model.observation.observe(states)).ravel()[1_000:]
    periods = (p for p in range(1, LONGEST + 1) if (symbols[p:] == symbols[:-p]).all())
    return next(periods, 0)


def _trigram_divergence(one: np.ndarray, other: np.ndarray) -> float:
    """Divergence of the trigrams of two texts, with half a count for each trigram that does not occur."""

    def shares(text: np.ndarray) -> np.ndarray:
        code = text[:-2] * SYMBOLS**2 + text[1:-1] * SYMBOLS + text[2:]
        counts = np.bincount(code, minlength=SYMBOLS**3) + 0.5
        return counts / counts.sum()

    p, q = shares(one), shares(other)
    return float(np.sum(p * np.log(p / q)))


def _noise_figure(sigma: np.ndarray, w: float) -> Figure:
    """The standard deviations of the prior along a run."""
    steps = np.arange(200.0)
    traces = tuple(
        Points(x=steps, y=values, name=f"unit {i + 1}", role=Role.series(i)) for i, values in enumerate(sigma[:200].T)
    )
    panel = Panel(traces=traces, x=Axis(label="step"), y=Axis(label="noise of the prior", scale="log"))
    caption = f"Noise of the random units along a run of the network trained with the meta-prior {w:g}."
    return Figure(name=f"prior_{w:g}".replace(".", "_"), title="Noise of the prior", caption=caption, panels=(panel,))
