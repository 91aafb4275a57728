r"""The variational bound: how well a model explains windows of data, if its states are told about them by inference.

Teacher forcing tells the state about the data by replacement: a part of the state is overwritten. Inference leaves the
map alone and searches for the random disturbances under which the orbit of the map fits the data, at a price.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.scan import AbstractMap, AbstractScan
from attrax.core.scans.sequential import Sequential
from attrax.models.model import Model
from attrax.models.stochastic import AbstractStochastic, stochastic
from attrax.train.loss import time_first
from attrax.train.window_batches import Batch


class FreeVectors(NamedTuple):
    """The free vectors of some windows.

    Attributes:
        first: The shift of the first state of each window.
        steps: The vectors of the steps that follow, one for each later row.
    """

    first: Float[Array, "*window latent"]
    steps: Float[Array, "*window step vector"]


class InferenceStep(NamedTuple):
    """What the inferred map needs for one step.

    Attributes:
        vector: The free vector.
        noise: Standard normal numbers.
        s: External input; None if there is none.
        duration: Duration of the step; None if it is the time step of the dynamics.
    """

    vector: Float[Array, "*moment vector"]
    noise: Float[Array, "*moment noise"]
    s: Float[Array, "*moment input"] | None = None
    duration: Float[Array, "*moment"] | None = None


class InferredMap(AbstractMap):
    """The map whose random variable is drawn from the posterior of each step.

    Args:
        dynamics: The dynamics with its random variable.
    """

    dynamics: AbstractStochastic

    def __call__(self, z: Float[Array, " latent"], signal: InferenceStep) -> Float[Array, " latent"]:
        """A step of the dynamics."""
        return self.dynamics.inferred_step(z, signal.vector, signal.noise, signal.s, signal.duration)

    def jacobian(self, z: Float[Array, " latent"], signal: InferenceStep) -> Float[Array, "latent latent"]:
        """The Jacobian of the step, by forward-mode differentiation."""
        return jax.jacfwd(self)(z, signal)


class VariationalBound(eqx.Module):
    r"""The loss $-\langle \log p(x_t \mid z_t) \rangle + (w_1 D_1 + w \sum_{t > 1} D_t) / n$ with n observed values.

    $z_t = F(z_{t-1}, s_t) + \sigma (a_t + \epsilon_t)$, and $D_t = \lVert a_t \rVert^2 / 2$ is the divergence of the
    posterior $\mathcal{N}(\sigma a_t, \sigma^2)$ of the innovation from its prior $\mathcal{N}(0, \sigma^2)$. A
    dynamics that is an `AbstractStochastic` has its own random variables, posterior and divergence instead. The first
    state is $z_1 = G^+(x_1) + a_1$, the guess of the start of the model plus a free vector with a standard normal
    prior. For observations without a noise model, the log-likelihood is minus the squared error.

    Args:
        meta_prior: The weight w of the divergence. High: the orbit of the map itself must explain the data. Low: it is
            explained by disturbances, up to the one-step prediction errors.
        first_meta_prior: The weight $w_1$ of the divergence of the first state, usually small.
        sigma: Standard deviation $\sigma$ of the innovations of a dynamics without random variables, in units of the
            latent states.
        scan: The method that computes the orbits.

    Example:
        >>> VariationalBound(meta_prior=0.01).sigma
        0.02
    """

    meta_prior: float = 0.1
    first_meta_prior: float = 0.01
    sigma: float = 0.02
    scan: AbstractScan = Sequential()

    def __call__(
        self, model: Model, batch: Batch, vectors: FreeVectors, noise: Float[Array, "step window noise"]
    ) -> tuple[Float[Array, ""], Float[Array, ""]]:
        """The loss, and the mean divergence of a step.

        Args:
            model: The model.
            batch: The windows.
            vectors: The free vectors of the windows.
            noise: Standard normal numbers of each step; zeros for the mean of the posterior.
        """
        dynamics = stochastic(model.dynamics, self.sigma)
        z = self.orbits(model, batch, vectors, noise)
        x = time_first(batch.x[:, model.start.reach - 1 :])
        counted = batch.mask if batch.counted is None else batch.counted
        mask = None if counted is None else time_first(counted[:, model.start.reach - 1 :])
        divergence = jax.vmap(jax.vmap(dynamics.divergence))(z[:-1], time_first(vectors.steps))
        price = self.meta_prior * divergence.sum() + self.first_meta_prior * 0.5 * jnp.sum(vectors.first**2)
        n = x.size if mask is None else jnp.maximum(mask.sum(), 1)
        return model.observation.nll(z, x, mask) + price / n, divergence.mean()

    def orbits(
        self, model: Model, batch: Batch, vectors: FreeVectors, noise: Float[Array, "step window noise"]
    ) -> Float[Array, "row window latent"]:
        """The states of the rows of each window, from the first that has one: the last that the start needs."""
        first = model.start.reach
        z = model.start.last(model.observation, batch.x[:, :first]) + vectors.first
        if batch.x.shape[1] == first:
            return z[None]
        s = None if batch.s is None else time_first(batch.s[:, first:])
        durations = None if batch.durations is None else batch.durations[:, first:].T
        signals = InferenceStep(time_first(vectors.steps), noise, s, durations)
        dynamics = stochastic(model.dynamics, self.sigma)
        later = self.scan.orbits(InferredMap(dynamics), z, signals, len(noise))
        return jnp.concatenate([z[None], later])

    def no_vectors(self, model: Model, batch: Batch) -> FreeVectors:
        """Vectors of zeros, with which the posterior is the prior."""
        dynamics, (windows, rows, _) = stochastic(model.dynamics, self.sigma), batch.x.shape
        steps = rows - model.start.reach
        return FreeVectors(jnp.zeros((windows, dynamics.latent_dim)), jnp.zeros((windows, steps, dynamics.vector_dim)))

    def noise(self, model: Model, batch: Batch, key: PRNGKeyArray | None) -> Float[Array, "step window noise"]:
        """Random numbers for each step of each window; zeros without a key."""
        windows, rows, _ = batch.x.shape
        shape = rows - model.start.reach, windows, stochastic(model.dynamics, self.sigma).noise_dim
        return jnp.zeros(shape) if key is None else jax.random.normal(key, shape)


def vector_gradient(
    bound: VariationalBound, model: Model, batch: Batch, vectors: FreeVectors, noise: Float[Array, "step window noise"]
) -> Any:
    """The gradient of the bound with respect to the free vectors, while the model is held.

    It is that of the sum over all values, so that its size does not depend on the number of windows.
    """
    gradient = jax.grad(lambda vectors: bound(model, batch, vectors, noise)[0])(vectors)
    return jax.tree.map(lambda g: g * batch.x.size, gradient)
