"""Spectrum distance: whether a simulation has the same power spectrum as a recording.

Forecasts of a chaotic system fail after some time, but its power spectrum is a property of the attractor and can be
reproduced.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import gaussian_filter1d

from attrax.measures.input_checks import gap_free_pair, require
from attrax.measures.kept_references import of_reference
from attrax.measures.measure_spec import MeasureSpec
from attrax.measures.score import AbstractMeasure, Flag, Score, shortest_text

# A channel with a standard deviation below this share of that of the recording is constant: around a fixed point,
# single precision leaves rounding noise of about a tenth of it.
_STILL = 1e-6
# Beyond this distance there is hardly any power at a common frequency.
_SATURATION = 0.95


@dataclass(frozen=True)
class SpectrumDistance(AbstractMeasure):
    r"""Hellinger distance between smoothed power spectra, averaged over channels, $D_H$.

    $$D_H = \sqrt{1 - \sum_f \sqrt{P_f Q_f}} = \sqrt{\tfrac12 \sum_f (\sqrt{P_f} - \sqrt{Q_f})^2}$$

    with $P$ the power $|\mathrm{rfft}(x)|^2$ of the standardized channel, smoothed over frequency and normalized to sum
    1, and $Q$ the same for the simulation. 0 means equal spectra, 1 no common frequency. All frequencies count, zero
    too: standardization makes its power 0, but smoothing adds power from its neighbors.

    Both recordings are cut to the length of the shorter one. A constant simulated channel has distance 1.

    Args:
        smoothing: Standard deviation of the Gaussian filter, in frequency bins (ends are reflected, the filter is cut
            off at 4 standard deviations). The width of a bin is one over the duration of the recording, so values
            depend on its length.

    Returns:
        A score between 0 and 1, lower is better; infinite and flagged `empty` if no simulated row is finite.

    Raises:
        ConfigError: C520 for an impossible setting.
        DataError: D101 for gaps inside a recording; D103, D104, D110 or D111 for arrays that cannot be compared.

    Cost: O(channels * time log time).
    Fails when: the simulation diverges after a few rows; their spectrum has only a few bins.

    Example:
        >>> t = np.arange(10_000)[:, None]
        >>> slow, fast = np.sin(0.1 * t), np.sin(0.2 * t)
        >>> round(SpectrumDistance()(slow, fast).value, 2)
        0.98

    References:
        Mikhaeil, Monfared & Durstewitz, On the difficulty of learning chaotic dynamics with RNNs, NeurIPS 2022
        [@mikhaeil2022].
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    smoothing: float = 20.0

    def __post_init__(self):
        require(self.smoothing > 0, "smoothing", self.smoothing, "greater than 0")

    @classmethod
    def gtf2023(cls) -> "SpectrumDistance":
        """The settings of Hess et al., Generalized Teacher Forcing, ICML 2023: smoothing over 20 bins."""
        return cls()

    @property
    def name(self) -> str:
        """`D_H`."""
        return SPEC.name

    @property
    def protocol(self) -> str:
        """Type and width of the smoothing."""
        return f"{self.name}/hellinger/gauss{shortest_text(self.smoothing)}bins"

    def __call__(
        self,
        x: Float[np.ndarray, "time obs"],
        x_sim: Float[np.ndarray, "n obs"],
        *,
        key: int | None = None,  # noqa: ARG002
    ) -> Score:
        """Compare the power spectra of `x` and `x_sim`; `key` is ignored."""
        both = gap_free_pair(x, x_sim)
        length = min(len(both.x), len(both.x_sim))
        if length == 0:
            return both.empty(self.protocol)
        x, x_sim = both.x[:length], both.x_sim[:length]
        deviations = _deviations(both.x)
        least = _STILL * deviations
        # The standard deviation of a large constant is not exactly 0, because its mean is rounded.
        rounding = 1e-14 * np.array([np.abs(column).max() for column in x_sim.T])
        still = _deviations(x_sim) <= np.maximum(least, rounding)
        compared = ~still & ((deviations if length == len(both.x) else _deviations(x)) > least)
        value = float(self._distances(x, x_sim, compared).mean())
        collapsed = (Flag.COLLAPSED,) if still.any() else ()
        saturated = (Flag.SATURATED,) if value > _SATURATION else ()
        flags = both.flags + collapsed + saturated
        return Score(value, None, self.protocol, length, both.n_dropped, flags)

    def _distances(
        self, x: Float[np.ndarray, "time obs"], x_sim: Float[np.ndarray, "time obs"], compared: Bool[np.ndarray, " obs"]
    ) -> Float[np.ndarray, " obs"]:
        def reference(x: Float[np.ndarray, "time obs"]) -> tuple[Float[np.ndarray, "frequency moving"]]:
            return (self._roots(x[:, compared]),)

        distances = np.ones(len(compared))
        # Simulations are compared with several resampled recordings, so their spectra are kept, too.
        roots, roots_sim = (of_reference((self, tuple(compared)), part, reference)[0] for part in (x, x_sim))
        # Written with squares, the distance of equal spectra is exactly 0 and small ones keep their digits.
        distances[compared] = np.sqrt(0.5 * np.sum((roots - roots_sim) ** 2, axis=0))
        return distances

    def _roots(self, x: Float[np.ndarray, "time moving"]) -> Float[np.ndarray, "frequency moving"]:
        """Square roots of the normalized spectra."""
        standardized = (x - x.mean(axis=0)) / x.std(axis=0)
        power = np.abs(np.fft.rfft(standardized, axis=0)) ** 2
        smooth = gaussian_filter1d(power, self.smoothing, axis=0, mode="reflect", truncate=4.0)
        return np.sqrt(smooth / smooth.sum(axis=0))


def _deviations(x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
    """The standard deviation of each channel; along the columns, because NumPy is slow along a short axis."""
    return np.array([column.std() for column in x.T])


SPEC = MeasureSpec(
    "distance of power spectra",
    SpectrumDistance,
    name="D_H",
    better="lower",
    of_attractor=True,
    meaning="distance of the power spectra: 0 is perfect, 1 means no frequency in common",
    presets={"gtf2023": SpectrumDistance.gtf2023},
)
