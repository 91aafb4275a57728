"""`CellularAutomaton`: a lattice of cells, each of which follows from itself and the sum of its neighbors."""

import re
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError

Offsets = tuple[tuple[int, ...], ...]
"""Where the neighbors of a cell are, relative to it."""

MOORE: Offsets = tuple((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0))
"""The eight cells around a cell of a square lattice."""
VON_NEUMANN: Offsets = ((-1, 0), (0, -1), (0, 1), (1, 0))
"""The four cells that share a side with a cell of a square lattice."""
LINE: Offsets = ((-1,), (1,))
"""The two neighbors of a cell of a line."""

Rule = Callable[[int, int], bool | int]
"""From the state of a cell and the sum of its neighbors to its next state."""


class CellularAutomaton(AbstractDynamics):
    r"""An outer-totalistic cellular automaton on a lattice whose opposite edges are joined (a ring or a torus).

    $c_{t,i} = T(c_{t-1,i}, \sum_{j \in N(i)} c_{t-1,j})$ with the states $c_i \in \{0, \dots, K - 1\}$ of the cells.

    The state of the dynamics is the lattice row by row. Numbers between two states are rounded first, so a start may be
    any vector. The map is constant between two states: its derivative is 0 almost everywhere and says nothing about the
    growth of differences; `sensitivity` does.

    Args:
        table: $T$: the next state for each state (rows) and each sum of neighbors (columns).
        shape: Number of cells along each axis, at least 3.
        neighborhood: Where the neighbors are: `MOORE`, `VON_NEUMANN`, `LINE`, or offsets of your own.
        dt: Time of one step.

    Raises: `ConfigError` C690 if the table, the shape and the neighborhood do not fit each other.

    Example:
        >>> life = CellularAutomaton.life_like("B3/S23", (5, 5))
        >>> board = jnp.zeros((5, 5)).at[2, 1:4].set(1.0)  # the blinker: a row of three becomes a column
        >>> life.step(board.ravel()).reshape(5, 5)[:, 2].tolist()
        [0.0, 1.0, 1.0, 1.0, 0.0]

    References:
        Wolfram, Statistical mechanics of cellular automata, Reviews of Modern Physics 1983 [@wolfram1983].
    """

    table: Int[Array, "state total"]
    shape: tuple[int, ...] = eqx.field(static=True)
    neighborhood: Offsets = eqx.field(static=True, default=MOORE)
    dt: float = eqx.field(static=True, default=1.0)

    def __check_init__(self):
        states, totals = self.table.shape
        fits = totals == (states - 1) * len(self.neighborhood) + 1 and min(self.shape) >= 3
        if not fits or {len(offset) for offset in self.neighborhood} != {len(self.shape)}:
            raise ConfigError(
                "C690",
                "a cellular automaton that does not fit together",
                where=f"table of {states} x {totals}, shape {self.shape}, {len(self.neighborhood)} neighbors",
                why="the table has a column for each sum of neighbors, from 0 to (states - 1) * neighbors; a neighbor "
                "has an offset along each axis, and each axis at least three cells",
                fix="CellularAutomaton.of_rule(rule, shape, neighborhood)",
            )

    @classmethod
    def of_rule(
        cls, rule: Rule, shape: tuple[int, ...], neighborhood: Offsets = MOORE, *, states: int = 2
    ) -> "CellularAutomaton":
        """The automaton of a function from a cell and the sum of its neighbors to the next state.

        Args:
            rule: The function.
            shape: Number of cells along each axis.
            neighborhood: Where the neighbors are.
            states: Number K of states.

        Example:
            >>> parity = CellularAutomaton.of_rule(lambda cell, neighbors: (cell + neighbors) % 2, (8,), LINE)
            >>> parity.step(jnp.array([0.0, 0, 0, 1, 0, 0, 0, 0])).tolist()
            [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
        """
        totals = range((states - 1) * len(neighborhood) + 1)
        table = np.array([[int(rule(cell, total)) for total in totals] for cell in range(states)], np.int32)
        return cls(table=jnp.asarray(table), shape=shape, neighborhood=neighborhood)

    @classmethod
    def life_like(cls, rule: str, shape: tuple[int, ...], neighborhood: Offsets = MOORE) -> "CellularAutomaton":
        """The automaton of a rule of two states in the notation `B3/S23`.

        Args:
            rule: The sums of neighbors at which a cell is born, and those at which it survives.
            shape: Number of cells along each axis.
            neighborhood: Where the neighbors are.

        Raises: `ConfigError` C691 if the rule cannot be read.
        """
        read = re.fullmatch(r"B(\d*)/S(\d*)", rule)
        if read is None or max(map(int, "0" + "".join(read.groups()))) > len(neighborhood):
            raise ConfigError(
                "C691",
                "a rule that cannot be read",
                where=f"{rule!r}, {len(neighborhood)} neighbors",
                why="a rule tells the numbers of neighbors at which a cell is born (B) and at which it survives (S)",
                fix="'B3/S23' for the game of life",
            )
        born, survives = ({int(digit) for digit in digits} for digits in read.groups())
        return cls.of_rule(lambda cell, total: total in (survives if cell else born), shape, neighborhood)

    @property
    def latent_dim(self) -> int:
        """Number of cells."""
        return int(np.prod(self.shape))

    @property
    def input_dim(self) -> int:
        """0: the automaton has no external inputs."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The next states of all cells."""
        del s
        cells = jnp.clip(jnp.round(z), 0, self.table.shape[0] - 1).astype(jnp.int32).reshape(self.shape)
        axes = tuple(range(len(self.shape)))
        total = sum(jnp.roll(cells, tuple(-i for i in offset), axes) for offset in self.neighborhood)
        return self.table[cells, total].ravel().astype(z.dtype)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """Zero, as almost everywhere."""
        del s
        return jnp.zeros((len(z), len(z)), z.dtype)

    def dots(self, states: Float[np.ndarray, "time latent"]) -> Int[np.ndarray, "dot 2"]:
        """Where a picture has dots, as column and height: at every cell that is not 0.

        The picture of a line shows one state below the other, that of a plane the last state.

        Args:
            states: States one after the other.

        Example:
            >>> line = CellularAutomaton.of_rule(lambda cell, neighbors: neighbors % 2, (5,), LINE)
            >>> line.dots(np.array([[0, 0, 1.0, 0, 0], [0, 1.0, 0, 1.0, 0]])).tolist()
            [[2, 0], [1, -1], [3, -1]]
        """
        shown = states if len(self.shape) == 1 else states[-1].reshape(self.shape[0], -1)
        rows, columns = np.nonzero(shown)
        return np.stack([columns, -rows], axis=1)

    def sensitivity(self, z: Float[Array, " latent"]) -> Float[Array, "latent latent"]:
        """Which cells change if another one is changed: the difference of cell i after a change of cell j by one state.

        For two states its absolute values are the Boolean derivative: entry i, j is 1 if flipping cell j flips cell i
        at the next step. Products of them along an orbit count the paths along which a single change can spread.

        Cost: One step for each cell.

        References:
            Bagnoli, Rechtman & Ruffo, Damage spreading and Lyapunov exponents in cellular automata, Physics Letters A
            1992 [@bagnoli1992].
        """
        top = self.table.shape[0] - 1
        cells = jnp.clip(jnp.round(z), 0, top)
        change = jnp.where(cells < top, 1.0, -1.0).astype(z.dtype)
        return ((jax.vmap(self.step)(cells + jnp.diag(change)) - self.step(cells)) / change[:, None]).T
