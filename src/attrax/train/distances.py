"""Distances between the states that a model visits and those of the data, with gradients: they can be trained on."""

from abc import abstractmethod

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

_TINY = 1e-12


class AbstractDistance(eqx.Module):
    """How far apart two sets of orbits are, whatever the order in which they visit their states.

    For developers: only the gradient with respect to `x_hat` is asked for, and it must be finite where both are equal.
    """

    @abstractmethod
    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The distance; 0 where the orbits are the same."""


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
        a, b = _pooled(x_hat), _pooled(x)
        return self._mean_kernel(a, a) - 2 * self._mean_kernel(a, b) + self._mean_kernel(b, b)

    def _mean_kernel(self, a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, ""]:
        squared = _squared_distances(a, b)
        return sum((jnp.mean(w**2 / (w**2 + squared)) for w in self.widths), start=jnp.zeros((), a.dtype))


class Sinkhorn(AbstractDistance):
    r"""Debiased entropic transport $S(\hat\mu, \mu) = T(\hat\mu, \mu) - (T(\hat\mu, \hat\mu) + T(\mu, \mu)) / 2$.

    T is the cost of moving one set of states onto the other where a unit of mass pays half the squared distance, less
    entropy times its temperature. Between a set and its shifted copy it is half the squared shift, however far: unlike
    a kernel it never saturates.

    Args:
        temperature: Blur of the transport plan, as a squared length in the units of training. Smaller resolves finer
            structure and wants more iterations.
        iterations: Updates of the potentials at the final temperature, after as many on the way down to it.
        states: So many of the states, evenly spread, are compared.

    Cost: `iterations` passes over `states`$^2$ pairs. The gradient costs one more: the potentials are at their optimum,
        so nothing is propagated through the iterations.

    References: [@feydy2019].
    """

    temperature: float = eqx.field(default=0.1, static=True)
    iterations: int = eqx.field(default=30, static=True)
    states: int = eqx.field(default=100, static=True)

    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The divergence."""
        a, b = (_thinned(_pooled(orbits), self.states) for orbits in (x_hat, x))
        return self._transport(a, b) - (self._transport(a, a) + self._transport(b, b)) / 2

    def _transport(self, a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, ""]:
        """Cost of the plan; the potentials are held, but each set is moved once in the role of the one that pays."""
        held_a, held_b = jax.lax.stop_gradient((a, b))
        f, g = self._potentials(_squared_distances(held_a, held_b) / 2)
        from_a = _soft_minimum(_squared_distances(a, held_b) / 2, g, self.temperature)
        from_b = _soft_minimum(_squared_distances(b, held_a) / 2, f, self.temperature)
        return jnp.mean(from_a) + jnp.mean(from_b)

    def _potentials(self, cost: Float[Array, "left right"]) -> tuple[Float[Array, " left"], Float[Array, " right"]]:
        """The dual potentials, by averaged updates while the temperature falls from the largest cost."""
        hot = jnp.maximum(cost.max(), self.temperature)
        fall = jnp.linspace(1.0, 0.0, self.iterations, dtype=cost.dtype)
        temperatures = jnp.concatenate(
            [self.temperature * (hot / self.temperature) ** fall, jnp.full(self.iterations, self.temperature)]
        )

        def update(potentials, temperature):
            f, g = potentials
            f_next, g_next = _soft_minimum(cost, g, temperature), _soft_minimum(cost.T, f, temperature)
            return ((f + f_next) / 2, (g + g_next) / 2), None

        zeros = jnp.zeros(cost.shape[0], cost.dtype), jnp.zeros(cost.shape[1], cost.dtype)
        return jax.lax.scan(update, zeros, temperatures)[0]


class SpectralHellinger(AbstractDistance):
    r"""$H^2 = 1 - \sum_f \sqrt{\hat p_f\, p_f}$ of the normalised power spectra, averaged over channels.

    Spectra are means over the windows, tapered, without the mean value. Periods longer than an orbit are invisible to
    it: give the free runs as many steps as the slowest rhythm that matters.

    Cost: a Fourier transform a window and channel.
    """

    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The squared Hellinger distance of the spectra."""
        return jnp.mean(1 - jnp.sum(jnp.sqrt(_spectrum(x_hat) * _spectrum(x)), axis=0))


def _spectrum(x: Float[Array, "window time obs"]) -> Float[Array, "frequency obs"]:
    taper = jnp.hanning(x.shape[1] + 2)[1:-1, None].astype(x.dtype)
    # A square root has no finite slope at 0.
    power = (
        jnp.mean(jnp.abs(jnp.fft.rfft(taper * (x - x.mean(axis=1, keepdims=True)), axis=1)) ** 2, axis=0)[1:] + _TINY
    )
    return power / power.sum(axis=0)


def _pooled(x: Float[Array, "window time obs"]) -> Float[Array, "state obs"]:
    return x.reshape(-1, x.shape[-1])


def _thinned(x: Float[Array, "state obs"], n: int) -> Float[Array, "kept obs"]:
    return x[:: -(-len(x) // n)]


def _squared_distances(a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, "left right"]:
    return jnp.sum((a[:, None] - b[None]) ** 2, axis=-1)


def _soft_minimum(
    cost: Float[Array, "from to"], potential: Float[Array, " to"], temperature: Float[Array, ""] | float
) -> Float[Array, " from"]:
    """The smallest cost less the potential that is met, blurred by the temperature."""
    return -temperature * (jax.nn.logsumexp((potential - cost) / temperature, axis=1) - jnp.log(cost.shape[1]))
