"""The loss of teacher forcing: how far the forced model is from the next value, all along a window."""

from abc import abstractmethod
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray, PyTree

from attrax.models.model import Model
from attrax.train.forcing import AbstractForcing


class Batch(NamedTuple):
    """Windows of recordings.

    Attributes:
        x: Values, standardised; 0 where missing.
        mask: True where observed; None if nothing is missing anywhere.
        s: External inputs, if there are any.
    """

    x: Float[Array, "window time obs"]
    mask: Bool[Array, "window time obs"] | None
    s: Float[Array, "window time input"] | None


class AbstractLoss(eqx.Module):
    """What `fit` minimises: a value for a batch, with a state of its own that may adapt.

    For developers: any pytree will do as `model`; `fit` differentiates the value with respect to its float arrays.
    """

    @abstractmethod
    def init(self) -> Any:
        """The state before the first update."""

    @abstractmethod
    def update(self, state: Any, model: PyTree, batch: Batch, step: Int[Array, ""]) -> Any:
        """The state with which this batch is to be judged."""

    @abstractmethod
    def __call__(
        self, model: PyTree, batch: Batch, state: Any, *, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], dict[str, Float[Array, ""]]]:
        """The value to be minimised, and what to record beside it."""


class TeacherForcing(AbstractLoss):
    r"""Mean squared error of the unforced predictions along a forced orbit.

    $L = \mathrm{mean}_t \lVert G(z_t) - x_t \rVert^2$ with $z_t = F(\tilde z_{t-1}, s_t)$, $\tilde z$ the state after
    forcing and $t = 2 \dots T$. Missing values count neither in the loss nor in the forcing.

    Args:
        forcing: How the state is corrected between two steps.

    References: [@hess2023].
    """

    forcing: AbstractForcing

    def init(self) -> Any:
        """The state of the forcing."""
        return self.forcing.init()

    def update(self, state: Any, model: Model, batch: Batch, step: Int[Array, ""]) -> Any:
        """Let the forcing look at the states that the data imply."""
        z_hat = model.start.infer(model.observation, observed(batch))
        return jax.lax.stop_gradient(self.forcing.update(state, model.dynamics, z_hat, step))

    def __call__(
        self, model: Model, batch: Batch, state: Any, *, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], dict[str, Float[Array, ""]]]:
        """The mean over windows, steps and observed channels."""
        del key
        z = forced_orbits(model, self.forcing, batch, state)
        mask = None if batch.mask is None else batch.mask[:, 1:]
        return model.observation.nll(z, batch.x[:, 1:], mask), {"alpha": self.forcing.alpha(state)}


def observed(batch: Batch) -> Float[Array, "window time obs"]:
    """The values with 0, the mean of standardised data, where they are missing, whatever is stored there."""
    return batch.x if batch.mask is None else jnp.where(batch.mask, batch.x, 0)


def forced_orbits(
    model: Model, forcing: AbstractForcing, batch: Batch, state: Any
) -> Float[Array, "window predicted latent"]:
    r"""The predictions $z_2 \dots z_T$ of each window, every one a step from the corrected state before it.

    Where a value is missing, the model's own expectation takes its place before the observation is inverted.
    """
    invert = model.observation.inverse()
    z = model.start.infer(model.observation, observed(batch)[:, 0])

    def implied(z, x, mask):
        if mask is None:
            return x
        return invert(jnp.where(mask, x, model.observation.observe(z)))

    def advance(z, t, x, mask, s):
        z_forced = forcing.force(z, implied(z, x, mask), t, state)
        return model.dynamics.step(z_forced, s)

    def body(z, moment):
        t, x, mask, s = moment
        z = jax.vmap(advance, in_axes=(0, None, 0, 0, 0))(z, t, x, mask, s)
        return z, z

    # Complete windows are inverted all at once, outside the sequential loop.
    target = invert(batch.x) if batch.mask is None else batch.x
    time_first = jax.tree.map(lambda a: jnp.swapaxes(a, 0, 1), (target[:, :-1], batch.mask, batch.s))
    target, mask, s = time_first
    mask = None if mask is None else mask[:-1]
    s = None if s is None else s[1:]
    _, orbits = jax.lax.scan(body, z, (jnp.arange(len(target)), target, mask, s))
    return jnp.swapaxes(orbits, 0, 1)
