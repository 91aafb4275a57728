"""Liquid state machine: spiking neurons with astrocyte-modulated plasticity; only its linear output is trained."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import lags_of
from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.spiking.encoding import CELLS, tuning_rates
from attrax.baselines.spiking.liquid import Liquid, LiquidState
from attrax.baselines.spiking.plasticity import AstrocytePlasticity
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset

GRID = (6, 6, 6)
HOLD = 10
"""Length of a row in ms."""
WARM_UP = 200
MOST_ROWS = 4_000
RIDGE = 1e-3
FARTHEST = 10.0
"""Largest standardized value that the liquid predicts of itself."""
FADING = 0.9
"""How much of the trace of a spike is left after one ms."""


class LiquidReadout(eqx.Module):
    r"""The next row from the last one and the traces $y \leftarrow 0.9\, y + s$ of all neurons of a driven liquid.

    Args:
        liquid: The liquid, with the weights that plasticity has left.
        weights: From traces, the row and 1 to the change of the row.
    """

    liquid: Liquid
    weights: Float[Array, "feature obs"]

    def drive(
        self, held: tuple[LiquidState, Float[Array, " neuron"]], row: Float[Array, " obs"]
    ) -> tuple[tuple[LiquidState, Float[Array, " neuron"]], Float[Array, " feature"]]:
        """The state of the liquid and the traces after one more row, and the features from which the next one follows.

        Args:
            held: The state and the traces before.
            row: The row, standardized.
        """
        state, trace = held
        run = self.liquid.run(jnp.repeat(tuning_rates(row)[None], HOLD, axis=0), None, state)
        trace = FADING**HOLD * trace + FADING ** jnp.arange(HOLD - 1, -1, -1.0) @ run.spikes
        return (run.end, trace), jnp.concatenate([trace, row, jnp.ones(1)])

    def start(self) -> tuple[LiquidState, Float[Array, " neuron"]]:
        """The state and the traces before the first row."""
        return self.liquid.rest(), jnp.zeros(self.liquid.neurons)


def fit_liquid_state(train: Dataset, *, gain: float = 0.015, seed: int = 0) -> Forecaster:
    """Fit a liquid of 216 spiking neurons; ridge regression gives the next row from the traces of their spikes.

    A row lasts 10 ms and is coded by currents: each of eight inputs for a channel is active near its own value. Before
    the fit, plasticity sets the weights while the liquid is driven with 200 samples of the recording; an astrocyte
    keeps them from growing without end. For forecasts of several steps the liquid gets its own predictions as input.

    Args:
        train: Recordings.
        gain: How much the astrocyte reacts to more spikes of the liquid than of its inputs; 0 for none.
        seed: Seed of the random synapses.

    References:
        Ivanov and Michmizos, Increasing liquid state machine performance with edge-of-chaos dynamics organized by
        astrocyte-modulated plasticity, NeurIPS 2021 [@ivanov2021].
    """
    reach = max(2 * lags_of(train), 2)
    orbits = [interpolated_values(series)[:MOST_ROWS] for series in train if len(series) > reach + 1]
    mean = np.concatenate(orbits).mean(axis=0)
    std = np.concatenate(orbits).std(axis=0) + 1e-12
    rows = [jnp.asarray((x - mean) / std, jnp.float32) for x in orbits]
    liquid = Liquid.create(GRID, inputs=CELLS * len(mean), seed=seed)
    liquid = _warmed_up(liquid, rows[0], AstrocytePlasticity(gain), seed)
    blank = LiquidReadout(liquid, jnp.zeros((liquid.neurons + len(mean) + 1, len(mean))))
    X = np.concatenate([np.asarray(_features(blank, x), np.float64)[reach:-1] for x in rows])
    Y = np.concatenate([np.diff(np.asarray(x, np.float64), axis=0)[reach:] for x in rows])
    weights = np.linalg.solve(X.T @ X + RIDGE * len(X) * np.eye(X.shape[1]), X.T @ Y)
    readout = eqx.tree_at(lambda model: model.weights, blank, jnp.asarray(weights, jnp.float32))

    def path(contexts: Float[np.ndarray, "start reach obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        return np.asarray(_continued(readout, jnp.asarray((contexts - mean) / std, jnp.float32), n)) * std + mean

    return Forecaster(path, reach)


def _warmed_up(liquid: Liquid, rows: Float[Array, "time obs"], plasticity: AstrocytePlasticity, seed: int) -> Liquid:
    """The liquid after samples of two rows each, from anywhere in a recording."""
    first = np.random.default_rng(seed).integers(len(rows) - 1, size=WARM_UP)
    samples = jnp.repeat(tuning_rates(rows[first[:, None] + np.arange(2)]), HOLD, axis=1)
    return eqx.filter_jit(liquid.warmed_up)(samples, plasticity)


@eqx.filter_jit
def _features(model: LiquidReadout, rows: Float[Array, "time obs"]) -> Float[Array, "time feature"]:
    return _driven(model, rows)[1]


def _driven(model: LiquidReadout, rows: Float[Array, "time obs"]) -> tuple:
    """What `drive` gives after the last row, and the features after each."""
    return jax.lax.scan(lambda held, row: model.drive(held, row), model.start(), rows)


@eqx.filter_jit
def _continued(model: LiquidReadout, contexts: Float[Array, "start reach obs"], n: int) -> Float[Array, "start n obs"]:
    def body(carried, _):
        held, row, features = carried
        row = jnp.clip(row + features @ model.weights, -FARTHEST, FARTHEST)
        held, features = model.drive(held, row)
        return (held, row, features), row

    def one(rows):
        held, features = _driven(model, rows)
        return jax.lax.scan(body, (held, rows[-1], features[-1]), length=n)[1]

    return jax.vmap(one)(contexts)


SPEC = RivalSpec("liquid state machine", fit_liquid_state, variants=({}, {"gain": 0.05}, {"gain": 0.0}))
