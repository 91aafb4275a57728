"""Teacher forcing: how far the forced model is from the next value, all along a window [@hess2023]."""

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
from attrax.train.loss import blurred, forced_orbits, observed, shown, targets, time_first
from attrax.train.loss_spec import LossSpec, NoiseSettings
from attrax.train.window_batches import Batch


class TeacherForcing(AbstractObjective):
    r"""Mean squared error of the unforced predictions along a forced orbit.

    $L = \mathrm{mean}_t \lVert G(z_t) - x_t \rVert^2$ with $z_t = F(\tilde z_{t-1}, s_t)$, $\tilde z$ the state after
    forcing and $t = 2 + w \dots T$. Missing values count neither in the loss nor in the forcing. After a gap
    the forcing catches up, and predictions from states that have been without it for too long do not count
    (`attrax.train.forcing_gaps`).

    Args:
        forcing: How the state is corrected between two steps.
        scan: How the orbits are computed; every way gives the same loss and gradient.
        warmup: Predictions w at the beginning of a window that are forced but do not count. Raise it where the first
            state is a poor guess: hidden states beyond the channels, or gaps.
        noise: Standard deviation, in that of the channels, of noise on the teacher signals; the targets stay as they
            are. A little, 0.01 to 0.1, teaches a model to come back from beside the attractor.

    References: [@hess2023].
    """

    forcing: AbstractForcing
    scan: AbstractScan = Sequential()
    warmup: int = eqx.field(default=0, static=True)
    noise: float = eqx.field(default=0.0, static=True)

    def init(self) -> Any:
        """The state of the forcing."""
        return self.forcing.init()

    def __call__(
        self, model: Model, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The mean over windows, steps and observed channels, once the forcing has looked at the states of the data."""
        state = self._adapted(jax.lax.stop_gradient(model), batch, state)
        z = forced_orbits(model, self.forcing, blurred(batch, self.noise, key=key), state, self.scan)
        x, mask = jax.tree.map(time_first, targets(shown(batch, self.forcing, state), self.warmup))
        return model.observation.nll(z[self.warmup :], x, mask), (state, {"alpha": self.forcing.alpha(state)})

    def _adapted(self, model: Model, batch: Batch, state: Any) -> Any:
        z_hat = model.start.infer(model.observation, observed(batch))
        return self.forcing.update(state, model.dynamics, z_hat)


SPEC = LossSpec(
    "teacher forcing",
    TeacherForcing,
    NoiseSettings,
    create=lambda settings, forcing, scan: TeacherForcing(forcing, scan, settings.warmup, settings.noise),
    default=True,
)
