"""Target: what an analysis is about, wherever it came from: the model of a run, a model file, or a known system."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from attrax.core.dynamics import AbstractDynamics
from attrax.data.series import Series
from attrax.systems.system import System


@dataclass(frozen=True, eq=False)
class KnownSystem:
    """The system that a recording came from.

    Attributes:
        system: Its record in the catalogue.
        dynamics: Its map at the time step of the recording.
        starts: States near its attractor.
    """

    system: System
    dynamics: AbstractDynamics
    starts: Float[np.ndarray, "start latent"]


@dataclass(frozen=True, eq=False)
class Target:
    """A map, where to start it, and how its states are shown to people.

    Attributes:
        name: What it is called.
        dynamics: The map, without inputs.
        starts: States to start from, in the basin of the attractor as far as is known.
        observe: From states to what is shown: the channels of the recording, in its units.
        names: Names of what is shown.
        unit: Unit of time, as text; empty if not known.
        known: The system behind the recording, if it is one of the catalogue.
        reference: The recording the model was made from, if it can be found.
        folder: Where results belong if nobody says otherwise.
        note: What a person should know before reading the results; may be empty.
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
