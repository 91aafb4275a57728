"""Simulator: whatever continues a recording. Learned model, known system and naive baseline are all just that."""

from abc import abstractmethod
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from attrax.core.result import Result


class Simulation(NamedTuple):
    """A simulated recording and how it ended.

    Attributes:
        x: Simulated observations in the units of the recording; NaN from a divergence on.
        result: `SUCCESSFUL` or `DIVERGED`.
    """

    x: Float[np.ndarray, "n obs"]
    result: Result


@runtime_checkable
class AbstractSimulator(Protocol):
    """Anything that continues a recording.

    For developers: `simulate`, `simulate_many` (`one_by_one` will do where nothing is saved) and `forecast`; measures,
    tables and reports then treat it like every other simulator.
    `attrax.testing.check_simulator` checks an implementation.
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
        """Continue `context` by `n` steps, as one realisation.

        Args:
            context: Recorded values up to now, in the units of the recording.
            n: Number of steps.
            s: Future external inputs.
            key: Random key, for stochastic simulators; a deterministic one ignores it.
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
        """Continue many recordings at once, each as `simulate` would, with noise of its own if there is any.

        Args:
            contexts: Recordings of one length, in the units of the recording.
            n: Number of steps.
            s: Future external inputs of each.
            key: Random key, for stochastic simulators.
        """
        ...

    @abstractmethod
    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """The best guess of `x[t + horizon]` made at every `t`; row `t` of the answer belongs to row `t + horizon`.

        Args:
            x: A recording, in its own units.
            horizon: Steps ahead.
            s: External inputs of the recording, row by row.
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
    """`simulate_many` for a simulator that saves nothing by doing them together: the i-th with the key `(key, i)`."""
    keys = [None if key is None else (key, i) for i in range(len(contexts))]
    inputs = [None] * len(contexts) if s is None else s
    return tuple(simulator.simulate(c, n, u, key=k) for c, u, k in zip(contexts, inputs, keys, strict=True))
