"""Parts: what is handed over as an object where the settings name a kind."""

from dataclasses import dataclass, fields
from typing import Any

from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError
from attrax.core.observation import AbstractInvertible
from attrax.core.spec import OBJECT
from attrax.optimise import AbstractObjective
from attrax.reconstruct.settings.configuration import Config, overlay
from attrax.train.forcing import AbstractForcing


@dataclass(frozen=True)
class Parts:
    """Objects that take the place of named sections of the settings; None leaves it to the settings.

    All restarts begin with the same dynamics and observation then, and differ in their batches alone.

    Attributes:
        dynamics: In place of `model.dynamics`.
        observation: In place of `model.observation`.
        forcing: In place of `train.forcing`.
        loss: In place of `train.loss`; the forcing is its own.
    """

    dynamics: AbstractDynamics | None = None
    observation: AbstractInvertible | None = None
    forcing: AbstractForcing | None = None
    loss: AbstractObjective | None = None

    def named_in(self, config: Config) -> Config:
        """The configuration that says which of its sections are objects; a run cannot be made again from it alone."""
        settings = config.model_dump(mode="json", exclude_unset=True)
        here = {f.name for f in fields(self) if getattr(self, f.name) is not None}
        chosen: dict[str, Any] = {
            section: {name: {"kind": OBJECT} for name in names if name in here}
            for section, names in (("model", ("dynamics", "observation")), ("train", ("forcing", "loss")))
        }
        if self.dynamics is not None:
            chosen["model"]["latent_dim"] = self.dynamics.latent_dim
        return Config.model_validate(overlay(settings, chosen))

    def check(self, config: Config) -> None:
        """Make sure that the objects which the settings speak of are there.

        Raises: ConfigError C515 if one is not.
        """
        sections = {
            "dynamics": config.model.dynamics,
            "observation": config.model.observation,
            "forcing": config.train.forcing,
            "loss": config.train.loss,
        }
        for name, section in sections.items():
            if section.kind == OBJECT and getattr(self, name) is None:
                raise ConfigError(
                    "C515",
                    f"the {name} was handed over as an object",
                    where=f'{section.place}.kind = "{OBJECT}"',
                    why="settings cannot say how to make it again",
                    fix=f"hand it over again: {name}=...; or name a kind: {', '.join(section.registry.names)}",
                )


NO_PARTS = Parts()
