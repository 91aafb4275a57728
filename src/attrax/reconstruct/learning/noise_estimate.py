r"""Estimates the dynamical noise of free runs, after the training and without the test data.

The one-step errors of a trained model, $e_t = z_t - F(z_{t-1}, s_t)$, contain dynamical noise, observation noise and
errors of the map. Which part of them acts on the system cannot be read from the errors, but free runs show it: with too
little noise they are too regular, with too much they are blurred. The noise is therefore $\lambda e$, with normal $e$
of the covariance of the errors, and the share $\lambda$ is the one whose free runs are nearest to the training data,
as long as their cycles are not less regular than recorded. Where noise brings no significant gain, there is none.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics, AbstractHamiltonian
from attrax.core.missing_values import fill_forward
from attrax.data.repair.resampling import evenly
from attrax.data.series import Dataset, Series
from attrax.kernels.threads import in_threads
from attrax.measures.gates.regularity import less_regular
from attrax.models.dynamical_noise import DynamicalNoise
from attrax.models.model import Model
from attrax.reconstruct.judging.evaluation import added_noise, as_recorded, protocol_of, with_lines
from attrax.reconstruct.judging.free_runs import free_runs
from attrax.reconstruct.judging.gate_check import compared
from attrax.reconstruct.judging.judged_rows import judged_rows
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.learning.selection import MOST_RUNS, Nearness, agree, nearest_restart
from attrax.reconstruct.settings.configuration import Config

SHARES = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
r"""The shares $\lambda$ that are tried, until two of them in turn are no nearer than the best before."""

MARGIN = 2.0
"""Noise is not used if free runs with this many times as much of it leave the attractor for ever. A rare noise may do
so in a run that is much longer than those that were tried."""

Option = tuple[DynamicalNoise, tuple[float, float]]
"""Noise, and the distance of free runs with it from the data with its standard error."""


def noise_allowed(config: Config) -> bool:
    """Whether free runs may get dynamical noise: by the settings, and for models of one system with real channels.

    A protocol that adds no observation noise to free runs cannot tell one kind of noise from the other.
    """
    told_apart = protocol_of(config.evaluate).adds_noise
    return bool(config.train.dynamical_noise) and told_apart and not config.model.subject_dim and not config.model.kinds


def with_noise(
    learned: Learned[Model],
    train: Dataset,
    config: Config,
    nearness: Nearness,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Learned[Model]:
    """The same models with dynamical noise, for each restart that is then nearer to the data than any without noise.

    The restart that is nearest with its noise becomes the model.

    Args:
        learned: The result of a training.
        train: The training recordings.
        config: The settings; `train.dynamical_noise` bounds the share of the one-step errors.
        nearness: The distance between the free runs of a model and the training data, with its standard error.
        progress: Called with the number of steps done and their total.

    Cost: For each restart, two to seven times the free runs of a candidate.
    """
    search = _Search(judged_rows(evenly(train, train[0].dt).longest), config, nearness)
    calm = learned.restarts
    half, total = len(calm), 2 * len(calm)
    distances = in_threads(nearness, calm.values(), lambda done: progress(done, total))
    without = dict(zip(calm, distances, strict=True))
    limit = min(distances)
    chosen = in_threads(
        lambda seed: search.chosen(calm[seed], without[seed], limit), calm, lambda done: progress(half + done, total)
    )
    models, facts = dict(calm), dict(learned.facts["restarts"])
    for seed, option in zip(calm, chosen, strict=True):
        if option is not None:
            noise, near = option
            models[seed] = replace(calm[seed], noise=noise)
            facts[str(seed)] = {**facts[str(seed)], "nearness": near[0], **facts_of(noise)}
    best = nearest_restart(facts)
    return replace(learned, model=models[best["seed"]], facts={**best, "restarts": facts}, restarts=models)


def facts_of(noise: DynamicalNoise) -> dict[str, float]:
    """What is kept with a model about its noise."""
    return {"noise_share": noise.share, "noise_size": noise.size}


def full_noise(model: Model, series: Series) -> DynamicalNoise | None:
    r"""Noise of the covariance of the one-step errors $z_t - F(z_{t-1}, s_t)$ of a model; None if it has no errors.

    Args:
        model: The model.
        series: A recording with even time steps, in its own units. Pairs of rows with missing values are left out.
    """
    values = series.values
    z = jnp.asarray(model.states(fill_forward(values)))
    inputs = None if series.inputs is None else jnp.asarray(series.inputs[1:], z.dtype)
    observed = np.asarray(np.isfinite(values).all(axis=1))
    observed[: model.start.reach - 1] = False
    pairs = observed[1:] & observed[:-1]
    errors = np.asarray(z[1:] - _steps(model.dynamics, z[:-1], inputs), float)[pairs]
    states = np.asarray(z[1:], float)[pairs]
    if len(errors) <= errors.shape[1] or not np.isfinite(errors).all() or not errors.any():
        return None
    variance, axes = np.linalg.eigh(np.cov(errors, rowvar=False).reshape(errors.shape[1], -1))
    factor = axes * np.sqrt(np.maximum(variance, 0.0))
    size = math.sqrt(errors.var(axis=0).sum() / max(states.var(axis=0).sum(), np.finfo(float).tiny))
    return DynamicalNoise(jnp.asarray(factor, z.dtype), 1.0, size)


class _Search(NamedTuple):
    """The search for the noise of a model.

    Attributes:
        series: The recording whose one-step errors a model has.
        config: The settings.
        nearness: Measures the distance between free runs and the training data.
    """

    series: Series
    config: Config
    nearness: Nearness

    def chosen(self, calm: Model, without: tuple[float, float], limit: tuple[float, float]) -> Option | None:
        """The least noise that is not significantly worse than the best; None if the best is not nearer than `limit`.

        Args:
            calm: The model without noise.
            without: Its distance.
            limit: The smallest distance of a model without noise.
        """
        allowed = []
        for option in self._tried(calm, without):
            if agree(option[1], limit) or option[1] > limit:
                continue
            if not self._keeps_attractor(calm, option[0]):
                break
            allowed.append(option)
        best = min((near for _, near in allowed), default=limit)
        return next((option for option in allowed if agree(option[1], best)), None)

    def _tried(self, calm: Model, without: tuple[float, float]) -> list[Option]:
        """As much noise as is worth a trial, from little to much."""
        full, most = full_noise(calm, self.series), self.config.train.dynamical_noise
        options, distances = [], [without[0]]
        # Noise would heat a system that keeps its energy.
        if full is None or isinstance(calm.dynamics, AbstractHamiltonian):
            return options
        for share in (share for share in SHARES if share <= most):
            noise = full.times(share)
            options.append((noise, self.nearness(replace(calm, noise=noise))))
            distances.append(options[-1][1][0])
            if len(options) > 1 and min(distances[-2:]) > min(distances[:-2]):
                break
        return options

    def _keeps_attractor(self, calm: Model, noise: DynamicalNoise) -> bool:
        """Whether cycles stay as regular as in the recording, and no free run diverges with more than this noise."""
        lines, seed = with_lines(self.series), self.config.seed
        if free_runs(replace(calm, noise=noise.times(MARGIN)), lines, MOST_RUNS, seed=seed).diverged:
            return False
        noisy = replace(calm, noise=noise)
        found = free_runs(noisy, lines, MOST_RUNS, seed=seed)
        blur = added_noise(noisy, found, self.config.evaluate, seed=seed)
        return not less_regular(compared(found, as_recorded(found, blur, seed=seed), None, (lines,)))


@eqx.filter_jit
def _steps(
    dynamics: AbstractDynamics, z: Float[Array, "pair latent"], s: Float[Array, "pair input"] | None
) -> Float[Array, "pair latent"]:
    return jax.vmap(dynamics.step, in_axes=(0, None if s is None else 0))(z, s)
