"""A driven map whose orbits are known, for examples of scans and for tests of your own."""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.scan import AbstractMap


class Decay(AbstractMap):
    r"""The map $F(z, s) = z / 2 + s$: without a signal $s$, every step halves the state.

    Example:
        >>> from attrax.core import Sequential
        >>> Sequential().orbits(Decay(), jnp.array([4.0]), jnp.ones((2, 1)), 2).ravel().tolist()
        [3.0, 2.5]
    """

    def __call__(self, z: Float[Array, " latent"], signal: Any) -> Float[Array, " latent"]:
        """The next state.

        Args:
            z: The state.
            signal: What is added; one number or one for each coordinate.
        """
        return 0.5 * z + signal

    def jacobian(self, z: Float[Array, " latent"], signal: Any) -> Float[Array, "latent latent"]:  # noqa: ARG002
        """The Jacobian, half of the identity.

        Args:
            z: The state.
            signal: The signal of this step.
        """
        return 0.5 * jnp.eye(len(z))
