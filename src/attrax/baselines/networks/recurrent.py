"""RecurrentNetwork networks: a cell reads the window row by row, and a linear map of its last state says what comes."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray


class ElmanCell(eqx.Module):
    r"""The plain cell $h_t = \tanh(W h_{t-1} + U x_t + b)$.

    References: [@elman1990].
    """

    both: eqx.nn.Linear

    def __init__(self, obs_dim: int, units: int, *, key: PRNGKeyArray):
        self.both = eqx.nn.Linear(obs_dim + units, units, key=key)

    def __call__(self, x: Float[Array, " obs"], h: Float[Array, " units"]) -> Float[Array, " units"]:
        """The next state."""
        return jnp.tanh(self.both(jnp.concatenate([x, h])))


class RecurrentNetwork(eqx.Module):
    """A cell and its read-out.

    Args:
        cell: What is applied to each row and the state.
        readout: From the last state to the rows that follow.
        start: The state before the first row.
    """

    cell: Any
    readout: eqx.nn.Linear
    start: Any
    ahead: int = eqx.field(static=True)

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """The rows that follow."""
        state, _ = jax.lax.scan(lambda state, x: (self.cell(x, state), None), self.start, window)
        last = state[0] if isinstance(state, tuple) else state
        return self.readout(last).reshape(self.ahead, -1)


def recurrent(
    cell: Callable[..., Any], *, gates_state: bool = False, units: int = 32
) -> Callable[..., RecurrentNetwork]:
    """Makes networks of a kind of cell.

    Args:
        cell: The cell, made from channels, units and `key`.
        gates_state: Whether its state is a pair, as that of the LSTM is.
        units: Size of the state.
    """

    def make(*, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> RecurrentNetwork:
        del reach
        k_cell, k_readout = jax.random.split(key)
        zero = jnp.zeros(units)
        readout = eqx.nn.Linear(units, ahead * obs_dim, key=k_readout)
        return RecurrentNetwork(cell(obs_dim, units, key=k_cell), readout, (zero, zero) if gates_state else zero, ahead)

    return make
