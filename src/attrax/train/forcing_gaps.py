r"""Gaps in teacher signals: the pull that is made up after one, and the states that went too long without.

Forcing bounds the gradients of a chaotic map because at every step it makes the state forget a share of its past, so
that of an error made r steps ago $(1 - g)^r$ is left. In a gap nothing is forgotten. Two things mend that.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

_HALF = 0.5


def caught_up(
    gain: Float[Array, "time any_window any_channel"], mask: Bool[Array, "time window channel"]
) -> Float[Array, "time window channel"]:
    r"""The gain of observed values with the pull that the gap before them has kept back, $1 - \prod_r (1 - g_r)$.

    The product is over the row and the gap before it. A channel that comes back after a long gap is pulled nearly all
    the way to its value, and its past is forgotten as if there had been no gap. Missing values have no gain.

    Example:
        >>> mask = jnp.array([1, 0, 0, 1], bool)[:, None, None]
        >>> caught_up(jnp.full((4, 1, 1), 0.5), mask).ravel().tolist()
        [0.5, 0.0, 0.0, 0.875]
    """
    left = _left(gain, mask)
    before = jnp.concatenate([jnp.ones_like(left[:1]), left[:-1]])
    return jnp.where(mask, 1 - (1 - gain) * before, 0)


def trusted(
    gain: Float[Array, "time any_window any_channel"], mask: Bool[Array, "time window channel"]
) -> Bool[Array, "time window 1"]:
    r"""Which states are known well enough for the predictions made from them to count.

    Those of which forcing would not yet have replaced more than half, had the channel with the longest gap been
    observed: $\prod_r (1 - g_r) \ge 1/2$ over that gap. Later predictions tell of the drift in the gap rather than of
    the next step, and their gradients are those of a free run. At least half of the states of a batch are trusted in
    any case, those with the shortest gaps: of many channels there may always be one that is missing.

    Example:
        >>> mask = jnp.array([1, 1, 0, 0, 0], bool)[:, None, None]
        >>> trusted(jnp.full((5, 1, 1), 0.25), mask).ravel().tolist()
        [True, True, True, True, False]
    """
    left = _left(gain, mask).min(axis=-1, keepdims=True)
    return left >= jnp.minimum(_HALF, jnp.median(left))


def _left(
    gain: Float[Array, "time any_window any_channel"], mask: Bool[Array, "time window channel"]
) -> Float[Array, "time window channel"]:
    """What forcing would have left of the state before the gap that a row lies in; 1 where a value was observed."""

    def joined(before: tuple[Array, Array], later: tuple[Array, Array]) -> tuple[Array, Array]:
        return jnp.where(later[1], later[0], before[0] * later[0]), before[1] | later[1]

    return jax.lax.associative_scan(joined, (jnp.where(mask, 1, 1 - gain), mask))[0]
