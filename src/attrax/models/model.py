"""The model: dynamics, observation and inference of the first state, combined to simulate and forecast recordings."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError
from attrax.core.missing_values import fill_forward
from attrax.core.observation import AbstractObservation
from attrax.core.precision import in_float64
from attrax.core.random_seed import checked_seed
from attrax.core.result import Result
from attrax.core.scaling import Scaling
from attrax.core.simulator import Simulation
from attrax.models.dynamical_noise import DynamicalNoise
from attrax.models.rollouts import rollouts
from attrax.models.start import AbstractStart

STARTS_AT_ONCE = 256
"""Number of forecasts computed together, such that their states fit into the cache of the CPU."""


class Model(eqx.Module):
    r"""A generative model of a recording: $z_t = F(z_{t-1}, s_t) + \epsilon_t$, $x_t = G(z_t)$.

    Args:
        dynamics: The map F of the latent state z.
        observation: The observation G, from latent states to channels x.
        start: Infers the first latent state from a recording.
        scaling: Converts between the units of the recording and standardised units.
        channels: Names of the channels.
        noise: The dynamical noise $\epsilon$ of free runs; None if they are deterministic.

    Example:
        >>> from attrax.models import ClippedShallowPLRNN, IdentityObservation, LinearStart
        >>> key, seen = jax.random.key(0), IdentityObservation(2)
        >>> dynamics, start = ClippedShallowPLRNN.create(3, 5, key=key), LinearStart.create(seen, 3, key=key)
        >>> model = Model(dynamics, seen, start, Scaling.identity(2), ("x", "y"))
        >>> model.simulate(np.zeros((1, 2)), 4).x.shape
        (4, 2)
    """

    dynamics: AbstractDynamics
    observation: AbstractObservation
    start: AbstractStart
    scaling: Scaling = eqx.field(static=True)
    channels: tuple[str, ...] = eqx.field(static=True)
    noise: DynamicalNoise | None = None

    @property
    def dt(self) -> float:
        """Time step of the recording."""
        return self.dynamics.dt

    def simulate(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
        *,
        key: Any = None,
    ) -> Simulation:
        """Simulate `n` steps that follow `context`.

        Args:
            context: Recorded values up to now, in the units of the recording; NaN where missing.
            n: Number of steps.
            s: Future external inputs, one row per step.
            key: A seed or random key. With it, the run has dynamical noise, if the model has some, and values are
                sampled from the observation. Without it, there is no noise, and values are the expected ones.
                Observations without a noise model (identity, affine, offset) give their expected values in both cases.

        Returns: The simulated recording in the units of `context`, NaN after a divergence.
        Raises: ConfigError C533 if the model needs external inputs and `s` does not fit.
        """
        return self.simulate_many(context[None], n, None if s is None else s[None], key=key)[0]

    def simulate_many(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None = None,
        *,
        key: Any = None,
    ) -> tuple[Simulation, ...]:
        """Simulate `n` steps after each of several contexts, in one compiled loop.

        Args:
            contexts: Recorded values before each simulation, in the units of the recording; NaN where missing.
            n: Number of steps.
            s: Future external inputs of each simulation, one row per step.
            key: A seed or random key, as in `simulate`.

        Raises: ConfigError C533 if the model needs external inputs and `s` does not fit.
        Cost: Twenty simulations take little longer than one.
        """
        return self.simulate_from(self.first_states(contexts), n, s, key=key)

    def first_states(self, contexts: Float[np.ndarray, "start time obs"]) -> Float[Array, "start latent"]:
        """The latent states at the ends of several contexts, given in the units of the recording; NaN where missing."""
        recent = np.stack([self._recent(context) for context in contexts])
        return self.start.last(self.observation, self.standardised(recent))

    def simulate_from(
        self,
        z0: Float[Array, "start latent"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None = None,
        *,
        key: Any = None,
    ) -> tuple[Simulation, ...]:
        """Simulate the `n` steps after each of several latent states, as `simulate_many` does after contexts.

        Args:
            z0: The latent states.
            n: Number of steps.
            s: External inputs of each simulation, one row per step.
            key: A seed or random key, as in `simulate`.

        Raises: ConfigError C533 if the model needs external inputs and `s` does not fit.
        """
        for i in range(len(z0)):
            self._check_inputs(None if s is None else s[i], n)
        inputs = None if s is None else jnp.asarray(s, z0.dtype)
        runs = rollouts(self.dynamics, z0, n, inputs, self._disturbed(len(z0), n, key))
        x, results = self._restore(self._recorded(runs.z, key)), np.asarray(runs.result)
        return tuple(Simulation(x[i], Result(int(results[i]))) for i in range(len(z0)))

    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """Forecast `x[t + horizon]` from every row `t` of a recording.

        Each forecast makes `horizon` steps from the latent state inferred at row `t`.

        Args:
            x: A recording in its own units; a missing value (NaN) is replaced by the last observed value.
            horizon: Number of steps ahead.
            s: External inputs of the recording, one row per row of `x`.

        Returns: One forecast for each `t` from 0 to `len(x) - horizon - 1`.
        Raises: ConfigError C533 if the model needs external inputs and `s` does not fit.
        """
        self._check_inputs(s, len(x))
        z = self.start.infer(self.observation, self.standardised(fill_forward(x)[:-horizon]))
        inputs = None if s is None else jnp.asarray(s, z.dtype)
        return self._restore(self.observation.observe(_forecasts(self.dynamics, z, inputs, horizon)))

    def states(self, x: Float[np.ndarray, "*batch obs"]) -> Float[np.ndarray, "*batch latent"]:
        """Infer the latent states of recorded values, given in the units of the recording and in the order of time."""
        return np.asarray(self.start.infer(self.observation, self.standardised(x)))

    def observe(self, z: Float[np.ndarray, "*batch latent"]) -> Float[np.ndarray, "*batch obs"]:
        """The observations of latent states, in the units of the recording and in float64."""
        with jax.enable_x64(True):
            x = in_float64(self.observation).observe(jnp.asarray(z, jnp.float64))
        return self._restore(x)

    def __repr__(self) -> str:
        d, shown = self.dynamics, ", ".join(self.channels[:5]) + ", ..." * (len(self.channels) > 5)
        kinds = f"{type(d).__name__}, {d.latent_dim} latent states; {type(self.observation).__name__}"
        return f"Model({kinds} of {len(self.channels)} channels: {shown}; dt {d.dt:.6g})"

    def _recent(self, context: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, "recent obs"]:
        """The last rows, as many as the start needs; missing values are replaced by the last observed values."""
        return fill_forward(context)[-self.start.reach :]

    def _disturbed(self, starts: int, n: int, key: Any) -> Float[Array, "start n latent"] | None:
        """The dynamical noise of free runs; None without a key, and if the model has none."""
        if key is None or self.noise is None:
            return None
        # Another key than that of the observation.
        return self.noise.sample(starts, n, key=jax.random.fold_in(_random_key(key), 1))

    def _recorded(self, z: Float[Array, "*batch latent"], key: Any) -> Float[Array, "*batch obs"]:
        """The expected observations of latent states, or sampled ones if there is a key."""
        if key is None:
            return self.observation.observe(z)
        return self.observation.sample(z, key=_random_key(key))

    def _check_inputs(self, s: Float[np.ndarray, "time input"] | None, n: int) -> None:
        wanted, given = (n, self.dynamics.input_dim), (0, 0) if s is None else s.shape
        if self.dynamics.input_dim and given != wanted:
            raise ConfigError(
                "C533",
                "inputs are missing",
                where=f"s has shape {given}, needed is {wanted}",
                why="the model was trained with external inputs; without them it would run as if they were 0",
                fix="s=series.inputs, one row per step",
            )

    def standardised(self, x: Float[np.ndarray, "*batch obs"]) -> Float[Array, "*batch obs"]:
        """Recorded values in the units that the model computes in."""
        # A known system may have no parameters; then the values keep the precision of the recording.
        parameters = jax.tree.leaves(eqx.filter(self.dynamics, eqx.is_inexact_array))
        return jnp.asarray(self.scaling.apply(x), parameters[0].dtype if parameters else None)

    def _restore(self, x: Float[Array, "*batch obs"]) -> Float[np.ndarray, "*batch obs"]:
        return self.scaling.invert(np.asarray(x, np.float64))


def _random_key(key: Any) -> PRNGKeyArray:
    """The random key that a seed stands for; a random key stands for itself."""
    return jax.random.key(checked_seed(key, "key")) if isinstance(key, (int, np.integer)) else key


def _forecasts(
    dynamics: AbstractDynamics, z: Float[Array, "start latent"], s: Float[Array, "time input"] | None, horizon: int
) -> Float[Array, "start latent"]:
    """Every state `horizon` steps later; the state of row `t` gets the inputs of rows `t + 1` to `t + horizon`.

    Rows are repeated up to full batches, so that one compiled program serves all horizons and about equally many rows.
    """
    n = len(z)
    size = -(-n // STARTS_AT_ONCE) * STARTS_AT_ONCE if n > STARTS_AT_ONCE else 1 << (n - 1).bit_length()
    full = jnp.asarray(np.resize(np.asarray(z), (size, z.shape[1])))
    return _advance(dynamics, full, s, jnp.asarray(horizon), min(size, STARTS_AT_ONCE))[:n]


@eqx.filter_jit
def _advance(
    dynamics: AbstractDynamics,
    z: Float[Array, "start latent"],
    s: Float[Array, "time input"] | None,
    horizon: Int[Array, ""],
    batch: int,
) -> Float[Array, "start latent"]:
    def ahead(start: tuple[Float[Array, " latent"], Int[Array, ""]]) -> Float[Array, " latent"]:
        z, t = start
        return jax.lax.fori_loop(0, horizon, lambda k, z: dynamics.step(z, None if s is None else s[t + k + 1]), z)

    return jax.lax.map(ahead, (z, jnp.arange(len(z))), batch_size=batch)
