"""The figures of a run, for its report and its folder."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from attrax.data.embedding.projection import Projection
from attrax.plots.attractor import overlaid_figure
from attrax.plots.component_maps import component_maps_figure
from attrax.plots.figure import Figure
from attrax.plots.recording_comparison import distributions_figure, return_map_figure, spectra_figure
from attrax.plots.time_series import forecast_figure, free_run_figure, gaps_figure, recording_figure
from attrax.plots.training import training_figure
from attrax.reconstruct.evidence import Evidence
from attrax.reconstruct.forecasting.filled_recording import USUAL_LEVEL
from attrax.reconstruct.settings.configuration import Config

SHOWN_ROWS = 2_000


def compared(evidence: Evidence) -> dict[str, np.ndarray]:
    """Test data and free run, with the names for the legend of figures."""
    return {"data": evidence.data, "model": evidence.free_run}


def attractor(evidence: Evidence) -> Figure:
    """Test data and free run in one state space."""
    return overlaid_figure(compared(evidence), evidence.channels)


def spectra(evidence: Evidence) -> Figure:
    """Power spectra of test data and free run."""
    return spectra_figure(compared(evidence), evidence.channels, dt=evidence.dt, unit=evidence.unit)


def distributions(evidence: Evidence) -> Figure:
    """Distributions of the values of test data and free run."""
    return distributions_figure(compared(evidence), evidence.channels)


def return_map(evidence: Evidence) -> Figure:
    """Return map: successive maxima of test data and free run."""
    return return_map_figure(compared(evidence), evidence.channels)


def free_run(evidence: Evidence) -> Figure:
    """Test data and free run over time, in the units of the recording."""
    shown = evidence.over_time
    return free_run_figure(shown.data, shown.free_run, shown.channels, dt=shown.dt, unit=shown.unit, rows=SHOWN_ROWS)


def forecasts(evidence: Evidence, lyapunov_time: float | None = None) -> Figure:
    """Forecasts together with the true continuations, in the units of the recording.

    Args:
        evidence: The arrays.
        lyapunov_time: One over the largest Lyapunov exponent, in units of time, for a second time axis.
    """
    shown = evidence.over_time
    return forecast_figure(
        shown.truth,
        shown.forecast,
        shown.channels,
        shown.valid,
        dt=shown.dt,
        unit=shown.unit,
        lyapunov_time=lyapunov_time,
    )


def recording(evidence: Evidence) -> Figure:
    """The test recording over time, in its own units."""
    shown = evidence.over_time
    return recording_figure(shown.data[:SHOWN_ROWS], shown.channels, dt=shown.dt, unit=shown.unit)


def gaps(evidence: Evidence) -> tuple[Figure, ...]:
    """The filled gaps of the training recording; empty if few values are missing."""
    if evidence.gaps is None:
        return ()
    return (gaps_figure(*evidence.gaps, evidence.channels, unit=evidence.unit, level=USUAL_LEVEL),)


def components(projection: Projection, units: Mapping[str, str]) -> Figure | None:
    """The maps of the principal components of a field; None if the channels are no places of one.

    Args:
        projection: The projection of the run.
        units: The units of the channels, by name.
    """
    known = {units.get(name, "") for name in projection.channels}
    scaled = projection.scale[:, None] * projection.components
    unit = known.pop() if len(known) == 1 else ""
    return component_maps_figure(scaled, projection.channels, projection.explained, unit=unit)


def training(history: Sequence[dict[str, Any]], config: Config, facts: dict[str, Any]) -> Figure:
    """Loss and forcing strength of every restart over the updates.

    Args:
        history: The training history.
        config: The settings of the run.
        facts: Seed and step of the chosen model, which are marked.
    """
    seeds = tuple(range(config.seed, config.seed + config.train.restarts))
    chosen = (facts["seed"], facts["step"]) if {"seed", "step"} <= facts.keys() else None
    return training_figure(history, seeds=seeds, chosen=chosen)
