r"""The spectrum of the Koopman operator, from snapshots: what data can prove about it, and what they only suggest.

The Koopman operator K of a map F takes a function g of the state to the function $g(F(x))$. It is linear, so it has
eigenvalues, also where F is nonlinear: a function with $K g = \lambda g$ keeps its form and is multiplied by
$\lambda$ in every step. It acts on infinitely many functions; the eigenvalues of a matrix of finitely many of them may
have nothing to do with it. The residual tells which do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Complex, Float, PRNGKeyArray

from attrax.analysis.argument_checks import impossible, require_count
from attrax.analysis.koopman.dictionary import AbstractDictionary, DictionarySpec
from attrax.analysis.koopman.least_residual import LeastResidual
from attrax.analysis.koopman.reduced_operator import ReducedOperator, reduce_operator
from attrax.analysis.koopman.snapshots import Snapshots, as_recordings, take_snapshots
from attrax.analysis.koopman.verified_spectrum import Grid, residual_grid, verified_spectrum
from attrax.core.generator import generator_of
from attrax.core.number_text import number_text
from attrax.registries import DICTIONARIES

MARGIN = 1.2
"""The grid reaches so far, in units of the largest modulus of an accurate eigenvalue, which is at least 1."""
ACCURATE = 0.1
"""An eigenvalue with a larger residual does not widen the grid."""
SPURIOUS = 0.5
"""From this residual on an eigenvalue is called spurious."""
PAIRS_PER_FUNCTION = 3
"""Fewest pairs for each function, held-out ones included."""


@dataclass(frozen=True, eq=False)
class Koopman:
    r"""Eigenvalues and pseudospectrum of the Koopman operator K, each with its residual.

    The residual of a number $z$ and a function $g$ is $\lVert K g - z g \rVert / \lVert g \rVert$, with the norm
    $\lVert g \rVert^2$ = mean of $|g|^2$ over the states. If it is 0, $z$ is an eigenvalue. If it is $\varepsilon$, $z$
    is in the $\varepsilon$-pseudospectrum: an operator that differs from K by no more than $\varepsilon$ has the
    eigenvalue $z$. If K is unitary, as for states on the attractor of an invertible map, the spectrum itself is not
    farther than $\varepsilon$ from $z$.

    Attributes:
        eigenvalues: Eigenvalues of the matrix of extended dynamic mode decomposition (EDMD), smallest residual first.
        residuals: The residual of each on held-out pairs.
        verified: The verified spectrum: numbers at which the residual is least.
        verified_residuals: The residual of each on held-out pairs.
        grid: The least residual of any function in the dictionary on a grid of complex numbers, from the fitted pairs.
        dictionary: The functions.
        operator: The matrices of the operator in an orthonormal basis of the dictionary.
        snapshots: The pairs of states.
        coefficients: The functions of `verified` as combinations of the dictionary, one a column.
        dt: Time from a state to the state that follows it.
    """

    eigenvalues: Complex[np.ndarray, " rank"]
    residuals: Float[np.ndarray, " rank"]
    verified: Complex[np.ndarray, " value"]
    verified_residuals: Float[np.ndarray, " value"]
    grid: Grid
    dictionary: AbstractDictionary
    operator: ReducedOperator
    snapshots: Snapshots
    coefficients: Complex[np.ndarray, "function value"]
    dt: float

    def __repr__(self) -> str:
        spurious = f"{int(self.spurious.sum())} of {len(self.eigenvalues)} eigenvalues of EDMD spurious"
        bound = number_text(self.error_bound)
        values = f"{len(self.verified)} verified value{'s' * (len(self.verified) != 1)}"
        return f"Koopman({values} with residuals of at most {bound}; {spurious})"

    @property
    def error_bound(self) -> float:
        """The largest residual of the verified spectrum; NaN if it is empty."""
        return float(self.verified_residuals.max()) if len(self.verified) else np.nan

    @property
    def spurious(self) -> Bool[np.ndarray, " rank"]:
        """Which of `eigenvalues` have a residual of 0.5 or more, and so say nothing about the system."""
        return self.residuals >= SPURIOUS

    @property
    def rates(self) -> Float[np.ndarray, " value"]:
        """Growth rates of the functions of `verified`, per unit of time: 0 on the unit circle, negative for decay."""
        with np.errstate(divide="ignore"):
            return np.log(np.abs(self.verified)) / self.dt

    @property
    def frequencies(self) -> Float[np.ndarray, " value"]:
        """Frequencies of the functions of `verified`, in cycles per unit of time."""
        return np.angle(self.verified) / (2 * np.pi * self.dt)

    def least_residuals(self, z: Complex[np.ndarray, " value"]) -> Float[np.ndarray, " value"]:
        """The least residual of any function in the dictionary at other numbers, from the fitted pairs.

        Args:
            z: The numbers.
        """
        least = LeastResidual.of(self.operator)
        return np.array([least(complex(one), least.start())[0] for one in z])

    def functions(self, x: Float[np.ndarray, "time obs"]) -> Complex[np.ndarray, "state value"]:
        """The functions of `verified` along a recording: each is multiplied by its number in every step.

        Args:
            x: The recording, in its own units and with its own time step. Where a state has rows before the present
                one, the first states are left out.
        """
        taken = self.snapshots
        rows = np.arange((taken.history - 1) * taken.every, len(x))
        standardised = (np.asarray(x, np.float64) - taken.mean) / taken.std
        states = standardised[rows[:, None] - taken.every * np.arange(taken.history)]
        return self.dictionary(states) @ self.coefficients


def koopman_spectrum(
    x: Any,
    *,
    dictionary: str = "radial",
    functions: int = 200,
    every: int = 1,
    dt: float | None = None,
    spacing: float = 0.05,
    progress: Callable[[int, int], None] | None = None,
    key: PRNGKeyArray,
) -> Koopman:
    r"""Compute eigenvalues of the Koopman operator with their residuals (residual dynamic mode decomposition).

    With the values $\Psi_x$ and $\Psi_y$ of N functions at states and at the states that follow, extended dynamic mode
    decomposition (EDMD) takes the eigenvalues of $\Psi_x^+ \Psi_y$. Most of them may be spurious, and more functions do
    not help. Residual DMD also computes

    $\tau(z) = \min_g \lVert \Psi_y g - z \Psi_x g \rVert / \lVert \Psi_x g \rVert,$

    the residual of the best function for each number z. It falls as functions are added, and never below the truth. The
    verified spectrum holds the numbers at which it is least. All residuals of single numbers are measured on the last
    third of the pairs, which nothing is fitted to.

    Args:
        x: An array (rows and channels; or recordings, rows and channels), a `Series` or `Dataset`, a `Simulation`, or a
            list of these. NaN where a value is missing. For a model: a free run of it, `rollout(...).z`.
        dictionary: Name of the dictionary: `radial` (bumps around states), `polynomial`, or `delay` (all channels at
            earlier times; choose it if the channels do not determine what follows).
        functions: Largest number N of functions. Residuals fall with more of them; needs three pairs for each.
        every: Number of rows in one step of the operator. Raise it if little changes from row to row: all eigenvalues
            are then close to 1 and hard to tell from each other.
        dt: Time between two rows; if None, that of the recording, or 1.
        spacing: Distance between the points of the grid. Lower it to find numbers that are close to each other.
        progress: Called with the number of rows of the grid done and their total.
        key: Random key that places the radial functions.

    Raises:
        ConfigError: C512 for an unknown dictionary; C531 for impossible numbers, or if there are too few rows.

    Cost: $8 M N^2$ operations for M pairs, once; for each of the $1.2^2 \cdot 2 / \text{spacing}^2$ points of the grid
        $N^3 / 3$.
    Fails when: the recording is noisy, since noise adds to every residual; when its rows are not the state of the
        system (use `delay`); or when few states are visited twice. In all three cases the residuals say so.

    Example:
        >>> import jax
        >>> x = np.cos(np.arange(600)[:, None] + [0.0, 1.0])
        >>> found = koopman_spectrum(x, dictionary="polynomial", functions=3, key=jax.random.key(0))
        >>> np.sort_complex(found.verified).round(3), bool(found.error_bound < 1e-9)  # exp(-i), exp(i) and 1
        (array([0.54-0.841j, 0.54+0.841j, 1.  +0.j   ]), True)

    References:
        Williams, Kevrekidis & Rowley, A data-driven approximation of the Koopman operator, Journal of Nonlinear Science
        2015 [@williams2015].
        Colbrook & Townsend, Rigorous data-driven computation of spectral properties of Koopman operators for dynamical
        systems, Communications on Pure and Applied Mathematics 2024 [@colbrook2024].
        Colbrook, Mezić & Stepanenko, Limits and powers of Koopman learning, 2024 [@colbrook2024limits].
    """
    spec = DICTIONARIES.spec(dictionary, option="dictionary=")
    recordings, own_dt = as_recordings(x)
    require_count("every", every, 1)
    require_count("functions", functions, spec.fewest(recordings[0].shape[1]))
    if not spacing > 0:
        why = "the points of the grid must be apart"
        raise impossible("spacing", where=f"spacing = {spacing}", why=why, fix="spacing=0.05")
    snapshots = _enough_snapshots(recordings, spec, functions, every)
    rng = generator_of(key)
    made = spec.create(snapshots.states(_sample(snapshots, functions, rng)), functions, rng)
    operator = reduce_operator(made, snapshots)
    values, vectors = np.linalg.eig(operator.inside)
    residuals = operator.held_out_residuals(values.astype(complex), vectors.astype(complex))
    order = np.argsort(residuals, kind="stable")
    values, residuals = values[order].astype(complex), residuals[order]
    least = LeastResidual.of(operator)
    accurate = np.abs(values[residuals < ACCURATE])
    grid = residual_grid(least, MARGIN * max(1.0, accurate.max(initial=0.0)), spacing, progress)
    found = verified_spectrum(least, grid, values[residuals < spacing])
    held_out = operator.held_out_residuals(found.values, found.vectors)
    order = np.argsort(held_out, kind="stable")
    step = own_dt if dt is None else dt
    return Koopman(
        eigenvalues=values,
        residuals=residuals,
        verified=found.values[order],
        verified_residuals=held_out[order],
        grid=grid,
        dictionary=made,
        operator=operator,
        snapshots=snapshots,
        coefficients=operator.basis @ found.vectors[:, order],
        dt=every * (1.0 if step is None else step),
    )


def _enough_snapshots(
    recordings: list[Float[np.ndarray, "_ obs"]], spec: DictionarySpec, functions: int, every: int
) -> Snapshots:
    """The pairs of states.

    Raises: ConfigError C531 if there are fewer than three for each function.
    """
    snapshots = take_snapshots(recordings, every, spec.history(functions, recordings[0].shape[1]))
    pairs = len(snapshots.fitted) + len(snapshots.held_out)
    if pairs >= PAIRS_PER_FUNCTION * functions:
        return snapshots
    longest = max(len(recording) for recording in recordings)
    raise impossible(
        "number of functions",
        where=f"functions = {functions}, {pairs:,} complete pairs of states in recordings of up to {longest:,} rows",
        why=f"with fewer than {PAIRS_PER_FUNCTION} pairs for each function, residuals are too small by chance",
        fix="fewer functions=, a smaller every=, or a longer recording",
    )


def _sample(snapshots: Snapshots, functions: int, rng: np.random.Generator) -> np.ndarray:
    """Some of the fitted states, in order, from which a dictionary is made."""
    rows = snapshots.fitted
    return np.sort(rng.choice(rows, size=min(len(rows), 50 * functions), replace=False))
