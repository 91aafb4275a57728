"""Teacher forcing with an encoder, for counts and categories, where a single row does not determine the state."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.scan import AbstractScan
from attrax.core.scans.sequential import Sequential
from attrax.models.model import Model
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.forced_map import CoordinateCorrection, ForcedMap, ForcingStep
from attrax.train.forcing import AbstractForcing
from attrax.train.loss import coordinate_signal, targets, time_first
from attrax.train.loss_spec import LossSpec, WarmupSettings
from attrax.train.window_batches import Batch


class EncodedForcing(AbstractObjective):
    r"""Prediction error of an orbit that is forced with encoded states, plus the reconstruction error of these states.

    $L = -\langle \log p(x_t \mid z_t) \rangle - \lambda \langle \log p(x_t \mid \bar z_t) \rangle_{\text{hidden}}$

    Here $\bar z_t = E(x_{\le t})$ are the encoded states and $z_t = F(\tilde z_{t-1}, s_t)$ the predictions, forced
    with $\bar z$. Observation, dynamics and encoder are trained together. Without the second term the encoded states
    could be any function of the recording that is easy to predict, even a constant. The second term uses values that
    are hidden from the encoder: in each update a random part of the values is replaced by those of the row before.
    Otherwise the encoder would learn to copy noise.

    Args:
        forcing: The forcing that corrects the state between two steps.
        scan: The method that computes the orbits.
        warmup: Number of predictions at the beginning of a window that do not enter the loss.
        reconstruction: The weight $\lambda$. Lower it if predictions matter more than accurate states.
        hidden: Fraction of the values that is hidden from the encoder, between 0 and 1.

    Example:
        >>> from attrax.train import EncodedForcing, Generalized
        >>> EncodedForcing(Generalized(0.1), hidden=0.3).hidden
        0.3

    References:
        Brenner, Hess, Koppe & Durstewitz, Integrating Multimodal Data for Joint Generative Modeling of Complex
        Dynamics, ICML 2024 [@brenner2024mtf].
        Batson & Royer, Noise2Self: Blind Denoising by Self-Supervision, ICML 2019 [@batson2019].
    """

    forcing: AbstractForcing
    scan: AbstractScan = Sequential()
    warmup: int = eqx.field(default=0, static=True)
    reconstruction: float = 1.0
    hidden: float = 0.2

    def init(self) -> Any:
        """The initial state of the forcing."""
        return self.forcing.init()

    def __call__(
        self, model: Model, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The loss. The forcing first adapts to the encoded states.

        Orbits begin at the first row for which the encoder sees a complete window.
        """
        state = self._adapted(jax.lax.stop_gradient(model), batch, state)
        hidden = jax.random.bernoulli(key, self.hidden, batch.x.shape).at[:, 0].set(False)
        before = jnp.concatenate([batch.x[:, :1], batch.x[:, :-1]], axis=1)
        z_bar = model.start.infer(model.observation, jnp.where(hidden, before, batch.x))
        known = model.start.reach - 1
        later = jax.tree.map(lambda array: array[:, known:], batch._replace(subject=None, first=None))
        z = _encoded_orbits(model, self.forcing, later, z_bar[:, known:], state, self.scan)
        x, mask = jax.tree.map(time_first, targets(later, self.warmup))
        predicted = model.observation.nll(z[self.warmup :], x, mask)
        judged = hidden if batch.mask is None else hidden & batch.mask
        encoded = model.observation.nll(z_bar, batch.x, judged)
        facts = {"alpha": self.forcing.alpha(state), "reconstruction": encoded}
        return predicted + self.reconstruction * encoded, (state, facts)

    def _adapted(self, model: Model, batch: Batch, state: Any) -> Any:
        z_hat = model.start.infer(model.observation, batch.x)
        return self.forcing.update(state, model.dynamics, z_hat)


def _encoded_orbits(
    model: Model,
    forcing: AbstractForcing,
    batch: Batch,
    z_bar: Float[Array, "window time latent"],
    state: Any,
    scan: AbstractScan,
) -> Float[Array, "predicted window latent"]:
    """The predictions in each window: one step from each corrected state."""
    signal = time_first(z_bar[:, :-1])
    n, latent_dim = len(signal), model.dynamics.latent_dim
    gain = forcing.gain(jnp.arange(n), latent_dim, state).astype(signal.dtype)[:, None]
    s = None if batch.s is None else time_first(batch.s[:, 1:])
    moments = ForcingStep(coordinate_signal(gain, signal), s)
    return scan.orbits(ForcedMap(model.dynamics, CoordinateCorrection()), z_bar[:, 0], moments, n)


class EncodedForcingSettings(WarmupSettings):
    """Settings of teacher forcing with encoded states."""

    reconstruction: float = Field(
        default=1.0, ge=0, description="Weight of the error of encoded states on values hidden from the encoder."
    )
    hidden: float = Field(default=0.2, gt=0, lt=1, description="Fraction of values hidden from the encoder.")


SPEC = LossSpec(
    "teacher forcing with encoded states",
    EncodedForcing,
    EncodedForcingSettings,
    create=lambda settings, parts: EncodedForcing(
        parts.forcing, parts.scan, settings.warmup, settings.reconstruction, settings.hidden
    ),
    encoded=True,
    default=True,
)
