"""`AbstractSymbolModel`: a model that gives the probabilities of the symbols of the next row, and simulates them."""

from abc import abstractmethod

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray

from attrax.core.missing_values import fill_forward
from attrax.core.result import Result
from attrax.core.simulator import Simulation


class AbstractSymbolModel(eqx.Module):
    """A model of recordings in which every value is one of the symbols 0, 1, ... `levels` - 1. It is a simulator.

    A simulation without a key takes the most likely symbols; with a key it draws them. Values of a context are rounded
    to the next symbol; a missing one is replaced by the last before it.

    Attributes:
        reach: Number of rows from which the next one follows.

    For developers: implement `levels`, `logits` and `next_row`. `attrax.train.NextSymbols` trains it.
    """

    reach: eqx.AbstractVar[int]

    @property
    @abstractmethod
    def levels(self) -> int:
        """Number of symbols."""

    @abstractmethod
    def logits(self, before: Int[Array, "reach obs"], after: Int[Array, " obs"]) -> Float[Array, "obs level"]:
        """The logits of the symbols of the next row.

        Args:
            before: The rows before.
            after: The next row. The logits of a channel may depend on the channels before it, and on no others.
        """

    @abstractmethod
    def next_row(self, before: Int[Array, "reach obs"], key: PRNGKeyArray | None = None) -> Int[Array, " obs"]:
        """The next row: the most likely symbols, or drawn ones.

        Args:
            before: The rows before.
            key: Random key; None for the most likely symbols.
        """

    def simulate(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
        *,
        key: int | tuple[int, ...] | None = None,
    ) -> Simulation:
        """Continue a recording by `n` rows; there are no inputs."""
        return self.simulate_many(context[None], n, None if s is None else s[None], key=key)[0]

    def simulate_many(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None = None,
        *,
        key: int | tuple[int, ...] | None = None,
    ) -> tuple[Simulation, ...]:
        """Continue many recordings by `n` rows each; there are no inputs."""
        del s
        before = jnp.asarray(np.stack([self._last_rows(context) for context in contexts]))
        keys = None
        if key is not None:
            seed = int(np.random.default_rng(key).integers(2**31))
            keys = jax.random.split(jax.random.key(seed), len(contexts))
        runs = np.asarray(_continued(self, before, n, keys), np.float64)
        return tuple(Simulation(x, Result.SUCCESSFUL) for x in runs)

    def forecast(
        self, x: Float[np.ndarray, "time obs"], horizon: int, s: Float[np.ndarray, "time input"] | None = None
    ) -> Float[np.ndarray, "ahead obs"]:
        """Forecast `x[t + horizon]` from the rows up to `t` by the most likely symbols."""
        del s
        if len(x) <= horizon:
            return np.empty((0, x.shape[1]))
        rows = self._symbols(x)
        padded = np.concatenate([np.repeat(rows[:1], self.reach - 1, axis=0), rows])
        before = np.stack([padded[t : t + self.reach] for t in range(len(x) - horizon)])
        return np.asarray(_continued(self, jnp.asarray(before), horizon, None)[:, -1], np.float64)

    def _last_rows(self, context: Float[np.ndarray, "time obs"]) -> Int[np.ndarray, "reach obs"]:
        rows = self._symbols(context)[-self.reach :]
        return np.concatenate([np.repeat(rows[:1], self.reach - len(rows), axis=0), rows])

    def _symbols(self, x: Float[np.ndarray, "time obs"]) -> Int[np.ndarray, "time obs"]:
        return np.clip(np.round(fill_forward(x)), 0, self.levels - 1).astype(np.int32)


@eqx.filter_jit
def _continued(
    model: AbstractSymbolModel, before: Int[Array, "start reach obs"], n: int, keys: Key[Array, " start"] | None
) -> Int[Array, "start n obs"]:
    def body(before, key):
        row = model.next_row(before, key)
        return jnp.concatenate([before[1:], row[None]]), row

    def one(before, key):
        return jax.lax.scan(body, before, None if key is None else jax.random.split(key, n), length=n)[1]

    return jax.vmap(one)(before, keys)


def chosen_symbol(logits: Float[Array, "*batch level"], key: PRNGKeyArray | None) -> Int[Array, "*batch"]:
    """The most likely symbol, or a drawn one if there is a key.

    Args:
        logits: The logits of the symbols.
        key: Random key, or None.
    """
    if key is None:
        return jnp.argmax(logits, axis=-1).astype(jnp.int32)
    return jax.random.categorical(key, logits).astype(jnp.int32)
