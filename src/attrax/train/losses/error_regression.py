"""Error regression: the states are told about the data by inference of free vectors, where forcing replaces them."""

from typing import Any, NamedTuple, cast

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree
from pydantic import Field

from attrax.core.scan import AbstractScan
from attrax.core.spec import Settings
from attrax.models.model import Model
from attrax.models.stochastic import stochastic
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.loss_spec import LossParts, LossSpec
from attrax.train.variational_bound import FreeVectors, VariationalBound, vector_gradient
from attrax.train.window_batches import Batch


class RowVectors(NamedTuple):
    """Free vectors, one for each row of the training recordings, with the state of their optimiser.

    Attributes:
        vectors: The vectors.
        moments: The moments of Adam for each row.
    """

    vectors: Float[Array, "row entry"]
    moments: PyTree

    @classmethod
    def zeros(cls, rows: int, size: int) -> "RowVectors":
        """Vectors of zeros that were never improved."""
        vectors = jnp.zeros((rows, size))
        return cls(vectors, jax.vmap(_adam().init)(vectors))

    def at(self, rows: Int[Array, "*window"]) -> "RowVectors":
        """Those of some rows."""
        return jax.tree.map(lambda leaf: leaf[rows], self)

    def with_rows(self, rows: Int[Array, "*window"], new: "RowVectors") -> "RowVectors":
        """The same with those of some rows replaced."""
        return jax.tree.map(lambda leaf, values: leaf.at[rows].set(values), self, new)

    def improved(self, gradient: Float[Array, "*window entry"], rate: float) -> "RowVectors":
        """The vectors after one step of Adam."""
        update = _adam().update
        for _ in range(gradient.ndim - 1):
            update = jax.vmap(update)
        direction, moments = update(gradient, self.moments)
        return RowVectors(self.vectors - rate * cast(Array, direction), moments)


class ErrorRegression(AbstractObjective):
    r"""The variational bound with free vectors for every row, which are learned along with the weights.

    $L = -\langle \log p(x_t \mid z_t) \rangle + (w_1 D_1 + w \sum_{t > 1} D_t) / n$ with
    $z_t = F(z_{t-1}, s_t) + \sigma (a_t + \epsilon_t)$ and $D_t = \lVert a_t \rVert^2 / 2$, as explained at
    `VariationalBound`. Before each update of the weights, the vectors $a_t$ of the windows of the batch make a few
    steps of Adam with the weights held; the weights then make their step with the vectors held. The vectors of all rows
    are the state of the objective, so they are kept in checkpoints, and are not part of the model.

    Teacher forcing and error regression are two ways to tell a state about the data. Forcing overwrites a part of the
    state, which bounds the gradients. Error regression does not interfere with the map: its gradients are those of a
    free run over the window, so windows should not be longer than a few Lyapunov times.

    Args:
        bound: The loss of given vectors, with the meta-prior w.
        rows: Number of rows of the training recordings.
        latent_dim: Number of latent states.
        vector_dim: Number of entries of the vector of a step.
        rate: Learning rate of the vectors. A vector of 1 moves the state by one $\sigma$.
        iterations: Steps of the vectors before each step of the weights. Raise it if the loss falls slowly while the
            divergence still rises.

    Cost: Each iteration costs as much as an update of the weights. Memory: seven numbers for each row and entry.
    Fails when: windows are much longer than the time in which errors grow tenfold; the vectors then find no orbit.

    Example:
        >>> ErrorRegression(VariationalBound(0.1), rows=100, latent_dim=3, vector_dim=3).init()[0].vectors.shape
        (100, 3)

    References:
        Ahmadi & Tani, A novel predictive-coding-inspired variational RNN model for online prediction and recognition,
        Neural Computation 2019 [@ahmadi2019].
    """

    bound: VariationalBound
    rows: int = eqx.field(static=True)
    latent_dim: int = eqx.field(static=True)
    vector_dim: int = eqx.field(static=True)
    rate: float = 0.1
    iterations: int = eqx.field(default=1, static=True)

    def init(self) -> tuple[RowVectors, RowVectors]:
        """Vectors of zeros: those of first rows of windows, and those of steps to a row."""
        return RowVectors.zeros(self.rows, self.latent_dim), RowVectors.zeros(self.rows, self.vector_dim)

    def __call__(
        self, model: Model, batch: Batch, state: tuple[RowVectors, RowVectors], key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The loss of the improved vectors. Facts: the mean divergence of a step, and alpha = 0, since none forces."""
        firsts = cast(Array, batch.first) + model.start.reach - 1
        later = firsts[:, None] + jnp.arange(1, batch.x.shape[1] - model.start.reach + 1)
        held = jax.lax.stop_gradient(model)
        first, steps = state[0].at(firsts), state[1].at(later)
        *keys, k_last = jax.random.split(key, self.iterations + 1)
        for k in keys:
            vectors = FreeVectors(first.vectors, steps.vectors)
            gradient = vector_gradient(self.bound, held, batch, vectors, self.bound.noise(model, batch, k))
            first, steps = first.improved(gradient.first, self.rate), steps.improved(gradient.steps, self.rate)
        new = jax.lax.stop_gradient((state[0].with_rows(firsts, first), state[1].with_rows(later, steps)))
        vectors = jax.lax.stop_gradient(FreeVectors(first.vectors, steps.vectors))
        value, divergence = self.bound(model, batch, vectors, self.bound.noise(model, batch, k_last))
        return value, (new, {"alpha": jnp.zeros(()), "divergence": divergence})


def _adam() -> optax.GradientTransformation:
    return optax.scale_by_adam()


class ErrorRegressionSettings(Settings):
    """Settings of error regression."""

    meta_prior: float = Field(
        default=0.1, gt=0, description="Weight of the divergence: high explains the data by the map, low by noise."
    )
    first_meta_prior: float = Field(default=0.01, ge=0, description="The same for the first state of a window.")
    sigma: float = Field(
        default=0.02, gt=0, description="Standard deviation of innovations, in standardised units; unused by pv-rnn."
    )
    rate: float = Field(default=0.1, gt=0, description="Learning rate of the free vectors.")
    iterations: int = Field(default=1, ge=1, description="Steps of the free vectors before each of the weights.")


def bound_of(settings: ErrorRegressionSettings, scan: AbstractScan) -> VariationalBound:
    """The variational bound of some settings."""
    return VariationalBound(settings.meta_prior, settings.first_meta_prior, settings.sigma, scan)


def _create(settings: ErrorRegressionSettings, parts: LossParts) -> ErrorRegression:
    bound = bound_of(settings, parts.scan)
    size = stochastic(parts.dynamics, settings.sigma).vector_dim
    return ErrorRegression(bound, parts.rows, parts.dynamics.latent_dim, size, settings.rate, settings.iterations)


SPEC = LossSpec("error regression", ErrorRegression, ErrorRegressionSettings, create=_create, forced=False)
