"""A contest: a recording to learn from, moments to go on from, and what came; a suite is a list of them."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.campaigns.metric import Metric
from attrax.data.series import Dataset


@dataclass(frozen=True, eq=False)
class Contest:
    """What a method is given, and what it is judged by.

    Attributes:
        train: What it may learn from.
        contexts: Rows up to each moment from which it has to go on.
        truths: What came after each of them.
        lyapunov_time: One over the largest exponent, in rows; infinite where it is not known.
        reference: A long recording that it has not seen, to compare free runs with; none if there is no such thing.
    """

    train: Dataset
    contexts: Float[np.ndarray, "start time obs"]
    truths: Float[np.ndarray, "start n obs"]
    lyapunov_time: float = np.inf
    reference: Float[np.ndarray, "long obs"] | None = None


class AbstractSuite(ABC):
    """Contests by name.

    For developers: a suite travels to the workers, which open the contests there; keep it small.
    """

    name: str

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The contests, in the order of the table."""

    @abstractmethod
    def contest(self, name: str) -> Contest:
        """One of them. The same name gives the same numbers, bit for bit, on one machine."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """What the numbers follow from, for the names of results: a hash of files, or settings."""

    @property
    @abstractmethod
    def arguments(self) -> str:
        """What a person types after `attrax bench` to have it."""

    def published(self) -> dict[str, dict[str, dict[str, Metric]]]:
        """Metrics that others have published on the same contests, by method and contest; usually none."""
        return {}
