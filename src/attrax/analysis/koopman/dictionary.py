"""Dictionaries: lists of functions of the state, in which the functions of a Koopman operator are written."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from attrax.core.spec import Spec

Create = Callable[[Float[np.ndarray, "state history obs"], int, np.random.Generator], "AbstractDictionary"]


class AbstractDictionary(ABC):
    """A list of functions of the state. One state is the present row of a recording and, if needed, rows before it.

    For developers: write a frozen dataclass with this method, a function that creates it from a sample of states, and
    the `SPEC`. The first function should be the constant 1. Values are standardised before they come here.
    """

    @abstractmethod
    def __call__(self, states: Float[np.ndarray, "state history obs"]) -> Float[np.ndarray, "state function"]:
        """The value of every function at every state.

        Args:
            states: The states; each is the present row, then the rows before it, the latest first.
        """


def _present(functions: int, obs_dim: int) -> int:
    """The present row is the state."""
    del functions, obs_dim
    return 1


@dataclass(frozen=True)
class DictionarySpec(Spec):
    """The description of a dictionary.

    Attributes:
        create: Creates it from a sample of states, the number of functions, and a generator of random numbers.
        fewest: The smallest number of functions, from the number of channels.
        history: The number of rows of a state, from the number of functions and the number of channels.
    """

    create: Create = field(kw_only=True)
    fewest: Callable[[int], int] = field(kw_only=True)
    history: Callable[[int, int], int] = _present
