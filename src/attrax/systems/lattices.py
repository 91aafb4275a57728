"""Built-in lattices: cellular automata, each a function of a cell and the sum of its neighbors."""

from functools import partial

from attrax.systems.cellular_automaton import LINE
from attrax.systems.decorators import lattice_system

line = partial(lattice_system, shape=(101,), neighborhood=LINE)

_GARDNER = (
    "Gardner (1970). The fantastic combinations of John Conway's new solitaire game life. Scientific American 223."
)
_WOLFRAM = "Wolfram (1983). Statistical mechanics of cellular automata. Reviews of Modern Physics 55."
_EPPSTEIN = (
    "Eppstein (2010). Growth and decay in life-like cellular automata. Game of Life Cellular Automata, Springer."
)


@lattice_system(density=0.35, citation=_GARDNER)
def life(cell, neighbors):
    """Game of life: a cell with three living neighbors is born, a living one with two or three survives (B3/S23)."""
    return neighbors == 3 or (cell == 1 and neighbors == 2)


@lattice_system(density=0.35, citation=_EPPSTEIN)
def high_life(cell, neighbors):
    """High life: the game of life where also six neighbors give birth, with a pattern that copies itself (B36/S23)."""
    return neighbors == 3 or (cell == 1 and neighbors == 2) or (cell == 0 and neighbors == 6)


@lattice_system(citation=_EPPSTEIN)
def day_and_night(cell, neighbors):
    """Day and night: dead and living cells follow the same rule; domains grow (B3678/S34678)."""
    return neighbors in (3, 6, 7, 8) or (cell == 1 and neighbors == 4)


@lattice_system(density=0.1, citation=_EPPSTEIN)
def seeds(cell, neighbors):
    """Seeds: every cell dies, and two living neighbors give birth; it grows without end (B2/S)."""
    return cell == 0 and neighbors == 2


@lattice_system(density=0.1, shape=(15, 15), citation=_EPPSTEIN)  # the sides of a power of two would die
def replicator(cell, neighbors):
    """Replicator: the parity of the neighbors; every pattern becomes copies of itself (B1357/S1357)."""
    del cell
    return neighbors % 2 == 1


@line(citation=_WOLFRAM)
def rule_90(cell, neighbors):
    """Rule 90: the parity of the two neighbors; from one cell it draws the triangle of Pascal modulo 2."""
    del cell
    return neighbors % 2 == 1


@line(citation=_WOLFRAM)
def rule_150(cell, neighbors):
    """Rule 150: the parity of a cell and its two neighbors."""
    return (cell + neighbors) % 2 == 1


@line(citation=_WOLFRAM)
def rule_22(cell, neighbors):
    """Rule 22: exactly one of a cell and its neighbors; chaotic patterns, and not additive."""
    return cell + neighbors == 1
