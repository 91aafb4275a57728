"""Parts of a state that are carried along an orbit: what each recorded value, each input and the offsets add to it."""

from typing import NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from attrax.analysis.attribution.affine_form import affine_form
from attrax.core.dynamics import AbstractDynamics
from attrax.core.observation import AbstractInvertible, AbstractObservation


@runtime_checkable
class ReadsRows(Protocol):
    """What reads a latent state from recorded rows, such as the start of a model."""

    @property
    def reach(self) -> int:
        """Number of rows that a state is read from."""
        ...

    def last(self, observation: AbstractObservation, x: Float[Array, "row obs"]) -> Float[Array, " latent"]:
        """The state of the last of these rows."""
        ...


class Carried(NamedTuple):
    """A state as a sum, $z = G x + E s + e$.

    Attributes:
        z: The state.
        x: G, the derivative with respect to each recorded value.
        s: E, that with respect to each external input.
        offset: e.
    """

    z: Float[Array, " latent"]
    x: Float[Array, "latent row obs"]
    s: Float[Array, "latent step input"]
    offset: Float[Array, " latent"]


class Observed(NamedTuple):
    """A forecast as a sum over recorded values, inputs and offset, as in `Carried`.

    Attributes:
        forecast: The forecast.
        x: Its derivative with respect to each recorded value.
        s: Its derivative with respect to each external input.
        offset: What is left.
        slope: B, the derivative of the observation at the state.
    """

    forecast: Float[Array, " obs"]
    x: Float[Array, "obs row source"]
    s: Float[Array, "obs step input"]
    offset: Float[Array, " obs"]
    slope: Float[Array, "obs latent"]


def forced_state(
    dynamics: AbstractDynamics,
    observation: AbstractObservation,
    start: ReadsRows,
    x: Float[Array, "row obs"],
    s: Float[Array, "step input"] | None,
    alpha: Float[Array, ""],
    steps: int,
) -> Carried:
    r"""The state at the last row, after following the rows by forcing, $\tilde z = z + \alpha (\bar z - z)$.

    The first state is read from the first `start.reach` rows. After each step of the map, the coordinates that the data
    determine are moved towards the signal $\bar z$ of the next row.

    Args:
        dynamics: The map.
        observation: The observation; its inverse gives the signal. One without an inverse takes the start instead.
        start: Reads states from rows.
        x: The rows, standardised.
        s: External inputs of all steps, the forced ones first.
        alpha: The strength of the forcing, from 0 to 1.
        steps: Number of all steps, forced and free, for the derivatives with respect to inputs.
    """
    reach, latent = start.reach, dynamics.latent_dim

    def first(rows: Float[Array, "reach obs"]) -> Float[Array, " latent"]:
        return start.last(observation, rows)

    def signal(rows: Float[Array, "reach obs"]) -> Float[Array, " forced"]:
        return observation.invert(rows[-1]) if isinstance(observation, AbstractInvertible) else first(rows)

    def told(
        read, begin: Int[Array, ""] | int
    ) -> tuple[Float[Array, " n"], Float[Array, "n row obs"], Float[Array, " n"]]:
        """What rows tell, its derivative with respect to every row, and its offset."""
        rows = jax.lax.dynamic_slice_in_dim(x, begin, reach)
        value, derivative = read(rows), jax.jacrev(read)(rows)
        wide = jnp.zeros((len(value), *x.shape), x.dtype)
        wide = jax.lax.dynamic_update_slice_in_dim(wide, derivative, begin, axis=1)
        return value, wide, value - jnp.tensordot(derivative, rows, 2)

    def follow(carried: Carried, step: Int[Array, ""]) -> tuple[Carried, None]:
        ahead = advanced(dynamics, carried, s, step)
        value, derivative, offset = told(signal, step + 1)
        n = len(value)
        keep = jnp.where(jnp.arange(latent) < n, 1 - alpha, 1)
        return Carried(
            (keep * ahead.z).at[:n].add(alpha * value),
            (keep[:, None, None] * ahead.x).at[:n].add(alpha * derivative),
            keep[:, None, None] * ahead.s,
            (keep * ahead.offset).at[:n].add(alpha * offset),
        ), None

    z, derivative, offset = told(first, 0)
    nothing = jnp.zeros((latent, steps, dynamics.input_dim), x.dtype)
    return jax.lax.scan(follow, Carried(z, derivative, nothing, offset), jnp.arange(len(x) - reach))[0]


def advanced(
    dynamics: AbstractDynamics, carried: Carried, s: Float[Array, "step input"] | None, step: Int[Array, ""]
) -> Carried:
    """The parts after one step of the map.

    Args:
        dynamics: The map.
        carried: The parts before it.
        s: External inputs of all steps.
        step: Number of the step, from 0.
    """
    form = affine_form(dynamics, carried.z, None if s is None else s[step])
    return Carried(
        form.value,
        jnp.tensordot(form.matrix, carried.x, 1),
        jnp.tensordot(form.matrix, carried.s, 1).at[:, step].add(form.inputs),
        form.matrix @ carried.offset + form.offset,
    )


def observed(observation: AbstractObservation, carried: Carried) -> Observed:
    """The forecast that a state stands for, as a sum of the same parts."""
    forecast, B = observation.observe(carried.z), jax.jacrev(observation.observe)(carried.z)
    offset = B @ carried.offset + (forecast - B @ carried.z)
    return Observed(forecast, jnp.tensordot(B, carried.x, 1), jnp.tensordot(B, carried.s, 1), offset, B)
