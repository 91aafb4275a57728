"""The product observation: groups of channels of different kinds that depend on the same latent state."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.core.spec import Spec


class ProductObservation(AbstractObservation):
    r"""The observation $p(x \mid z) = \prod_j p_j(x_{C_j} \mid z)$: given z, groups of channels are independent.

    Args:
        parts: The observation $p_j$ of each group.
        channels: The columns $C_j$ of the recording in each group; every column belongs to exactly one group.

    Example:
        >>> from attrax.models import IdentityObservation, PoissonObservation
        >>> spikes = PoissonObservation(jnp.ones((1, 2)), jnp.zeros(1))
        >>> both = ProductObservation((IdentityObservation(1), spikes), ((0,), (1,)))
        >>> both.obs_dim, both.observe(jnp.zeros(2)).tolist()
        (2, [0.0, 1.0])

    References:
        Brenner, Hess, Koppe & Durstewitz, Integrating Multimodal Data for Joint Generative Modeling of Complex
        Dynamics, ICML 2024 [@brenner2024mtf].
        Kramer, Bommer, Tombolini, Koppe & Durstewitz, Reconstructing Nonlinear Dynamical Systems from Multi-Modal Time
        Series, ICML 2022 [@kramer2022].
    """

    parts: tuple[AbstractObservation, ...]
    channels: tuple[tuple[int, ...], ...] = eqx.field(static=True)

    @property
    def obs_dim(self) -> int:
        """Number N of channels of all groups."""
        return sum(map(len, self.channels))

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The expected values of all groups, in the order of the recording."""
        return self._joined([part.observe(z) for part in self.parts])

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """Sampled values of all groups, in the order of the recording."""
        keys = jax.random.split(key, len(self.parts))
        return self._joined([part.sample(z, key=k) for part, k in zip(self.parts, keys, strict=True)])

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        """The features of all groups."""
        return jnp.concatenate([part.features(x[..., np.array(c)]) for part, c in self._groups()], axis=-1)

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        """The mean negative log-likelihood over all observed values of all groups."""
        total, count = jnp.zeros((), z.dtype), jnp.zeros((), z.dtype)
        for part, columns in self._groups():
            values, seen = x[..., np.array(columns)], None if mask is None else mask[..., np.array(columns)]
            n = jnp.asarray(values.size if seen is None else seen.sum(), z.dtype)
            total, count = total + n * part.nll(z, values, seen), count + n
        return total / jnp.maximum(count, 1)

    def _groups(self) -> zip:
        return zip(self.parts, self.channels, strict=True)

    def _joined(self, groups: list[Array]) -> Float[Array, "*batch obs"]:
        """The columns of all groups, in the order of the recording."""
        order = [column for columns in self.channels for column in columns]
        places = sorted(range(len(order)), key=order.__getitem__)
        return jnp.concatenate(groups, axis=-1)[..., np.array(places)]


SPEC = Spec("product of observations", ProductObservation)
