"""The usual start of a forecast: the state that the start of the model computes from the last row or rows."""

from jaxtyping import Array, Float

from attrax.core.spec import Spec
from attrax.reconstruct.forecasting.forecast_start import StartTask


def state_of_last_row(task: StartTask) -> Float[Array, " latent"]:
    """The state from the last row: exact for the channels, a linear guess for what they do not determine.

    Observation noise of this row enters the forecast unreduced. Models of counts and labels use their encoder and
    several rows instead.
    """
    recent = task.recording.values[-task.model.start.reach :]
    return task.model.first_states(recent[None])[0]


SPEC = Spec("state of the last row", state_of_last_row)
