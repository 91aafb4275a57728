"""A way to train: what a worker must be able to do. NumPy only: peers that have neither JAX nor attrax implement it."""

from abc import ABC, abstractmethod

import numpy as np

from benchmarks.task import Task


class AbstractTraining(ABC):
    """A training run that can be continued."""

    @abstractmethod
    def advance(self, updates: int) -> float:
        """So many updates more, each with a batch drawn at random; returns the mean loss once all is done."""

    @abstractmethod
    def parameters(self) -> dict[str, np.ndarray]:
        """The parameters now, seeds along the leading axis."""


class AbstractWay(ABC):
    """A way to compute updates.

    For developers: `serve` in `benchmarks.worker` turns a way into a process; a module that ends with it is a worker.
    """

    @abstractmethod
    def versions(self) -> dict[str, str]:
        """Versions of the packages that do the work."""

    @abstractmethod
    def gradient(self, task: Task, windows: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """Loss of the first seed on given windows (window, time, channel), and its gradient."""

    @abstractmethod
    def start(self, task: Task) -> AbstractTraining:
        """A fresh run from the parameters of the task."""
