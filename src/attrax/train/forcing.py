"""Teacher forcing: pulling the latent state towards what the data imply, while the model is being trained.

Free-running gradients of a chaotic map grow without bound with the length of the window; forcing shortens the
memory of the error without shortening the window [@mikhaeil2022; @hess2023].
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from attrax.core.dynamics import AbstractDynamics

AlphaEstimator = Callable[[AbstractDynamics, Float[Array, "window time latent"]], Float[Array, ""]]


class AbstractForcing(eqx.Module):
    r"""A corrector of the latent state: three pure functions, as in an optax transformation.

    The state is corrected as $\tilde z = z + g (\bar z - z)$, coordinate by coordinate.

    For developers: `init` makes the state, `gain` gives the g of every step of a window, `update` adapts the state once
    per update of the parameters, before the batch is forced, `alpha` tells how strong the forcing is.
    `attrax.testing.check_forcing` checks it.
    """

    @abstractmethod
    def init(self) -> Any:
        """The state before the first update."""

    @abstractmethod
    def gain(self, t: Int[Array, " time"], n: int, state: Any) -> Float[Array, "time forced"]:
        """The share of the data in the corrected state, from 0 to 1.

        Args:
            t: Steps since the beginning of the window.
            n: Number of leading coordinates that the data imply; the others are never corrected.
            state: The state of the forcing.
        """

    @abstractmethod
    def update(self, state: Any, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Any:
        """The state with which a batch is to be forced, given the states that its data imply."""

    @abstractmethod
    def alpha(self, state: Any) -> Float[Array, ""]:
        """Mean share of the data in the corrected state."""


class Generalized(AbstractForcing):
    r"""Generalized teacher forcing: $\tilde z = (1 - \alpha) z + \alpha \bar z$ at every step.

    Jacobian products shrink by $(1 - \alpha)^{t - r}$; with $\alpha \ge 1 - 1/\sigma_{\max}$ they stay bounded.

    Args:
        strength: Forcing strength alpha: 0 free running, 1 one-step prediction. Typical 0.05 to 0.3; raise it when the
            loss explodes, lower it when forecasts are good but the free run is not.

    References: [@hess2023].
    """

    strength: float = eqx.field(static=True)

    def init(self) -> None:
        """No state."""

    def gain(self, t: Int[Array, " time"], n: int, state: None) -> Float[Array, "time forced"]:
        """The same share at every step."""
        del state
        return jnp.full((len(t), n), self.strength)

    def update(self, state: None, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> None:
        """Nothing changes."""
        del state, dynamics, z_hat

    def alpha(self, state: None) -> Float[Array, ""]:
        """The fixed strength."""
        del state
        return jnp.asarray(self.strength)


class Adapted(NamedTuple):
    """How far an adaptive forcing has got.

    Attributes:
        alpha: Its strength.
        updates: How often it has been updated.
    """

    alpha: Float[Array, ""]
    updates: Int[Array, ""]


@jax.custom_batching.custom_vmap
def _anywhere(due: Bool[Array, ""]) -> Bool[Array, ""]:
    """Whether something is due, and with replicas side by side, whether it is for any of them.

    They are always in step. But where each brings a condition of its own, compiled code goes both ways at every update.
    """
    return due


@_anywhere.def_vmap
def _anywhere_in_batch(size: int, batched: list[bool], due: Bool[Array, " batch"]) -> tuple[Bool[Array, ""], bool]:
    del size, batched
    return due.any(), False


class Adaptive(AbstractForcing):
    r"""Adaptive generalized teacher forcing: alpha follows the expansion of the current map.

    Every `every` updates, $\alpha' = \max(0, 1 - 1/\kappa)$ with $\kappa$ the estimated growth along the data. A larger
    alpha is taken at once, a smaller one approached as $\alpha \leftarrow (1 - \gamma) \alpha' + \gamma \alpha$.

    Args:
        estimator: Growth $\kappa$ as a function of the map and the states implied by the data (`alpha_estimators`).
        decay: Averaging factor gamma for a falling alpha. Nearer to 1 is slower.
        every: Updates between two estimates.
        initial: Alpha before the first estimate.

    References: [@hess2023], Algorithm 1.
    """

    estimator: AlphaEstimator = eqx.field(static=True)
    decay: float = eqx.field(static=True, default=0.999)
    every: int = eqx.field(static=True, default=5)
    initial: float = eqx.field(static=True, default=1.0)

    def init(self) -> Adapted:
        """The initial alpha."""
        return Adapted(jnp.asarray(self.initial, jnp.float32), jnp.zeros((), jnp.int32))

    def gain(self, t: Int[Array, " time"], n: int, state: Adapted) -> Float[Array, "time forced"]:
        """The current alpha at every step."""
        return jnp.broadcast_to(state.alpha, (len(t), n))

    def update(self, state: Adapted, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Adapted:
        """A new estimate, if it is time for one."""

        def estimate(alpha: Float[Array, ""]) -> Float[Array, ""]:
            kappa = self.estimator(dynamics, z_hat)
            wanted = jnp.clip(1 - 1 / kappa, 0, 1).astype(alpha.dtype)
            smoothed = (1 - self.decay) * wanted + self.decay * alpha
            return jnp.where(jnp.isnan(wanted), alpha, jnp.maximum(wanted, smoothed))

        due = _anywhere(state.updates % self.every == 0)
        return Adapted(jax.lax.cond(due, estimate, lambda alpha: alpha, state.alpha), state.updates + 1)

    def alpha(self, state: Adapted) -> Float[Array, ""]:
        """The current alpha."""
        return state.alpha


class Sparse(AbstractForcing):
    r"""Sparse teacher forcing: the state is replaced by the data every `tau` steps, and runs freely in between.

    Args:
        tau: Forcing interval in steps; about the predictability time $\ln 2 / (\lambda_{\max} \Delta t)$.

    References: [@mikhaeil2022].
    """

    tau: int = eqx.field(static=True)

    def init(self) -> None:
        """No state."""

    def gain(self, t: Int[Array, " time"], n: int, state: None) -> Float[Array, "time forced"]:
        """1 at multiples of `tau`, 0 otherwise."""
        del state
        return jnp.broadcast_to((t % self.tau == 0).astype(float)[:, None], (len(t), n))

    def update(self, state: None, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> None:
        """Nothing changes."""
        del state, dynamics, z_hat

    def alpha(self, state: None) -> Float[Array, ""]:
        """The share of steps that are forced."""
        del state
        return jnp.asarray(1 / self.tau)


class Partial(AbstractForcing):
    """Partial forcing: only the first `n` of the coordinates that the data imply are corrected.

    Args:
        forcing: How they are corrected.
        n: How many.
    """

    forcing: AbstractForcing
    n: int = eqx.field(static=True)

    def init(self) -> Any:
        """The state of the wrapped forcing."""
        return self.forcing.init()

    def gain(self, t: Int[Array, " time"], n: int, state: Any) -> Float[Array, "time forced"]:
        """The wrapped gain for the first coordinates, 0 for the others."""
        few = min(self.n, n)
        return jnp.pad(self.forcing.gain(t, few, state), ((0, 0), (0, n - few)))

    def update(self, state: Any, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Any:
        """The update of the wrapped forcing."""
        return self.forcing.update(state, dynamics, z_hat)

    def alpha(self, state: Any) -> Float[Array, ""]:
        """The strength on the coordinates that are forced."""
        return self.forcing.alpha(state)
