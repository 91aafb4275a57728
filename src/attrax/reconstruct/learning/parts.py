"""Parts of a training that the user passes as objects instead of choosing them in the settings."""

from dataclasses import dataclass

from attrax.core.dynamics import AbstractDynamics, AbstractTimed
from attrax.core.errors import ConfigError
from attrax.core.observation import AbstractInvertible
from attrax.core.spec import OBJECT
from attrax.optimise import AbstractObjective
from attrax.reconstruct.settings.configuration import Config
from attrax.train.forcing import AbstractForcing


@dataclass(frozen=True)
class Parts:
    """Objects that replace sections of the settings; None uses the settings.

    With a dynamics or observation passed as an object, all restarts start from the same parameters and differ only in
    their batches.

    Attributes:
        dynamics: In place of `model.dynamics`.
        observation: In place of `model.observation`.
        forcing: In place of `train.forcing`.
        loss: In place of `train.loss`; it includes its own forcing.
    """

    dynamics: AbstractDynamics | None = None
    observation: AbstractInvertible | None = None
    forcing: AbstractForcing | None = None
    loss: AbstractObjective | None = None

    def named_in(self, config: Config) -> Config:
        """The configuration with kind `object` in the replaced sections. It is not enough to repeat the run."""
        settings = config.model_dump(mode="json", exclude_unset=True)
        for section, names in (("model", ("dynamics", "observation")), ("train", ("forcing", "loss"))):
            here = {name: {"kind": OBJECT} for name in names if getattr(self, name) is not None}
            settings[section] = {**settings.get(section, {}), **here}
        if self.dynamics is not None:
            settings["model"]["latent_dim"] = self.dynamics.latent_dim
            settings["model"]["dynamics"]["timed"] = isinstance(self.dynamics, AbstractTimed)
        return Config.model_validate(settings)

    def check(self, config: Config) -> None:
        """Check that every section with kind `object` has its object.

        Raises: ConfigError C515 if an object is missing.
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
                    f"the {name} was passed as an object",
                    where=f'{section.place}.kind = "{OBJECT}"',
                    why="it cannot be created again from the settings",
                    fix=f"pass it again: {name}=...; or choose a kind: {', '.join(section.registry.names)}",
                )


NO_PARTS = Parts()
