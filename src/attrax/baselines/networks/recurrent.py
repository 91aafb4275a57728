"""Recurrent networks: a cell reads the window row by row; a linear map of its last state gives the forecast."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray


class ElmanCell(eqx.Module):
    r"""The recurrent cell $h_t = \tanh(W h_{t-1} + U x_t + b)$ with input $x_t$ and state $h_t$.

    References:
        Elman, Finding structure in time, Cognitive Science 1990 [@elman1990].
    """

    both: eqx.nn.Linear

    def __init__(self, obs_dim: int, units: int, *, key: PRNGKeyArray):
        self.both = eqx.nn.Linear(obs_dim + units, units, key=key)

    def __call__(self, x: Float[Array, " obs"], h: Float[Array, " units"]) -> Float[Array, " units"]:
        """The next state."""
        return jnp.tanh(self.both(jnp.concatenate([x, h])))


class RecurrentNetwork(eqx.Module):
    """A recurrent cell with a linear read-out.

    Args:
        cell: Function of a row and the state that returns the next state.
        readout: Linear map from the last state to the forecast.
        start: The state before the first row.
        ahead: Number of rows to forecast.
    """

    cell: Any
    readout: eqx.nn.Linear
    start: Any
    ahead: int = eqx.field(static=True)

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """Forecast the next rows."""
        state, _ = jax.lax.scan(lambda state, x: (self.cell(x, state), None), self.start, window)
        last = state[0] if isinstance(state, tuple) else state
        return self.readout(last).reshape(self.ahead, -1)


def recurrent(
    cell: Callable[..., Any], *, gates_state: bool = False, units: int = 32
) -> Callable[..., RecurrentNetwork]:
    """A function that makes recurrent networks with a given cell.

    Args:
        cell: Function that makes the cell from number of channels, number of units and `key`.
        gates_state: Whether the state of the cell is a pair of vectors, as for the LSTM.
        units: Size of the state.
    """

    def make(*, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> RecurrentNetwork:
        del reach
        k_cell, k_readout = jax.random.split(key)
        zero = jnp.zeros(units)
        readout = eqx.nn.Linear(units, ahead * obs_dim, key=k_readout)
        return RecurrentNetwork(cell(obs_dim, units, key=k_cell), readout, (zero, zero) if gates_state else zero, ahead)

    return make
