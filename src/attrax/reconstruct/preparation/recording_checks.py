"""Checks before training: enough rows and cycles, and a test recording that fits the training recording."""

import math
from dataclasses import replace

from attrax.core.errors import DataError
from attrax.core.number_text import share_text
from attrax.data.clock.durations import spelled
from attrax.data.clock.row_times import TOLERANCE
from attrax.data.column_names import option
from attrax.data.series import Dataset
from attrax.data.usable_rows import check_variation
from attrax.diagnosis import checks
from attrax.diagnosis.overlap import find_overlap
from attrax.reconstruct.settings.configuration import Config

FEWEST_WINDOW = 10
MOST_HELD_OUT = 0.5


def caution_of(config: Config, recording: Dataset) -> str:
    """Why the verdict is `PARTLY` at best; empty if the recording has enough cycles.

    Raises: DataError D104 if it has too few and the settings do not force the training.
    """
    if not config.data.force:
        checks.check_cycles(recording)
        return ""
    shortage = checks.too_few_cycles(recording)
    return f"DATA TOO SHORT, forced: {shortage}" if shortage else ""


def check_room(config: Config, recording: Dataset) -> None:
    """Check that both parts have enough rows, for a training window and for the forecasts of the test (D104)."""
    rows, window, share = len(recording.longest), config.train.window, config.data.test_fraction
    lag = config.largest_lag
    # Half a row, because the number of rows held out is rounded.
    needed = math.ceil(max((2 * window + lag + 0.5) / (1 - share), (2 * config.evaluate.horizon + lag - 0.5) / share))
    if rows >= needed:
        return
    fitting = (int((1 - share) * rows) - lag) // 2 - 1
    horizon = min(config.evaluate.horizon, (int(share * rows) - lag) // 2)
    shorter = [f"--window {min(fitting, window)}"]
    shorter += [f"--set evaluate.horizon={horizon}"] if horizon < config.evaluate.horizon else []
    shorter += ["--force"] if checks.too_few_cycles(recording) and not config.data.force else []
    raise DataError(
        "D104",
        "DATA TOO SHORT",
        where=f"{recording.source}: the longest series has {rows:,} rows, needed are {needed:,}",
        why=f"a training window has {window} rows, as many are left out, and {share_text(share)} of the rows are for "
        "testing",
        fix=f"{' '.join(shorter)}  # or record at least {needed:,} rows"
        if fitting >= FEWEST_WINDOW and horizon > 0
        else f"record at least {needed:,} rows",
    )


def check_apart(recording: Dataset, test: Dataset) -> None:
    """Check that the test recording is not part of the training recording (D116)."""
    overlap = find_overlap(recording, test)
    if overlap is not None:
        raise DataError(
            "D116",
            "test data are part of the training data",
            where=f"{recording.source} and {test.source}: {overlap}",
            why="scores on training data say nothing about new data",
            fix="without --test  # the tail of the recording is then held out; or name another test file",
        )


def check_same_step(train: Dataset, test: Dataset) -> None:
    """Check that both recordings have the same time step (D106)."""
    ours, theirs = train[0], test[0]
    if abs(ours.dt - theirs.dt) > TOLERANCE * ours.dt:
        raise DataError(
            "D106",
            "different time steps",
            where=f"{train.source}: {spelled(ours.dt, ours.unit)}; {test.source}: {spelled(theirs.dt, theirs.unit)}",
            why="a model is a map with one time step",
            fix=f"{option('--resample', spelled(min(ours.dt, theirs.dt), ours.unit))}  # interpolates the coarser one; "
            f"or {option('--resample', spelled(max(ours.dt, theirs.dt), ours.unit))}, which leaves out rows of the "
            "finer one; or --dt if a file does not contain its step",
        )


def check_judgeable(config: Config, held_out: Dataset) -> None:
    """Check that every channel changes in the rows that models are judged by, those of the longest series (D103).

    Models of counts, levels and labels are judged by latent states, which change all the same.
    """
    if config.model.kinds:
        return
    instead = "give a --test recording in which it changes"
    if not config.data.test:
        share = min(2 * config.data.test_fraction, MOST_HELD_OUT)
        instead = f"--set data.test_fraction={share:g}  # tests on more rows; or {instead}"
    subjects = held_out.subjects if config.model.subject_dim else ()
    for part in [held_out.of_subject(name) for name in subjects] or [held_out]:
        check_variation(replace(part, series=(part.longest,)), " in the rows held out for testing", instead)
