"""`AbstractWay`: the interface of an implementation of training. NumPy only, for environments without JAX."""

from abc import ABC, abstractmethod

import numpy as np

from benchmarks.task import Task


class AbstractTraining(ABC):
    """A training run that can be continued."""

    @abstractmethod
    def advance(self, updates: int) -> float:
        """Do a number of updates, each with a random batch. Returns the mean loss when all are done."""

    @abstractmethod
    def parameters(self) -> dict[str, np.ndarray]:
        """The current parameters; the first axis is over seeds."""


class AbstractWay(ABC):
    """An implementation of training.

    For developers: `serve` in `benchmarks.worker` runs an implementation as a worker; end its module with that call.
    """

    @abstractmethod
    def versions(self) -> dict[str, str]:
        """Versions of the packages that do the work."""

    @abstractmethod
    def gradient(self, task: Task, windows: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """Loss of the first seed on given windows (window, time, channel), and its gradient."""

    @abstractmethod
    def start(self, task: Task) -> AbstractTraining:
        """Start a run from the parameters of the task."""
