"""How should the states be told about the data: by forcing or by inference?

Recordings are learned by generalized teacher forcing and by error regression, with the same network, windows, updates
and seeds. The table has three scores on the test part for every seed: D_stsp and D_H of a free run as long as the test
part, and PE(20), the error of forecasts 20 steps ahead. Lower is better. The seconds are processor time of the training
of all seeds.

    python examples/forcing_or_inference.py                                          # Lorenz-63 and Rössler
    python examples/forcing_or_inference.py --file ecg TRAIN.npy TEST.npy 0.0014     # a recording, with its time step
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import equinox as eqx
import jax
import numpy as np

from attrax.core import AbstractScan, Scaling
from attrax.core.scans.sequential import Sequential
from attrax.data import Dataset, Series
from attrax.data.windows import round_length
from attrax.kernels.support import obstacle
from attrax.measures import PredictionError, SpectrumDistance, StateSpaceDivergence
from attrax.models import ClippedShallowPLRNN, IdentityObservation, LinearStart, Model
from attrax.optimise import AbstractObjective, ExponentialDecay, Plan, fit, soap
from attrax.systems import find, record
from attrax.train import ErrorRegression, Generalized, TeacherForcing, VariationalBound, WindowBatches

SYSTEMS = {"lorenz63": 0.05, "rossler": 0.05}
"""Systems of the catalogue, and the noise of their training recordings."""

WINDOW, WINDOWS, LONGEST = 75, 16, 20_000

META_PRIOR = 0.1
"""With 0.01 the vectors explain the data and the network learns little."""


class Recording(NamedTuple):
    """Standardised rows for training and testing, and the time step."""

    train: np.ndarray
    test: np.ndarray
    dt: float


def scan() -> AbstractScan:
    """Compiled loops, if this machine has what they need."""
    if obstacle() is not None:
        return Sequential()
    from attrax.train.scans.fused import Fused

    return Fused()


def methods(rows: int, dim: int) -> dict[str, Callable[[], AbstractObjective]]:
    """The losses to compare."""
    return {
        "GTF 0.125": lambda: TeacherForcing(Generalized(0.125), scan()),
        "inference": lambda: ErrorRegression(VariationalBound(META_PRIOR, 0.01, 0.02, scan()), rows, dim, dim),
    }


def recorded(name: str, noise: float) -> Recording:
    """Two recordings of a system of the catalogue; the one to test on has no noise."""
    train = record(find(name), LONGEST, noise=noise, key=jax.random.key(0)).longest
    test = record(find(name), LONGEST, key=jax.random.key(1)).longest
    return standardised(train.x, test.x, train.dt)


def standardised(train: np.ndarray, test: np.ndarray, dt: float) -> Recording:
    """Rows in units of the standard deviations of the training rows."""
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    return Recording(*((x[:LONGEST] - mean) / deviation for x in (train, test)), dt)


def scores(model: Model, test: np.ndarray) -> tuple[float, float, float]:
    """D_stsp, D_H and PE(20) of a model."""
    run = model.simulate(test[:1], len(test) - 1).x
    space = StateSpaceDivergence(bins=30 if test.shape[1] <= 3 else 8)
    ahead = PredictionError(horizon=20)(test[20:], model.forecast(test, 20)).value
    return space(test[1:], run).value, SpectrumDistance()(test[1:], run).value, ahead


def compare(name: str, recording: Recording, updates: int, seeds: int) -> None:
    """Train with every method, and print a line for each."""
    dim = recording.train.shape[1]
    batches = WindowBatches.cut(
        Dataset((Series(recording.train.astype(np.float32), recording.dt),)), length=WINDOW, size=WINDOWS
    )
    seen, names = IdentityObservation(dim), tuple(f"x{i + 1}" for i in range(dim))

    def make(key: jax.Array) -> Model:
        network = ClippedShallowPLRNN.create(dim, 100 if dim <= 3 else 200, dt=recording.dt, key=key)
        return Model(network, seen, LinearStart.create(seen, dim, key=key), Scaling.identity(dim), names)

    keys = jax.random.split(jax.random.key(0), seeds)
    plan = Plan(updates, ExponentialDecay(1e-2, 1e-5, updates), soap(1.0))
    for method, loss in methods(round_length(len(recording.train)), dim).items():
        begin = time.process_time()
        models = fit(eqx.filter_vmap(make)(keys), loss(), batches, plan, key=keys, replicas=seeds).model
        seconds = time.process_time() - begin
        found = np.array(
            [
                scores(jax.tree.map(lambda leaf, i=i: leaf[i] if eqx.is_array(leaf) else leaf, models), recording.test)
                for i in range(seeds)
            ]
        )
        cells = (" ".join(f"{value:.3g}" for value in column) for column in found.T)
        print(f"{name:<12}{method:<16}{' | '.join(cells)} | {seconds:.0f} s", flush=True)


def main() -> None:
    """Compare the methods on systems and files, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--systems", nargs="*", default=tuple(SYSTEMS))
    options.add_argument("--file", nargs=4, action="append", default=[], metavar=("NAME", "TRAIN", "TEST", "DT"))
    options.add_argument("--updates", type=int, default=1_500)
    options.add_argument("--seeds", type=int, default=3)
    given = options.parse_args()
    for name in given.systems:
        compare(name, recorded(name, SYSTEMS.get(name, 0.02)), given.updates, given.seeds)
    for name, train, test, dt in given.file:
        rows = (np.asarray(np.load(Path(path)), float) for path in (train, test))
        compare(name, standardised(*rows, float(dt)), given.updates, given.seeds)


if __name__ == "__main__":
    main()
