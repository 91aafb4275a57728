"""The maximum mean discrepancy: a kernel distance between two sets of states."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from attrax.core.spec import Settings
from attrax.train.distance import AbstractDistance, DistanceSpec, pooled, squared_distances


class MaximumMeanDiscrepancy(AbstractDistance):
    r"""Squared maximum mean discrepancy between the states of free runs $\hat x$ and those of the data $x$.

    $\mathrm{MMD}^2 = \overline{k(\hat x, \hat x')} - 2\,\overline{k(\hat x, x)} + \overline{k(x, x')}$; bars are
    means over all pairs. The kernel is a sum of rational quadratic kernels,
    $k(x, y) = \sum_\sigma \sigma^2 / (\sigma^2 + |x - y|^2)$. Its tails fall slowly, so distant states still have a
    gradient. The states of all windows form one sample.

    Args:
        widths: The widths $\sigma$ of the kernels, in standardised units. The default suits most attractors.

    Cost: O(P^2) for P = batch size times steps.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.train import MaximumMeanDiscrepancy
        >>> x = jnp.linspace(-1.0, 1.0, 50)[None, :, None]
        >>> near, far = MaximumMeanDiscrepancy()(x + 0.1, x), MaximumMeanDiscrepancy()(x + 1.0, x)
        >>> bool(near < far)
        True

    References:
        Schiff et al., DySLIM: Dynamics Stable Learning by Invariant Measure for Chaotic Systems, ICML 2024
        [@schiff2024].
    """

    widths: tuple[float, ...] = eqx.field(default=(0.2, 0.5, 0.9, 1.3), static=True)

    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The squared maximum mean discrepancy."""
        a, b = pooled(x_hat), pooled(x)
        return self._mean_kernel(a, a) - 2 * self._mean_kernel(a, b) + self._mean_kernel(b, b)

    def _mean_kernel(self, a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, ""]:
        squared = squared_distances(a, b)
        return sum((jnp.mean(w**2 / (w**2 + squared)) for w in self.widths), start=jnp.zeros((), a.dtype))


class MaximumMeanDiscrepancySettings(Settings):
    """Settings of the maximum mean discrepancy."""

    widths: tuple[float, ...] = Field(
        default=(0.2, 0.5, 0.9, 1.3), description="Widths of the kernels, in standardised units."
    )


SPEC = DistanceSpec(
    "maximum mean discrepancy",
    MaximumMeanDiscrepancy,
    MaximumMeanDiscrepancySettings,
    create=lambda settings: MaximumMeanDiscrepancy(settings.widths),
)
