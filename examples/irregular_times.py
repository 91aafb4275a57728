"""Rows at random times: Lorenz-63 or Rössler learned from them as they are, against as many evenly spaced rows.

Every gap is a whole number of fine steps, uniform from 0.1 to 1.9 of the mean one. Both models are judged by the same
evenly sampled recording from another initial state.

    python examples/irregular_times.py --system lorenz63 --seeds 3
"""

import argparse

import jax
import numpy as np
import pandas as pd

import attrax
from attrax.systems import catalogue
from attrax.systems.recording import record

FINE = 10
STEPS = {"lorenz63": 0.02, "rossler": 0.1}


def recordings(system: str, rows: int, seed: int) -> dict[str, pd.DataFrame]:
    """Rows at random times, as many at even times, and an evenly sampled test recording."""
    step = STEPS[system]
    k_train, k_test = jax.random.split(jax.random.key(seed))
    known = catalogue.find(system)
    fine = record(known, FINE * rows, dt=step / FINE, key=k_train)[0].x
    gaps = np.random.default_rng(seed).integers(1, 2 * FINE, size=rows)
    at = np.cumsum(gaps)
    uneven = at[at < len(fine)]
    even = np.arange(0, len(fine), FINE)[: len(uneven)]
    test = record(known, rows, dt=step, key=k_test)[0].x
    return {
        "even": _table(fine[even], even * step / FINE),
        "uneven": _table(fine[uneven], uneven * step / FINE),
        "test": _table(test, np.arange(rows) * step),
    }


def _table(x: np.ndarray, t: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"time": t, **dict(zip("xyz", x.T, strict=True))})


def main() -> None:
    """Print a row for each seed and sampling."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", choices=STEPS, default="lorenz63")
    parser.add_argument("--rows", type=int, default=8_000)
    parser.add_argument("--updates", type=int, default=1_500)
    parser.add_argument("--window", type=int, default=30)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    train = {"updates": asked.updates, "window": asked.window, "restarts": 1, "candidates": 4}
    settings = {"model": {"dynamics": "continuous"}, "train": train}
    print("seed  rows    " + "  ".join(f"{name:>14}" for name in ("D_stsp", "D_H", "PE(1)", "PE(20)")))
    for seed in range(asked.first, asked.first + asked.seeds):
        data = recordings(asked.system, asked.rows, seed)
        for name in ("even", "uneven"):
            fit = attrax.reconstruct(data[name], test=data["test"], seed=seed, settings=settings, quiet=True)
            scores = [f"{row.model.value:.3g} / {row.null.value:.3g}" for row in fit.verdict.rows]
            print(f"{seed:<5} {name:<7}" + "  ".join(f"{score:>14}" for score in scores), flush=True)
    print("model / linear null; lower is nearer")


if __name__ == "__main__":
    main()
