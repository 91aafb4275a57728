"""A start of forecasts by error regression: the state at the end of the orbit that explains the last rows best."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.errors import ConfigError
from attrax.core.missing_values import fill_forward
from attrax.core.scans.sequential import Sequential
from attrax.core.spec import Spec
from attrax.data.series import Series
from attrax.reconstruct.forecasting.forecast_start import StartTask
from attrax.train.losses.error_regression import ErrorRegressionSettings, bound_of
from attrax.train.state_inference import infer_states
from attrax.train.window_batches import Batch

ROWS = 20
"""Rows of the window, beside those that the start of the model needs."""

ITERATIONS = 50


def _window(task: StartTask, known: Series) -> Batch:
    """The last rows as a batch of one window."""
    x = np.asarray(known.values)[None]

    def one(array: np.ndarray | None) -> Float[Array, "..."] | None:
        return None if array is None else jnp.asarray(array, seen.dtype)[None]

    seen = task.model.standardised(fill_forward(x[0])[None])
    durations = None if known.stamps is None else one(known.stamps.durations)
    return Batch(seen, jnp.asarray(np.isfinite(x)), one(known.inputs), durations=durations)


def inferred_state(task: StartTask) -> Float[Array, " latent"]:
    r"""The state of the last row, inferred from the last 20 rows by 50 steps of Adam with the weights held.

    The first state of the window and a disturbance in every step are free; see `VariationalBound` for the loss. The
    meta-prior is that of the run if it was trained by error regression, otherwise the usual one. Observation noise is
    averaged over the window, missing values count for nothing, and states that a single row does not determine are
    found from several.

    Raises: ConfigError C650 if the orbit of the model diverges within the window.

    References:
        Ahmadi & Tani, A novel predictive-coding-inspired variational RNN model for online prediction and recognition,
        Neural Computation 2019 [@ahmadi2019].
    """
    model, loss = task.model, task.config.train.loss
    settings = loss.settings if loss.spec.settings is ErrorRegressionSettings else ErrorRegressionSettings()
    known = task.recording[-(model.start.reach + ROWS - 1) :]
    bound, window = bound_of(settings, Sequential()), _window(task, known)
    z = infer_states(model, window, bound, iterations=ITERATIONS, progress=task.progress)[0, -1]
    if np.isfinite(np.asarray(z)).all():
        return z
    raise ConfigError(
        "C650",
        "the state of the last row could not be inferred",
        where=f"{task.recording.subject or 'recording'}, last {len(known)} rows",
        why="the orbit of the model diverges within these rows",
        fix="--start last-row",
    )


SPEC = Spec("state inferred from the last rows", inferred_state)
