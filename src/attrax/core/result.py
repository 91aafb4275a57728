"""How a numerical procedure ended: failure is data, never a padded array or a silent NaN."""

from enum import IntEnum


class Result(IntEnum):
    """The outcome of a run, a rollout or a fit; its `message` is the sentence shown to people.

    Integers, so that compiled code can carry them and a vmapped batch can return one for each member.
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
        """One sentence that explains the outcome."""
        return _MESSAGES[self]


_MESSAGES = {
    Result.SUCCESSFUL: "finished as intended",
    Result.DIVERGED: "the state left every finite bound; rows from there on are NaN",
    Result.NONFINITE_LOSS: "the loss stayed non-finite after two rollbacks at half the learning rate",
    Result.INTERRUPTED: "stopped before the last update; a checkpoint holds the state",
    Result.UNRESOLVED: "growth rates in one step lie further apart than float64 resolves: the map is singular there "
    "(exponent -inf), or the time step is too long for the lowest exponents to be trusted",
    Result.UNSETTLED: "some orbits had neither settled nor diverged by the end; more steps may tell where they go",
    Result.NOT_EXHAUSTIVE: "the search could not try every possibility, so there may be more than was found",
    Result.CONTINUUM: "a region holds a continuum of periodic points; it is named, and none of its points is returned",
    Result.NOT_INVERTIBLE: "a region's matrix is singular, so nothing behind it could be followed backward",
    Result.NOT_PERIODIC: "the given points are no cycle of the map, so they have no manifolds",
}
