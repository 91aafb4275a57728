"""The default protocol: as finely as the rows of the recording allow, and with the noise that it has."""

import numpy as np
from jaxtyping import Float

from attrax.core.spec import Spec
from attrax.measures.error_unit import DeviationUnit
from attrax.measures.mixture import MixtureDivergence
from attrax.measures.prediction import PredictionError
from attrax.measures.protocol import MOST_BINNED_CHANNELS, AbstractProtocol
from attrax.measures.score import AbstractMeasure
from attrax.measures.spectrum import SpectrumDistance
from attrax.measures.state_space_divergence import StateSpaceDivergence


class DefaultProtocol(AbstractProtocol):
    """Bins that follow the number of rows, errors relative to the variance, noise granted."""

    @property
    def adds_noise(self) -> bool:
        """True: a model without noise is not judged worse because the recording is noisy."""
        return True

    def attractor_measures(self, x: Float[np.ndarray, "time obs"]) -> tuple[AbstractMeasure, ...]:
        """Binned where bins are possible, a mixture of Gaussians otherwise."""
        binned = x.shape[1] <= MOST_BINNED_CHANNELS
        geometry = StateSpaceDivergence.for_recording(x) if binned else MixtureDivergence(standardized=True)
        return geometry, SpectrumDistance.gtf2023()

    def prediction_error(self, horizon: int) -> PredictionError:
        """Relative to the variance."""
        return PredictionError(horizon, DeviationUnit())


SPEC = Spec("default protocol", DefaultProtocol)
