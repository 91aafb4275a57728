"""How long should training windows be?

Systems are recorded with 20,000 rows and 2 % observation noise, and fitted with windows of several lengths and numbers;
everything else is the default, with alpha 0.125 and four restarts. The table has the median over the restarts of the
distance of free runs from the training data: the geometric mean of `D_stsp` and `D_H`.

    python examples/training_windows.py                                  # about an hour on one core
    python examples/training_windows.py --systems sprott_m --sizes 75x16 200x8
"""

import argparse
import math
from statistics import median

import attrax

SYSTEMS = ("sprott_m", "lu_chen_cheng", "excitable_cell", "bouali")
SIZES = ("75x16", "75x43", "200x6", "200x16", "400x16")


def distance(name: str, size: str, updates: int) -> float:
    """The median over restarts of the distance of free runs from the training data."""
    window, batch = map(int, size.split("x"))
    forcing = {"kind": "generalized", "alpha": 0.125}
    train = {"window": window, "batch_size": batch, "restarts": 4, "updates": updates, "forcing": forcing}
    settings = {"data": {"steps": 20_000, "noise": 0.02}, "train": train}
    fit = attrax.fit(name, settings=settings, quiet=True)
    return math.exp(median(found["nearness"] for found in fit.learned.facts["restarts"].values()))


def main() -> None:
    """Fit every system with every size, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--systems", nargs="+", default=SYSTEMS)
    options.add_argument("--sizes", nargs="+", default=SIZES, help="rows in a window x windows in an update")
    options.add_argument("--updates", type=int, default=40_000)
    given = options.parse_args()
    print(f"{'window x batch':<16}" + "".join(f"{name:>16}" for name in given.systems))
    for size in given.sizes:
        print(f"{size:<16}", end="", flush=True)
        for name in given.systems:
            print(f"{distance(name, size, given.updates):16.3f}", end="", flush=True)
        print()


if __name__ == "__main__":
    main()
