"""Recordings filled by the model of a run, and the files they are written to."""

from pathlib import Path

import numpy as np

from attrax.measures import Outcome
from attrax.reconstruct.forecasting.ensemble import table_of
from attrax.reconstruct.forecasting.filled_recording import Filled
from attrax.reconstruct.forecasting.forecast import trend_removed
from attrax.runs.output import writer_for
from attrax.runs.reconstruction import Reconstruction


def remarks_on(filled: Filled, fit: Reconstruction, *, own: bool) -> str:
    """What a person should know about the filled values; may be empty.

    Args:
        filled: What was filled.
        fit: Whose model filled it.
        own: Whether it is the recording that the model was trained on.
    """
    remarks = [trend_removed(fit.config)]
    if filled.recording.n_missing and fit.verdict.outcome is not Outcome.RECONSTRUCTED:
        remarks.append(f"; by a model whose verdict is {fit.verdict.outcome}: check it on values that you hide")
    if own and fit.config.data.hide:
        remarks.append("; what was hidden from training is shown as it was recorded")
    return "".join(remarks)


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
