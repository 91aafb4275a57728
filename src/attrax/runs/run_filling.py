"""Gaps filled by the model of a run folder, and the files that filled recordings are written to."""

from pathlib import Path
from typing import Any

import numpy as np

from attrax.measures import Outcome
from attrax.reconstruct.forecasting.ensemble import table_of
from attrax.reconstruct.forecasting.filled_recording import Filled, check_settings, fill_recording, with_gaps
from attrax.reconstruct.forecasting.forecast import trend_removed
from attrax.reconstruct.learning.filling import Progress
from attrax.reconstruct.preparation.recordings import load_as_trained
from attrax.runs.folder import Run
from attrax.runs.model_file import open_model
from attrax.runs.output import writer_for


def fill_run(
    folder: Path, paths: list[str] | None, reading: dict[str, Any], *, level: float, progress: Progress
) -> tuple[Filled, str]:
    """A recording filled by the model of a run, and remarks on its values: the files given, or the run's own.

    Raises: as `fill_recording`, and whatever is wrong with the run or the recording.
    """
    run = Run.open(folder)
    check_settings(run.config, level)
    dataset = load_as_trained(with_gaps(run.config), paths, reading)
    filled = fill_recording(open_model(run.model_path), run.config, dataset, level=level, progress=progress)
    word = run.info.get("verdict", "")
    remarks = [trend_removed(run.config)]
    if word != Outcome.RECONSTRUCTED.value and filled.recording.n_missing:
        remarks.append(f"; by a model whose verdict is {word}: check it on values that you hide")
    if paths is None and run.config.data.hide:
        remarks.append("; what was hidden from training is shown as it was recorded")
    return filled, "".join(remarks)


def write_filled(filled: Filled, path: Path, *, intervals: bool = False) -> None:
    """Write the values of a filled recording with their times, and behind them external inputs if there are any.

    Args:
        filled: The recording.
        path: The file.
        intervals: Write the ends of the intervals beside each channel, too.
    """
    r, names, values = filled.recording, filled.channels, filled.x
    if intervals:
        names, values = table_of((filled.x, filled.low, filled.high), names)
    if r.inputs is not None:
        names, values = (*names, *r.input_channels), np.concatenate([values, r.inputs], axis=1)
    writer_for(path)(path, values, r.times, (r.origin.name, *names))
