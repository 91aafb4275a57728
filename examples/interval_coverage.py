"""Do 90 % intervals hold 90 % of what comes?

Five models, restarts of one run, learn from a noisy recording of a known system and become an ensemble, calibrated on a
fifth of the recording that none of them was trained on. Its intervals are held against a second recording of the
system, with the same noise, from 200 starts up to one Lyapunov time ahead: as long as it takes a small error to grow by
a factor of e.

    python examples/interval_coverage.py --seeds 3
    python examples/interval_coverage.py --updates 500   # to see that it runs
"""

import argparse
import time

import jax
import numpy as np

import attrax

ROWS, NOISE = 100_000, 0.05


def coverage(name: str, seed: int, updates: int) -> np.ndarray:
    """Share of the values that lie in their intervals, horizon by horizon."""
    system = attrax.systems.find(name)
    learned, met = (
        attrax.systems.record(system, ROWS, noise=NOISE, key=jax.random.key(key))[0].x
        for key in (2 * seed, 2 * seed + 1)
    )
    settings = {"train": {"updates": updates, "restarts": 5, "validation_fraction": 0.2}, "evaluate": {"starts": 4}}
    fit = attrax.fit(learned, seed=5 * seed, settings=settings, quiet=True)
    lyapunov_time = round(1 / system.exponents[0] / system.dt)
    return fit.ensemble(0.9).coverage(met, lyapunov_time)


def main() -> None:
    """Learn, calibrate and count, system by system."""
    options = argparse.ArgumentParser(description="Do 90 % intervals hold 90 % of what comes?")
    options.add_argument("--seeds", type=int, default=1, help="independent repetitions, with recordings of their own")
    options.add_argument("--updates", type=int, default=10_000, help="parameter updates of every member")
    options.add_argument("--systems", nargs="+", default=["lorenz63", "rossler", "halvorsen"], help="names of systems")
    chosen = options.parse_args()
    for name in chosen.systems:
        for seed in range(chosen.seeds):
            started = time.monotonic()
            held = coverage(name, seed, chosen.updates)
            print(
                f"{name:12} seed {seed}  mean {held.mean():.3f}, from {held.min():.3f} to {held.max():.3f} over "
                f"{len(held)} steps; at one Lyapunov time {held[-1]:.3f}  ({time.monotonic() - started:.0f} s)"
            )


if __name__ == "__main__":
    main()
