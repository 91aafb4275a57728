"""Functions shared by the losses: forced orbits, corrections of states by data, and the targets of the predictions."""

from typing import Any, cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray, Shaped

from attrax.core.observation import AbstractInvertible
from attrax.core.scan import AbstractScan
from attrax.models.model import Model
from attrax.train.forced_map import (
    AbstractCorrection,
    CoordinateCorrection,
    CoordinateSignal,
    ForcedMap,
    ForcingStep,
    ObservationCorrection,
    ObservationSignal,
)
from attrax.train.forcing import AbstractForcing
from attrax.train.forcing_gaps import gain_after_gaps, reliable_states
from attrax.train.window_batches import Batch


def zero_filled(batch: Batch) -> Float[Array, "window time obs"]:
    """The values of a batch, with missing values replaced by 0, the mean of standardised data."""
    return batch.x if batch.mask is None else jnp.where(batch.mask, batch.x, 0)


def with_noise(batch: Batch, noise: float, *, key: PRNGKeyArray) -> Batch:
    """The batch with Gaussian noise of standard deviation `noise` added to its values."""
    if not noise:
        return batch
    return batch._replace(x=batch.x + noise * jax.random.normal(key, batch.x.shape, batch.x.dtype))


def scored(batch: Batch, forcing: AbstractForcing, state: Any) -> Batch:
    """The batch with a mask of the values that enter the loss.

    Left out are values that were filled in, and values predicted from unreliable states (`reliable_states`).
    """
    if batch.mask is None:
        return batch
    mask = time_first(batch.mask)
    gain = forcing.gain(jnp.arange(len(mask) - 1), mask.shape[-1], state)[:, None]
    counts = jnp.swapaxes(reliable_states(gain, mask[:-1]), 0, 1)
    counted = batch.mask if batch.counted is None else batch.counted
    return batch._replace(mask=counted.at[:, 1:].min(counts))


def targets(
    batch: Batch, warmup: int
) -> tuple[Float[Array, "window predicted obs"], Bool[Array, "window predicted obs"] | None]:
    """The values that are predicted, and their mask, without the first row and the `warmup` rows after it."""
    first = 1 + warmup
    return batch.x[:, first:], None if batch.mask is None else batch.mask[:, first:]


def forced_orbits(
    model: Model, forcing: AbstractForcing, batch: Batch, state: Any, scan: AbstractScan
) -> Float[Array, "predicted window latent"]:
    r"""The predictions $z_2 \dots z_T$ in each window: one step from each corrected state.

    Args:
        model: The model.
        forcing: The forcing that corrects the states.
        batch: The windows.
        state: The state of the forcing.
        scan: The method that computes the orbits.
    """
    z = model.start.infer(model.observation, batch.x[:, 0])
    correction, signal = corrections(model, forcing, batch, state)
    s = None if batch.s is None else time_first(batch.s[:, 1:])
    durations = None if batch.durations is None else batch.durations[:, 1:].T
    n = batch.x.shape[1] - 1
    return scan.orbits(ForcedMap(model.dynamics, correction), z, ForcingStep(signal, s, durations), n)


def corrections(
    model: Model, forcing: AbstractForcing, batch: Batch, state: Any
) -> tuple[AbstractCorrection, CoordinateSignal | ObservationSignal]:
    """The correction of the states in each window, and its signal at each step.

    A missing value is replaced by the prediction of the model before the observation is inverted. If each channel is a
    latent state, this state is simply not corrected. If fewer channels than latent states are mixtures of the states,
    only the directions that the channels depend on are corrected; otherwise the forcing would erase the memory of the
    model in all other directions.
    """
    observation = cast(AbstractInvertible, model.observation)
    invert = observation.inverse()
    x = time_first(batch.x[:, :-1])
    mask = None if batch.mask is None else time_first(batch.mask[:, :-1])
    forced = jax.eval_shape(invert, x).shape[-1]
    gain = forcing.gain(jnp.arange(len(x)), forced, state).astype(x.dtype)[:, None]
    blind = not observation.selects and observation.obs_dim < forced
    if mask is None and not blind:
        return CoordinateCorrection(), coordinate_signal(gain, invert(x))
    seen = x if mask is None else jnp.where(mask, x, 0)
    if mask is not None and observation.selects:
        return CoordinateCorrection(), coordinate_signal(gain_after_gaps(gain, mask), seen)
    strength = gain[..., :1]
    share = jnp.broadcast_to(jnp.where(strength > 0, gain / strength, 0), (*x.shape[:2], forced))
    moved = jnp.broadcast_to(strength, x.shape) if mask is None else gain_after_gaps(strength, mask)
    return ObservationCorrection(observation, invert), ObservationSignal(share, seen, moved)


def coordinate_signal(
    gain: Float[Array, "time any_window forced"], z_bar: Float[Array, "time window forced"]
) -> CoordinateSignal:
    """The forcing signal of the coordinates that the data determine.

    Args:
        gain: The forcing gain, between 0 and 1.
        z_bar: The states inferred from the data.
    """
    return CoordinateSignal(jnp.broadcast_to(1 - gain, z_bar.shape), gain * z_bar)


def time_first(array: Shaped[Array, "window time channel"]) -> Shaped[Array, "time window channel"]:
    """Swap the first two axes: a scan needs time first."""
    return jnp.swapaxes(array, 0, 1)
