"""The forced map: a dynamics whose state is corrected by data before every step."""

from abc import abstractmethod
from typing import Any, NamedTuple, cast

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics, AbstractTimed
from attrax.core.observation import AbstractInvertible
from attrax.core.scan import AbstractMap


class AbstractCorrection(eqx.Module):
    """What the data of a moment make of the state.

    For developers: `signal` belongs to one window and one step.
    """

    @abstractmethod
    def __call__(self, z: Float[Array, " latent"], signal: Any) -> Float[Array, " latent"]:
        """The corrected state."""


class CoordinateSignal(NamedTuple):
    r"""Coordinate by coordinate, $\tilde z = k z + c$.

    Attributes:
        keep: How much of a coordinate is kept, k.
        offset: What the data add, c.
    """

    keep: Float[Array, "*moment latent"]
    offset: Float[Array, "*moment latent"]


class CoordinateCorrection(AbstractCorrection):
    """Coordinates pulled one by one towards what the data imply; the signal is a `CoordinateSignal`."""

    def __call__(self, z: Float[Array, " latent"], signal: CoordinateSignal) -> Float[Array, " latent"]:
        """The weighted mean of state and data."""
        return signal.keep * z + signal.offset


class ObservationSignal(NamedTuple):
    """An observation with holes.

    Attributes:
        share: How much of the correction a coordinate takes: 1, or 0 where it is left alone.
        x: Values; anything finite where they are missing.
        gain: How far the model's expectation of a channel is moved towards its value; 0 where it is missing.
    """

    share: Float[Array, "*moment forced"]
    x: Float[Array, "*moment obs"]
    gain: Float[Array, "*moment obs"]


class ObservationCorrection(AbstractCorrection):
    r"""CoordinateCorrection along what the observation sees, $\tilde z = z + G^{+}(\hat x) - G^{+}(G(z))$.

    The signal is a `ObservationSignal`. With $\hat x = G(z) + g (x - G(z))$, missing values are those that the model expects.
    Directions that the observation does not see stay as they are, so that a state with more coordinates than channels
    keeps its memory.

    Args:
        observation: From states to values. Its inverse mixes channels, so that a missing one touches all coordinates.
        inverse: `observation.inverse()`, factorised once.
    """

    observation: AbstractInvertible
    inverse: Any

    def __call__(self, z: Float[Array, " latent"], signal: ObservationSignal) -> Float[Array, " latent"]:
        """The state, moved by what the observation adds to the model's expectation."""
        expected = self.observation.observe(z)
        error = self.inverse(expected + signal.gain * (signal.x - expected)) - self.inverse(expected)
        forced = error.shape[0]
        return jnp.concatenate([z[:forced] + signal.share * error, z[forced:]])


class ForcingStep(NamedTuple):
    """What the forced map is handed at a step.

    Attributes:
        correction: The signal of the correction.
        s: External input, if there is any.
        duration: How long the step takes; None where it is the time step of the dynamics.
    """

    correction: Any
    s: Float[Array, "*moment input"] | None
    duration: Float[Array, "*moment"] | None = None


class ForcedMap(AbstractMap):
    r"""$z_t = F(\tilde z_{t-1}, s_t)$, with $\tilde z$ the corrected state.

    Args:
        dynamics: The map F; in continuous time where steps have durations of their own.
        correction: What makes $\tilde z$ of z.
    """

    dynamics: AbstractDynamics
    correction: AbstractCorrection

    def __call__(self, z: Float[Array, " latent"], signal: ForcingStep) -> Float[Array, " latent"]:
        """Correct, then step."""
        forced = self.correction(z, signal.correction)
        if signal.duration is None:
            return self.dynamics.step(forced, signal.s)
        return cast(AbstractTimed, self.dynamics).advance(forced, signal.duration, signal.s)

    def jacobian(self, z: Float[Array, " latent"], signal: ForcingStep) -> Float[Array, "latent latent"]:
        """The chain rule."""
        if signal.duration is not None:
            return jax.jacfwd(self)(z, signal)
        forced = self.correction(z, signal.correction)
        return self.dynamics.jacobian(forced, signal.s) @ jax.jacrev(self.correction)(z, signal.correction)
