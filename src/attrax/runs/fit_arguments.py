"""Fit arguments: from what a person hands over in Python to the settings of a run, and objects in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from attrax.core.dynamics import AbstractDynamics
from attrax.core.observation import AbstractInvertible
from attrax.optimise import AbstractObjective
from attrax.reconstruct.learning.parts import Parts
from attrax.reconstruct.settings.configuration import Config, configure, overlay
from attrax.train.forcing import AbstractForcing

Dynamics = str | AbstractDynamics | None
Observation = str | AbstractInvertible | None
Forcing = str | AbstractForcing | None
Loss = str | AbstractObjective | None


@dataclass(frozen=True)
class FitChoices:
    """What can be given as a name, as an object, or not at all, which leaves it to preset and settings.

    Attributes:
        dynamics: `model.dynamics`.
        observation: `model.observation`.
        forcing: `train.forcing`.
        loss: `train.loss`.
    """

    dynamics: Dynamics = None
    observation: Observation = None
    forcing: Forcing = None
    loss: Loss = None

    @property
    def kinds(self) -> dict[str, Any]:
        """The settings of what is given as a name."""
        model = {"dynamics": _kind(self.dynamics), "observation": _kind(self.observation)}
        train = {"forcing": _kind(self.forcing), "loss": _kind(self.loss)}
        return {"model": _given(model), "train": _given(train)}

    @property
    def objects(self) -> Parts:
        """What is given as an object."""
        given = {"dynamics": self.dynamics, "observation": self.observation, "forcing": self.forcing, "loss": self.loss}
        return Parts(**{name: value for name, value in given.items() if not isinstance(value, str)})

    def configure(self, preset: str, *layers: dict[str, Any]) -> Config:
        """The configuration of a preset, overlaid with settings; what is given here wins."""
        config = configure(preset, overrides=overlay(*layers, self.kinds))
        return config if self.objects == Parts() else self.objects.named_in(config)


def sizes(
    *,
    subjects: int | None = None,
    latent_dim: int | None = None,
    hidden_dim: int | None = None,
    alpha: float | None = None,
    window: int | None = None,
    updates: int | None = None,
    restarts: int | None = None,
) -> dict[str, Any]:
    """The settings of those numbers that are given, each in its section.

    Example:
        >>> sizes(hidden_dim=50, window=20)
        {'model': {'dynamics': {'hidden_dim': 50}}, 'train': {'window': 20}}
    """
    hidden, strength = _given({"hidden_dim": hidden_dim}), _given({"alpha": alpha})
    model = {"latent_dim": latent_dim, "subject_dim": subjects, "dynamics": hidden or None}
    train = {"window": window, "updates": updates, "restarts": restarts, "forcing": strength or None}
    return {"model": _given(model), "train": _given(train)}


def _kind(value: Any) -> dict[str, str] | None:
    return {"kind": value} if isinstance(value, str) else None


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
