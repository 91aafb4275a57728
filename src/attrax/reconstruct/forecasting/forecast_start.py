"""The start of a forecast: the latent state of the last row that is known."""

from collections.abc import Callable
from typing import NamedTuple

from attrax.core.errors import ConfigError
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.reconstruct.settings.configuration import Config

USUAL_START = "last-row"
"""The start of a forecast if none is chosen."""

Count = Callable[[int, int], None]


def check_start(start: str, interval: float | None) -> None:
    """Check that a start can be used with prediction intervals, if there are any.

    Raises: ConfigError C651 if it cannot.
    """
    if interval is not None and start != USUAL_START:
        raise ConfigError(
            "C651",
            "intervals of forecasts with another start",
            where=f"--start {start}, --interval {interval:g}",
            why=f"the intervals are calibrated with forecasts that begin with {USUAL_START}",
            fix="leave out --interval, or leave out --start",
        )


class StartTask(NamedTuple):
    """What a start needs to find a state.

    Attributes:
        model: The model of a run.
        config: The settings of the run.
        recording: The known rows, with the channels of the model; the state of the last one is wanted.
        progress: Called with the number of steps done and their total.
    """

    model: Model
    config: Config
    recording: Series
    progress: Count
