"""Recordings filled by the model of a run, and the files they are written to."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from attrax.data.series import titled
from attrax.measures import Outcome
from attrax.reading.continued import beginning
from attrax.reading.continued_fields import dataset_like
from attrax.reconstruct.forecasting.ensemble import table_of
from attrax.reconstruct.forecasting.filled_recording import Filled
from attrax.runs.output import RowClock, WrittenRows, writer_for
from attrax.runs.reconstruction import Reconstruction


def remarks_on(filled: Filled, fit: Reconstruction, *, own: bool) -> str:
    """Remarks on the filled values for the screen, as the end of a line; may be empty.

    Args:
        filled: The filled recording.
        fit: The fit whose model filled it.
        own: Whether it is the recording that the model was trained on.
    """
    remarks = []
    if filled.recording.n_missing and fit.verdict.outcome is not Outcome.RECONSTRUCTED:
        remarks.append(f"; the verdict of the model is {fit.verdict.outcome}: check it on values that you hide")
    if own and fit.config.data.hide:
        remarks.append("; values hidden from training are written as they were recorded")
    return "".join(remarks)


def write_filled(filled: Filled, path: Path, source: str = "", *, intervals: bool = False) -> None:
    """Write the times and values of a filled recording, followed by external inputs if there are any.

    Args:
        filled: The filled recording.
        path: The file.
        source: The file that the recording was read from, as in `write_forecast`.
        intervals: Whether to write the lower and upper end of the interval next to each channel.
    """
    r, names, values = filled.recording, filled.channels, filled.x
    if intervals:
        names, values = table_of((filled.x, filled.low, filled.high), names)
    if r.inputs is not None:
        names, values = (*names, *r.input_channels), np.concatenate([values, r.inputs], axis=1)
    titles = [titled(name, r.channel_units.get(name, "")) for name in names]
    words = {k: r.labels[name] for k, name in enumerate(names) if name in r.labels}
    dataset = partial(dataset_like, source, replace(beginning(r), channels=names), values)
    writer_for(path)(path, WrittenRows(values, RowClock.of(r), (r.clock_title, *titles), words, dataset))
