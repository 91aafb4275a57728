"""The distance of power spectra: have free runs the same rhythms?"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.train.distance import AbstractDistance, DistanceSpec

_TINY = 1e-12


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


SPEC = DistanceSpec("Hellinger distance of spectra", SpectralHellinger, create=lambda _: SpectralHellinger())
