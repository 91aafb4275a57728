"""The Hellinger distance between the power spectra of free runs and data."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.train.distance import AbstractDistance, DistanceSpec

_TINY = 1e-12


class SpectralHellinger(AbstractDistance):
    r"""Squared Hellinger distance $H^2 = 1 - \sum_f \sqrt{\hat p_f\, p_f}$ of power spectra, averaged over channels.

    Here $\hat p$ and $p$ are the normalised spectra of free runs and data, averaged over windows, with a Hann taper and
    without the mean. Periods longer than a free run are not seen: make the free runs as long as the slowest important
    period.

    Cost: one Fourier transform per window and channel.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.train import SpectralHellinger
        >>> t = jnp.arange(200.0)[None, :, None]
        >>> near, far = (SpectralHellinger()(jnp.sin(speed * t), jnp.sin(0.5 * t)) for speed in (0.52, 1.0))
        >>> bool(near < far)
        True
    """

    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The squared Hellinger distance."""
        return jnp.mean(1 - jnp.sum(jnp.sqrt(_spectrum(x_hat) * _spectrum(x)), axis=0))


def _spectrum(x: Float[Array, "window time obs"]) -> Float[Array, "frequency obs"]:
    taper = jnp.hanning(x.shape[1] + 2)[1:-1, None].astype(x.dtype)
    # The gradient of a square root is infinite at 0.
    power = (
        jnp.mean(jnp.abs(jnp.fft.rfft(taper * (x - x.mean(axis=1, keepdims=True)), axis=1)) ** 2, axis=0)[1:] + _TINY
    )
    return power / power.sum(axis=0)


SPEC = DistanceSpec("Hellinger distance of spectra", SpectralHellinger, create=lambda _: SpectralHellinger())
