"""Checks before training: enough rows and cycles, and a test recording that fits the training recording."""

import math
from contextlib import suppress
from dataclasses import replace

import numpy as np

from attrax.core.errors import DataError
from attrax.core.number_text import share_text
from attrax.data.clock.durations import spelled
from attrax.data.clock.row_times import TOLERANCE
from attrax.data.column_names import option
from attrax.data.repair.constant_channels import keep_channels, varies
from attrax.data.series import Dataset
from attrax.data.splitting import split
from attrax.data.usable_rows import check_variation, first_still
from attrax.diagnosis import checks
from attrax.diagnosis.overlap import find_overlap
from attrax.reconstruct.settings.configuration import Config

FEWEST_WINDOW = 10
MOST_HELD_OUT = 0.5
_RARE = 0.01
_JUDGED = "a model is judged by how these rows change, in every channel"


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


def check_trainable(config: Config, train: Dataset, whole: Dataset) -> None:
    """Check that every channel changes in the rows to train on (D103).

    Args:
        config: The settings.
        train: These rows, before the delay embedding.
        whole: The recording that they were taken from.
    """
    still = first_still(train)
    if still and varies(keep_channels(whole, (still,)))[0]:
        share = "" if config.data.test else _other_share(config, whole, still)
        dropped = f"{option('--drop', still)}  # it changes only in rows that are not trained on"
        check_variation(train, " in the rows to train on", fix=share or dropped)


def check_judgeable(config: Config, held_out: Dataset, whole: Dataset) -> None:
    """Check that every channel changes in the rows that models are judged by, those of the longest series (D103).

    Models of counts, levels and labels are judged by latent states, which change all the same.

    Args:
        config: The settings.
        held_out: These rows.
        whole: The recording that they were taken from; another one if there is a test recording.
    """
    if config.model.kinds:
        return
    subjects = held_out.subjects if config.model.subject_dim else ()
    for part in [held_out.of_subject(name) for name in subjects] or [held_out]:
        longest = replace(part, series=(part.longest,))
        if still := first_still(longest):
            share = "" if config.data.test else _other_share(config, whole, still)
            other, dropped = "give a --test recording in which it changes", option("--drop", still)
            fix = f"{share}; or {other}; or {dropped} if it hardly ever changes"
            if not share:
                rare = _changes_rarely(whole, still)
                fix = f"{dropped}  # it hardly ever changes; or {other}" if rare else f"{other}; or {dropped}"
            check_variation(longest, " in the rows held out for testing", _JUDGED, fix)


def _changes_rarely(whole: Dataset, name: str) -> bool:
    steps = np.diff(whole.longest.observed(whole[0].channels.index(name)))
    return bool((steps != 0).mean() < _RARE)


def _other_share(config: Config, whole: Dataset, name: str) -> str:
    """The option for a share of rows to test on with which a channel changes in both parts; empty if there is none."""
    given, one = config.data.test_fraction, keep_channels(whole, (name,))
    for share in (min(2 * given, MOST_HELD_OUT), MOST_HELD_OUT, given / 2):
        with suppress(DataError):
            train, held_out = split(one, share, gap=config.gap)
            if varies(train)[0] and varies(replace(held_out, series=(held_out.longest,)))[0]:
                words = "more" if share > given else "fewer"
                return f"--set data.test_fraction={share:g}  # tests on {words} rows"
    return ""
