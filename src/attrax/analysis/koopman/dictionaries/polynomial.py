"""Polynomials: products of powers of the channels."""

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from jaxtyping import Float, Int
from numpy.polynomial.legendre import legvander

from attrax.analysis.koopman.dictionary import AbstractDictionary, DictionarySpec


@dataclass(frozen=True, eq=False)
class Polynomial(AbstractDictionary):
    r"""Products of Legendre polynomials of the coordinates: $\psi_k(x) = \prod_i P_{e_{ki}}(x_i / r_i)$.

    All products up to a total degree: they are the polynomials of that degree. A linear map takes such a polynomial to
    another one, so for a linear system this dictionary is exact.

    Attributes:
        powers: The degrees $e_{ki}$, one row for each function; the first is the constant.
        reach: Largest absolute value $r_i$ of each coordinate.

    Example:
        >>> Polynomial(np.array([[0], [1], [2]]), np.array([2.0]))(np.array([[[2.0]], [[0.0]]]))
        array([[ 1. ,  1. ,  1. ],
               [ 1. ,  0. , -0.5]])
    """

    powers: Int[np.ndarray, "function coordinate"]
    reach: Float[np.ndarray, " coordinate"]

    def __call__(self, states: Float[np.ndarray, "state history obs"]) -> Float[np.ndarray, "state function"]:
        """The product of each row of `powers`."""
        x = states.reshape(len(states), -1) / self.reach
        of_one = legvander(x, int(self.powers.max()))
        values = np.ones((len(x), len(self.powers)))
        for i in range(x.shape[1]):
            values *= of_one[:, i][:, self.powers[:, i]]
        return values


def up_to_degree(
    states: Float[np.ndarray, "state history obs"], functions: int, rng: np.random.Generator
) -> AbstractDictionary:
    """All polynomials up to the highest total degree that needs no more than so many functions.

    Args:
        states: A sample of states, which tells the range of the coordinates.
        functions: Largest number of functions, the constant included.
        rng: Not used.
    """
    del rng
    x = states.reshape(len(states), -1)
    dim, degree = x.shape[1], 1
    while comb(dim + degree + 1, dim) <= functions:
        degree += 1
    chosen = [c for k in range(degree + 1) for c in combinations_with_replacement(range(dim), k)]
    powers = np.array([np.bincount(np.array(c, int), minlength=dim) for c in chosen])
    reach = np.abs(x).max(axis=0)
    return Polynomial(powers, np.where(reach > 0, reach, 1.0))


def _fewest(obs_dim: int) -> int:
    return 1 + obs_dim


SPEC = DictionarySpec("polynomials", Polynomial, create=up_to_degree, fewest=_fewest)
