r"""Equal noise: of two recordings that are compared, the one with less observation noise gets as much as the other.

Noise spreads the rows of a recording over more cells of the state space and raises its spectrum and its speed. If the
training recording has more of it than the test recording, both differ also where the system is the same: the floor is
too high, so wrong models seem good, and a right model seems too slow.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.reconstruct.judging.free_runs import FreeRuns

LEAST, LEAST_SHARE = 0.01, 0.1
"""Differences of the noise do not count below this share of the standard deviation of the channel, or below this share
of the noise itself: they may be errors of the estimate."""


class EqualNoise(NamedTuple):
    """What is compared, with equal observation noise.

    Attributes:
        found: Free runs, and the part of the test recording that they are compared with.
        known: The training recording; None if there is none that can be compared.
        noise: Standard deviation of the observation noise of the free runs, for each channel.
        added: Standard deviation of the noise that was added to the test recording.
    """

    found: FreeRuns
    known: Float[np.ndarray, "time obs"] | None
    noise: Float[np.ndarray, " obs"]
    added: Float[np.ndarray, " obs"]


def equal_noise(
    found: FreeRuns,
    known: Float[np.ndarray, "time obs"] | None,
    noise: Float[np.ndarray, " obs"],
    known_noise: Float[np.ndarray, " obs"],
    *,
    seed: int,
) -> EqualNoise:
    r"""Add noise to the test recording or to the training recording, until both have as much.

    With $\sigma$ and $\sigma'$ the observation noise of test and training recording in a channel, the one with less
    gets normal noise of variance $|\sigma'^2 - \sigma^2|$.

    Args:
        found: The free runs, and the part of the test recording that they are compared with.
        known: The training recording without gaps; None if there is none that can be compared.
        noise: Standard deviation of the observation noise of the test recording.
        known_noise: The same of the training recording.
        seed: Seed of the noise.

    Example:
        >>> from attrax.core import Result, Simulation
        >>> from attrax.data import Series
        >>> run, clean = Simulation(np.zeros((9, 1)), Result.SUCCESSFUL), np.sin(np.arange(9.0))[:, None]
        >>> equal = equal_noise(FreeRuns(Series(clean), (run,)), clean, np.array([0.0]), np.array([0.3]), seed=0)
        >>> equal.noise, equal.added, (equal.known == clean).all(), (equal.found.reference.x == clean).any()
        (array([0.3]), array([0.3]), np.True_, np.False_)
    """
    if known is None:
        return EqualNoise(found, None, noise, np.zeros_like(noise))
    unsure = np.maximum(LEAST * known.std(axis=0), LEAST_SHARE * np.maximum(noise, known_noise))
    difference = np.where(np.abs(known_noise - noise) < unsure, 0.0, known_noise**2 - noise**2)
    added, to_known = np.sqrt(np.maximum(difference, 0.0)), np.sqrt(np.maximum(-difference, 0.0))
    reference = replace(found.reference, x=_noisy(found.reference.x, added, (seed, 2)))
    return EqualNoise(
        found._replace(reference=reference), _noisy(known, to_known, (seed, 3)), np.hypot(noise, added), added
    )


def _noisy(
    x: Float[np.ndarray, "time obs"], size: Float[np.ndarray, " obs"], seed: tuple[int, int]
) -> Float[np.ndarray, "time obs"]:
    return x + size * np.random.default_rng(seed).standard_normal(x.shape) if size.any() else x
