"""Advice on delay embedding: whether the channels are a state, and if not, which delayed copies make one."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.data.diagnosis.excerpt import excerpt
from attrax.data.diagnosis.mutual_information import delay
from attrax.data.diagnosis.neighbours import LARGEST, Cao, cao, prediction_error
from attrax.data.diagnosis.noise import difference_noise
from attrax.data.diagnosis.period import Period, dominant_period
from attrax.data.series import Dataset

SATURATED = 0.9
INDEPENDENT = 0.8
MOST_CHANNELS = 10
FEWEST_STATES = 200
CLOCK = 0.95
FEWEST_OF_FLOW = 3
MOST_NOISE = 0.1


@dataclass(frozen=True)
class EmbeddingAdvice:
    """A delay embedding, chosen from the data.

    Attributes:
        lag: Rows between copies; 0 if the question was not examined.
        copies: Number of copies of each channel that make a state: 1 if the channels are a state already, 0 if no
            number up to nine is enough, because of noise or of too many dimensions.
        noise: Upper bound of the noise in standard deviations, from differences and from local predictions.
        e1, e2: The curves of Cao's method, for 1, 2, ... copies.
    """

    lag: int
    copies: int
    noise: float
    e1: tuple[float, ...] = ()
    e2: tuple[float, ...] = ()

    @property
    def lags(self) -> tuple[int, ...]:
        """Embedding delays in rows, for `attrax.data.embed`; empty if no embedding helps."""
        return tuple(self.lag * i for i in range(self.copies)) if self.copies > 1 else ()

    @property
    def sentence(self) -> str:
        """The advice and its reason as a sentence."""
        if self.lags:
            return (
                f"{self.copies} copies of each channel make a state: lags {', '.join(map(str, self.lags))} rows "
                f"(first minimum of the mutual information at {self.lag}; false neighbours are gone at {self.copies})"
            )
        if self.lag == 0:
            return f"none: more than {MOST_CHANNELS} channels are taken for a state as they are"
        if self.copies == 1:
            return "none: the channels are a state as they are"
        return f"none: up to {LARGEST} copies do not make a state; noise, too many dimensions, or too short"


def advise(x: Float[np.ndarray, "time obs"], period: Period | None) -> EmbeddingAdvice:
    """Delay and number of copies: first minimum of the mutual information, then Cao's first saturation of $E_1$.

    The number of copies is the first for which $E_1$ reaches 0.9. For one channel of a flow that is not periodic it is
    at least three, since motion in a plane cannot be chaotic. No embedding is advised if $E_2(1)$ and $E_2(2)$ of a
    single channel are not below 0.8: then the future does not depend on the past. Several channels get one delay, the
    median of theirs. More than ten channels are taken as a state; latent states can represent what is missing.

    Args:
        x: Standardised channels.
        period: The period, if there is one. Neighbours closer in time than a period do not count.

    Cost: About 0.3 s for one channel, 0.8 s for ten.

    References: [@fraser1986], [@cao1997], [@cao1998].
    """
    noise = difference_noise(x)
    if not 0 < x.shape[1] <= MOST_CHANNELS:
        return EmbeddingAdvice(0, min(x.shape[1], 1), _mean(noise))
    lag = int(np.median([delay(column) for column in x.T]))
    largest = min(LARGEST, (len(x) - FEWEST_STATES) // lag - 1)
    if largest < 2:
        return EmbeddingAdvice(lag, 0, _mean(noise))
    apart = min(int(period.rows if period else 3 * lag), len(x) // 10)
    noise = np.minimum(noise, _unpredicted(x, lag, apart, largest))
    curves = cao(x, lag, apart, min(float(noise.max()), MOST_NOISE), largest)
    copies = _copies(curves, alone=x.shape[1] == 1)
    if x.shape[1] == 1 and copies and lag > 1 and (period is None or period.strength < CLOCK):
        copies = max(copies, FEWEST_OF_FLOW)
    return EmbeddingAdvice(lag, copies, _mean(noise), *(tuple(map(float, curve)) for curve in curves))


def advise_embedding(dataset: Dataset) -> EmbeddingAdvice:
    """The advice for a recording; see `advise`."""
    x = excerpt(dataset)
    return advise(x, dominant_period(x))


def _copies(curves: Cao, *, alone: bool) -> int:
    if alone and not curves.e2[:2].min() < INDEPENDENT:
        return 0
    enough = np.flatnonzero(curves.e1 >= SATURATED)
    return int(enough[0]) + 1 if len(enough) else 0


def _unpredicted(x: Float[np.ndarray, "time obs"], lag: int, apart: int, largest: int) -> Float[np.ndarray, " obs"]:
    """The smallest error of local predictions, from the channels alone and from a few copies of them."""
    errors = []
    for copies in (1, min(3, largest), min(5, largest)):
        span = (copies - 1) * lag
        z = np.concatenate([x[i * lag : len(x) - span + i * lag] for i in range(copies)], axis=1)
        errors.append(prediction_error(z, x[span:], apart))
    return np.min(errors, axis=0)


def _mean(noise: Float[np.ndarray, " obs"]) -> float:
    return float(np.sqrt(np.mean(noise**2))) if len(noise) else 0.0
