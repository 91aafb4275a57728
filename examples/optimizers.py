"""Which optimiser ends nearer to the data?

Systems are recorded with 2 % observation noise (Lorenz-63 with 5 %) and fitted with each optimiser; everything else is
the default, with alpha 0.125 and two restarts. The table has, for every restart, the distance of free runs from the
training data: the logarithm of the geometric mean of `D_stsp` and `D_H`. Lower is nearer.

    python examples/optimizers.py                                  # about 15 minutes on one core
    python examples/optimizers.py --systems sprott_m --optimizers soap
"""

import argparse

import attrax

SYSTEMS = ("lorenz63", "sprott_m", "excitable_cell", "bouali", "lu_chen_cheng")
RECORDINGS = {"lorenz63": {"steps": 100_000, "noise": 0.05}}
USUAL = {"steps": 20_000, "noise": 0.02}


def distances(name: str, optimizer: str, updates: int) -> list[float]:
    """The distance of free runs from the training data, for each restart."""
    forcing = {"kind": "generalized", "alpha": 0.125}
    train = {"restarts": 2, "updates": updates, "forcing": forcing, "optimizer": {"kind": optimizer}}
    fit = attrax.fit(name, settings={"data": RECORDINGS.get(name, USUAL), "train": train}, quiet=True)
    return [found["nearness"] for found in fit.learned.facts["restarts"].values()]


def main() -> None:
    """Fit every system with every optimiser, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--systems", nargs="+", default=SYSTEMS)
    options.add_argument("--optimizers", nargs="+", default=("radam", "soap"))
    options.add_argument("--updates", type=int, default=40_000)
    given = options.parse_args()
    for name in given.systems:
        for optimizer in given.optimizers:
            found = distances(name, optimizer, given.updates)
            print(f"{name:<16}{optimizer:<8}" + "".join(f"{value:8.2f}" for value in found), flush=True)


if __name__ == "__main__":
    main()
