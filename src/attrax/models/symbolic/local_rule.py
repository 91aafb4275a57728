"""`LocalRule`: the next state of each cell of a lattice, by a small network of the cells around it."""

from itertools import product

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from attrax.core.errors import ConfigError
from attrax.models.initialization import fan_in_uniform
from attrax.models.symbolic.symbol_model import AbstractSymbolModel, chosen_symbol

MOST_PATTERNS = 1 << 20


class LocalRule(AbstractSymbolModel):
    r"""A convolution on a lattice whose opposite edges are joined, followed by one hidden layer.

    $$\mathrm{logits}_i = W_2\, \mathrm{relu}(W_1 e_i + h_1) + h_2$$

    with $e_i$ the cells at most `radius` away from cell $i$ along each axis, one-hot. All cells share the weights, so
    what is learned on one lattice holds on any other: `at` changes the shape.

    Args:
        W1: Weights of the hidden units.
        h1: Their offsets.
        W2: Weights of the readout.
        h2: Its offsets.
        shape: Number of cells along each axis.
        radius: How far the neighborhood reaches.

    Example:
        >>> rule = LocalRule.create(2, (5, 5), key=jax.random.key(0))
        >>> rule.simulate(np.zeros((1, 25)), 3).x.shape, rule.at((7, 9)).simulate(np.zeros((1, 63)), 3).x.shape
        ((3, 25), (3, 63))
    """

    W1: Float[Array, "hidden input"]
    h1: Float[Array, " hidden"]
    W2: Float[Array, "level hidden"]
    h2: Float[Array, " level"]
    shape: tuple[int, ...] = eqx.field(static=True)
    radius: int = eqx.field(static=True, default=1)
    reach: int = eqx.field(static=True, default=1)

    @classmethod
    def create(
        cls, levels: int, shape: tuple[int, ...], *, hidden_dim: int = 8, radius: int = 1, key: PRNGKeyArray
    ) -> "LocalRule":
        """A rule with random weights.

        Args:
            levels: Number of symbols.
            shape: Number of cells along each axis.
            hidden_dim: Number of hidden units.
            radius: How far the neighborhood reaches.
            key: Random key.
        """
        k_1, k_2 = jax.random.split(key)
        size = (levels - 1) * (2 * radius + 1) ** len(shape)
        W1, W2 = (
            fan_in_uniform((hidden_dim, size), size, key=k_1),
            fan_in_uniform((levels, hidden_dim), hidden_dim, key=k_2),
        )
        return cls(W1=W1, h1=jnp.zeros(hidden_dim), W2=W2, h2=jnp.zeros(levels), shape=shape, radius=radius)

    @property
    def levels(self) -> int:
        """Number of symbols."""
        return self.W2.shape[0]

    def at(self, shape: tuple[int, ...]) -> "LocalRule":
        """The same rule on another lattice of as many axes."""
        return LocalRule(W1=self.W1, h1=self.h1, W2=self.W2, h2=self.h2, shape=shape, radius=self.radius)

    def logits(self, before: Int[Array, "reach obs"], after: Int[Array, " obs"]) -> Float[Array, "obs level"]:
        """The logits of each cell, from the cells around it."""
        del after
        return self._of_patterns(self._patterns(before[-1]))

    def next_row(self, before: Int[Array, "reach obs"], key: PRNGKeyArray | None = None) -> Int[Array, " obs"]:
        """The next states of all cells."""
        return chosen_symbol(self.logits(before, before[-1]), key)

    def table(self) -> tuple[Int[np.ndarray, "pattern cell"], Int[np.ndarray, " pattern"]]:
        """Every pattern of the cells around a cell, and the most likely next state of the cell.

        If it agrees with a rule on all patterns, it follows that rule on every lattice, from every state.

        Raises: `ConfigError` C692 if there are more than a million patterns.

        Example:
            >>> LocalRule.create(2, (5, 5), key=jax.random.key(0)).table()[0].shape
            (512, 9)
        """
        cells = (2 * self.radius + 1) ** len(self.shape)
        if self.levels**cells > MOST_PATTERNS:
            raise ConfigError(
                "C692",
                "too many patterns to list",
                where=f"{self.levels} symbols, {cells} cells",
                why=f"there are {self.levels}^{cells} patterns",
                fix="compare simulations instead",
            )
        patterns = np.array(list(product(range(self.levels), repeat=cells)), np.int32)
        return patterns, np.asarray(chosen_symbol(self._of_patterns(jnp.asarray(patterns)), None))

    def _patterns(self, row: Int[Array, " obs"]) -> Int[Array, "obs cell"]:
        board, axes = row.reshape(self.shape), tuple(range(len(self.shape)))
        offsets = product(range(-self.radius, self.radius + 1), repeat=len(self.shape))
        return jnp.stack([jnp.roll(board, tuple(-i for i in offset), axes).ravel() for offset in offsets], axis=1)

    def _of_patterns(self, patterns: Int[Array, "pattern cell"]) -> Float[Array, "pattern level"]:
        # One number less than there are symbols says which of them it is.
        one_hot = (patterns[..., None] == jnp.arange(1, self.levels)).reshape(len(patterns), -1).astype(self.W1.dtype)
        return jax.nn.relu(one_hot @ self.W1.T + self.h1) @ self.W2.T + self.h2
