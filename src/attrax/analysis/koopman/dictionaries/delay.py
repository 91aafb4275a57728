"""Delays: the present row of a recording and the rows before it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.analysis.koopman.dictionary import AbstractDictionary, DictionarySpec


@dataclass(frozen=True)
class Delay(AbstractDictionary):
    """The constant 1, and the values of all channels now and at earlier times (time-delay embedding).

    Attributes:
        history: Number of times, the present one included.

    Example:
        >>> Delay(2)(np.array([[[3.0], [2.0]]]))
        array([[1., 3., 2.]])
    """

    history: int

    def __call__(self, states: Float[np.ndarray, "state history obs"]) -> Float[np.ndarray, "state function"]:
        """The constant, then the rows of each state, the latest first."""
        return np.concatenate([np.ones((len(states), 1)), states.reshape(len(states), -1)], axis=1)


def history_of(functions: int, obs_dim: int) -> int:
    """Number of rows that give so many functions.

    Args:
        functions: Number of functions, the constant included.
        obs_dim: Number of channels.
    """
    return (functions - 1) // obs_dim


def remember(
    states: Float[np.ndarray, "state history obs"], functions: int, rng: np.random.Generator
) -> AbstractDictionary:
    """The dictionary of all rows of the states.

    Args:
        states: A sample of states, which tells their number of rows.
        functions: Not used: the states have been made for this number.
        rng: Not used.
    """
    del functions, rng
    return Delay(states.shape[1])


def _fewest(obs_dim: int) -> int:
    return 1 + obs_dim


SPEC = DictionarySpec("delayed values", Delay, create=remember, fewest=_fewest, history=history_of)
