r"""Teacher forcing of recordings with missing values: stronger forcing after a gap, and no loss on unreliable states.

Forcing with gain g bounds the gradients of a chaotic map, because only the fraction $(1 - g)^r$ of an error remains
after r steps. During a gap there is no forcing, so errors are not reduced. The two functions here compensate for that.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

_HALF = 0.5


def gain_after_gaps(
    gain: Float[Array, "time any_window any_channel"], mask: Bool[Array, "time window channel"]
) -> Float[Array, "time window channel"]:
    r"""The forcing gain, increased after gaps: $1 - \prod_r (1 - g_r)$ over a row and the gap before it.

    After a long gap the state is moved almost completely to the observed value, so errors are reduced as much as if
    there had been no gap. Missing values have gain 0.

    Args:
        gain: The gain g of the forcing, between 0 and 1.
        mask: True where a value was observed.

    Example:
        >>> mask = jnp.array([1, 0, 0, 1], bool)[:, None, None]
        >>> gain_after_gaps(jnp.full((4, 1, 1), 0.5), mask).ravel().tolist()
        [0.5, 0.0, 0.0, 0.875]
    """
    left = _left(gain, mask)
    before = jnp.concatenate([jnp.ones_like(left[:1]), left[:-1]])
    return jnp.where(mask, 1 - (1 - gain) * before, 0)


def reliable_states(
    gain: Float[Array, "time any_window any_channel"], mask: Bool[Array, "time window channel"]
) -> Bool[Array, "time window 1"]:
    r"""Which states are accurate enough that predictions from them enter the loss.

    A state is reliable while $\prod_r (1 - g_r) \ge 1/2$ over the longest current gap of any channel: the forcing
    missed during the gap would have replaced at most half of the state. Predictions from later states mostly measure
    the drift during the gap, and their gradients grow like those of a free run. With many channels one value may
    always be missing, so at least half of the states of a batch, those with the shortest gaps, are always reliable.

    Args:
        gain: The gain g of the forcing, between 0 and 1.
        mask: True where a value was observed.

    Example:
        >>> mask = jnp.array([1, 1, 0, 0, 0], bool)[:, None, None]
        >>> reliable_states(jnp.full((5, 1, 1), 0.25), mask).ravel().tolist()
        [True, True, True, True, False]
    """
    left = _left(gain, mask).min(axis=-1, keepdims=True)
    return left >= jnp.minimum(_HALF, jnp.median(left))


def _left(
    gain: Float[Array, "time any_window any_channel"], mask: Bool[Array, "time window channel"]
) -> Float[Array, "time window channel"]:
    """The product of 1 - gain over the gap up to each row; 1 where the value was observed."""

    def joined(before: tuple[Array, Array], later: tuple[Array, Array]) -> tuple[Array, Array]:
        return jnp.where(later[1], later[0], before[0] * later[0]), before[1] | later[1]

    return jax.lax.associative_scan(joined, (jnp.where(mask, 1, 1 - gain), mask))[0]
