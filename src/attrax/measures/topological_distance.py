"""Topological distance: whether a simulation has as many pieces and holes as a recording, of the same size.

The eyes of a chaotic attractor, the hole of a limit cycle or the tube of a torus stay where they are if the states are
moved a little. A histogram does not see them; persistence does.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.measures.density_persistence import persistence_layers
from attrax.measures.input_checks import comparable_pair, require
from attrax.measures.kept_references import of_reference
from attrax.measures.landmarks import Landmarks, landmarks
from attrax.measures.measure_spec import MeasureSpec
from attrax.measures.score import AbstractMeasure, Flag, Score, shortest_text

RADII = np.linspace(0.025, 0.8, 32)
"""Radii at which pieces and holes are counted, in units of the size of the recording. No hole of a cloud can be much
larger: that of a circle ends at 0.87."""


@dataclass(frozen=True, eq=False)
class Topology:
    """The pieces and holes of a recording at every radius and density.

    Attributes:
        radii: The radii, in units of `size`.
        offsets: What is added to a radius to get the codensity on each line, in the same unit; the last line holds all
            states of the recording from the first radius on.
        layers: How firmly the k-th firmest piece, loop or cavity is there, between 0 and 1 (`persistence_layers`).
        landmarks: Number of states it is computed from.
        cover: Largest distance of any row to one of them, in the same unit. Smaller holes cannot be seen.
        size: Root mean square distance of the rows of the recording from their mean, in standard deviations of the
            channels if `standardized`.
    """

    radii: Float[np.ndarray, " radius"]
    offsets: Float[np.ndarray, " line"]
    layers: Float[np.ndarray, "line dimension layer radius"]
    landmarks: int
    cover: float
    size: float

    @property
    def counts(self) -> Float[np.ndarray, "line dimension radius"]:
        """Number of pieces, loops and cavities; a number between two integers where one begins or ends."""
        return self.layers.sum(axis=2)


@dataclass(frozen=True)
class TopologicalDistance(AbstractMeasure):
    r"""Mean difference between the numbers of pieces and holes of two recordings, $D_{top}$.

    $$D_{top} = \frac{1}{L R} \sum_{b, r} \sum_{q, k} |V_{qk}(b, r) - \hat V_{qk}(b, r)|$$

    with $V_{qk}$ between 0 and 1: how firmly the recording has $k$ holes of dimension $q$ (0: pieces, 1: loops,
    2: cavities) among the states of a density at a radius $r$ (`persistence_layers`), and $\hat V$ the same for the
    simulation. The sum is over $L$ lines $b$, which begin at different densities, and $R$ radii. Lengths are in units
    of the size of the recording: the root mean square distance of its rows from their mean. So 0.3 means: at a typical
    radius and density, the simulation has 0.3 pieces or holes more or fewer than the recording.

    It compares shapes. How often states are visited counts little, and their order not at all: read it next to `D_stsp`
    and `D_H`. The order of rows and the signs and units of channels do not matter.

    Args:
        landmarks: Number of states that are compared; each is the farthest row from those before. Raise it if holes are
            smaller than their distance (`cover` of `topology`); the cost grows with its square to cube.
        dimension: Highest dimension of holes. 2 includes cavities, such as the inside of a torus, for twice the time.
        layers: Number of pieces and holes that are counted, the firmest ones.
        mass: Share of the rows that count as the neighborhood of a state, for its density. Raise it if there are
            outliers.
        reach: Pieces and holes count in full if they persist over a range of radii twice as long, in units of the size
            of the recording.
        levels: Where the lines begin: the shares of the states, densest first, that are there from the smallest radius
            on. (1.0,) leaves density out.
        max_points: At most this many rows of each recording, evenly spaced, are used.
        standardized: Divide every channel by its own standard deviation. False divides all of them by one number, for
            channels in the same unit: the distance then does not change if both recordings are rotated.

    Returns:
        A score in pieces and holes, lower is better; infinite and flagged `empty` if no simulated row is finite. It is
        flagged `collapsed` if all simulated rows are equal.

    Raises:
        ConfigError: C520 for an impossible setting; C640 if gudhi is not installed.
        DataError: D103, D104, D110 or D111 for arrays that cannot be compared.

    Stability: if every row of the simulation moves by at most $\epsilon$ and the same rows are landmarks, no $V$
        changes by more than $2 \epsilon$ / `reach`. If other rows are: every row is at most `cover` away from one.
    Cost: 0.15 s of processor time for two recordings of 8,000 rows and 3 channels. Grows with rows * `landmarks`, and
        with the `levels`.
    Fails when: the recording has one channel, where there are no holes (embed it first); or the free run has the right
        states at wrong speeds or in the wrong order (the value is then at its floor); or the recording is short: one
        orbit through a hole closes it, so compare with the `floor`. On 8,000 rows of Lorenz-63, another orbit has 0.47
        (0.3 to 1.1 in eight pairs), a surrogate with the same power spectra 4.3.

    Example:
        >>> t = np.arange(2_000) * 0.1
        >>> cycle = np.stack([np.cos(t), np.sin(t)], axis=1)
        >>> eight = np.stack([np.cos(t), np.sin(2 * t)], axis=1)
        >>> measure = TopologicalDistance(landmarks=60)
        >>> measure(cycle, 1.01 * cycle).value < 0.1 < measure(cycle, eight).value
        True

    References:
        Loiseaux, Carrière & Blumberg, A Framework for Fast and Stable Representations of Multiparameter Persistent
        Homology Decompositions, NeurIPS 2023 [@loiseaux2023].
        Chazal, Cohen-Steiner & Mérigot, Geometric inference for probability measures, Foundations of Computational
        Mathematics 2011 [@chazal2011].
        Maria, Boissonnat, Glisse & Yvinec, The Gudhi library, ICMS 2014 [@maria2014].
    """

    landmarks: int = 200
    dimension: int = 1
    layers: int = 20
    mass: float = 0.02
    reach: float = 0.05
    levels: tuple[float, ...] = (0.1, 0.325, 0.55, 0.775, 1.0)
    max_points: int = 10_000
    standardized: bool = True

    def __post_init__(self):
        require(self.landmarks >= 2, "landmarks", self.landmarks, "at least 2")
        require(self.dimension in (0, 1, 2), "dimension", self.dimension, "0, 1 or 2")
        require(self.layers >= 1, "layers", self.layers, "at least 1")
        require(0 < self.mass <= 1, "mass", self.mass, "greater than 0 and at most 1")
        require(self.reach > 0, "reach", self.reach, "greater than 0")
        require(bool(self.levels), "levels", self.levels, "at least one share")
        require(all(0 <= level <= 1 for level in self.levels), "levels", self.levels, "shares between 0 and 1")
        require(self.max_points >= 2, "max_points", self.max_points, "at least 2")

    @property
    def name(self) -> str:
        """`D_top`."""
        return SPEC.name

    @property
    def protocol(self) -> str:
        """Landmarks, dimension, layers, mass, reach, levels, rows, and `sd` if standardized."""
        counts = f"{self.landmarks}/{self.dimension}/{self.layers}"
        levels = "+".join(map(shortest_text, self.levels))
        unit = "/sd" * self.standardized
        lengths = f"{shortest_text(self.mass)}/{shortest_text(self.reach)}"
        return f"{self.name}/rips/{counts}/{lengths}/{levels}/{self.max_points}{unit}"

    def __call__(
        self,
        x: Float[np.ndarray, "time obs"],
        x_sim: Float[np.ndarray, "n obs"],
        *,
        key: int | None = None,  # noqa: ARG002
    ) -> Score:
        """Compare the pieces and holes of `x` and `x_sim`; `key` is ignored."""
        both = comparable_pair(x, x_sim)
        if len(both.x_sim) == 0:
            return both.empty(self.protocol)
        unit = self._unit(both.x)

        def reference(x: Float[np.ndarray, "time obs"]) -> tuple[np.ndarray, np.ndarray]:
            of_x = self._landmarks(x, unit)
            offsets = self._offsets(of_x)
            return self._layers(of_x, offsets), offsets

        layers, offsets = of_reference(self, both.x, reference)
        of_sim = self._landmarks(both.x_sim, unit)
        difference = np.abs(layers - self._layers(of_sim, offsets))
        collapsed = (Flag.COLLAPSED,) if len(of_sim.codensity) == 1 else ()
        return Score(
            value=float(difference.sum(axis=(1, 2)).mean()),
            std_error=None,
            protocol=self.protocol,
            n_used=min(len(both.x_sim), self.max_points),
            n_dropped=both.n_dropped,
            flags=both.flags + collapsed,
        )

    def topology(
        self, x: Float[np.ndarray, "time obs"], reference: Float[np.ndarray, "rows obs"] | None = None
    ) -> Topology:
        """The pieces and holes of a recording or simulation, which the measure compares.

        Args:
            x: The recording or simulation.
            reference: The recording that sets the unit of lengths and the lines; `x` itself if None. Only what has the
                same reference can be compared.

        Raises:
            ConfigError: C640 if gudhi is not installed.
            DataError: D103, D104, D110 or D111 for arrays that cannot be compared.

        Example:
            >>> t = np.arange(500) * 0.1
            >>> found = TopologicalDistance(landmarks=60).topology(np.stack([np.cos(t), np.sin(t)], axis=1))
            >>> found.counts[-1, :, 15]  # at the radius 0.4: one piece, one loop
            array([1., 1.])
        """
        both = comparable_pair(x if reference is None else reference, x)
        unit = self._unit(both.x)
        offsets = self._offsets(self._landmarks(both.x, unit))
        of_x = self._landmarks(both.x_sim, unit)
        size = float(np.sqrt(both.x.shape[1])) if self.standardized else float(unit[0])
        return Topology(RADII, offsets, self._layers(of_x, offsets), len(of_x.codensity), of_x.cover, size)

    def _unit(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
        """The number by which each channel is divided, so that the recording has the size 1."""
        deviations = np.array([column.std() for column in x.T])
        return (
            deviations * np.sqrt(len(deviations)) if self.standardized else np.full_like(deviations, _norm(deviations))
        )

    def _landmarks(self, x: Float[np.ndarray, "time obs"], unit: Float[np.ndarray, " obs"]) -> Landmarks:
        n = min(len(x), self.max_points)
        rows = x if n == len(x) else x[np.linspace(0, len(x) - 1, n).round().astype(int)]
        return landmarks(rows / unit, self.landmarks, self.mass)

    def _offsets(self, found: Landmarks) -> Float[np.ndarray, " line"]:
        return np.quantile(found.codensity, self.levels)

    def _layers(
        self, found: Landmarks, offsets: Float[np.ndarray, " line"]
    ) -> Float[np.ndarray, "line dimension layer radius"]:
        return persistence_layers(
            found.distances,
            found.codensity,
            offsets=offsets,
            radii=RADII,
            reach=self.reach,
            dimension=self.dimension,
            layers=self.layers,
        )


def _norm(values: Float[np.ndarray, " value"]) -> float:
    return float(np.linalg.norm(values))


SPEC = MeasureSpec(
    "topological distance",
    TopologicalDistance,
    name="D_top",
    better="lower",
    of_attractor=True,
    meaning="distance of the shapes: how many pieces and holes does the free run have more or fewer? 0 is perfect",
)
