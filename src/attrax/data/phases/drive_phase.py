r"""The phase of a periodic drive in a recording, from all channels that follow it.

Every channel is a wave $y_t = \cos 2 \pi (\psi_0 + t / P + \sigma)$ or several. With
$\alpha_t = 2 \pi (t / P + \sigma)$ this is $y_t = p \cos \alpha_t - q \sin \alpha_t$, and least squares give
$\psi_0 = \arg(p + i q) / 2 \pi$.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.data.phases.phase_kinds import FULL_TURN, AbstractDriveChannel
from attrax.data.series import Series

FURTHEST = 0.5
"""Largest root mean square of the deviations of a channel from its drive, in amplitudes."""


def first_phase(series: Series, channels: Iterable[AbstractDriveChannel]) -> float:
    """The phase of a drive in the first row, in turns.

    Args:
        series: The recording, with the channels.
        channels: The channels that follow the drive; they have the same number of rows in a turn.

    Raises: DataError D134 if the channels do not follow a drive of this period.
    """
    channels = tuple(channels)
    columns = [observed(series, channel) for channel in channels]
    waves = [(rows, *wave) for (rows, x), c in zip(columns, channels, strict=True) for wave in c.unit_waves(x)]
    period = channels[0].rows
    alpha = np.concatenate([FULL_TURN * (rows / period + shift) for rows, _, shift in waves])
    y = np.concatenate([wave for _, wave, _ in waves])
    design = np.stack([np.cos(alpha), -np.sin(alpha)], axis=1)
    # A little ridge, since a single row of a single wave leaves the direction of its motion open.
    p, q = np.linalg.solve(design.T @ design + 1e-9 * np.eye(2), design.T @ y)
    psi = float(np.arctan2(q, p) / FULL_TURN)
    off = y - design @ [np.cos(FULL_TURN * psi), np.sin(FULL_TURN * psi)]
    parts = np.split(off, np.cumsum([len(wave) for _, wave, _ in waves])[:-1])
    if any(len(part) and np.sqrt(np.mean(part**2)) > FURTHEST for part in parts):
        raise DataError(
            "D134",
            "another drive than that of the model",
            where=f"{', '.join(c.channel for c in channels)}: no turn of {period:.6g} rows",
            why="the model was trained with a periodic drive and continues that drive",
            fix="give a recording with the same drive, or train with --phases none",
        )
    return psi


def observed(series: Series, phase: AbstractDriveChannel) -> tuple[np.ndarray, Float[np.ndarray, " seen"]]:
    """The rows in which a channel was observed, and its values there."""
    k = series.channels.index(phase.channel)
    rows = np.arange(len(series)) if series.mask is None else np.flatnonzero(series.mask[:, k])
    return rows, series.x[rows, k].astype(np.float64)
