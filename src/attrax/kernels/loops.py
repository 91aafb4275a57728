"""Loops: the contract of the code that computes orbits and their gradients, one implementation for each form of map."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from attrax.kernels.emitter import Emitter, Precision, Value


@dataclass(frozen=True)
class Shape:
    """The sizes of one problem.

    Attributes:
        time: Number of time steps.
        latent: Number of latent states M.
        hidden: Number of hidden units, a multiple of `tile`.
        tile: Number of hidden units that are computed together.
        mixed: Whether each unit sees all latent states; otherwise unit i sees state i only.
    """

    time: int
    latent: int
    hidden: int
    tile: int
    mixed: bool


class AbstractLoops(ABC):
    """The code for one row of lanes: all states of an orbit, and all gradients.

    For developers: an implementation must be frozen and comparable, since compiled code is cached by it.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """Letters, digits and underscores that differ between loops that differ."""

    @property
    @abstractmethod
    def parameters(self) -> int:
        """Number of parameters of a hidden unit."""

    @abstractmethod
    def forward_scratch(self, shape: Shape, precision: Precision) -> int:
        """The temporary memory that the orbit needs, in numbers."""

    @abstractmethod
    def adjoint_scratch(self, shape: Shape, precision: Precision) -> int:
        """The temporary memory that the gradients need, in numbers."""

    @abstractmethod
    def emit_forward(self, e: Emitter, shape: Shape, arrays: dict[str, Value], scratch: Value) -> None:
        """Emit the code that computes all states.

        Args:
            e: The emitter.
            shape: Sizes.
            arrays: Addresses of `A` and `h1` (latent), `W1` (hidden, latent) and, if units are mixed, `W2`, of `h2`
                (hidden, parameters), `z0` (latent, lanes); of `keep` and `offset` if states are forced, of `drive` if
                there are inputs, and of `duration` (time, lanes) if steps differ in length; and of the results
                `forced`, if they are, and `z`; without another remark they are (time, latent, lanes).
            scratch: Temporary memory for `forward_scratch` numbers.
        """

    @abstractmethod
    def emit_adjoint(self, e: Emitter, shape: Shape, arrays: dict[str, Value], scratch: Value) -> None:
        """Emit the code that computes all gradients, from the last time step to the first.

        Args:
            e: The emitter.
            shape: Sizes.
            arrays: Addresses of the weights `A`, `h1`, `W1`, `h2`, and `W2` if units are mixed; over time, of `keep`,
                the forced states `forced` and the gradients with respect to the states `z_bar`, of `drive` and
                `duration` if there are any; of the results, over time, `driven` (the gradient with respect to an
                input), `into` (with respect to a forced state) and, with `duration`, `lasting` (with respect to a
                duration); and of the gradients `dA`, `dh1` (latent), `dW1`, `dW2` (hidden, latent) and `dh2` (hidden,
                parameters).
            scratch: Temporary memory for `adjoint_scratch` numbers.
        """


def corrected(e: Emitter, shape: Shape, arrays: dict[str, Value], previous: Value, t: Value, m: Value) -> Value:
    """Coordinate m of the state at an address, after forcing if there is any; it is stored in `forced`."""
    lanes = e.precision.lanes
    state = e.load(e.at(previous, (m, lanes)), lanes)
    if "keep" not in arrays:
        return state
    place = ((t, shape.latent * lanes), (m, lanes))
    keep, offset = (e.load(e.at(arrays[name], *place), lanes) for name in ("keep", "offset"))
    forced = e.fma(keep, state, offset)
    e.store(forced, e.at(arrays["forced"], *place))
    return forced
