"""Advice on delay embedding: whether the channels are a state, and if not, which delayed copies make one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text
from attrax.data.clock.durations import worded
from attrax.data.embedding.delay_embedding import lags_text
from attrax.data.series import Dataset, Series
from attrax.diagnosis.cycle_count import count_cycles
from attrax.diagnosis.embedding_candidates import even_candidates, grown_candidates
from attrax.diagnosis.excerpt import excerpt
from attrax.diagnosis.held_out_forecasts import HeldOutForecasts
from attrax.diagnosis.noise import difference_noise

MOST_CHANNELS = 10
FEWEST_ROWS = 300
SHORTEST, LONGEST = 5, 1_000
HORIZONS = (1 / 8, 1 / 4, 1 / 2)
BLUR = 0.05
# For each copy; less for evenly spaced copies of one slow channel: with more of them, free runs are nearer to the data.
PRICE, PRICE_OF_EVEN = 0.04, 0.01
FEW_STATES, FEW_ASKED = 1_200, 200
FINALISTS = 6
PLAIN = (0,)
# How much smaller the logarithm of errors must become for one channel to be embedded, and for several.
LEAST_GAIN_ALONE = 0.15
LEAST_GAIN = 0.5
UNFORESEEN = 0.7
# One channel whose successive rows correlate more than this, over this many cycles, is never a state.
SLOW, FEWEST_CYCLES = 0.5, 3


class Reason(StrEnum):
    """Why an embedding was chosen, or none."""

    COPIES = "copies"
    """Delayed copies lower the errors of forecasts."""
    STATE = "state"
    """The channels are a state as they are."""
    UNFORESEEN = "unforeseen"
    """The past does not determine the future: noise, or too many dimensions."""
    MANY = "many"
    """There are so many channels that they are taken for a state."""
    DRIVEN = "driven"
    """The recording has external inputs."""
    UNEVEN = "uneven"
    """The times are not evenly spaced."""
    SHORT = "short"
    """There are too few rows to compare embeddings."""


@dataclass(frozen=True)
class Candidate:
    """A set of delays, and how well its states determine the future.

    Attributes:
        lags: Delays in rows; `(0,)` for the channels as they are.
        errors: Errors of local forecasts, in standard deviations, at each horizon.
        quadratic_errors: Errors of one quadratic polynomial, likewise.
        score: Mean logarithm of the errors, plus the price of the copies; smaller is better.
    """

    lags: tuple[int, ...]
    errors: tuple[float, ...]
    quadratic_errors: tuple[float, ...]
    score: float


@dataclass(frozen=True)
class EmbeddingAdvice:
    """A delay embedding, chosen from the data.

    Attributes:
        lags: Embedding delays in rows, for `attrax.data.embed`; empty if no embedding helps.
        reason: Why these lags were chosen, or none.
        noise: Upper bound of the noise in standard deviations, from differences and from local forecasts.
        horizons: How many rows ahead was forecast to compare the candidates.
        compared: The channels as they are and the best candidates, best first.
    """

    lags: tuple[int, ...]
    reason: Reason
    noise: float
    horizons: tuple[int, ...] = ()
    compared: tuple[Candidate, ...] = ()

    def sentence(self, dt: float = 1.0, unit: str = "") -> str:
        """The advice and its reason as a sentence; lags are given in time, too, if the time step has a unit."""
        if self.reason is Reason.COPIES:
            chosen, plain = (next(c for c in self.compared if c.lags == lags) for lags in (self.lags, PLAIN))
            far = f"{self.horizons[-1]} rows" + (f" ({worded(self.horizons[-1] * dt, unit)})" if unit else "")
            return (
                f"{len(self.lags)} copies of each channel: lags {lags_text(self.lags, dt, unit)}; forecasts "
                f"{far} ahead miss by {number_text(chosen.errors[-1])} standard deviations, "
                f"by {number_text(plain.errors[-1])} without copies"
            )
        return {
            Reason.STATE: "none: the channels are a state as they are",
            Reason.UNFORESEEN: "none: copies of the past do not help to forecast; noise, or too many dimensions",
            Reason.MANY: f"none: more than {MOST_CHANNELS} channels are taken for a state as they are",
            Reason.DRIVEN: "none: a recording with inputs is embedded only if --lags asks for it",
            Reason.UNEVEN: "none: the times are not evenly spaced",
            Reason.SHORT: "none: too few rows to compare embeddings",
        }[self.reason]


def advise_embedding(dataset: Dataset, longest: int | None = None) -> EmbeddingAdvice:
    r"""Delays and number of copies from which held-out rows are forecast best.

    Evenly spaced delays, and delays added one by one, none longer than a cycle, are compared by

    $$\frac{1}{2 |H|} \sum_{h \in H} \log \sqrt{(a_h^2 + 0.05^2) (b_h^2 + 0.05^2)} + c\,m$$

    with $a_h$ and $b_h$ the errors of local and of quadratic forecasts $h$ rows ahead: 1 row, an eighth, a quarter and
    half of a cycle; $m$ the number of copies; and $c$ the price of each, 0.04. Differences below 0.05 standard
    deviations do not matter for a model.

    For one channel that oscillates slowly (successive rows correlate by more than 0.5) evenly spaced copies cost only
    0.01: where forecasts are equally good, free runs of models of five to nine even copies were nearer to the data than
    those of two to four copies.

    Several channels are a state unless copies lower the errors an eighth and a quarter of a cycle ahead by 40 %: at
    one row, noise decides. One channel is embedded if copies lower the errors by 14 %, averaged over all horizons:
    where the next beat of a heart cannot be foreseen, the next row still can. One channel that oscillates slowly
    is always embedded if anything of it can be foreseen: a flow of one dimension passes each value in one direction
    only, and cannot oscillate. More than ten channels are taken for a state; latent states can represent what is
    missing.

    Recordings with inputs or uneven times are not embedded.

    Args:
        dataset: The recordings; the middle of the longest series is examined.
        longest: Largest delay that may be chosen, in rows; if not given, a tenth of the shortest series.

    Cost: About a second for one channel, two for ten; no more for a long recording than for one of 20,000 rows.

    References:
        Kraemer et al., A unified and automated approach to attractor reconstruction, New J. Physics 2021
        [@kramer2021].
    """
    x = excerpt(dataset).x
    reason = _obstacle(dataset, x)
    noise = difference_noise(x)
    if reason is not None:
        return EmbeddingAdvice((), reason, _mean(noise))
    cycle = _cycle(x)
    horizons = tuple(sorted({1, *(max(round(share * cycle), 1) for share in HORIZONS)}))
    forecasts = HeldOutForecasts(x, horizons, min(cycle, longest_delay(dataset) if longest is None else longest))
    if not (forecasts.longest and forecasts.possible):
        return EmbeddingAdvice((), Reason.SHORT, _mean(noise))
    plain = _candidate(forecasts, PLAIN, PRICE)
    slow = _oscillates_slowly(x) and min(plain.errors) < UNFORESEEN
    compared = (*_compare(forecasts, PRICE_OF_EVEN), plain) if slow else _sorted((*_compare(forecasts, PRICE), plain))
    best = compared[0]
    one_row = [forecasts.local_errors(c.lags)[0] for c in (best, plain)]
    advice = partial(
        EmbeddingAdvice, noise=_mean(np.min([noise, *one_row], axis=0)), horizons=forecasts.horizons, compared=compared
    )
    if slow or _helps(plain, best, x.shape[1]):
        return advice(best.lags, Reason.COPIES)
    return advice((), Reason.STATE if min(plain.errors) < UNFORESEEN else Reason.UNFORESEEN)


def longest_delay(dataset: Iterable[Series]) -> int:
    """The largest delay that leaves nine tenths of the rows of the shortest series, at most a thousand rows."""
    return min(LONGEST, *(len(series) // 10 for series in dataset))


def _obstacle(dataset: Dataset, x: Float[np.ndarray, "time obs"]) -> Reason | None:
    if x.shape[1] > MOST_CHANNELS:
        return Reason.MANY
    if dataset[0].input_dim:
        return Reason.DRIVEN
    # Before repairs, even times are stamps, too.
    if any(series.stamps is not None and series.stamps.uneven.any() for series in dataset):
        return Reason.UNEVEN
    return Reason.SHORT if len(x) < FEWEST_ROWS or not x.shape[1] else None


def _cycle(x: Float[np.ndarray, "time obs"]) -> int:
    """Rows in a cycle of the channel with the most cycles."""
    cycles = max(map(count_cycles, x.T), default=0)
    return max(round(len(x) / max(cycles, 1)), SHORTEST)


def _compare(forecasts: HeldOutForecasts, price_of_even: float) -> tuple[Candidate, ...]:
    """The best sets of copies, best first: many are compared by few states, the best of them by more."""
    x, longest = forecasts.x, forecasts.longest
    coarse = HeldOutForecasts(x, forecasts.horizons, longest, FEW_STATES, FEW_ASKED)
    even = _sorted(_candidate(coarse, lags, price_of_even) for lags in even_candidates(longest, x.shape[1]))
    grown = grown_candidates(longest, x.shape[1], lambda lags: _candidate(coarse, lags, PRICE).score)
    finalists = {c.lags: price_of_even for c in even[:FINALISTS]} | {
        lags: price_of_even if _evenly_spaced(lags) else PRICE for lags in grown[-2:]
    }
    return _sorted(_candidate(forecasts, lags, price) for lags, price in finalists.items())


def _candidate(forecasts: HeldOutForecasts, lags: tuple[int, ...], price: float) -> Candidate:
    local, quadratic = (
        np.sqrt(np.mean(errors**2, axis=1))
        for errors in (forecasts.local_errors(lags), forecasts.quadratic_errors(lags))
    )
    score = 0.5 * float(np.log(np.hypot(local, BLUR) * np.hypot(quadratic, BLUR)).mean()) + price * len(lags)
    return Candidate(lags, tuple(map(float, local)), tuple(map(float, quadratic)), score)


def _sorted(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda candidate: candidate.score))


def _evenly_spaced(lags: tuple[int, ...]) -> bool:
    return len({after - before for before, after in pairwise(lags)}) == 1


def _oscillates_slowly(x: Float[np.ndarray, "time obs"]) -> bool:
    """Whether there is one channel that passes its mean again and again, with small changes from row to row."""
    above = x[:, 0] > x[:, 0].mean() if x.shape[1] == 1 else np.zeros(0, bool)
    passes = np.count_nonzero(above[1:] & ~above[:-1])
    if passes < FEWEST_CYCLES or count_cycles(x[:, 0]) < FEWEST_CYCLES:
        return False
    return float(np.corrcoef(x[1:, 0], x[:-1, 0])[0, 1]) > SLOW


def _helps(plain: Candidate, best: Candidate, channels: int) -> bool:
    if channels == 1:
        return _gain(plain, best, slice(None)) > LEAST_GAIN_ALONE
    middle = slice(1, -1) if len(plain.errors) > 2 else slice(None)
    return _gain(plain, best, middle) > LEAST_GAIN


def _gain(plain: Candidate, best: Candidate, horizons: slice) -> float:
    """Mean logarithm of how much smaller the errors are with copies, at some horizons."""
    before, after = (np.hypot(c.errors[horizons], BLUR) for c in (plain, best))
    return float(np.log(before / after).mean())


def _mean(noise: Float[np.ndarray, " obs"]) -> float:
    return float(np.sqrt(np.mean(noise**2))) if len(noise) else 0.0
