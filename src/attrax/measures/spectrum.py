"""Spectrum distance: does the simulation oscillate at the same frequencies, in the same proportions?

Forecasts of a chaotic system must fail, its power spectrum need not: it is a property of the attractor in time, as the
occupation of cells is one in space.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import gaussian_filter1d

from attrax.measures.input_checks import require, unbroken_pair
from attrax.measures.score import AbstractMeasure, Flag, Score, digits

# A channel that moves less than this share of the reference's standard deviation stands still: single precision
# leaves about a tenth of it as rounding noise around a fixed point.
_STILL = 1e-6
# Distances beyond this are all the same to the eye: hardly any power at a common frequency.
_SATURATION = 0.95


@dataclass(frozen=True)
class SpectrumDistance(AbstractMeasure):
    r"""Hellinger distance between smoothed power spectra, averaged over channels, $D_H$.

    $$D_H = \sqrt{1 - \sum_f \sqrt{P_f Q_f}} = \sqrt{\tfrac12 \sum_f (\sqrt{P_f} - \sqrt{Q_f})^2}$$

    with $P$ the power $|\mathrm{rfft}(x)|^2$ of the standardised channel, smoothed over frequency and scaled to sum
    one; $Q$ the same of the simulation. All bins of the transform take part, also frequency zero: standardising
    empties it, smoothing refills it from its neighbours. 0 is the same spectrum, 1 no frequency in common.

    Both recordings are cut to the length of the shorter. A simulated channel that stands still has distance 1.

    Args:
        smoothing: Standard deviation of the Gaussian, in bins of the transform (reflecting ends, cut at 4 standard
            deviations). A bin is one over the duration of the recording, so values depend on its length.

    Returns: A score between 0 and 1, lower is better; infinite and `empty` if no simulated row is finite.
    Raises: DataError D101 for gaps inside a recording; D103, D104, D110, D111.
    Cost: O(channels * time log time).
    Fails when: a divergence leaves a handful of rows: their spectrum has a handful of bins.

    Example:
        >>> t = np.arange(10_000)[:, None]
        >>> slow, fast = np.sin(0.1 * t), np.sin(0.2 * t)
        >>> round(SpectrumDistance()(slow, fast).value, 2)
        0.98

    References: [@mikhaeil2022], [@hess2023].
    """

    smoothing: float = 20.0

    def __post_init__(self):
        require(self.smoothing > 0, "smoothing", self.smoothing, "greater than 0")

    @classmethod
    def gtf2023(cls) -> "SpectrumDistance":
        """As in the paper on Generalized Teacher Forcing [@hess2023]: smoothed over 20 bins."""
        return cls()

    @property
    def name(self) -> str:
        """`D_H`."""
        return "D_H"

    @property
    def protocol(self) -> str:
        """Kind and width of smoothing."""
        return f"{self.name}/hellinger/gauss{digits(self.smoothing)}bins"

    def __call__(
        self,
        x: Float[np.ndarray, "time obs"],
        x_sim: Float[np.ndarray, "n obs"],
        *,
        key: int | None = None,  # noqa: ARG002
    ) -> Score:
        """Compare the spectra of `x` and `x_sim`; nothing is drawn, `key` is ignored."""
        both = unbroken_pair(x, x_sim)
        length = min(len(both.x), len(both.x_sim))
        if length == 0:
            return both.empty(self.protocol)
        x, x_sim = both.x[:length], both.x_sim[:length]
        least = _STILL * both.x.std(axis=0)
        # A constant far from zero seems to move by the rounding of its mean.
        rounding = 1e-14 * np.abs(x_sim).max(axis=0)
        still = x_sim.std(axis=0) <= np.maximum(least, rounding)
        compared = ~still & (x.std(axis=0) > least)
        value = float(self._distances(x, x_sim, compared).mean())
        collapsed = (Flag.COLLAPSED,) if still.any() else ()
        saturated = (Flag.SATURATED,) if value > _SATURATION else ()
        flags = both.flags + collapsed + saturated
        return Score(value, None, self.protocol, length, both.n_dropped, flags)

    def _distances(
        self, x: Float[np.ndarray, "time obs"], x_sim: Float[np.ndarray, "time obs"], compared: Bool[np.ndarray, " obs"]
    ) -> Float[np.ndarray, " obs"]:
        distances = np.ones(len(compared))
        p, q = self._spectra(x[:, compared]), self._spectra(x_sim[:, compared])
        # Written with squares, the distance of equal spectra is exactly 0 and small ones keep their digits.
        distances[compared] = np.sqrt(0.5 * np.sum((np.sqrt(p) - np.sqrt(q)) ** 2, axis=0))
        return distances

    def _spectra(self, x: Float[np.ndarray, "time moving"]) -> Float[np.ndarray, "frequency moving"]:
        standardised = (x - x.mean(axis=0)) / x.std(axis=0)
        power = np.abs(np.fft.rfft(standardised, axis=0)) ** 2
        smooth = gaussian_filter1d(power, self.smoothing, axis=0, mode="reflect", truncate=4.0)
        return smooth / smooth.sum(axis=0)
