"""The description of a loss, and settings that several losses share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import Field

from attrax.core.dynamics import AbstractDynamics
from attrax.core.scan import AbstractScan
from attrax.core.spec import Settings, Spec, not_from_settings
from attrax.optimise import AbstractObjective
from attrax.train.forcing import AbstractForcing


class WarmupSettings(Settings):
    """Settings of every loss along a forced orbit."""

    warmup: int = Field(
        default=0, ge=0, description="Number of predictions at the beginning of a window that do not enter the loss."
    )


class NoiseSettings(WarmupSettings):
    """Settings of teacher forcing."""

    noise: float = Field(
        default=0.0, ge=0, description="Standard deviation of noise on the teacher signals, in standardised units."
    )


class LossParts(NamedTuple):
    """What a loss is made of, besides its settings.

    Attributes:
        forcing: The forcing. A loss without forcing does not use it.
        scan: The method that computes the orbits.
        dynamics: The dynamics with random parameters, for its sizes.
        rows: Number of rows of the training recordings, rounded up like that of `WindowBatches`.
    """

    forcing: AbstractForcing
    scan: AbstractScan
    dynamics: AbstractDynamics
    rows: int


@dataclass(frozen=True)
class LossSpec(Spec):
    """The description of a loss.

    Attributes:
        create: Creates the loss from its settings and its parts.
        forced: Whether states are told about the data by the forcing. If not, the setting `train.forcing` stays at a
            strength of 0 and is not tuned.
        subjects: True for a loss of hierarchical models with many subjects.
        encoded: True for a loss of models with an encoder, which infers states from several rows.
        default: True for the default loss of such models.
    """

    create: Callable[[Any, LossParts], AbstractObjective] = field(kw_only=True)
    forced: bool = field(default=True, kw_only=True)
    subjects: bool = field(default=False, kw_only=True)
    encoded: bool = field(default=False, kw_only=True)
    default: bool = field(default=False, kw_only=True)


OBJECT = LossSpec("own loss", AbstractObjective, create=not_from_settings)
"""The spec of a loss that the user passed as an object."""
