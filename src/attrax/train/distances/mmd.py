"""The maximum mean discrepancy: do two sets of states look alike to a kernel [@schiff2024]?"""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from attrax.core.spec import Settings
from attrax.train.distance import AbstractDistance, DistanceSpec, pooled, squared_distances


class MaximumMeanDiscrepancy(AbstractDistance):
    r"""$\mathrm{MMD}^2 = \overline{k(\hat x, \hat x')} - 2\,\overline{k(\hat x, x)} + \overline{k(x, x')}$.

    The kernel is a sum of rational quadratic ones, $k(x, y) = \sum_\sigma \sigma^2 / (\sigma^2 + |x - y|^2)$, whose
    tails still draw states that lie far away; all states of all windows are one sample.

    Args:
        widths: The sigmas, in the units of training. Those of the standardised attractor suit most.

    Cost: a kernel for every pair of states; quadratic in batch size times steps.

    References: [@schiff2024].
    """

    widths: tuple[float, ...] = eqx.field(default=(0.2, 0.5, 0.9, 1.3), static=True)

    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The squared discrepancy."""
        a, b = pooled(x_hat), pooled(x)
        return self._mean_kernel(a, a) - 2 * self._mean_kernel(a, b) + self._mean_kernel(b, b)

    def _mean_kernel(self, a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, ""]:
        squared = squared_distances(a, b)
        return sum((jnp.mean(w**2 / (w**2 + squared)) for w in self.widths), start=jnp.zeros((), a.dtype))


class MaximumMeanDiscrepancySettings(Settings):
    """What can be set of the maximum mean discrepancy."""

    widths: tuple[float, ...] = Field(
        default=(0.2, 0.5, 0.9, 1.3), description="Widths of the kernels, in the units of training."
    )


SPEC = DistanceSpec(
    "maximum mean discrepancy",
    MaximumMeanDiscrepancy,
    MaximumMeanDiscrepancySettings,
    create=lambda settings: MaximumMeanDiscrepancy(settings.widths),
)
