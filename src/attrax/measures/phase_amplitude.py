"""Phase-amplitude coupling: whether the phase of a slow rhythm sets the amplitude of a fast one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int
from scipy.signal import butter, hilbert, sosfiltfilt

from attrax.core.errors import DataError
from attrax.measures.input_checks import finite, require

SLOW_WIDTH = 1 / 3
"""Half the width of the slow band, in units of its center."""
FAST_WIDTH = 2.0
"""Half the width of the fast band, in units of the slow frequency. A modulated rhythm has power at its own frequency
plus and minus that of the modulation; a band without them has a constant amplitude."""
APART = 2 * FAST_WIDTH
"""Smallest ratio of the two frequencies: the bands must not overlap, nor hold the first harmonic of the slow rhythm."""
ORDER = 4
FEWEST_CYCLES = 10
BOOTSTRAPS = 200


@dataclass(frozen=True, eq=False)
class PhaseAmplitudeCoupling:
    r"""How the amplitude of a fast rhythm depends on the phase of a slow one.

    Attributes:
        index: The modulation index: 0 if the amplitude is the same at all phases, 1 if it is 0 outside one bin.
        std_error: Its standard error, by a bootstrap over cycles of the slow rhythm.
        surrogates: Modulation indices of surrogates without coupling.
        phases: Phase at the center of each bin, in radians; 0 where the slow rhythm is highest.
        amplitude: Mean amplitude of the fast rhythm in each bin, in the unit of the channel.
        cycles: Number of cycles of the slow rhythm.
    """

    index: float
    std_error: float
    surrogates: Float[np.ndarray, " surrogate"]
    phases: Float[np.ndarray, " bin"]
    amplitude: Float[np.ndarray, " bin"]
    cycles: int

    @cached_property
    def p_value(self) -> float:
        r"""The share $(1 + k) / (1 + n)$ of `k` in `n` surrogates with at least this index."""
        return float((1 + np.sum(self.surrogates >= self.index)) / (1 + len(self.surrogates)))

    @cached_property
    def preferred_phase(self) -> float:
        """The phase about which the amplitude is largest, in radians: that of its first Fourier coefficient."""
        return float(np.angle(np.sum(self.amplitude * np.exp(1j * self.phases))))


def modulation_index(amplitude: Float[np.ndarray, "*batch bin"]) -> Float[np.ndarray, "*batch"]:
    r"""The modulation index of mean amplitudes $A_j$ in $N$ bins of the phase.

    $$\frac{1}{\ln N} \sum_j p_j \ln (N p_j), \qquad p_j = A_j / \sum_i A_i$$

    It is the Kullback-Leibler divergence from the uniform distribution, divided by its largest value. If bins are
    narrow, an amplitude $1 + k \cos \phi$ has the index $(1 - s + \ln \frac{1 + s}{2}) / \ln N$ with
    $s = \sqrt{1 - k^2}$.

    Args:
        amplitude: Mean amplitude in each bin; none is negative.

    Example:
        >>> modulation_index(np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 3.0, 0.0]]))
        array([0. , 0.5, 1. ])

    References:
        Tort, Komorowski, Eichenbaum & Kopell, Measuring phase-amplitude coupling between neuronal oscillations of
        different frequencies, Journal of Neurophysiology 2010 [@tort2010].
    """
    n = amplitude.shape[-1]
    p = amplitude / amplitude.sum(axis=-1, keepdims=True)
    return np.asarray((p * np.log(n * np.where(p > 0, p, 1 / n))).sum(axis=-1) / np.log(n))


def phase_amplitude_coupling(
    x: Float[np.ndarray, " time"],
    dt: float,
    *,
    slow: float,
    fast: float,
    modulated: Float[np.ndarray, " rows"] | None = None,
    bins: int = 18,
    surrogates: int = 200,
    key: int,
) -> PhaseAmplitudeCoupling:
    r"""Measure how the phase of a slow rhythm sets the amplitude of a fast one.

    Both rhythms are found by a band-pass filter without phase shift (Butterworth, fourth order, forwards and
    backwards): `slow` plus and minus a third of it, and `fast` plus and minus `2 * slow`. The Hilbert transform gives
    the phase of the one and the amplitude of the other. The amplitude is averaged in `bins` of the phase; the result is
    the `modulation_index` of these means. The first and the last two cycles are left out, because the filter sees no
    rows beyond.

    In a surrogate every cycle of the slow rhythm is turned by a random phase of its own. It keeps both rhythms, also
    those of a periodic signal, for which a common shift in time would change nothing.

    Args:
        x: The channel with the slow rhythm, at even time steps, without gaps.
        dt: Time step.
        slow: Frequency of the slow rhythm, in cycles per unit of time.
        fast: Frequency of the fast rhythm, at least `4 * slow`, and with `2 * slow` to spare to the highest one,
            `0.5 / dt`.
        modulated: The channel with the fast rhythm, if it is another one.
        bins: Number of bins of the phase. Fewer if a cycle has few rows.
        surrogates: Number of surrogates; the smallest p value is one over it.
        key: Seed of surrogates and bootstrap.

    Raises:
        ConfigError: C520 for an impossible setting.
        DataError: D101 for gaps; D104 if there are less than ten cycles, or no rows at some phase; D110 if the channels
            have different lengths.

    Cost: O(time log time) for the filters, and bins * cycles for each surrogate: 0.1 s for 20,000 rows.
    Fails when: the slow rhythm is not sinusoidal. The harmonics of a sharp wave are locked to its phase, and look like
        coupling if they lie in the fast band: compare with a channel where there can be none.

    Example:
        >>> t = np.arange(0, 20, 0.001)
        >>> theta, gamma = np.cos(2 * np.pi * 7 * t), np.cos(2 * np.pi * 61 * t)
        >>> found = phase_amplitude_coupling(theta + (1 + 0.8 * theta) * gamma, 0.001, slow=7, fast=61, key=0)
        >>> s = np.sqrt(1 - 0.8**2)
        >>> bool(abs(found.index / ((1 - s + np.log((1 + s) / 2)) / np.log(18)) - 1) < 0.03)
        True

    References:
        Tort, Komorowski, Eichenbaum & Kopell, Measuring phase-amplitude coupling between neuronal oscillations of
        different frequencies, Journal of Neurophysiology 2010 [@tort2010].
        Aru et al., Untangling cross-frequency coupling in neuroscience, Current Opinion in Neurobiology 2015
        [@aru2015].
    """
    require(slow > 0, "slow", slow, "greater than 0")
    require(fast >= APART * slow, "fast", fast, f"at least {APART:g} times slow, here {APART * slow:g}")
    highest = 0.5 / dt - FAST_WIDTH * slow
    require(fast < highest, "fast", fast, f"below 0.5 / dt - {FAST_WIDTH:g} * slow, here {highest:g}")
    require(2 <= bins <= 1 / (slow * dt), "bins", bins, f"2 to the rows in a slow cycle, here {1 / (slow * dt):.1f}")
    require(surrogates >= 1, "surrogates", surrogates, "at least 1")
    carrier = x if modulated is None else modulated
    _check(x, carrier)
    phase = np.unwrap(np.angle(_band(x, slow * (1 - SLOW_WIDTH), slow * (1 + SLOW_WIDTH), dt)))
    amplitude = np.abs(_band(carrier, fast - FAST_WIDTH * slow, fast + FAST_WIDTH * slow, dt))
    sums, counts = _by_cycle(phase, amplitude, bins)
    rng = np.random.default_rng(key)
    means = _means(sums.sum(axis=0), counts.sum(axis=0))
    return PhaseAmplitudeCoupling(
        index=float(modulation_index(means)),
        std_error=float(_bootstrap(sums, counts, rng).std(ddof=1)),
        surrogates=_turned(sums, counts, surrogates, rng),
        phases=-np.pi + (np.arange(bins) + 0.5) * 2 * np.pi / bins,
        amplitude=means,
        cycles=len(sums),
    )


def _check(x: Float[np.ndarray, " time"], modulated: Float[np.ndarray, " rows"]) -> None:
    if x.shape != modulated.shape or x.ndim != 1:
        raise DataError(
            "D110",
            "channels of different lengths",
            where=f"x has shape {x.shape}, modulated has shape {modulated.shape}",
            why="the phase and the amplitude of a row belong together",
            fix="pass two columns of one recording, such as x[:, 0] and x[:, 1]",
        )
    if not (finite(x).all() and finite(modulated).all()):
        raise DataError(
            "D101",
            "missing rows inside a recording",
            where=f"{np.sum(~(finite(x) & finite(modulated)))} of {len(x)} rows",
            why="a filter needs consecutive rows",
            fix="measure the longest part without a gap, or fill gaps before",
        )


def _band(x: Float[np.ndarray, " time"], low: float, high: float, dt: float) -> np.ndarray:
    """The analytic signal of one band."""
    return np.asarray(hilbert(sosfiltfilt(butter(ORDER, (low, high), "bandpass", output="sos", fs=1 / dt), x)))


def _by_cycle(
    phase: Float[np.ndarray, " time"], amplitude: Float[np.ndarray, " time"], bins: int
) -> tuple[Float[np.ndarray, "cycle bin"], Int[np.ndarray, "cycle bin"]]:
    """Sums of amplitudes and numbers of rows, of each whole cycle from one trough of the slow rhythm to the next."""
    place = np.floor((phase + np.pi) / (2 * np.pi) * bins).astype(int)
    place -= place.min() // bins * bins
    cycles = int(place.max()) // bins + 1
    kept = slice(2, cycles - 2)
    size = cycles * bins
    sums = np.bincount(place, amplitude, size).reshape(cycles, bins)[kept]
    counts = np.bincount(place, minlength=size).reshape(cycles, bins)[kept]
    if len(sums) < FEWEST_CYCLES or not counts.sum(axis=0).all():
        raise DataError(
            "D104",
            "too few cycles of the slow rhythm",
            where=f"{max(len(sums), 0)} whole cycles without the ends, rows in {np.sum(counts.sum(axis=0) > 0)} of "
            f"{bins} bins of the phase",
            why=f"the mean amplitude at each phase is taken over {FEWEST_CYCLES} cycles or more",
            fix="pass a longer recording, a larger `slow`, or fewer `bins`",
        )
    return sums, counts


def _means(sums: Float[np.ndarray, "*batch bin"], counts: Int[np.ndarray, "*batch bin"]) -> np.ndarray:
    return sums / np.maximum(counts, 1)


def _bootstrap(sums: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> Float[np.ndarray, " draw"]:
    drawn = rng.integers(len(sums), size=(BOOTSTRAPS, len(sums)))
    return modulation_index(_means(sums[drawn].sum(axis=1), counts[drawn].sum(axis=1)))


def _turned(sums: np.ndarray, counts: np.ndarray, n: int, rng: np.random.Generator) -> Float[np.ndarray, " surrogate"]:
    """The index after every cycle was turned by a random number of bins, `n` times."""
    cycles, bins = sums.shape
    found = np.empty(n)
    for i in range(n):  # one by one: all at once would take n times the memory of the recording
        column = (np.arange(bins) + rng.integers(bins, size=cycles)[:, None]) % bins
        turned = [np.take_along_axis(table, column, axis=1).sum(axis=0) for table in (sums, counts)]
        found[i] = modulation_index(_means(turned[0], turned[1]))
    return found
