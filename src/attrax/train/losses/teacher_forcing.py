"""The teacher-forcing loss: one-step prediction errors along a forced orbit."""

from typing import Any

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.scan import AbstractScan
from attrax.core.scans.sequential import Sequential
from attrax.models.model import Model
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.forcing import AbstractForcing
from attrax.train.loss import forced_orbits, scored, targets, time_first, with_noise, zero_filled
from attrax.train.loss_spec import LossSpec, NoiseSettings
from attrax.train.window_batches import Batch


class TeacherForcing(AbstractObjective):
    r"""Mean error of the one-step predictions along a forced orbit.

    $L = \mathrm{mean}_t \lVert G(z_t) - x_t \rVert^2$ with $z_t = F(\tilde z_{t-1}, s_t)$ for $t = 2 + w, \dots, T$.
    Here F is the dynamics, G the observation, and $\tilde z$ the state after forcing. For an observation with a noise
    model the squared error is replaced by its negative log-likelihood. Missing values enter neither the loss nor the
    forcing. After a gap the forcing is stronger, and predictions from unreliable states do not enter the loss
    (`attrax.train.forcing_gaps`).

    Args:
        forcing: The forcing that corrects the state between two steps.
        scan: The method that computes the orbits; all methods give the same loss and gradient.
        warmup: Number w of predictions at the beginning of a window that do not enter the loss. Raise it if the first
            state is inaccurate: with more latent states than channels, or with gaps.
        noise: Standard deviation of noise added to the teacher signals, in units of the standardised channels. The
            targets stay without noise. 0.01 to 0.1 teaches the model to return to the attractor from nearby states.

    Example:
        >>> from attrax.train import Generalized, TeacherForcing
        >>> TeacherForcing(Generalized(0.125), warmup=5).warmup
        5

    References:
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    forcing: AbstractForcing
    scan: AbstractScan = Sequential()
    warmup: int = eqx.field(default=0, static=True)
    noise: float = eqx.field(default=0.0, static=True)

    def init(self) -> Any:
        """The initial state of the forcing."""
        return self.forcing.init()

    def __call__(
        self, model: Model, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The mean loss over windows, steps and observed channels; the forcing adapts first."""
        state = self._adapted(jax.lax.stop_gradient(model), batch, state)
        z = forced_orbits(model, self.forcing, with_noise(batch, self.noise, key=key), state, self.scan)
        x, mask = jax.tree.map(time_first, targets(scored(batch, self.forcing, state), self.warmup))
        return model.observation.nll(z[self.warmup :], x, mask), (state, {"alpha": self.forcing.alpha(state)})

    def _adapted(self, model: Model, batch: Batch, state: Any) -> Any:
        z_hat = model.start.infer(model.observation, zero_filled(batch))
        return self.forcing.update(state, model.dynamics, z_hat)


SPEC = LossSpec(
    "teacher forcing",
    TeacherForcing,
    NoiseSettings,
    create=lambda settings, parts: TeacherForcing(parts.forcing, parts.scan, settings.warmup, settings.noise),
    default=True,
)
