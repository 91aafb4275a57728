"""What can be computed of the page that compares packages: versions, licences, commands, and what a NaN does.

Run `python docs/compare_packages.py` in an environment with `attrax[rivals]`.
"""

import warnings
from importlib.metadata import distribution

import numpy as np


def fit_pysindy(x: np.ndarray) -> np.ndarray:
    """Coefficients of quadratic equations."""
    import pysindy

    return pysindy.SINDy().fit(x, t=0.01).coefficients()


def fit_reservoirpy(x: np.ndarray) -> np.ndarray:
    """One-step forecasts of an echo state network."""
    from reservoirpy.nodes import Reservoir, Ridge

    return (Reservoir(100, seed=0) >> Ridge(ridge=1e-6)).fit(x[:-1], x[1:]).run(x[:10])


def fit_pydmd(x: np.ndarray) -> np.ndarray:
    """Eigenvalues of the linear operator."""
    import pydmd

    return pydmd.DMD(svd_rank=2).fit(x.T).eigs


FITS = {"pysindy": fit_pysindy, "reservoirpy": fit_reservoirpy, "pydmd": fit_pydmd}


def with_a_gap(fit, x: np.ndarray) -> str:
    """What a method does with one missing value."""
    gappy = x.copy()
    gappy[50, 0] = np.nan
    try:
        return "gives numbers" if np.isfinite(fit(gappy)).all() else "gives NaN"
    except Exception as error:
        return f"stops: {type(error).__name__}"


def main() -> None:
    """Print a line for each package."""
    warnings.simplefilter("ignore")
    t = np.arange(500) / 20
    x = np.stack([np.sin(t), np.cos(t)], axis=1)
    for name, fit in FITS.items():
        about = distribution(name)
        licence = (
            about.metadata["License-Expression"]
            or (about.metadata["License"] or "").split("\n")[0]
            or "licence not in its metadata"
        )
        commands = [entry.name for entry in about.entry_points if entry.group == "console_scripts"] or ["no command"]
        about_gaps = f"fits: {np.isfinite(fit(x)).all()}; with one missing value: {with_a_gap(fit, x)}"
        print(f"{name} {about.version}, {licence.splitlines()[0]}, {', '.join(commands)}; {about_gaps}")


if __name__ == "__main__":
    main()
