"""The reduced operator: all that snapshots say about the Koopman operator, in two small matrices."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex, Float, Int

from attrax.analysis.koopman.dictionary import AbstractDictionary
from attrax.analysis.koopman.snapshots import Snapshots

INDEPENDENT = 1e-8
"""Combinations of functions with a smaller norm than this, relative to the largest one, are left out."""


@dataclass(frozen=True, eq=False)
class ReducedOperator:
    r"""The Koopman operator K on a dictionary, as measured: $K q = q A + p B$.

    The functions $q$ are an orthonormal basis of the dictionary; the functions $p$ are orthonormal too, and orthogonal
    to all of $q$. So A is the part of the image that stays in the dictionary (the matrix of extended dynamic mode
    decomposition), and B is what leaves it. For the function $g = q v$ with $|v| = 1$,

    $\lVert K g - z g \rVert^2 = |(A - z) v|^2 + |B v|^2$.

    Attributes:
        inside: The matrix A.
        outside: The matrix B, upper triangular.
        now: The basis functions on the held-out states, up to a rotation (the factor R of a QR decomposition).
        then: The same functions on the states that follow, rotated alike.
        basis: The basis functions as combinations of the dictionary: $q$ = dictionary @ `basis`.
    """

    inside: Float[np.ndarray, "rank rank"]
    outside: Float[np.ndarray, "rank rank"]
    now: Float[np.ndarray, "row rank"]
    then: Float[np.ndarray, "row rank"]
    basis: Float[np.ndarray, "function rank"]

    def held_out_residuals(
        self, z: Complex[np.ndarray, " value"], v: Complex[np.ndarray, "rank value"]
    ) -> Float[np.ndarray, " value"]:
        r"""The residuals $\lVert K g - z g \rVert / \lVert g \rVert$ on the held-out pairs.

        Args:
            z: Eigenvalues, or candidates for them.
            v: The function $g$ of each, as a combination of the basis, one a column.
        """
        before, after = self.now @ v, self.then @ v
        norm = np.linalg.norm(before, axis=0)
        return np.linalg.norm(after - z * before, axis=0) / np.where(norm > 0, norm, np.inf)


def reduce_operator(dictionary: AbstractDictionary, snapshots: Snapshots) -> ReducedOperator:
    r"""Reduce snapshots to the matrices of the operator.

    One QR decomposition of all values, $[\Psi(x), \Psi(y)] = Q R$ for the states $x$ and their successors $y$, holds
    everything. It is made in blocks of rows, so that memory does not grow with the number of pairs.

    Args:
        dictionary: The functions.
        snapshots: The pairs.

    Cost: $8 M N^2$ operations for M pairs and N functions, and memory for $16 N^2$ numbers.
    """
    r = _triangle(dictionary, snapshots, snapshots.fitted)
    held_out = _triangle(dictionary, snapshots, snapshots.held_out)
    n = r.shape[1] // 2
    left, sizes, right = np.linalg.svd(r[:n, :n])
    kept = sizes > INDEPENDENT * sizes[0]
    basis = right[kept].T / sizes[kept]
    image = r[:, n:] @ basis
    within, beyond = left[:, kept].T @ image[:n], left[:, ~kept].T @ image[:n]
    outside = np.asarray(np.linalg.qr(np.concatenate([beyond, image[n:]]), mode="r"))
    return ReducedOperator(within, outside, held_out[:, :n] @ basis, held_out[:, n:] @ basis, basis)


def _triangle(
    dictionary: AbstractDictionary, snapshots: Snapshots, rows: Int[np.ndarray, " pair"]
) -> Float[np.ndarray, "twice twice"]:
    """The factor R of the values at these states and at those that follow, divided by the root of their number."""
    r: np.ndarray | None = None
    for block in _blocks(dictionary, snapshots, rows):
        r = np.asarray(np.linalg.qr(block if r is None else np.concatenate([r, block]), mode="r"))
    assert r is not None
    padded = np.zeros((r.shape[1], r.shape[1]))
    padded[: len(r)] = r
    return padded / np.sqrt(len(rows))


def _blocks(
    dictionary: AbstractDictionary, snapshots: Snapshots, rows: Int[np.ndarray, " pair"]
) -> Iterator[Float[np.ndarray, "row twice"]]:
    """The values of the functions at these states and at those that follow, some thousand rows at a time."""
    size = 8 * dictionary(snapshots.states(rows[:1])).shape[1]
    for first in range(0, len(rows), size):
        some = rows[first : first + size]
        now, then = (dictionary(snapshots.states(at)) for at in (some, some + snapshots.every))
        yield np.concatenate([now, then], axis=1)
