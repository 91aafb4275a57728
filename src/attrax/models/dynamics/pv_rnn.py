"""The predictive-coding-inspired variational RNN: deterministic units driven by random ones with a learned prior."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.errors import ConfigError
from attrax.core.spec import Settings
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.gated import add_inputs
from attrax.models.initialization import fan_in_uniform
from attrax.models.network import AbstractNetwork
from attrax.models.stochastic import AbstractStochastic


class PredictiveCodingRNN(AbstractNetwork, AbstractStochastic):
    r"""Deterministic units d and random units u: $d_t = (1 - 1/\tau) d_{t-1} + \frac{1}{\tau} \tanh(h_t)$.

    $h_t = W_d d_{t-1} + W_u u_t + b + C s_t$ with $u_t = \mu_t + \sigma_t \epsilon_t$, $\epsilon_t$ standard normal.
    The prior of u comes from the past, $\mu_t = \tanh(W_\mu d_{t-1})$ and $\sigma_t = \exp(W_\sigma d_{t-1})$. The
    posterior is shifted by free vectors: $\mu_t = \tanh(W_\mu d_{t-1} + a^\mu_t)$,
    $\sigma_t = \exp(W_\sigma d_{t-1} + a^\sigma_t)$. They are found by error regression (`ErrorRegression`), for which
    this network was made. Its meta-prior decides what becomes of irregular data: with a high one the network learns
    deterministic chaos and small $\sigma$, with a low one a contracting map and large $\sigma$.

    The latent state is d, between -1 and 1, so use an `AffineObservation`. `step` is the map without noise,
    $u_t = \mu_t$; exponents, cycles and free runs are those of this map. The time constants $\tau$ are spread evenly on
    a logarithmic scale. In the paper the leak acts on h, here on d, so that the state is d alone; for $\tau = 1$ both
    are the same.

    Args:
        W_d: Weights between deterministic units.
        W_u: Weights from random to deterministic units.
        b: Offsets.
        W_mu: Weights of the mean of the prior.
        W_sigma: Weights of the logarithm of its standard deviation.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        fast, slow: Smallest and largest time constant in steps, at least 1.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> network = PredictiveCodingRNN.create(20, random_dim=3, key=jax.random.key(0))
        >>> network.step(jnp.zeros(20)).shape, network.vector_dim
        ((20,), 6)

    References:
        Ahmadi & Tani, A novel predictive-coding-inspired variational RNN model for online prediction and recognition,
        Neural Computation 2019 [@ahmadi2019].
    """

    W_d: Float[Array, "latent latent"]
    W_u: Float[Array, "latent random"]
    b: Float[Array, " latent"]
    W_mu: Float[Array, "random latent"]
    W_sigma: Float[Array, "random latent"]
    C: Float[Array, "latent input"]
    fast: float = eqx.field(static=True, default=1.0)
    slow: float = eqx.field(static=True, default=4.0)
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls,
        latent_dim: int,
        random_dim: int,
        *,
        fast: float = 1.0,
        slow: float = 4.0,
        input_dim: int = 0,
        dt: float = 1.0,
        key: PRNGKeyArray,
    ) -> "PredictiveCodingRNN":
        r"""Create a network with weights uniform in $\pm 1 / \sqrt{n}$, with n their number for each unit.

        Args:
            latent_dim: Number M of deterministic units.
            random_dim: Number of random units.
            fast: Smallest time constant in steps.
            slow: Largest time constant in steps.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            key: Random key.
        """
        k_d, k_u, k_mu, k_sigma, k_C = jax.random.split(key, 5)
        return cls(
            W_d=fan_in_uniform((latent_dim, latent_dim), latent_dim, key=k_d),
            W_u=fan_in_uniform((latent_dim, random_dim), random_dim, key=k_u),
            b=jnp.zeros(latent_dim),
            W_mu=fan_in_uniform((random_dim, latent_dim), latent_dim, key=k_mu),
            W_sigma=fan_in_uniform((random_dim, latent_dim), latent_dim, key=k_sigma),
            C=fan_in_uniform((latent_dim, input_dim), max(input_dim, 1), key=k_C),
            fast=fast,
            slow=slow,
            dt=dt,
        )

    @property
    def latent_dim(self) -> int:
        """Number M of deterministic units."""
        return self.W_d.shape[0]

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return self.C.shape[1]

    @property
    def noise_dim(self) -> int:
        """Number of random units."""
        return self.W_mu.shape[0]

    @property
    def vector_dim(self) -> int:
        """Two entries for each random unit: shifts of its mean and of the logarithm of its standard deviation."""
        return 2 * self.noise_dim

    @property
    def memory(self) -> Float[Array, " linear"]:
        """Empty: the time constants are fixed."""
        return jnp.zeros(0)

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """All weights and offsets of the units."""
        return self.W_d, self.W_u, self.b, self.W_mu, self.W_sigma

    def prior(self, z: Float[Array, " latent"]) -> tuple[Float[Array, " random"], Float[Array, " random"]]:
        """Mean and standard deviation of the random units, given the state before a step."""
        return self._posterior(z, jnp.zeros(self.vector_dim, z.dtype))

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The map without noise. Cost: O(M^2)."""
        return self._moved(z, jnp.tanh(self.W_mu @ z), s)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian of the map without noise, in closed form. Cost: O(M^2) for each random unit."""
        u = jnp.tanh(self.W_mu @ z)
        slope = 1 - jnp.tanh(self._drive(z, u, s)) ** 2
        inner = self.W_d + self.W_u @ ((1 - u**2)[:, None] * self.W_mu)
        rate = self._rate(z)
        return jnp.diag(1 - rate) + (rate * slope)[:, None] * inner

    def inferred_step(
        self,
        z: Float[Array, " latent"],
        vector: Float[Array, " vector"],
        noise: Float[Array, " noise"],
        s: Float[Array, " input"] | None = None,
        duration: Float[Array, ""] | None = None,
    ) -> Float[Array, " latent"]:
        """A step with the random units drawn from their posterior."""
        del duration
        mean, sigma = self._posterior(z, vector)
        return self._moved(z, mean + sigma * noise, s)

    def divergence(self, z: Float[Array, " latent"], vector: Float[Array, " vector"]) -> Float[Array, ""]:
        """The divergence between two normal distributions, summed over the random units."""
        mean, _ = self._posterior(z, vector)
        prior_mean, prior_sigma = self.prior(z)
        # The ratio is computed from the shift itself, which keeps its sign and digits where it is small.
        log_ratio = vector[self.noise_dim :]
        distance = (mean - prior_mean) / prior_sigma
        return 0.5 * jnp.sum(jnp.expm1(2 * log_ratio) - 2 * log_ratio + distance**2)

    def _posterior(
        self, z: Float[Array, " latent"], vector: Float[Array, " vector"]
    ) -> tuple[Float[Array, " random"], Float[Array, " random"]]:
        to_mean, to_sigma = jnp.split(vector, 2)
        return jnp.tanh(self.W_mu @ z + to_mean), jnp.exp(self.W_sigma @ z + to_sigma)

    def _rate(self, z: Float[Array, " latent"]) -> Float[Array, " latent"]:
        """The rates $1 / tau$ of the units."""
        return 1 / jnp.geomspace(self.fast, self.slow, self.latent_dim, dtype=z.dtype)

    def _drive(
        self, z: Float[Array, " latent"], u: Float[Array, " random"], s: Float[Array, " input"] | None
    ) -> Float[Array, " latent"]:
        return add_inputs(self.W_d @ z + self.W_u @ u + self.b, self.C, s)

    def _moved(
        self, z: Float[Array, " latent"], u: Float[Array, " random"], s: Float[Array, " input"] | None
    ) -> Float[Array, " latent"]:
        """The state after it has relaxed towards the tanh of its drive."""
        return z + self._rate(z) * (jnp.tanh(self._drive(z, u, s)) - z)


class PredictiveCodingSettings(Settings):
    """Settings of the predictive-coding network."""

    random_dim: int = Field(default=4, ge=1, title="random", description="Number of random units.")
    fast: float = Field(default=1.0, ge=1, description="Smallest time constant in steps.")
    slow: float = Field(default=4.0, ge=1, description="Largest time constant in steps, at least the smallest one.")


def _conflict(latent_dim: int, settings: PredictiveCodingSettings) -> ConfigError | None:
    del latent_dim
    if settings.slow >= settings.fast:
        return None
    return ConfigError(
        "C648",
        "time constants in the wrong order",
        where=f"model.dynamics.fast = {settings.fast:g}, model.dynamics.slow = {settings.slow:g}",
        why="the time constants of the units lie between the smallest and the largest one",
        fix=f"model.dynamics.slow={settings.fast:g}",
    )


SPEC = DynamicsSpec(
    "predictive-coding RNN",
    PredictiveCodingRNN,
    PredictiveCodingSettings,
    free=37,
    readout=True,
    scan="stored",
    conflict=_conflict,
)
