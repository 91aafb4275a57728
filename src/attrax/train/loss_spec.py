"""Loss spec: what a loss says of itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from attrax.core.scan import AbstractScan
from attrax.core.spec import Settings, Spec, handed_over
from attrax.optimise import AbstractObjective
from attrax.train.forcing import AbstractForcing


class WarmupSettings(Settings):
    """What can be set of every loss along a forced orbit."""

    warmup: int = Field(
        default=0, ge=0, description="Predictions at the beginning of a window that are forced but do not count."
    )


class NoiseSettings(WarmupSettings):
    """What can be set of teacher forcing."""

    noise: float = Field(
        default=0.0, ge=0, description="Standard deviation of noise on the teacher signals, in that of the channels."
    )


@dataclass(frozen=True)
class LossSpec(Spec):
    """What a loss says of itself.

    Attributes:
        create: Makes one from its settings, the forcing and the scan.
        subjects: It is for models of many subjects.
        encoded: It is for models whose states are read from several rows.
        default: It is the loss of such models unless somebody decides.
    """

    create: Callable[[Any, AbstractForcing, AbstractScan], AbstractObjective] = field(kw_only=True)
    subjects: bool = field(default=False, kw_only=True)
    encoded: bool = field(default=False, kw_only=True)
    default: bool = field(default=False, kw_only=True)


OBJECT = LossSpec("own loss", AbstractObjective, create=handed_over)
"""Stands for a loss that was handed over as an object."""
