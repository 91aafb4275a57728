"""The protocol of Hess et al. 2023, for numbers that can be compared with published ones."""

import numpy as np
from jaxtyping import Float

from attrax.core.spec import Spec
from attrax.measures.error_unit import DataUnit
from attrax.measures.mixture import MixtureDivergence
from attrax.measures.prediction import PredictionError
from attrax.measures.protocol import MOST_BINNED_CHANNELS, AbstractProtocol
from attrax.measures.score import AbstractMeasure
from attrax.measures.spectrum import SpectrumDistance
from attrax.measures.state_space import StateSpaceDivergence


class PublishedProtocol(AbstractProtocol):
    """Always the same bins, errors in the units of the recording, no noise [@hess2023]."""

    @property
    def grants_noise(self) -> bool:
        """Free runs are compared as they are."""
        return False

    def attractor_measures(self, x: Float[np.ndarray, "time obs"]) -> tuple[AbstractMeasure, ...]:
        """Binned for up to five channels, a mixture of Gaussians for more."""
        binned = x.shape[1] <= MOST_BINNED_CHANNELS
        return (StateSpaceDivergence if binned else MixtureDivergence).gtf2023(), SpectrumDistance.gtf2023()

    def prediction_error(self, horizon: int) -> PredictionError:
        """In the units of the recording."""
        return PredictionError(horizon, DataUnit())


SPEC = Spec("protocol of Hess et al. 2023", PublishedProtocol)
