"""Division: a recording is repaired and divided into the rows to train on and the rows to test on."""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from attrax.core.errors import DataError
from attrax.data.clock.row_times import TOLERANCE
from attrax.data.repair.baseline_removal import remove_baseline
from attrax.data.repair.detrending import detrend
from attrax.data.repair.even_clock import check_even
from attrax.data.repair.repairs import FEWEST_ROWS, apply_repairs
from attrax.data.repair.transforming import transform
from attrax.data.series import Dataset
from attrax.data.splitting import hold_out, parted, split
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import DataConfig


def repair(config: Config, raw: Dataset, cut: Callable[[Dataset], Dataset] | None = None) -> Dataset:
    """The recording with the repairs that the settings ask for, and the time steps that the dynamics need.

    Phases are taken out of the channels if the settings hold their numbers, as those of a run do.

    Stretches without missing values are kept if a training window fits in, unless `min_length` is given.

    Args:
        config: The settings.
        raw: The recording.
        cut: Divides it, as `apply_repairs` says; None for a recording that stays whole.
    """
    data = config.data
    repaired = apply_repairs(
        raw,
        data if data.min_length else data.model_copy(update={"min_length": config.gap}),
        drop_constant=data.drop_constant,
        keep_uneven=config.model.dynamics.continuous_time,
        cut=cut,
        trends=data.trends,
    )
    if data.lags:
        check_even(repaired, ["--lags"])
    return data.known_phases.apply(repaired)


def levelled(data: DataConfig, dataset: Dataset) -> Dataset:
    """The recording as the model of a run gets it: the same rows without trends, slow parts and phases.

    Args:
        data: The complete settings of the run.
        dataset: The recording, with even rows.
    """
    dataset = transform(dataset, tuple(data.transform))
    if data.detrend:
        dataset = detrend(dataset, tuple(data.detrend), data.trends)
    if data.highpass:
        dataset = remove_baseline(dataset, data.highpass)
    return data.known_phases.apply(dataset)


class Divided(NamedTuple):
    """The rows to train on and the rows to test on, repaired, and for each recording what repairs have changed."""

    train: Dataset
    held_out: Dataset
    done: dict[str, tuple[str, ...]]


def divide(config: Config, raw: dict[str, Dataset], dt: float) -> Divided:
    """Repair the recordings so that training rows do not depend on test rows: they are divided before the repairs.

    Between the parts there is a training window; the delay embedding later takes the rows of its largest lag from the
    end of each part. With `in_sample`, both parts are the whole recording.

    Args:
        config: The settings, with the lags of the embedding if they are known.
        raw: The recording, and the test recording if there is one.
        dt: The time step after repairs.
    """
    recording, data = raw["recording"], config.data
    if len(raw) > 1 or data.in_sample:
        repaired = {part: repair(config, dataset) for part, dataset in raw.items()}
        parts = list(repaired.values())
        return Divided(parts[0], parts[-1], {part: dataset.done for part, dataset in repaired.items()})

    def raw_rows(rows: int) -> int:
        return math.ceil(rows * dt / recording[0].dt - TOLERANCE)

    gap, fewest = raw_rows(config.train.window), raw_rows(config.largest_lag + FEWEST_ROWS)
    try:
        repaired = repair(config, recording, partial(hold_out, fraction=data.test_fraction, gap=gap, fewest=fewest))
        parts = parted(repaired)
    except DataError as failure:
        if failure.code != "D104":
            raise
        # Gaps near the cut of a short recording leave no stretch on one side; the longest stretch is then divided.
        repaired = repair(config, recording)
        parts = split(repaired, data.test_fraction, gap=config.gap)
    return Divided(*parts, {"recording": repaired.done})
