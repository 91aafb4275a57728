"""State-space divergence with a histogram: whether a simulation visits the same states as a recording, equally often.

The long-run distribution of the states of a dynamical system is its invariant measure. Both recordings are counted in
the cells of a box, and the relative frequencies are compared.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from attrax.core.errors import ConfigError
from attrax.measures.box import AbstractBox, DeviationBox, RangeBox
from attrax.measures.input_checks import comparable_pair, require
from attrax.measures.kept_references import of_reference
from attrax.measures.measure_spec import MeasureSpec
from attrax.measures.score import AbstractMeasure, Flag, Score, shortest_text

_LARGEST_INDEX = np.iinfo(np.int64).max
_TOLERATED_SHARE = 0.01
# If less than this share of the recording is in cells that the simulation visits, the value depends on the pseudocount
# alone.
_LEAST_SHARED = 0.05
_ROWS_PER_CELL = 10
# Counting into an array of all cells is faster than sorting, unless there are many more cells than rows.
_CELLS_TO_A_ROW = 8
_BINS = (30, 24, 20, 16, 12, 10, 8, 6, 5, 4)


class Occupation(NamedTuple):
    """The number of rows in each cell.

    Attributes:
        cells: Indices of the cells that were visited, ascending.
        counts: Number of rows in each of them.
    """

    cells: Int[np.ndarray, " cells"]
    counts: Int[np.ndarray, " cells"]

    @property
    def total(self) -> int:
        """Number of rows inside the box."""
        return int(self.counts.sum())


@dataclass(frozen=True)
class StateSpaceDivergence(AbstractMeasure):
    r"""Kullback-Leibler divergence between the histograms of two recordings in state space, $D_{stsp}$.

    $$D = \sum_{k=1}^{K} p_k \log \frac{p_k}{q_k}, \qquad p_k = \frac{c_k + \epsilon}{\sum_j c_j + \epsilon K}$$

    with $c_k$ the number of rows of the recording in cell $k$ (of the simulation for $q$), $\epsilon$ = `pseudocount`,
    and $K$ = `bins` ** channels the number of cells. Rows outside the box are not counted.

    Args:
        bins: Number of cells per channel. Lower it if most visited cells hold fewer than about ten rows.
        box: The part of state space that is divided into cells.
        pseudocount: Added to the count of every cell, so that D is finite if the simulation misses a cell. The value
            depends on it logarithmically: change it only to compare with published numbers.
        first_cell: Lowest cell of each channel that counts; 0 counts all cells, 1 leaves out the lowest.

    Returns:
        A score in nats, lower is better; infinite and flagged `empty` if no simulated row lies in the box.

    Raises:
        ConfigError: C520 for an impossible setting; C521 for too many cells; C524 if no row of the recording lies in
            the box.
        DataError: D103, D104, D110 or D111 for arrays that cannot be compared.

    Cost: O(time log time); memory grows with the number of rows, not with `bins` ** channels.
    Fails when: there are more than 5 channels (use `MixtureDivergence`); or recordings are shorter than about 10 000
        rows (two recordings of Lorenz-63 differ by 0.13 at 100 000 rows, by 1.7 at 10 000 and by 15 at 1 000), so
        compare equal lengths only, and next to the `floor`; or almost no simulated row lies in the box: the
        pseudocounts then make `q` uniform, which has a better score than a simulation that stays in one cell.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(20_000, 2))
        >>> StateSpaceDivergence()(x, x).value
        0.0
        >>> StateSpaceDivergence().protocol
        'D_stsp/binned/30/range+0.1sd/1e-5'

    References:
        Koppe, Toutounji, Kirsch, Lis & Durstewitz, Identifying nonlinear dynamical systems via generative recurrent
        neural networks with applications to fMRI, PLOS Computational Biology 2019 [@koppe2019].
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    bins: int = 30
    box: AbstractBox = field(default_factory=RangeBox)
    pseudocount: float = 1e-5
    first_cell: int = 0

    def __post_init__(self):
        require(self.bins >= 2, "bins", self.bins, "at least 2")
        require(self.pseudocount > 0, "pseudocount", self.pseudocount, "greater than 0")
        require(0 <= self.first_cell < self.bins, "first_cell", self.first_cell, "at least 0 and less than bins")

    @classmethod
    def gtf2023(cls) -> "StateSpaceDivergence":
        """The settings of Hess et al., Generalized Teacher Forcing, ICML 2023: a margin of 0.1 standard deviations."""
        return cls()

    @classmethod
    def dend2022(cls) -> "StateSpaceDivergence":
        """The settings of Brenner et al., Tractable Dendritic RNNs, ICML 2022: two standard deviations on each side.

        For standardized data [@brenner2022]. As in the program of the paper, rows in the lowest cell of any channel are
        outliers, like those below it.
        """
        return cls(box=DeviationBox(2.0), first_cell=1)

    @classmethod
    def alrnn2024(cls) -> "StateSpaceDivergence":
        """The settings of Brenner et al., Almost-Linear RNNs, NeurIPS 2024: the range, without its lowest cells.

        See [@brenner2024].
        """
        return cls(box=RangeBox(margin=0.0), first_cell=1)

    @classmethod
    def for_recording(cls, x: Float[np.ndarray, "time obs"]) -> "StateSpaceDivergence":
        """Choose the number of bins, at most 30, so that the visited cells hold ten rows on average.

        With fewer rows in a cell, the differences between counts are mostly due to chance.

        Args:
            x: The recording.

        Example:
            >>> x = np.random.default_rng(0).normal(size=(1_000, 2))
            >>> StateSpaceDivergence.for_recording(x).bins
            12
        """
        for bins in _BINS[:-1]:
            measure = cls(bins=bins)
            visited = measure._occupation(x, *measure.box.limits(x))
            if len(x) >= _ROWS_PER_CELL * len(visited.cells):
                return measure
        return cls(bins=_BINS[-1])

    @property
    def name(self) -> str:
        """`D_stsp`."""
        return SPEC.name

    @property
    def protocol(self) -> str:
        """Bins, box and pseudocount."""
        first = f"/from{self.first_cell}" if self.first_cell else ""
        return f"{self.name}/binned/{self.bins}/{self.box.protocol}/{shortest_text(self.pseudocount)}{first}"

    def __call__(
        self,
        x: Float[np.ndarray, "time obs"],
        x_sim: Float[np.ndarray, "n obs"],
        *,
        key: int | None = None,  # noqa: ARG002
    ) -> Score:
        """Compare how often `x` and `x_sim` visit the cells; `key` is ignored."""
        both = comparable_pair(x, x_sim)
        n_cells = self._number_of_cells(both.x.shape[1])
        p, limits = of_reference(self, both.x, self._reference)
        q = self._occupation(both.x_sim, *limits)
        _check_occupied(p, self.box)
        n_outside = len(both.x_sim) - q.total
        if q.total == 0:
            return both.empty(self.protocol, n_outside)
        shares = (1 - p.total / len(both.x), n_outside / len(both.x_sim))
        dropped = (Flag.DROPPED,) if max(shares) > _TOLERATED_SHARE else ()
        shared = p.counts[np.isin(p.cells, q.cells, assume_unique=True)].sum() / p.total
        saturated = (Flag.SATURATED,) if shared < _LEAST_SHARED else ()
        return Score(
            value=_divergence(p, q, n_cells, self.pseudocount),
            std_error=None,
            protocol=self.protocol,
            n_used=q.total,
            n_dropped=both.n_dropped + n_outside,
            flags=both.flags + dropped + saturated,
        )

    def _reference(self, x: Float[np.ndarray, "time obs"]) -> tuple[Occupation, Float[np.ndarray, "2 obs"]]:
        """The cells of the recording, and the limits of the box."""
        limits = self.box.limits(x)
        return self._occupation(x, *limits), np.array(limits)

    def _occupation(
        self,
        x: Float[np.ndarray, "time obs"],
        low: Float[np.ndarray, " obs"],
        high: Float[np.ndarray, " obs"],
    ) -> Occupation:
        cell = np.zeros(len(x), dtype=np.int64)
        inside = np.ones(len(x), dtype=bool)
        for channel in range(x.shape[1]):
            position = np.floor((x[:, channel] - low[channel]) / (high[channel] - low[channel]) * self.bins)
            inside &= (position >= self.first_cell) & (position < self.bins)
            # Clipped before the cast: a far outlier has no integer position.
            cell = cell * self.bins + np.clip(position, 0, self.bins - 1).astype(np.int64)
        visited, n_cells = cell if inside.all() else cell[inside], self.bins ** x.shape[1]
        if n_cells > _CELLS_TO_A_ROW * len(x):
            return Occupation(*np.unique(visited, return_counts=True))
        counts = np.bincount(visited, minlength=1)
        cells = np.flatnonzero(counts)
        return Occupation(cells, counts[cells])

    def _number_of_cells(self, channels: int) -> int:
        n_cells = self.bins**channels
        if n_cells > _LARGEST_INDEX:
            raise ConfigError(
                "C521",
                "too many cells to count",
                where=f"{self.bins} bins in each of {channels} channels",
                why="almost no two rows would be in the same cell, and the cells cannot be numbered in 64 bits",
                fix="MixtureDivergence() for more than 5 channels, or fewer bins",
            )
        return n_cells


