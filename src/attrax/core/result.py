"""Result codes of numerical procedures: a failure is part of the result, neither an exception nor a silent NaN."""

from enum import IntEnum


class Result(IntEnum):
    """How a simulation, an analysis or a fit ended.

    The codes are integers, so that compiled code can return them, one for each member of a batch.

    Example:
        >>> Result.NOT_PERIODIC.message
        'the given points are not a cycle of the map, so they have no manifolds'
    """

    SUCCESSFUL = 0
    DIVERGED = 1
    NONFINITE_LOSS = 2
    INTERRUPTED = 3
    UNRESOLVED = 10
    UNSETTLED = 11
    NOT_EXHAUSTIVE = 20
    CONTINUUM = 21
    NOT_INVERTIBLE = 22
    NOT_PERIODIC = 23

    @property
    def message(self) -> str:
        """A sentence that explains the code."""
        return _MESSAGES[self]


_MESSAGES = {
    Result.SUCCESSFUL: "finished as intended",
    Result.DIVERGED: "the state diverged; rows from there on are NaN",
    Result.NONFINITE_LOSS: "the loss stayed non-finite after two rollbacks at half the learning rate",
    Result.INTERRUPTED: "stopped before the last update; the state is saved in a checkpoint",
    Result.UNRESOLVED: "the growth rates of one step differ by more than float64 can resolve: the map is singular "
    "(exponent -inf), or the time step is too long for reliable values of the lowest exponents",
    Result.UNSETTLED: "some orbits had neither reached an attractor nor diverged at the end; use more steps",
    Result.NOT_EXHAUSTIVE: "the search could not try every possibility, so there may be more than was found",
    Result.CONTINUUM: "a region holds infinitely many periodic points; the region is listed, but none of the points",
    Result.NOT_INVERTIBLE: "the map is singular in a region, so orbits through it could not be followed backward",
    Result.NOT_PERIODIC: "the given points are not a cycle of the map, so they have no manifolds",
}
