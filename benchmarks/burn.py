"""How fast a core multiplies matrices: `python -m benchmarks.burn SECONDS` prints GFLOP/s. One thread, NumPy only."""

import sys
import time

import numpy as np

SIZE = 128
"""Two operands and a result of 64 KB each: they stay in the cache of a core."""


def burn(seconds: float) -> float:
    """Multiply for so long."""
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
