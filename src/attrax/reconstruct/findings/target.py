"""`Target`: the map that is analyzed. It comes from a run, a model file, a dynamics, or a built-in system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from attrax.core.dynamics import AbstractDynamics
from attrax.data.series import Series
from attrax.systems.system import System


@dataclass(frozen=True, eq=False)
class KnownSystem:
    """The built-in system that made a recording.

    Attributes:
        system: The system.
        dynamics: Its map with the time step of the recording.
        starts: States near its attractor.
    """

    system: System
    dynamics: AbstractDynamics
    starts: Float[np.ndarray, "start latent"]


@dataclass(frozen=True, eq=False)
class Target:
    """A map with initial states, and with the names and units of the channels it is shown in.

    Attributes:
        name: Name of the model or system.
        dynamics: The map, without inputs.
        starts: Initial states, if possible in the basin of the attractor.
        observe: Function from latent states to the channels of the recording, in its units.
        names: Names of these channels.
        unit: Unit of time; empty if not known.
        known: The built-in system that made the recording, if there is one.
        reference: The training recording, if it can be read.
        folder: The default folder for results.
        note: A remark for the user, such as that inputs are held constant; may be empty.
        warning: Says that the model was judged and is not RECONSTRUCTED; empty for others, and if it was not judged.
        restarts: The maps and initial states of the other restarts of the training, by seed.
    """

    name: str
    dynamics: AbstractDynamics
    starts: Float[np.ndarray, "start latent"]
    observe: Callable[[np.ndarray], np.ndarray]
    names: tuple[str, ...]
    unit: str
    folder: Path
    known: KnownSystem | None = None
    reference: Series | None = None
    note: str = ""
    warning: str = ""
    restarts: Mapping[int, tuple[AbstractDynamics, Float[np.ndarray, "start latent"]]] = field(default_factory=dict)
