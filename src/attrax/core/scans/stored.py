"""The storing scan: orbits step after step, with everything kept that their gradient needs."""

from typing import Any

import jax
from jaxtyping import Array, Float, PyTree

from attrax.core.scan import AbstractMap, AbstractScan, ScanSpec, over_windows


class Stored(AbstractScan):
    """A scan that keeps the intermediate results of every step for the gradient, by automatic differentiation.

    `Sequential` computes them again instead. That costs less if each unit sees one state only, but more for maps whose
    steps take long, such as networks with a hidden layer, and gated cells with their exponentials.

    Cost: `n` evaluations of the map, one after the other, and their derivatives. Memory for all intermediate results.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.testing import Decay
        >>> Stored().orbits(Decay(), jnp.array([4.0]), jnp.zeros((3, 1)), 3).ravel().tolist()
        [2.0, 1.0, 0.5]
    """

    def orbits(
        self, f: AbstractMap, z0: Float[Array, "*window latent"], signals: PyTree[Any], n: int
    ) -> Float[Array, "n *window latent"]:
        """The states after 1, 2, ... n steps, computed one after the other."""
        step = over_windows(f, z0)

        def body(z: Array, signal: Any) -> tuple[Array, Array]:
            z = step(z, signal)
            return z, z

        return jax.lax.scan(body, z0, signals, length=n)[1]


SPEC = ScanSpec("storing scan", Stored, create=lambda settings, task: Stored())  # noqa: ARG005
