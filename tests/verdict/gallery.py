"""The gallery: systems, recordings of them, and impostors of each. No training.

An impostor has free runs that are wrong in one way, and otherwise the best forecasts there are: those of the true
system, unless it says otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.signal import lfilter

from attrax.baselines import Persistence
from attrax.baselines.linear_null import fit_linear_null
from attrax.core import AbstractSimulator, Result, Simulation
from attrax.data import Dataset, Series
from tests.verdict.simulators import Map, Replay, henon, lorenz63, orbit, rk4, rossler

ROWS = 20_000


def van_der_pol(mu: float = 1.5, dt: float = 0.1) -> Map:
    def rhs(z):
        x, v = z[..., 0], z[..., 1]
        return np.stack([v, mu * (1 - x**2) * v - x], axis=-1)

    return Map(rk4(rhs, dt))


@dataclass(frozen=True)
class Case:
    """A system: with any value of its parameter, where to start, the noise of its recordings, and a drift."""

    system: Callable[..., Map]
    start: tuple[float, ...]
    noise: float
    drift: tuple[float, float]
    flow: bool = True
    cycle: bool = False

    def recording(self, draw: int, rows: int = ROWS) -> np.ndarray:
        return orbit(self.system(), list(self.start), rows, noise=self.noise, seed=draw)


CASES = {
    "lorenz63": Case(lorenz63, (1.0, 1.0, 20.0), 0.0, (26.0, 30.0)),
    "rossler": Case(rossler, (1.0, 1.0, 0.0), 0.02, (5.2, 6.2)),
    "henon": Case(henon, (0.1, 0.1), 0.0, (1.36, 1.4), flow=False),
    "van der pol": Case(van_der_pol, (1.0, 1.0), 0.05, (1.2, 1.8), cycle=True),
}


@dataclass(frozen=True)
class Impostor(AbstractSimulator):
    """Free runs from `paths`, a function of contexts, length and seed; forecasts from another simulator."""

    paths: Callable[[np.ndarray, int, int], np.ndarray]
    forecasts: AbstractSimulator

    def simulate(self, context, n, s=None, *, key=None):
        return self.simulate_many(context[None], n, key=key)[0]

    def simulate_many(self, contexts, n, s=None, *, key=None):
        return tuple(Simulation(x, Result.SUCCESSFUL) for x in self.paths(contexts, n, key or 0))

    def forecast(self, x, horizon, s=None):
        return self.forecasts.forecast(x, horizon)


def right(system: Map, contexts, n, key):
    """Free runs of the true system."""
    return np.stack([run.x for run in system.simulate_many(contexts, n)])


def offset_drift(system, contexts, n, key):
    x = right(system, contexts, n, key)
    return x + np.linspace(-0.3, 0.3, n)[:, None] * x.std(axis=1, keepdims=True)


def parameter_drift(case, contexts, n, key):
    z, path = contexts[:, -1], []
    for value in np.linspace(*case.drift, n):
        z = case.system(value).step(z)
        path.append(z)
    return np.stack(path, axis=1)


def reversed_time(system, contexts, n, key):
    return right(system, contexts, n, key)[:, ::-1]


def faster(factor, system, contexts, n, key):
    """A flow at another speed: its rows between the rows, by cubic interpolation."""
    x = right(system, contexts, int(n * factor) + 2, key)
    return CubicSpline(np.arange(x.shape[1]), x, axis=1)(factor * np.arange(n))


def weighted_halves(share, system, contexts, n, key):
    """Pieces of true runs, cut where the first channel crosses its median, above it for `share` of the time."""
    runs = []
    for i, x in enumerate(right(system, contexts, n, key)):
        above = x[:, 0] > np.median(x[:, 0])
        pieces = np.split(x, np.flatnonzero(np.diff(above)) + 1)
        groups = pieces[int(not above[0]) :: 2], pieces[int(above[0]) :: 2]
        rng, out, high, rows = np.random.default_rng((key, i)), [], 0, 0
        while rows < n:
            low = high > share * rows
            out.append(groups[low][rng.integers(len(groups[low]))])
            rows, high = rows + len(out[-1]), high + len(out[-1]) * (not low)
        runs.append(np.concatenate(out)[:n])
    return np.stack(runs)


def tape(x, contexts, n, key):
    """A recording, played again from random places."""
    rng = np.random.default_rng(key)
    return np.stack([np.resize(np.roll(x, -rng.integers(len(x)), axis=0), (n, x.shape[1])) for _ in contexts])


def surrogate(train, contexts, n, key):
    """IAAFT: the spectrum and the values of every channel, and no other order."""
    runs = []
    for i in range(len(contexts)):
        rng = np.random.default_rng((key, i))
        x = train[np.arange(n) % len(train)]
        target, ordered = np.abs(np.fft.rfft(x, axis=0)), np.sort(x, axis=0)
        phases = rng.uniform(0, 2 * np.pi, size=(len(target), 1)) + np.angle(np.fft.rfft(x, axis=0))
        y = np.fft.irfft(target * np.exp(1j * phases), n, axis=0)
        for _ in range(10):
            y = np.take_along_axis(ordered, np.argsort(np.argsort(y, axis=0), axis=0), axis=0)
            f = np.fft.rfft(y, axis=0)
            y = np.fft.irfft(target * f / np.maximum(np.abs(f), 1e-12), n, axis=0)
        runs.append(np.take_along_axis(ordered, np.argsort(np.argsort(y, axis=0), axis=0), axis=0))
    return np.stack(runs)


def closing_piece(train):
    """The piece of the recording that closes best."""
    longest = min(300, len(train) // 4)
    starts = [(t, k) for t in range(0, len(train) - longest, 7) for k in (longest // 2, longest)]
    t, k = min(starts, key=lambda piece: float(np.linalg.norm(train[piece[0]] - train[sum(piece)])))
    return train[t : t + k]


def loop(train, contexts, n, key):
    """A limit cycle: the piece of the recording that closes best, again and again."""
    piece = closing_piece(train)
    return np.stack([np.resize(np.roll(piece, -7 * i, axis=0), (n, train.shape[1])) for i in range(20)])


def noisy_loop(train, contexts, n, key):
    """The same with noise in its phase and about it, as of a wrong model with dynamical noise."""
    piece, rng = closing_piece(train), np.random.default_rng(key)
    phases = np.cumsum(1 + 0.3 * rng.standard_normal((len(contexts), n)), axis=1) % len(piece)
    about = lfilter([np.sqrt(1 - 0.95**2)], [1, -0.95], rng.standard_normal((len(contexts), n, train.shape[1])), axis=1)
    return (
        CubicSpline(np.arange(len(piece) + 1), np.concatenate([piece, piece[:1]]))(phases) + 0.2 * train.std(0) * about
    )


def harmonics(frequencies, train, contexts, n, key):
    """Harmonic oscillations with the mean and variance of the recording, from random phases."""
    power = np.abs(np.fft.rfft(train[:, 0] - train[:, 0].mean()))
    t = 2 * np.pi * np.argmax(power) / len(train) * np.arange(n)[:, None]
    delay = np.linspace(0, np.pi / 2, train.shape[1])
    phases = np.random.default_rng(key).uniform(0, 2 * np.pi, size=(len(contexts), 1, 1))
    waves = sum(np.sin(f * t + delay + phases) for f in frequencies)
    return train.mean(axis=0) + train.std(axis=0) * np.sqrt(2 / len(frequencies)) * waves


def fixed_point(train, contexts, n, key):
    return np.tile(train.mean(axis=0), (len(contexts), n, 1))


def simulators(case: Case, train: np.ndarray) -> dict[str, AbstractSimulator]:
    """The true system under the name `true`, and all impostors that the case has."""
    system = case.system()
    own = partial(Impostor, forecasts=system)
    persistent = Persistence()
    found = {
        "true": system,
        "replay": Replay(train),
        "replay, true forecasts": own(partial(tape, train)),
        "replay, persistence": Impostor(partial(tape, train), persistent),
        "replay of a tenth": own(partial(tape, train[: len(train) // 10])),
        "VAR": fit_linear_null(Dataset((Series(train),))),
        "IAAFT": own(partial(surrogate, train)),
        "IAAFT, persistence": Impostor(partial(surrogate, train), persistent),
        "limit cycle": own(partial(harmonics, (1.0,), train) if case.cycle else partial(loop, train)),
        "offset drift": own(partial(offset_drift, system)),
        "parameter drift": own(partial(parameter_drift, case)),
        "one half": own(partial(weighted_halves, 1.0, system)),
        "80:20": own(partial(weighted_halves, 0.8, system)),
        "time reversed": own(partial(reversed_time, system)),
        "time reversed, persistence": Impostor(partial(reversed_time, system), persistent),
        "quasi-periodic": own(partial(harmonics, (1.0, np.sqrt(2)), train)),
        "fixed point": own(partial(fixed_point, train)),
        "right, persistence": Impostor(partial(right, system), persistent),
    }
    if not case.cycle:
        found["limit cycle, noise"] = own(partial(noisy_loop, train))
    if case.flow:
        found |= {f"speed x{f}": own(partial(faster, f, system)) for f in (1.05, 1.1)}
    return found


UNDETECTABLE: dict[tuple[str, str], str] = {}
"""Cells in which the impostor cannot be told from the true system, each with the reason."""
