"""Simulators whose verdict is known beforehand: true systems, nearly true ones, and impostors. No training."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from attrax.core import AbstractSimulator, Result, Simulation
from attrax.core.simulator import one_by_one


@dataclass(frozen=True)
class Map(AbstractSimulator):
    """The last row of the context, sent through `step` again and again."""

    step: Callable[[np.ndarray], np.ndarray]

    def simulate(self, context, n, s=None, *, key=None):
        return self.simulate_many(context[None], n)[0]

    def simulate_many(self, contexts, n, s=None, *, key=None):
        z, path = contexts[:, -1], []
        for _ in range(n):
            z = self.step(z)
            path.append(z)
        runs = np.stack(path, axis=1)
        return tuple(Simulation(x, Result(int(not np.isfinite(x).all()))) for x in runs)

    def forecast(self, x, horizon, s=None):
        z = x[: len(x) - horizon]
        for _ in range(horizon):
            z = self.step(z)
        return z


@dataclass(frozen=True)
class Replay(AbstractSimulator):
    """Plays `tape` again from a random place; its forecast is the row that follows the most similar one of the tape."""

    tape: np.ndarray

    def simulate(self, context, n, s=None, *, key=None):
        first = np.random.default_rng(key).integers(len(self.tape))
        return Simulation(np.resize(np.roll(self.tape, -first, axis=0), (n, self.tape.shape[1])), Result.SUCCESSFUL)

    def simulate_many(self, contexts, n, s=None, *, key=None):
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(self, x, horizon, s=None):
        nearest = cKDTree(self.tape).query(x[: len(x) - horizon])[1]
        return self.tape[(nearest + horizon) % len(self.tape)]


@dataclass(frozen=True)
class Shuffle(AbstractSimulator):
    """Draws rows of `tape` at random; its forecast is their mean."""

    tape: np.ndarray

    def simulate(self, context, n, s=None, *, key=None):
        rows = np.random.default_rng(key).integers(len(self.tape), size=n)
        return Simulation(self.tape[rows], Result.SUCCESSFUL)

    def simulate_many(self, contexts, n, s=None, *, key=None):
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(self, x, horizon, s=None):
        return np.tile(self.tape.mean(axis=0), (len(x) - horizon, 1))


def rk4(rhs: Callable[[np.ndarray], np.ndarray], dt: float) -> Callable[[np.ndarray], np.ndarray]:
    """One step of the classical Runge-Kutta method."""

    def step(z):
        a = rhs(z)
        b = rhs(z + dt / 2 * a)
        c = rhs(z + dt / 2 * b)
        d = rhs(z + dt * c)
        return z + dt / 6 * (a + 2 * b + 2 * c + d)

    return step


def lorenz63(rho: float = 28.0, dt: float = 0.02) -> Map:
    def rhs(z):
        x, y, w = z[..., 0], z[..., 1], z[..., 2]
        return np.stack([10 * (y - x), x * (rho - w) - y, x * y - 8 / 3 * w], axis=-1)

    return Map(rk4(rhs, dt))


def rossler(c: float = 5.7, dt: float = 0.1) -> Map:
    def rhs(z):
        # No orbit ever has w below 0; a noisy start may, and would run to infinity from there.
        x, y, w = z[..., 0], z[..., 1], np.maximum(z[..., 2], 0)
        return np.stack([-y - w, x + 0.2 * y, 0.2 + w * (x - c)], axis=-1)

    return Map(rk4(rhs, dt))


def henon(a: float = 1.4) -> Map:
    # Noise may throw a start out of the basin: it is led back to the attractor.
    def step(z):
        outside = np.abs(z[..., :1]) > 1.29
        x, y = np.moveaxis(np.where(outside, [0.1, 0.1], z), -1, 0)
        return np.stack([1 - a * x**2 + y, 0.3 * x], axis=-1)

    return Map(step)


def orbit(system: Map, start: list[float], n: int, *, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """A recording of `n` rows after a transient, with noise in shares of the standard deviation."""
    rng = np.random.default_rng(seed)
    context = np.array(start) * (1 + 0.01 * rng.normal(size=len(start)))
    x = system.simulate(context[None], n + 1_000).x[1_000:]
    return x + noise * x.std(axis=0) * rng.normal(size=x.shape)


def var_process(n: int, seed: int, *, channels: int = 3) -> np.ndarray:
    """A stationary VAR(2) with random coefficients, Gaussian."""
    rng = np.random.default_rng(seed)
    A, B = rng.normal(size=(2, channels, channels))
    companion = np.block([[A, B], [np.eye(channels), np.zeros((channels, channels))]])
    g = 0.95 / np.abs(np.linalg.eigvals(companion)).max()
    x = rng.normal(size=(n + 200, channels))
    for t in range(2, len(x)):
        x[t] += g * A @ x[t - 1] + g**2 * B @ x[t - 2]
    return x[200:]
