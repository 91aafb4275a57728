"""Random lattices and their next states, drawn anew for every update of a training."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from attrax.optimise.batches import AbstractBatches
from attrax.systems.cellular_automaton import CellularAutomaton


class RandomLattices(AbstractBatches):
    """Random states of an automaton of two states, and the next states: examples for models of symbols.

    Args:
        automaton: The automaton.
        size: Number of examples in a batch.
        low: Lowest density of living cells. The density of each example is drawn uniformly between both: boards of all
            densities show the rule where one density shows hardly any empty or full neighborhood.
        high: Highest density.

    Example:
        >>> batches = RandomLattices(CellularAutomaton.life_like("B3/S23", (4, 4)), 8)
        >>> before, after = batches.draw(jax.random.key(0), jnp.asarray(0))
        >>> before.shape, after.shape
        ((8, 1, 16), (8, 16))
    """

    automaton: CellularAutomaton
    size: int = eqx.field(static=True)
    low: float = eqx.field(static=True, default=0.0)
    high: float = eqx.field(static=True, default=1.0)

    def draw(
        self, key: PRNGKeyArray, step: Int[Array, ""]
    ) -> tuple[Int[Array, "example reach obs"], Int[Array, "example obs"]]:
        """Draw lattices; one row before, and the row after it."""
        del step
        k_density, k_cells = jax.random.split(key)
        density = jax.random.uniform(k_density, (self.size, 1), minval=self.low, maxval=self.high)
        alive = jax.random.uniform(k_cells, (self.size, self.automaton.latent_dim)) < density
        after = jax.vmap(self.automaton.step)(alive.astype(jnp.float32))
        return alive.astype(jnp.int32)[:, None], after.astype(jnp.int32)
