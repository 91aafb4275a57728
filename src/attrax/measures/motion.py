"""`Motion`: the long-term behaviour of free runs, such as chaos or a cycle, with the numbers that show it."""

from dataclasses import dataclass
from enum import StrEnum


class MotionKind(StrEnum):
    """Types of long-term behaviour."""

    CHAOTIC = "chaotic"
    PERIODIC = "periodic"
    QUASIPERIODIC = "quasi-periodic"
    AT_REST = "at rest"
    FOLLOWING = "following its inputs"
    """Driven by external inputs, and different free runs become equal under the same inputs."""
    UNDECIDED = "not decided"


@dataclass(frozen=True)
class Motion:
    """The long-term behaviour of free runs.

    Attributes:
        kind: Its type.
        exponent: Largest Lyapunov exponent, per unit of time; None if it could not be measured.
        std_error: Its standard error, over free runs; None if it is not known.
        runs: Number of free runs it was measured on.
        between_restarts: Standard deviation of the exponents of the restarts of the training that agree; None for one.
        restarts: Number of these restarts.
        period: Length of a cycle, in the unit of time; None unless the motion is periodic.
    """

    kind: MotionKind
    exponent: float | None = None
    std_error: float | None = None
    runs: int = 0
    between_restarts: float | None = None
    restarts: int = 1
    period: float | None = None
