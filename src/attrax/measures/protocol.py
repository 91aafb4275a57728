"""Protocol: which measures judge a simulation, and in which units."""

from abc import ABC, abstractmethod

import numpy as np
from jaxtyping import Float

from attrax.measures.prediction import PredictionError
from attrax.measures.score import AbstractMeasure

MOST_BINNED_CHANNELS = 5


class AbstractProtocol(ABC):
    """How simulations of a recording are judged.

    For developers: scores of different protocols never share a column, so the measures must differ in theirs where
    anything about them differs.
    """

    @property
    @abstractmethod
    def adds_noise(self) -> bool:
        """Whether free runs get observation noise before they are compared with a noisy recording."""

    @abstractmethod
    def attractor_measures(self, x: Float[np.ndarray, "time obs"]) -> tuple[AbstractMeasure, ...]:
        """The measures of long-run behaviour for a recording: geometry, then spectrum."""

    @abstractmethod
    def prediction_error(self, horizon: int) -> PredictionError:
        """The error of forecasts that number of steps ahead."""
