"""The description of a loss, and settings that several losses share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

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


@dataclass(frozen=True)
class LossSpec(Spec):
    """The description of a loss.

    Attributes:
        create: Creates the loss from its settings, the forcing and the scan.
        subjects: True for a loss of hierarchical models with many subjects.
        encoded: True for a loss of models with an encoder, which infers states from several rows.
        default: True for the default loss of such models.
    """

    create: Callable[[Any, AbstractForcing, AbstractScan], AbstractObjective] = field(kw_only=True)
    subjects: bool = field(default=False, kw_only=True)
    encoded: bool = field(default=False, kw_only=True)
    default: bool = field(default=False, kw_only=True)


OBJECT = LossSpec("own loss", AbstractObjective, create=not_from_settings)
"""The spec of a loss that the user passed as an object."""
