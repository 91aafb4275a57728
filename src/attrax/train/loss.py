"""The loss of teacher forcing: how far the forced model is from the next value, all along a window."""

from typing import Any, cast

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray, Shaped

from attrax.core.observation import AbstractInvertible
from attrax.core.scan import AbstractScan
from attrax.core.scans.sequential import Sequential
from attrax.models.model import Model
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.forced_map import AbstractCorrection, Completing, ForcedMap, Glimpse, Moment, Pull, Pulling
from attrax.train.forcing import AbstractForcing
from attrax.train.forcing_gaps import caught_up, trusted
from attrax.train.window_batches import Batch


class TeacherForcing(AbstractObjective):
    r"""Mean squared error of the unforced predictions along a forced orbit.

    $L = \mathrm{mean}_t \lVert G(z_t) - x_t \rVert^2$ with $z_t = F(\tilde z_{t-1}, s_t)$, $\tilde z$ the state after
    forcing and $t = 2 + w \dots T$. Missing values count neither in the loss nor in the forcing. After a gap
    the forcing catches up, and predictions from states that have been without it for too long do not count
    (`train.gaps`).

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


def observed(batch: Batch) -> Float[Array, "window time obs"]:
    """The values with 0, the mean of standardised data, where they are missing, whatever is stored there."""
    return batch.x if batch.mask is None else jnp.where(batch.mask, batch.x, 0)


def blurred(batch: Batch, noise: float, *, key: PRNGKeyArray) -> Batch:
    """The batch with noise on its values, drawn anew for every update; the same batch if there is to be none."""
    if not noise:
        return batch
    return batch._replace(x=batch.x + noise * jax.random.normal(key, batch.x.shape, batch.x.dtype))


def shown(batch: Batch, forcing: AbstractForcing, state: Any) -> Batch:
    """The batch without the values that do not count, or are predicted from states uncorrected for too long."""
    if batch.mask is None:
        return batch
    mask = time_first(batch.mask)
    gain = forcing.gain(jnp.arange(len(mask) - 1), mask.shape[-1], state)[:, None]
    counts = jnp.swapaxes(trusted(gain, mask[:-1]), 0, 1)
    counted = batch.mask if batch.counted is None else batch.counted
    return batch._replace(mask=counted.at[:, 1:].min(counts))


def targets(
    batch: Batch, warmup: int
) -> tuple[Float[Array, "window predicted obs"], Bool[Array, "window predicted obs"] | None]:
    """The values that are predicted, and which of them were observed; without those that come too early to count."""
    first = 1 + warmup
    return batch.x[:, first:], None if batch.mask is None else batch.mask[:, first:]


def forced_orbits(
    model: Model, forcing: AbstractForcing, batch: Batch, state: Any, scan: AbstractScan
) -> Float[Array, "predicted window latent"]:
    r"""The predictions $z_2 \dots z_T$ of each window, every one a step from the corrected state before it."""
    z = model.start.infer(model.observation, batch.x[:, 0])
    correction, signal = corrections(model, forcing, batch, state)
    s = None if batch.s is None else time_first(batch.s[:, 1:])
    durations = None if batch.durations is None else batch.durations[:, 1:].T
    n = batch.x.shape[1] - 1
    return scan.orbits(ForcedMap(model.dynamics, correction), z, Moment(signal, s, durations), n)


def corrections(
    model: Model, forcing: AbstractForcing, batch: Batch, state: Any
) -> tuple[AbstractCorrection, Pull | Glimpse]:
    """How the states of each window are corrected, and with what, step by step.

    Where a value is missing, the model's own expectation takes its place before the observation is inverted. If each
    channel is a coordinate, that only means to leave the coordinate alone. Mixtures of more latent states than channels
    are corrected in the directions that the channels see; a state pulled to the pseudo-inverse would forget the others.
    """
    observation = cast(AbstractInvertible, model.observation)
    invert = observation.inverse()
    x = time_first(batch.x[:, :-1])
    mask = None if batch.mask is None else time_first(batch.mask[:, :-1])
    forced = jax.eval_shape(invert, x).shape[-1]
    gain = forcing.gain(jnp.arange(len(x)), forced, state).astype(x.dtype)[:, None]
    blind = not observation.selects and observation.obs_dim < forced
    if mask is None and not blind:
        return Pulling(), pull(gain, invert(x), model.dynamics.latent_dim)
    seen = x if mask is None else jnp.where(mask, x, 0)
    if mask is not None and observation.selects:
        return Pulling(), pull(caught_up(gain, mask), seen, model.dynamics.latent_dim)
    strength = gain[..., :1]
    share = jnp.broadcast_to(jnp.where(strength > 0, gain / strength, 0), (*x.shape[:2], forced))
    moved = jnp.broadcast_to(strength, x.shape) if mask is None else caught_up(strength, mask)
    return Completing(observation, invert), Glimpse(share, seen, moved)


def pull(
    gain: Float[Array, "time any_window forced"], z_bar: Float[Array, "time window forced"], latent_dim: int
) -> Pull:
    """The signal for all coordinates; those that the data say nothing of are kept as they are."""
    free = ((0, 0), (0, 0), (0, latent_dim - z_bar.shape[-1]))
    keep = jnp.broadcast_to(1 - gain, z_bar.shape)
    return Pull(jnp.pad(keep, free, constant_values=1), jnp.pad(gain * z_bar, free))


def time_first(array: Shaped[Array, "window time channel"]) -> Shaped[Array, "time window channel"]:
    """The layout of a scan."""
    return jnp.swapaxes(array, 0, 1)