def _check_occupied(p: Occupation, box: AbstractBox) -> None:
    if p.total == 0:
        raise ConfigError(
            "C524",
            "the box holds no row of the reference",
            where=f"box {box.protocol}",
            why="there is nothing to compare a simulation with",
            fix="StateSpaceDivergence() takes the range of x as its box; or standardize x and x_sim in the same way",
        )


def _divergence(p: Occupation, q: Occupation, n_cells: int, pseudocount: float) -> float:
    cells = np.union1d(p.cells, q.cells)
    p_total, q_total = p.total + pseudocount * n_cells, q.total + pseudocount * n_cells
    p_cell = (_counts(p, cells) + pseudocount) / p_total
    q_cell = (_counts(q, cells) + pseudocount) / q_total
    visited = np.sum(p_cell * np.log(p_cell / q_cell))
    # All cells that neither of them visits contribute the same amount.
    unvisited = (n_cells - len(cells)) * (pseudocount / p_total) * np.log(q_total / p_total)
    return float(max(0.0, visited + unvisited))


def _counts(occupation: Occupation, cells: Int[np.ndarray, " cells"]) -> Int[np.ndarray, " cells"]:
    counts = np.zeros(len(cells), dtype=np.int64)
    counts[np.searchsorted(cells, occupation.cells)] = occupation.counts
    return counts


SPEC = MeasureSpec(
    "state-space divergence of histograms",
    StateSpaceDivergence,
    name="D_stsp",
    better="lower",
    of_attractor=True,
    meaning="distance in state space: does the free run visit the same states equally often? 0 is perfect",
    presets={
        "gtf2023": StateSpaceDivergence.gtf2023,
        "dend2022": StateSpaceDivergence.dend2022,
        "alrnn2024": StateSpaceDivergence.alrnn2024,
    },
)
