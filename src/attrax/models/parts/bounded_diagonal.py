"""A diagonal whose entries are below 1 in absolute value for all parameter values."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.spec import Spec
from attrax.models.diagonal import AbstractDiagonal


class BoundedDiagonal(AbstractDiagonal):
    r"""Diagonal entries inside $(-r, r)$ with $r < 1$, $a = r \tanh(w)$, so that $\lVert A \rVert_2 \le r < 1$.

    Args:
        weights: Unconstrained parameters w.
        radius: The bound r. After t steps a state keeps at most the fraction `radius ** t` of its value.

    Example:
        >>> import jax.numpy as jnp
        >>> diagonal = BoundedDiagonal(jnp.array([0.0, 100.0]), radius=0.5)
        >>> diagonal.value().tolist()
        [0.0, 0.5]
    """

    weights: Float[Array, " latent"]
    radius: float = eqx.field(static=True, default=0.999)

    def value(self) -> Float[Array, " latent"]:
        """The diagonal entries."""
        return self.radius * jnp.tanh(self.weights)

    @classmethod
    def from_entries(cls, entries: Float[Array, " latent"], radius: float = 0.999) -> "BoundedDiagonal":
        """Create the diagonal with the given entries; entries outside the bound are moved to just inside it."""
        share = jnp.clip(entries / radius, -0.995, 0.995)
        return cls(jnp.arctanh(share), radius)


SPEC = Spec("bounded diagonal", BoundedDiagonal)
