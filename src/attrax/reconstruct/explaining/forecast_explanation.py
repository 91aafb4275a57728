"""`ForecastExplanation`: a forecast in the units of the recording, divided into what it rests on."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from attrax.analysis.attribution.affine_form import Rule
from attrax.analysis.attribution.forecast_parts import forecast_parts
from attrax.core.errors import ConfigError
from attrax.core.missing_values import fill_forward
from attrax.core.result import Result
from attrax.data.embedding.delay_embedding import newest_columns
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.reconstruct.explaining.sources import sources_of
from attrax.reconstruct.forecasting.forecast import check_channels
from attrax.reconstruct.settings.configuration import Config

MEANING = {
    Rule.EXACT: "exact: the model is affine near each state",
    Rule.RELEVANCE: "layer-wise relevance: gates are held at their values",
    Rule.LINEARISED: "along the tangent of the model: what it leaves out is in the offset",
}
"""What the parts are, by the rule of their division."""


@dataclass(frozen=True, eq=False)
class ForecastExplanation:
    r"""A forecast as a sum over channels and past rows: $\hat x_{h i} = \sum_{a, j} p_{h i a j} + q_{h i} + b_{h i}$.

    All values are in the unit of the forecast channel i. A part belongs to the deviation of a recorded value from the
    mean of its channel in the training data, so a value at its mean has no part.

    Attributes:
        channels: Names of the channels.
        row: The row of the recording that the forecast starts from, counted from 0.
        ages: Rows before `row`: 0 is `row` itself.
        forecast: $\hat x$, after 1, 2, ... steps.
        parts: p, by step ahead, forecast channel, age and channel.
        inputs: Names of the external inputs.
        input_parts: q for each input, summed over the steps.
        offset: b, the mean of the channel and the offsets of the model.
        gains: How much the forecast changes for each unit of a recorded value; indexed as `parts`.
        alpha: Strength of the forcing by which the state followed the rows; only used if there are several.
        rule: How the model was divided.
        residual: Largest difference between the forecast and the sum, relative to the largest part; a rounding error.
        dt: Time step.
        unit: Unit of time.
        result: `DIVERGED` if the forecast is not finite.
    """

    channels: tuple[str, ...]
    row: int
    ages: Int[np.ndarray, " age"]
    forecast: Float[np.ndarray, "horizon obs"]
    parts: Float[np.ndarray, "horizon obs age source"]
    inputs: tuple[str, ...]
    input_parts: Float[np.ndarray, "horizon obs input"]
    offset: Float[np.ndarray, "horizon obs"]
    gains: Float[np.ndarray, "horizon obs age source"]
    alpha: float
    rule: Rule
    residual: float
    dt: float
    unit: str
    result: Result

    @property
    def horizon(self) -> int:
        """Number of steps ahead."""
        return len(self.forecast)

    @property
    def by_channel(self) -> Float[np.ndarray, "horizon obs source"]:
        """The parts of each channel, summed over its rows."""
        return self.parts.sum(axis=2)

    @property
    def share_by_age(self) -> Float[np.ndarray, " age"]:
        """The share of each row in the sizes of all parts of the last step, in standard deviations of the channels."""
        size = np.abs(self.parts[-1]).sum(axis=2)
        size = size / np.where(size.sum(axis=1, keepdims=True) > 0, size.sum(axis=1, keepdims=True), 1)
        return size.mean(axis=0)


def explain_forecast(
    model: Model,
    config: Config,
    recording: Series,
    horizon: int,
    *,
    row: int | None = None,
    past: int = 0,
    alpha: float = 1.0,
) -> ForecastExplanation:
    """Explain the forecast that starts from one row of a recording.

    Args:
        model: The model of a run.
        config: The settings of the run.
        recording: The recording, prepared as the model was trained on it.
        horizon: Number of steps ahead.
        row: The row of the recording, counted from 0; None for the last one that has the inputs of all steps.
        past: Number of rows before it that the state follows by forcing. With 0 the state is read as in a forecast.
        alpha: Strength of that forcing.

    Raises: DataError D110 for other channels; ConfigError C646 for a row that cannot be explained.
    """
    check_channels(recording, model)
    lags = config.data.lags
    cut, needed = max(lags, default=0), model.start.reach + past
    last = len(recording) - 1 - (horizon if model.dynamics.input_dim else 0)
    at = last if row is None else row - cut
    _check_row(at, needed - 1, last, cut, driven=bool(model.dynamics.input_dim))
    x = fill_forward(recording.values[: at + 1])[-needed:]
    s = None
    if model.dynamics.input_dim and recording.inputs is not None:
        s = recording.inputs[at - past + 1 : at + horizon + 1].astype(np.float64)
    standardised = model.scaling.apply(x.astype(np.float64))
    found = forecast_parts(model.dynamics, model.observation, model.start, standardised, horizon, s=s, alpha=alpha)
    newest = newest_columns(lags)
    sources = sources_of(model.channels, needed, lags)
    std = np.array(model.scaling.std)
    size = std[newest]
    return ForecastExplanation(
        channels=sources.channels,
        row=at + cut,
        ages=sources.ages,
        forecast=model.scaling.invert(found.forecast)[:, newest],
        parts=sources.collected(found.parts[:, newest]) * size[:, None, None],
        inputs=recording.input_channels if s is not None else (),
        input_parts=found.input_parts[:, newest].sum(axis=2) * size[:, None],
        offset=model.scaling.invert(found.offset)[:, newest],
        gains=sources.collected(found.gains[:, newest] / std) * size[:, None, None],
        alpha=alpha,
        rule=found.rule,
        residual=found.residual,
        dt=model.dt,
        unit=recording.unit,
        result=found.result,
    )


def _check_row(at: int, first: int, last: int, cut: int, *, driven: bool) -> None:
    """Raise C646 if a row of the recording has too few rows before it, or too few inputs after it."""
    if first <= at <= last:
        return
    allowed = f"from {first + cut} to {last + cut}" if first <= last else "none of this recording"
    needs = " and the inputs of every step ahead" if driven else ""
    raise ConfigError(
        "C646",
        "no forecast can be explained from this row",
        where=f"row {at + cut}; possible is {allowed}",
        why=f"a forecast needs the rows that its state is read from{needs}",
        fix=f"--row {last + cut}" if first <= last else "--past 0 --horizon 1",
    )
