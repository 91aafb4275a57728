"""How true filled gaps are, measured on values that were hidden on purpose.

    attrax sweep examples/missing_values.toml --data-dir DATA
    python examples/filled_gaps.py sweeps/missing_values/runs/*

Each run that hid values fills them by its own model. Errors are compared with those of straight lines through the gaps,
and counted that lie in intervals of 50 and 90 %.
"""

import argparse
from pathlib import Path
from statistics import NormalDist

import numpy as np

import attrax
from attrax.data.repair.interpolation import interpolate
from attrax.reconstruct.forecasting.filled_recording import fill_recording
from attrax.reconstruct.preparation.recordings import load_recordings


def main() -> None:
    """Print a line a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, help="run folders; those that hid no values are left out")
    print("| data | hidden | seed | filled | error | of straight lines | in 50 % | in 90 % |\n" + "| --- " * 8 + "|")
    for folder in parser.parse_args().runs:
        fit = attrax.open_run(folder)
        if fit.config.data.hide:
            print(line(fit), flush=True)


def line(fit: attrax.Reconstruction) -> str:
    """One row of the table; errors are root mean squares, in standard deviations of the channel."""
    data, model, gappy = fit.config.data, fit.model, fit.recordings.train
    whole = load_recordings(fit.config.model_copy(update={"data": data.model_copy(update={"hide": 0.0})})).train
    hidden, std = ~gappy[0].mask, np.array(model.scaling.std)
    lines = interpolate(gappy)[0].values
    filled = fill_recording(model, fit.config, gappy, level=0.9)
    both = hidden & np.isfinite(filled.x + lines)
    errors, straight = (np.sqrt(np.mean(((x - whole[0].x) / std)[both] ** 2)) for x in (filled.x, lines))
    low, high, true = (part[both] for part in (filled.low, filled.high, whole[0].x))
    away = 2 * np.abs(true - (low + high) / 2) / (high - low)
    half = NormalDist().inv_cdf(0.75) / NormalDist().inv_cdf(0.95)
    what = "whole rows" if data.hide_rows else "channels" if data.hide_length > 1 else "values"
    cells = (gappy.name, f"{data.hide:.0%}, {what}, {data.hide_length} rows", str(fit.config.seed))
    shares = (np.isfinite(filled.x[hidden]).mean(), errors, straight, (away < half).mean(), (away < 1).mean())
    return "| " + " | ".join((*cells, *(f"{share:.3g}" for share in shares))) + " |"


if __name__ == "__main__":
    main()
