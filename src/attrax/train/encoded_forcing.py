"""Teacher forcing with states that an encoder reads from several rows, for values that determine no state alone."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.scan import AbstractScan
from attrax.core.scans.sequential import Sequential
from attrax.models.model import Model
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.forced_map import ForcedMap, Moment, Pulling
from attrax.train.forcing import AbstractForcing
from attrax.train.loss import pull, targets, time_first
from attrax.train.window_batches import Batch


class EncodedForcing(AbstractObjective):
    r"""$L = -\langle \log p(x_t \mid z_t) \rangle - \lambda \langle \log p(x_t \mid \bar z_t) \rangle_{\text{hidden}}$.

    The predictions $z_t = F(\tilde z_{t-1}, s_t)$ are forced with $\bar z = E(x)$, the states that the start of the
    model reads from the rows up to their own. Read-out, dynamics and encoder are learned together. The second term says
    that the encoded states are to explain the recording; without it they could be any function of it that is easy to
    predict, a constant at worst. It counts values that are hidden from the encoder, a random share in every update,
    each replaced by the value one row before: explaining a value that it has seen, the encoder would learn its noise.

    Args:
        forcing: How the state is corrected between two steps.
        scan: How the orbits are computed.
        warmup: Predictions at the beginning of a window that do not count.
        reconstruction: Lambda. Lower it where predictions matter more than the states behind them.
        hidden: Share of the values that is hidden, between 0 and 1.

    References: [@brenner2024mtf], [@batson2019].
    """

    forcing: AbstractForcing
    scan: AbstractScan = Sequential()
    warmup: int = eqx.field(default=0, static=True)
    reconstruction: float = 1.0
    hidden: float = 0.2

    def init(self) -> Any:
        """The state of the forcing."""
        return self.forcing.init()

    def __call__(
        self, model: Model, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The sum, once the forcing has looked at the encoded states.

        Orbits begin at the first row that a whole window of the encoder lies before.
        """
        state = self._adapted(jax.lax.stop_gradient(model), batch, state)
        hidden = jax.random.bernoulli(key, self.hidden, batch.x.shape).at[:, 0].set(False)
        before = jnp.concatenate([batch.x[:, :1], batch.x[:, :-1]], axis=1)
        z_bar = model.start.infer(model.observation, jnp.where(hidden, before, batch.x))
        known = model.start.reach - 1
        later = jax.tree.map(lambda array: array[:, known:], batch._replace(subject=None))
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
    """The predictions of each window, every one a step from the corrected state before it."""
    signal = time_first(z_bar[:, :-1])
    n, latent_dim = len(signal), model.dynamics.latent_dim
    gain = forcing.gain(jnp.arange(n), latent_dim, state).astype(signal.dtype)[:, None]
    s = None if batch.s is None else time_first(batch.s[:, 1:])
    moments = Moment(pull(gain, signal, latent_dim), s)
    return scan.orbits(ForcedMap(model.dynamics, Pulling()), z_bar[:, 0], moments, n)
