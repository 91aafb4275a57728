"""The sizes that are measured, and tasks of these sizes.

The cost of an update does not depend on the values of a recording, so recordings of built-in systems are used.
"""

import dataclasses
from dataclasses import dataclass

import jax
import numpy as np

from attrax.models import AffineObservation, ClippedShallowPLRNN
from attrax.systems import Lorenz96, find, record
from benchmarks.task import Settings, Task


@dataclass(frozen=True)
class Size:
    """Channels N, latent states M, hidden units L, rows T in a window, windows B in a batch, seeds."""

    name: str
    N: int
    M: int
    L: int
    T: int
    B: int = 16
    affine: bool = True
    seeds: int = 1
    rows: int = 20_000
    chunk: int = 250

    @property
    def label(self) -> str:
        """The text for the table."""
        seeds = f" {self.seeds} seeds" if self.seeds > 1 else ""
        return f"{self.name} (N{self.N} M{self.M} L{self.L} T{self.T} B{self.B}{seeds})"


TRAINING = (
    Size("Lorenz-63", N=3, M=3, L=100, T=200, affine=False),
    Size("ECG", N=5, M=5, L=250, T=200),
    Size("EEG", N=64, M=16, L=512, T=50),
)
SMOKE = (Size("smoke", N=6, M=4, L=8, T=12, B=4, rows=500, chunk=10),)


def recording(channels: int, rows: int) -> np.ndarray:
    """A standardized chaotic recording with a number of channels: Lorenz-63 for 3, else Lorenz-96."""
    system = find("lorenz63")
    if channels != len(system.channels):
        z0 = 8.0 + np.sin(np.arange(channels))
        ring = find("lorenz96")
        names = tuple(f"z{i}" for i in range(channels))
        system = dataclasses.replace(
            ring, dynamics=Lorenz96(size=channels), z0=tuple(z0.tolist()), channels=names, exponents=()
        )
    x = record(system, rows, noise=0.05, key=jax.random.key(0))[0].x
    return ((x - x.mean(axis=0)) / x.std(axis=0)).astype(np.float32)


def make_task(size: Size) -> Task:
    """The data and the initial parameters for a size; always the same for the same size."""
    settings = Settings(batch_size=size.B, window=size.T, affine=size.affine, chunk=size.chunk)
    models = [_parameters(size, jax.random.key(seed)) for seed in range(size.seeds)]
    stacked = {name: np.stack([model[name] for model in models]) for name in models[0]}
    return Task(settings, recording(size.N, size.rows), stacked)


def _parameters(size: Size, key: jax.Array) -> dict[str, np.ndarray]:
    k_dynamics, k_observation = jax.random.split(key)
    f = ClippedShallowPLRNN.create(size.M, size.L, key=k_dynamics)
    named = {"a": f.diagonal.weights, "W1": f.W1, "W2": f.W2, "h1": f.h1, "h2": f.h2}
    if size.affine:
        named["B"] = AffineObservation.create(size.N, size.M, key=k_observation).B
    return {name: np.asarray(value) for name, value in named.items()}
