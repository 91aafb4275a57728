"""The parts of a forecast: how much of it rests on each channel and each past row."""

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.analysis.argument_checks import impossible, require_count, require_inputs
from attrax.analysis.attribution.affine_form import Rule, rule_of
from attrax.analysis.attribution.carried_parts import Carried, Observed, ReadsRows, advanced, forced_state, observed
from attrax.core.dynamics import AbstractDynamics
from attrax.core.observation import AbstractObservation
from attrax.core.precision import in_float64
from attrax.core.result import Result

STRAIGHT = 1e-9
"""An observation counts as affine if its derivatives along the forecast differ by no more than this."""


@dataclass(frozen=True, eq=False)
class ForecastParts:
    r"""A forecast as a sum: $\hat x_h = \sum_{t, j} G_{h t j}\,x_{t j} + \sum_{k} N_{h k} s_k + b_h$.

    Attributes:
        forecast: $\hat x_h$, after 1, 2, ... steps.
        gains: G, by step ahead, forecast channel, row and channel of the row. With an exact rule it is the derivative
            of the forecast with respect to the recorded value.
        input_gains: N, by step ahead, forecast channel, step and input; the steps that follow rows come first.
        offset: b.
        x: The rows that the gains belong to.
        s: The inputs that the input gains belong to.
        rule: How the map was made affine.
        result: `DIVERGED` if a forecast is not finite.
    """

    forecast: Float[np.ndarray, "horizon obs"]
    gains: Float[np.ndarray, "horizon obs row source"]
    input_gains: Float[np.ndarray, "horizon obs step input"]
    offset: Float[np.ndarray, "horizon obs"]
    x: Float[np.ndarray, "row source"]
    s: Float[np.ndarray, "step input"]
    rule: Rule
    result: Result

    @property
    def parts(self) -> Float[np.ndarray, "horizon obs row source"]:
        """What each recorded value adds to the forecast: its gain times the value."""
        return self.gains * self.x

    @property
    def input_parts(self) -> Float[np.ndarray, "horizon obs step input"]:
        """What each external input adds to the forecast."""
        return self.input_gains * self.s

    @property
    def residual(self) -> float:
        """The largest difference between the forecast and the sum of its parts, relative to the largest part.

        It is a rounding error, about 1e-15 for each step: the parts always add up to the forecast.
        """
        inputs = self.input_parts.sum(axis=(2, 3))
        total = self.parts.sum(axis=(2, 3)) + inputs + self.offset
        size = max(1.0, float(np.abs(self.parts).max(initial=0)), float(np.abs(self.offset).max()))
        return float(np.abs(total - self.forecast).max()) / size


def forecast_parts(
    dynamics: AbstractDynamics,
    observation: AbstractObservation,
    start: ReadsRows,
    x: Float[np.ndarray, "row obs"],
    horizon: int,
    *,
    s: Float[np.ndarray, "step input"] | None = None,
    alpha: float = 1.0,
) -> ForecastParts:
    r"""Divide a forecast into what each recorded value, each external input and the offsets add to it.

    A map is written as an affine one at each state of the orbit, $z_{t+1} = M_t z_t + N_t s_t + c_t$. The product
    $B M_{h-1} \cdots M_1$ of these matrices leads from the state at the last row to the forecast after h steps. If
    there are more rows than a state is read from, the state follows them by forcing,
    $\tilde z = z + \alpha (\bar z - z)$, and the product goes on through the factors
    $(1 - \alpha) M_t$ to earlier rows. Computed in float64.

    Args:
        dynamics: The map. The matrices of a piecewise-linear map are its Jacobians, and the sum is exact; a GRU, an
            LSTM or a LEM is divided by layer-wise relevance (`AbstractSecant`); any other map by its tangent.
        observation: The observation, from states to channels.
        start: Reads a state from rows, such as `model.start`.
        x: Standardised rows, the last one being that of the forecast; at least `start.reach` of them.
        horizon: Number H of steps ahead.
        s: External inputs of the steps that follow rows and of the H steps ahead.
        alpha: Strength of the forcing, from 0 (the first rows decide alone) to 1 (what the data determine is replaced
            at every row).

    Returns: The `ForecastParts`.
    Raises: ConfigError C531 for an impossible argument, C562 for inputs of another shape.
    Cost: One Jacobian a step, and a product of it with a matrix of as many columns as there are values in `x`.

    Example:
        >>> from attrax.models import GRU, IdentityObservation, LinearStart
        >>> key, seen = jax.random.key(0), IdentityObservation(2)
        >>> start = LinearStart.create(seen, 4, key=key)
        >>> found = forecast_parts(GRU.create(4, key=key), seen, start, np.ones((1, 2)), 3)
        >>> found.rule.value, found.residual < 1e-12
        ('relevance', True)

    References:
        Arras, Montavon, Müller & Samek, Explaining recurrent neural network predictions in sentiment analysis, WASSA
        2017 [@arras2017].
        Bach et al., On pixel-wise explanations for non-linear classifier decisions by layer-wise relevance propagation,
        PLOS ONE 2015 [@bach2015].
    """
    require_count("horizon", horizon, 1)
    require_count("len(x)", len(x), start.reach)
    if not 0 <= alpha <= 1:
        raise impossible("alpha", where=f"alpha = {alpha}", why="it is between 0 and 1", fix="alpha=0.1")
    steps = len(x) - start.reach + horizon
    require_inputs(dynamics, s, steps, why="every step needs one row of inputs, those that follow rows and those ahead")
    with jax.enable_x64(True):
        parts = in_float64((dynamics, observation, start))
        given = None if s is None else jnp.asarray(s, jnp.float64)
        found, bent = _every_horizon(
            *parts, jnp.asarray(x, jnp.float64), given, jnp.asarray(alpha, jnp.float64), horizon
        )
    made = jax.tree.map(np.asarray, found)
    finite = np.isfinite(made.forecast).all()
    rule = rule_of(dynamics) if float(bent) <= STRAIGHT or not finite else Rule.LINEARISED
    s_used = np.zeros((steps, dynamics.input_dim)) if s is None else np.asarray(s, np.float64)
    return ForecastParts(
        made.forecast,
        made.x,
        made.s,
        made.offset,
        np.asarray(x, np.float64),
        s_used,
        rule,
        Result.SUCCESSFUL if finite else Result.DIVERGED,
    )


@eqx.filter_jit
def _every_horizon(
    dynamics: AbstractDynamics,
    observation: AbstractObservation,
    start: ReadsRows,
    x: Float[Array, "row obs"],
    s: Float[Array, "step input"] | None,
    alpha: Float[Array, ""],
    horizon: int,
) -> tuple[Observed, Float[Array, ""]]:
    """The forecast after each step ahead, and by how much the derivative of the observation changes along them."""
    forced = len(x) - start.reach
    state = forced_state(dynamics, observation, start, x, s, alpha, forced + horizon)

    def ahead(carried: Carried, step: Array) -> tuple[Carried, Observed]:
        carried = advanced(dynamics, carried, s, step)
        return carried, observed(observation, carried)

    _, found = jax.lax.scan(ahead, state, forced + jnp.arange(horizon))
    return found, jnp.abs(found.slope - jax.jacrev(observation.observe)(state.z)).max()
