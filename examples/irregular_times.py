"""Rows at random times: Lorenz-63 or Rössler learned from them as they are, against as many evenly spaced rows.

Every gap is a whole number of fine steps, uniform from 0.1 to 1.9 of the mean one. Both models are judged by the same
evenly sampled recording from another initial state. Three to five minutes a model on one core; Rössler takes longer.

    python examples/irregular_times.py --system lorenz63 --seeds 3
"""

import jax
import numpy as np
import pandas as pd
import typer

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


def main(
    system: str = "lorenz63", rows: int = 8_000, updates: int = 6_000, window: int = 30, first: int = 0, seeds: int = 3
) -> None:
    """Print a row for each seed and sampling."""
    train = {"updates": updates, "window": window, "restarts": 1, "candidates": 4}
    settings = {"model": {"dynamics": {"kind": "continuous"}}, "train": train}
    typer.echo("seed  rows    " + "  ".join(f"{name:>14}" for name in ("D_stsp", "D_H", "PE(1)", "PE(20)")))
    for seed in range(first, first + seeds):
        data = recordings(system, rows, seed)
        for name in ("even", "uneven"):
            fit = attrax.fit(data[name], test=data["test"], seed=seed, settings=settings, quiet=True)
            scores = [f"{row.model.value:.3g} / {row.null.value:.3g}" for row in fit.verdict.rows]
            typer.echo(f"{seed:<5} {name:<7}" + "  ".join(f"{score:>14}" for score in scores))
    typer.echo("model / linear null; lower is nearer")


if __name__ == "__main__":
    typer.run(main)
