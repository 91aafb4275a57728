"""Speed of matrix products on one core: `python -m benchmarks.burn SECONDS` prints GFLOP/s. Uses NumPy only."""

import sys
import time

import numpy as np

SIZE = 128
"""Matrix size. Two operands and the result have 64 KB each, so they stay in the cache of a core."""


def burn(seconds: float) -> float:
    """Multiply matrices for a number of seconds, and return the speed in GFLOP/s."""
    a = np.random.default_rng(0).standard_normal((SIZE, SIZE), dtype=np.float32)
    out = np.empty_like(a)
    for _ in range(20):
        np.matmul(a, a, out=out)
    done, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        for _ in range(20):
            np.matmul(a, a, out=out)
        done += 20
    return 2e-9 * SIZE**3 * done / elapsed


if __name__ == "__main__":
    sys.stdout.write(f"{burn(float(sys.argv[1]))}\n")
