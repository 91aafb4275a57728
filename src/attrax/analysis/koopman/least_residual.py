"""The least residual: how close a number is to the spectrum of the Koopman operator, as far as the data can tell."""

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from jaxtyping import Complex, Float

from attrax.analysis.koopman.reduced_operator import ReducedOperator

WIDTH = 4
"""Number of vectors that are iterated together. More converge in fewer steps, where small residuals are close."""
PRECISION = 1e-3
"""Relative change of the residual at which the iteration ends."""
MOST_STEPS = 60
# Keeps the Cholesky decomposition possible where the residual is zero.
_REGULAR = 1e-13


@dataclass(frozen=True, eq=False)
class LeastResidual:
    r"""The function $\tau(z) = \min_g \lVert K g - z g \rVert / \lVert g \rVert$ over functions g of the dictionary.

    It is the smallest singular value of the matrix $[A - z; B]$, and the square root of the smallest eigenvalue of
    $H(z) = L - z A^* - \bar z A + |z|^2$ with $L = A^* A + B^* B$. The matrices L, A + A* and A - A* are computed once.
    A point then takes one Cholesky decomposition of H(z) and some triangular solutions (inverse iteration of a few
    vectors), which start from the vectors of a point nearby. The singular value is computed from $[A - z; B]$ itself,
    not from its square, so that residuals far below $10^{-8}$ are exact.

    Attributes:
        inside, outside: The matrices A and B, complex.
        squared: L.
        sum, difference: A + A* and A - A*.
    """

    inside: Complex[np.ndarray, "rank rank"]
    outside: Complex[np.ndarray, "rank rank"]
    squared: Float[np.ndarray, "rank rank"]
    sum: Float[np.ndarray, "rank rank"]
    difference: Float[np.ndarray, "rank rank"]

    @classmethod
    def of(cls, operator: ReducedOperator) -> "LeastResidual":
        """The function of an operator."""
        a, b = operator.inside, operator.outside
        return cls(a.astype(complex), b.astype(complex), a.T @ a + b.T @ b, a + a.T, a - a.T)

    def start(self) -> Complex[np.ndarray, "rank width"]:
        """Vectors to start from where none of a point nearby are known."""
        rank = len(self.inside)
        drawn = np.random.default_rng(0).normal(size=(2, rank, min(WIDTH, rank)))
        return np.linalg.qr(drawn[0] + 1j * drawn[1])[0]

    def __call__(
        self, z: complex, near: Complex[np.ndarray, "rank width"]
    ) -> tuple[float, Complex[np.ndarray, "rank width"]]:
        """The least residual at a number, and the vectors of small residuals, that of the least one first.

        Args:
            z: The number.
            near: The vectors at a point nearby, or `start()`.

        Cost: $N^3 / 3$ operations for the decomposition of N functions, and $8 N^2$ for each vector and step.
        """
        h = np.empty(self.squared.shape, complex, order="F")
        h.real = self.squared - z.real * self.sum
        h.imag = z.imag * self.difference
        diagonal = np.einsum("ii->i", h)
        diagonal += abs(z) ** 2
        # Its own size before L, A and z cancel: of a system at rest, whose only number is 1, nothing is left of H(1).
        diagonal += _REGULAR * (np.abs(self.squared.diagonal()).max() + abs(z) ** 2 or 1.0)
        factor = scipy.linalg.cho_factor(h, lower=True, overwrite_a=True, check_finite=False)
        before, least, v = np.inf, np.inf, near
        for _ in range(MOST_STEPS):
            v = np.linalg.qr(scipy.linalg.cho_solve(factor, v, check_finite=False))[0]
            _, sizes, turned = np.linalg.svd(self._images(z, v), full_matrices=False)
            v, least = v @ turned[::-1].conj().T, float(sizes[-1])
            if least >= (1 - PRECISION) * before:
                break
            before = least
        return least, v

    def _images(self, z: complex, v: Complex[np.ndarray, "rank width"]) -> Complex[np.ndarray, "twice width"]:
        return np.concatenate([self.inside @ v - z * v, self.outside @ v])
