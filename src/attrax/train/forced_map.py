"""The forced map: a dynamics whose state is corrected with data before every step (teacher forcing)."""

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
    """A correction of the latent state with data, before a step of the dynamics.

    For developers: the correction is called for one window and one step at a time. `signal` holds the data it needs.
    """

    @abstractmethod
    def __call__(self, z: Float[Array, " latent"], signal: Any) -> Float[Array, " latent"]:
        r"""The corrected state $\tilde z$."""


class CoordinateSignal(NamedTuple):
    r"""The signal of a `CoordinateCorrection`, $\tilde z = k z + c$ for each of the first coordinates.

    Attributes:
        keep: The factor k, one minus the forcing gain.
        offset: The term c, the forcing gain times the value implied by the data.
    """

    keep: Float[Array, "*moment forced"]
    offset: Float[Array, "*moment forced"]


class CoordinateCorrection(AbstractCorrection):
    r"""Correct each coordinate of the state separately, $\tilde z = k z + c$; the signal is a `CoordinateSignal`.

    The signal has as many coordinates as the data determine. The others stay unchanged.
    """

    def __call__(self, z: Float[Array, " latent"], signal: CoordinateSignal) -> Float[Array, " latent"]:
        """The weighted mean of the state and the value implied by the data."""
        forced = signal.keep.shape[0]
        if forced == z.shape[0]:
            return signal.keep * z + signal.offset
        return jnp.concatenate([signal.keep * z[:forced] + signal.offset, z[forced:]])


class ObservationSignal(NamedTuple):
    """The signal of an `ObservationCorrection`: an observation, possibly with missing values.

    Attributes:
        share: Factor on the correction of each coordinate; 0 for a coordinate that is not corrected.
        x: The values; any finite number where missing.
        gain: The forcing gain of each channel, between 0 and 1; 0 where the value is missing.
    """

    share: Float[Array, "*moment forced"]
    x: Float[Array, "*moment obs"]
    gain: Float[Array, "*moment obs"]


class ObservationCorrection(AbstractCorrection):
    r"""Correct the state only in the directions that the channels depend on.

    $\tilde z = z + G^{+}(\hat x) - G^{+}(G(z))$ with $\hat x = G(z) + g (x - G(z))$. Here G is the observation, $G^{+}$
    its inverse, x the recorded values and g the forcing gain. The signal is an `ObservationSignal`. A missing value
    has g = 0, which replaces it by the prediction of the model. All other directions of the state space stay unchanged,
    so a model with more latent states than channels keeps its memory.

    Args:
        observation: The observation G from states to values.
        inverse: The inverse `observation.inverse()`, computed once.
    """

    observation: AbstractInvertible
    inverse: Any

    def __call__(self, z: Float[Array, " latent"], signal: ObservationSignal) -> Float[Array, " latent"]:
        """The corrected state."""
        expected = self.observation.observe(z)
        error = self.inverse(expected + signal.gain * (signal.x - expected)) - self.inverse(expected)
        forced = error.shape[0]
        return jnp.concatenate([z[:forced] + signal.share * error, z[forced:]])


class ForcingStep(NamedTuple):
    """The data that the forced map needs for one step.

    Attributes:
        correction: The signal of the correction.
        s: External input; None if there is none.
        duration: Duration of the step; None if it is the time step of the dynamics.
    """

    correction: Any
    s: Float[Array, "*moment input"] | None
    duration: Float[Array, "*moment"] | None = None


class ForcedMap(AbstractMap):
    r"""The map $z_t = F(\tilde z_{t-1}, s_t)$, with $\tilde z$ the corrected state.

    Args:
        dynamics: The dynamics F. It must be in continuous time if the steps have different durations.
        correction: The correction that computes $\tilde z$ from z.
    """

    dynamics: AbstractDynamics
    correction: AbstractCorrection

    def __call__(self, z: Float[Array, " latent"], signal: ForcingStep) -> Float[Array, " latent"]:
        """Correct the state, then make a step of the dynamics."""
        forced = self.correction(z, signal.correction)
        if signal.duration is None:
            return self.dynamics.step(forced, signal.s)
        return cast(AbstractTimed, self.dynamics).advance(forced, signal.duration, signal.s)

    def jacobian(self, z: Float[Array, " latent"], signal: ForcingStep) -> Float[Array, "latent latent"]:
        """The Jacobian of correction and step, by the chain rule."""
        if signal.duration is not None:
            return jax.jacfwd(self)(z, signal)
        forced = self.correction(z, signal.correction)
        return self.dynamics.jacobian(forced, signal.s) @ jax.jacrev(self.correction)(z, signal.correction)
