r"""One model of twenty Lorenz systems, asked for five that it has never seen.

The systems differ in rho alone, evenly from 28 to 66; of each there are 1,000 rows with 5 % noise, about a dozen turns:
too few to learn an attractor from. One hierarchical model learns the twenty together, and a vector of three numbers
tells each from the others. Of five systems with a rho between those, again 1,000 rows are shown. The hierarchical model
infers their vectors, and is compared with separate models of the same kind and size: one that learned from the rows of
the unseen system alone, and the one, of twenty, that learned from the system with the nearest rho.

    python examples/many_lorenz_systems.py --seeds 3
    python examples/many_lorenz_systems.py --updates 500   # to see that it runs

Scores compare free runs with clean recordings of the unseen systems, 50,000 rows each. Medians over three seeds of
medians over five systems, in two minutes a seed on one core:

    hierarchical            D_stsp 0.22 (0.21 to 0.27)   D_H 0.08
    separate, its own rows         1.96 (0.81 to 3.94)       0.17
    separate, nearest rho          5.00 (3.53 to 5.15)       0.29

The two lowest rho, where the fixed points of the system repel least, remain hard: in two of three seeds the free runs
of one of them end in such a point (D_stsp 13).
"""

import argparse
import time

import jax
import numpy as np

import attrax
from attrax.measures import SpectrumDistance, StateSpaceDivergence

KNOWN = np.linspace(28, 66, 20)
UNSEEN = KNOWN[2:19:4] + 1
ROWS, NOISE, JUDGED, RUNS = 1_000, 0.05, 50_000, 5


def recordings(values: np.ndarray, rows: int, noise: float, seed: int) -> list[np.ndarray]:
    """A recording of the Lorenz system for every rho."""
    made = attrax.systems.record_ensemble(
        attrax.systems.find("lorenz63"),
        rows,
        values=values,
        family=lambda rho: attrax.systems.Lorenz63(rho=rho),
        noise=noise,
        key=jax.random.key(seed),
    )
    return [series.x for series in made]


def scores(model: attrax.models.Model, shown: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """D_stsp and D_H of free runs from all along what was shown of the system, behind a transient."""
    n, transient = len(truth), len(truth) // 4
    runs = [model.simulate(shown[:end], n + transient).x[transient:] for end in np.linspace(20, ROWS, RUNS, dtype=int)]
    measures = (StateSpaceDivergence.gtf2023(), SpectrumDistance.gtf2023())
    return tuple(float(np.mean([measure(truth, x, key=0).value for x in runs])) for measure in measures)


def compared(seed: int, updates: int) -> dict[str, np.ndarray]:
    """Scores of every unseen system, by kind of model."""
    known = recordings(KNOWN, ROWS, NOISE, 10 * seed)
    shown = recordings(UNSEEN, ROWS, NOISE, 10 * seed + 1)
    truth = recordings(UNSEEN, JUDGED, 0.0, 10 * seed + 2)
    settings = {"data": {"in_sample": True}, "train": {"updates": updates, "restarts": 1}, "evaluate": {"starts": 2}}

    group = attrax.fit(known, subjects=3, seed=seed, settings=settings)
    inferred = group.infer(shown)

    def separate(x: np.ndarray) -> attrax.models.Model:
        return attrax.fit(x, seed=seed, settings=settings, quiet=True).model

    nearest = [separate(known[np.abs(KNOWN - rho).argmin()]) for rho in UNSEEN]
    models = {
        "hierarchical": [inferred.subject(name) for name in inferred.subjects],
        "separate, its own rows": [separate(x) for x in shown],
        "separate, nearest rho": nearest,
    }
    return {
        kind: np.array([scores(model, *data) for model, *data in zip(found, shown, truth, strict=True)])
        for kind, found in models.items()
    }


def main() -> None:
    """Learn and compare, seed by seed."""
    options = argparse.ArgumentParser(description="One model of twenty Lorenz systems, asked for five others.")
    options.add_argument("--seeds", type=int, default=1, help="independent repetitions, with recordings of their own")
    options.add_argument("--first", type=int, default=0, help="the first seed")
    options.add_argument("--updates", type=int, default=20_000, help="parameter updates of every model")
    chosen = options.parse_args()
    medians: dict[str, list[np.ndarray]] = {}
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        started = time.monotonic()
        for kind, found in compared(seed, chosen.updates).items():
            cells = "".join(f"{value:8.3f}" for value in found[:, 0])
            medians.setdefault(kind, []).append(np.median(found, axis=0))
            print(f"seed {seed}  {kind:24} D_stsp by rho:{cells}   median D_stsp {medians[kind][-1][0]:.3f}")
        print(f"seed {seed}  {time.monotonic() - started:.0f} s")
    print(f"{'medians over seeds of medians over five unseen rho':52}{'D_stsp':>8}{'D_H':>8}")
    for kind, found in medians.items():
        print(f"{kind:52}" + "".join(f"{value:8.3f}" for value in np.median(found, axis=0)))


if __name__ == "__main__":
    main()
