"""`Contest`: training data, starts of forecasts and the true continuations. A suite is a list of contests."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.campaigns.metric import Metric
from attrax.data.series import Dataset


@dataclass(frozen=True, eq=False)
class Contest:
    """The data that a method is trained and scored with.

    Attributes:
        train: Training recordings.
        contexts: The rows before each forecast.
        truths: The true rows after each context.
        lyapunov_time: One over the largest Lyapunov exponent, in rows; infinite if not known.
        reference: A long recording that is not used for training, to compare free runs with; None if there is none.
    """

    train: Dataset
    contexts: Float[np.ndarray, "start time obs"]
    truths: Float[np.ndarray, "start n obs"]
    lyapunov_time: float = np.inf
    reference: Float[np.ndarray, "long obs"] | None = None


class AbstractSuite(ABC):
    """A set of contests, each with a name.

    For developers: implement `names`, `contest`, `identity` and `arguments`. A suite is sent to the workers, which
    make the contests there, so keep it small.
    """

    name: str

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Names of the contests, in the order of the table."""

    @abstractmethod
    def contest(self, name: str) -> Contest:
        """Make a contest. On one machine, the same name gives the same numbers, bit for bit."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """A text that identifies the data, for the `id` of results: a hash of files, or settings."""

    @property
    @abstractmethod
    def arguments(self) -> str:
        """The arguments of `attrax bench` that select this suite."""

    def published(self) -> dict[str, dict[str, dict[str, Metric]]]:
        """Published metrics on the same contests, by method and contest; empty for most suites."""
        return {}
