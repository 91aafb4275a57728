"""Loops: the contract of the code that computes orbits and their gradients, one implementation for each form of map."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from attrax.kernels.emitter import Emitter, Precision, Value


@dataclass(frozen=True)
class Shape:
    """The sizes of one problem.

    Attributes:
        time: Number of time steps.
        latent: Number of latent states M.
        forced: Number of latent states that are forced, the first ones.
        hidden: Number of hidden units, a multiple of `tile`.
        tile: Number of hidden units that are computed together.
        mixed: Whether each unit sees all latent states; otherwise unit i sees state i only.
    """

    time: int
    latent: int
    forced: int
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
                (hidden, parameters), `z0` (latent, lanes); of `keep` and `offset` (time, forced, lanes) if states are
                forced, of `drive` if there are inputs, and of `duration` (time, lanes) if steps differ in length; and
                of the results `forced`, if they are, and `z`; without another remark they are (time, latent, lanes).
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


def force(
    e: Emitter,
    shape: Shape,
    arrays: dict[str, Value],
    previous: Value,
    t: Value,
    use: Callable[[Value, Value], None],
) -> None:
    """Emit the correction of the state at an address, which is stored in `forced` if there is any.

    Args:
        e: The emitter.
        shape: Sizes.
        arrays: As for `emit_forward`.
        previous: Address of the state.
        t: The time step.
        use: Receives the index of each coordinate, and its corrected value.
    """
    lanes = e.precision.lanes

    def coordinate(m, *, forced):
        state = e.load(e.at(previous, (m, lanes)), lanes)
        if forced:
            place = ((t, shape.forced * lanes), (m, lanes))
            keep, offset = (e.load(e.at(arrays[name], *place), lanes) for name in ("keep", "offset"))
            state = e.fma(keep, state, offset)
        if "forced" in arrays:
            e.store(state, e.at(arrays["forced"], (t, shape.latent * lanes), (m, lanes)))
        use(m, state)

    e.loop_parts(
        shape.forced, shape.latent, lambda m: coordinate(m, forced=True), lambda m: coordinate(m, forced=False)
    )


def pass_on(
    e: Emitter, shape: Shape, arrays: dict[str, Value], t: Value, into: Callable[[Value], Value], carry: Value
) -> None:
    """Emit the gradient with respect to the state before the correction.

    Args:
        e: The emitter.
        shape: Sizes.
        arrays: As for `emit_adjoint`.
        t: The time step.
        into: The gradient with respect to a coordinate of the corrected state.
        carry: Address of the result.
    """
    lanes = e.precision.lanes

    def forced(m):
        keep = e.load(e.at(arrays["keep"], (t, shape.forced * lanes), (m, lanes)), lanes)
        e.store(e.builder.fmul(keep, into(m)), e.at(carry, (m, lanes)))

    e.loop_parts(shape.forced, shape.latent, forced, lambda m: e.store(into(m), e.at(carry, (m, lanes))))
