"""Recordings with and without anything nonlinear to reconstruct, by kind."""

import numpy as np

from tests.verdict.simulators import henon, lorenz63, orbit, rossler, var_process


def hopeless(kind: str, n: int, seed: int) -> np.ndarray:
    """A recording of which nothing may be called reconstructed."""
    rng = np.random.default_rng(seed)
    if kind == "white noise":
        return rng.normal(size=(n, 3))
    if kind == "uniform noise":
        return rng.uniform(size=(n, 3))
    if kind == "linear process":
        return var_process(n, seed)
    if kind == "trend":
        return np.arange(n)[:, None] / n * rng.uniform(1, 10, size=3) + rng.normal(size=(n, 3))
    return rng.permutation(chaotic("lorenz63", n, 0.0, seed))


HOPELESS = ("white noise", "linear process", "trend", "shuffled", "uniform noise")


def chaotic(kind: str, n: int, noise: float, seed: int) -> np.ndarray:
    """A recording of a known chaotic system; noise in shares of the standard deviation."""
    system, start = {
        "lorenz63": (lorenz63(), [1.0, 1.0, 20.0]),
        "rossler": (rossler(), [1.0, 1.0, 0.0]),
        "henon": (henon(), [0.1, 0.1]),
    }[kind]
    return orbit(system, start, n, noise=noise, seed=seed)


CHAOTIC = ("lorenz63", "rossler", "henon")
NOISES = (0.0, 0.02, 0.05)
