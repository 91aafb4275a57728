"""The rows of a verdict that judge forecasts: at which horizons, and with which other forecasts they are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from attrax.baselines.linear_null import LinearNull
from attrax.baselines.nearest_neighbours import NearestNeighbours
from attrax.core.simulator import AbstractSimulator
from attrax.data.series import Series
from attrax.measures import PredictionError, Row, Score
from attrax.measures.bootstrap import standard_error_of_forecasts
from attrax.measures.decorrelation import decorrelation_time


def decorrelation_horizons(x: Float[np.ndarray, "time obs"]) -> tuple[int, ...]:
    """A quarter, a half and one decorrelation time, in rows, without repetition.

    Every method forecasts a single row of a well-sampled recording; over these longer times methods differ.

    Args:
        x: The recording, without gaps.
    """
    time = decorrelation_time(x)
    return tuple(sorted({max(1, round(time * part)) for part in (0.25, 0.5, 1.0)}))


@dataclass(frozen=True, eq=False)
class ForecastScoring:
    """Scores the forecasts of one recording.

    Attributes:
        target: The recording, NaN where missing.
        whole: The recording with its gaps bridged; forecasts start from it.
        null: The linear null.
        columns: The channels whose forecasts are scored: the newest copy of each where the recording is embedded.
        seed: Seed of the bootstrap.
    """

    target: Float[np.ndarray, "time obs"]
    whole: Series
    null: LinearNull
    columns: slice
    seed: int

    def row(self, measure: PredictionError, simulator: AbstractSimulator) -> Row:
        """The errors `measure.horizon` steps ahead: of a simulator, of the null, and of a constant forecast, the mean.

        Args:
            measure: The error measure, with its horizon.
            simulator: The model.
        """
        horizon, inputs = measure.horizon, self.whole.inputs
        model = self._scored(measure, simulator.forecast(self.whole.x, horizon, inputs))
        null = self._scored(measure, self.null.forecast(self.target, horizon, inputs))
        seen = self.target[horizon:]
        chance = self._scored(measure, np.broadcast_to(np.nanmean(seen, axis=0), seen.shape))
        return Row(measure.name, model, None, null, chance)

    def with_neighbours(
        self, rows: Sequence[Row], measures: Sequence[PredictionError], neighbours: NearestNeighbours
    ) -> tuple[Row, ...]:
        """The same rows with the score of nearest neighbours.

        Args:
            rows: Rows of forecasts.
            measures: Their measures.
            neighbours: The nearest-neighbour method.
        """
        found = neighbours.forecasts(self.whole.x, tuple(measure.horizon for measure in measures))
        return tuple(
            replace(row, neighbours=self._scored(measure, found[measure.horizon])) if found else row
            for row, measure in zip(rows, measures, strict=True)
        )

    def _scored(self, measure: PredictionError, forecasts: Float[np.ndarray, "ahead obs"]) -> Score:
        """The score, with its standard error, of forecasts of all channels."""
        rows = slice(measure.horizon, None)
        seen, memory, forecasts = (
            self.target[rows, self.columns],
            self.whole.x[rows, self.columns],
            forecasts[:, self.columns],
        )
        score = measure(seen, forecasts)
        if not np.isfinite(score.value):
            return score
        error = standard_error_of_forecasts(measure, seen, forecasts, memory=memory, key=self.seed)
        return replace(score, std_error=error)
