"""The protocols of papers, for numbers that can be compared with published ones."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.measures import mixture, spectrum, state_space_divergence
from attrax.measures.error_unit import DataUnit
from attrax.measures.prediction import PredictionError
from attrax.measures.protocol import MOST_BINNED_CHANNELS, AbstractProtocol
from attrax.measures.score import AbstractMeasure


@dataclass(frozen=True)
class PublishedProtocol(AbstractProtocol):
    """Always the same bins, errors in the units of the recording, no noise.

    Args:
        paper: The preset of each measure; a measure that has none of that name follows `gtf2023`.
    """

    paper: str

    @property
    def adds_noise(self) -> bool:
        """Free runs are compared as they are."""
        return False

    def attractor_measures(self, x: Float[np.ndarray, "time obs"]) -> tuple[AbstractMeasure, ...]:
        """Binned for up to five channels, a mixture of Gaussians for more; then the spectra."""
        geometry = state_space_divergence if x.shape[1] <= MOST_BINNED_CHANNELS else mixture
        return geometry.SPEC.preset(self.paper), spectrum.SPEC.preset(self.paper)

    def prediction_error(self, horizon: int) -> PredictionError:
        """In the units of the recording."""
        return PredictionError(horizon, DataUnit())
