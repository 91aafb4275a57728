"""Turns arguments of `attrax.fit` and `Reconstructor` into settings of a run, and into objects that replace them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from attrax.core.declared_options import DeclaredOption, declared
from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError
from attrax.core.observation import AbstractInvertible
from attrax.data.repair.repair_options import RepairOptions
from attrax.optimise import AbstractObjective
from attrax.reading.read_options import ReadOptions
from attrax.reconstruct.learning.parts import Parts
from attrax.reconstruct.settings.configuration import Config, configure, overlay
from attrax.train.forcing import AbstractForcing


def _setting(section: str, name: str, place: str = "{}") -> str:
    return f"settings={{'{section}': {{'{name}': {place}}}}}"


def _place(option: DeclaredOption) -> str:
    return "{*!r}" if option.several else "{!r}" if option.type_ is str else "{}"


ADVICE = {
    **{option.flag: _setting("data", option.name, _place(option)) for option in declared(ReadOptions, RepairOptions)},
    **{f"--{name}": _setting("data", name) for name in ("force", "lags")},
    **{f"--{name}": _setting("data", name, "{!r}") for name in ("pca", "embed")},
    "--phases": _setting("data", "phases", "{*!r}"),
    **{f"--{name}": _setting("train", name) for name in ("window", "updates", "restarts", "clip")},
    "--lr": _setting("train", "learning_rate"),
    "--kinds": _setting("model", "kinds", "{*!r}"),
    "--latent": _setting("model", "latent_dim"),
    "--dynamics": "dynamics={!r}",
    "--observation": "observation={!r}",
    "--test": "test={!r}",
    "--hierarchical": "subjects={}",
}
"""How the options of the command line are written as arguments of `attrax.fit`."""

ESTIMATOR_ADVICE = {
    **ADVICE,
    **{f"--{name}": f"{name}={{}}" for name in ("window", "updates", "restarts")},
    "--latent": "latent_dim={}",
    "--dt": "fit(X, dt={})",
    "--test": "evaluate({})",
}
"""How `attrax.Reconstructor` spells the options of the command line: as arguments of the class, or of a method."""

READING_ADVICE = {
    option.flag: f"attrax.load(data, {option.name}={_place(option)})" for option in declared(ReadOptions, RepairOptions)
}
"""How the options of reading are written for functions that take another recording: it is loaded with them first."""

SWITCHES = frozenset(
    {"--force", *(option.flag for option in declared(ReadOptions, RepairOptions) if option.type_ is bool)}
)

CLASSES: dict[str, tuple[type, str]] = {
    "dynamics": (AbstractDynamics, "'clipped'  # a name, or an object of a subclass of attrax.core.AbstractDynamics"),
    "observation": (AbstractInvertible, "'identity'  # a name, or an object"),
    "forcing": (AbstractForcing, "attrax.train.Generalized(0.3)  # an object, or a name such as 'generalized'"),
    "loss": (
        AbstractObjective,
        "'teacher-forcing'  # a name, or an object of a subclass of attrax.optimise.AbstractObjective",
    ),
}
"""For each part of a fit that can be an object: its class, and how it is written."""

Dynamics = str | AbstractDynamics | None
Observation = str | AbstractInvertible | None
Forcing = str | AbstractForcing | None
Loss = str | AbstractObjective | None


@dataclass(frozen=True)
class FitChoices:
    """The parts of a fit that can be given as a name or as an object. None: preset and settings decide.

    Attributes:
        dynamics: Takes the place of the setting `model.dynamics`.
        observation: Takes the place of `model.observation`.
        forcing: Takes the place of `train.forcing`.
        loss: Takes the place of `train.loss`.
    """

    dynamics: Dynamics = None
    observation: Observation = None
    forcing: Forcing = None
    loss: Loss = None

    def __post_init__(self):
        check_parts(vars(self))

    @property
    def kinds(self) -> dict[str, Any]:
        """Settings for the parts that are given by name."""
        model = {"dynamics": _kind(self.dynamics), "observation": _kind(self.observation)}
        train = {"forcing": _kind(self.forcing), "loss": _kind(self.loss)}
        return {"model": _given(model), "train": _given(train)}

    @property
    def objects(self) -> Parts:
        """The parts that are given as objects."""
        given = {"dynamics": self.dynamics, "observation": self.observation, "forcing": self.forcing, "loss": self.loss}
        return Parts(**{name: value for name, value in given.items() if not isinstance(value, str)})

    def configure(self, preset: str, *layers: dict[str, Any]) -> Config:
        """The configuration of a preset, changed by `layers` of settings, and last by the choices made here."""
        config = configure(preset, overrides=overlay(*layers, self.kinds))
        return config if self.objects == Parts() else self.objects.named_in(config)


def check_parts(parts: Mapping[str, Any]) -> None:
    """Check that each part of a fit is a name, or an object of the right class.

    Args:
        parts: The parts by name: `dynamics`, `observation`, `forcing`, `loss`.

    Raises: ConfigError C517 for anything else, such as a class or a function.
    """
    for name, value in parts.items():
        kind, example = CLASSES[name]
        if value is None or isinstance(value, str | kind):
            continue
        is_class = isinstance(value, type)
        raise ConfigError(
            "C517",
            f"not a {name}",
            where=f"{name}={value.__name__ if is_class else repr(value)}",
            why="it is a class; an object of it is needed" if is_class else f"it is no {kind.__name__}",
            fix=f"{name}={value.__name__}(...)  # the object" if is_class else f"{name}={example}",
        )


def check_callbacks(callbacks: Any) -> None:
    """Check that callbacks are functions in a list or a tuple.

    Raises: ConfigError C517 for anything else, such as a single function or a class.
    """
    listed = isinstance(callbacks, list | tuple)
    wrong = [c for c in callbacks if not callable(c) or isinstance(c, type)] if listed else [callbacks]
    if wrong:
        value, name = wrong[0], "list of callbacks"
        spoken = getattr(value, "__name__", None) or repr(value)
        made = f"{spoken}(...)" if isinstance(value, type) else spoken
        raise ConfigError(
            "C517",
            f"not a {name}",
            where=f"callbacks=[..., {spoken}, ...]" if listed else f"callbacks={spoken}",
            why="a class; an object of it is needed" if isinstance(value, type) else "each is called after every chunk",
            fix=f"callbacks=[{made}]" if callable(value) else "callbacks=[print]",
        )


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
    """Nested settings for the numbers that are given; those that are None are left out.

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
