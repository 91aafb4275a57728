"""Simulators: the contract for everything that can continue a recording (models, known systems, baselines)."""

from abc import abstractmethod
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from attrax.core.result import Result


class Simulation(NamedTuple):
    """A simulated recording, and whether it diverged.

    Attributes:
        x: Simulated observations in the units of the recording; NaN after a divergence.
        result: `SUCCESSFUL` or `DIVERGED`.

    Example:
        >>> run = Simulation(np.zeros((5, 3)), Result.SUCCESSFUL)
        >>> run.x.shape, run.result.message
        ((5, 3), 'finished as intended')
    """

    x: Float[np.ndarray, "n obs"]
    result: Result


@runtime_checkable
class AbstractSimulator(Protocol):
    """Anything that can continue a recording.

    For developers: implement `simulate`, `simulate_many` (with `one_by_one` if a batch is not faster) and `forecast`.
    Measures, tables and reports then work for it. `attrax.testing.check_simulator` checks an implementation.

    Example:
        >>> from attrax.baselines import Persistence
        >>> isinstance(Persistence(), AbstractSimulator)
        True
    """

    @abstractmethod
    def simulate(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
        *,
        key: Any = None,
    ) -> Simulation:
        """Continue the recording `context` by `n` steps; one random realization if the simulator is stochastic.

        Args:
            context: Recorded values up to now, in the units of the recording.
            n: Number of steps.
            s: Future external inputs; None if there are none.
            key: Random key for stochastic simulators; others ignore it.
        """
        ...

    @abstractmethod
    def simulate_many(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None = None,
        *,
        key: Any = None,
    ) -> tuple[Simulation, ...]:
        """Continue many recordings, each as by `simulate`, with independent noise if the simulator is stochastic.

        Args:
            contexts: Recordings of equal length, in the units of the recording.
            n: Number of steps.
            s: Future external inputs of each; None if there are none.
            key: Random key for stochastic simulators; others ignore it.
        """
        ...

    @abstractmethod
    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """Forecast `x[t + horizon]` from the rows up to `t`, for every `t`; this forecast is row `t` of the result.

        Args:
            x: A recording, in its own units.
            horizon: Number of steps ahead.
            s: External inputs of the recording, row by row; None if there are none.
        """
        ...


def one_by_one(
    simulator: AbstractSimulator,
    contexts: Float[np.ndarray, "start time obs"],
    n: int,
    s: Float[np.ndarray, "start n input"] | None = None,
    *,
    key: Any = None,
) -> tuple[Simulation, ...]:
    """Implement `simulate_many` by calling `simulate` for each recording, the i-th with the key `(key, i)`.

    Args:
        simulator: The simulator.
        contexts: Recordings of equal length.
        n: Number of steps.
        s: Future external inputs of each; None if there are none.
        key: Random key, or None.
    """
    keys = [None if key is None else (key, i) for i in range(len(contexts))]
    inputs = [None] * len(contexts) if s is None else s
    return tuple(simulator.simulate(c, n, u, key=k) for c, u, k in zip(contexts, inputs, keys, strict=True))
