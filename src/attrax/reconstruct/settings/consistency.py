"""Checks that the settings of a complete configuration fit together."""

from typing import TYPE_CHECKING

from attrax.core.errors import ConfigError
from attrax.core.spec import OBJECT
from attrax.registries import PENALTIES

if TYPE_CHECKING:
    from attrax.reconstruct.settings.choice import ForcingChoice
    from attrax.reconstruct.settings.configuration import Config


def check_latent(config: "Config", obs_dim: int) -> None:
    """Check that the number of latent states is possible for the dynamics, the observation and the channels.

    Raises: ConfigError C503 for fewer states than channels, C577 for an odd number where it must be even, or an error
        of the dynamics.
    """
    dynamics, latent = config.model.dynamics, config.model.latent_dim
    observed = obs_dim if config.model.observation.spec.selects else 1
    if latent < observed:
        raise ConfigError(
            "C503",
            "fewer latent states than channels",
            where=f"model.latent_dim = {latent}, channels = {observed}",
            why=f"with an {config.model.observation.spec.title} observation every channel is a latent state",
            fix=f"--latent {observed}, or --observation affine",
        )
    if dynamics.spec.even and latent % 2:
        raise ConfigError(
            "C577",
            "odd number of latent states",
            where=f"model.latent_dim = {latent}, model.dynamics.kind = {dynamics.kind}",
            why="the states of this dynamics come in pairs",
            fix=f"--latent {latent + 1}",
        )
    conflict = dynamics.spec.conflict(latent, dynamics.settings)
    if conflict is not None:
        raise conflict


def check_encoder(config: "Config") -> None:
    """Check that the settings are possible for counts, levels and labels, which need an encoder.

    Raises: ConfigError C604 for settings that do not work with them, C605 for too short a training window.
    """
    c, m = config.train, config.model
    if not m.kinds:
        return
    if m.subject_dim or not c.free_run_distance.open:
        setting, off = ("model.subject_dim", "0") if m.subject_dim else ("train.free_run_distance.kind", "none")
        raise ConfigError(
            "C604",
            "not with counts, levels or labels",
            where=f"{setting}, model.kinds = {', '.join(m.kinds[:3])}",
            why="it needs standardised measurements, from which a state can be inferred row by row",
            fix=f"{setting}={off}",
        )
    first = m.encoder_rows + _warmup(config)
    if first >= c.window:
        raise ConfigError(
            "C605",
            "no prediction counts",
            where=f"model.encoder_rows = {m.encoder_rows}, train.loss.warmup = {_warmup(config)}, "
            f"train.window = {c.window}",
            why="the first state is inferred from model.encoder_rows rows, and predictions begin after them",
            fix=f"--window {2 * first}, or a smaller model.encoder_rows",
        )


def check_losses(config: "Config") -> None:
    """Check that the terms of the loss fit the training window and the model.

    Raises: ConfigError C596 for too long a warm-up, C649 for a forcing with a loss that uses none, C597 for a distance
        of free runs with many subjects, C599 for free runs longer than the window, or an error of a penalty.
    """
    c, m, warmup = config.train, config.model, _warmup(config)
    if warmup >= c.window - 1:
        raise ConfigError(
            "C596",
            "no prediction counts",
            where=f"train.loss.warmup = {warmup}, train.window = {c.window}",
            why="a window of n rows has n - 1 predictions, and those of the warm-up do not enter the loss",
            fix=f"train.loss.warmup={(c.window - 1) // 2}, or --window {2 * warmup + 2}",
        )
    if not c.loss.spec.forced and not _idle(c.forcing):
        raise ConfigError(
            "C649",
            "a forcing that would not be used",
            where=f"train.forcing.kind = {c.forcing.kind}, train.loss.kind = {c.loss.kind}",
            why=f"{c.loss.spec.title} tells the states about the data by inference instead",
            fix="leave out the forcing, or leave out train.loss",
        )
    distance = c.free_run_distance
    if not distance.open and distance.steps >= c.window:
        raise ConfigError(
            "C599",
            "free runs longer than the window",
            where=f"train.free_run_distance.steps = {distance.steps}, train.window = {c.window}",
            why="they start within a window and are compared with the rest of it",
            fix=f"train.free_run_distance.steps={c.window - 1}, or --window {distance.steps + 1}",
        )
    if not distance.open and m.subject_dim:
        raise ConfigError(
            "C597",
            "a distance of free runs for each subject",
            where=f"train.free_run_distance.kind = {distance.kind}, model.subject_dim = {m.subject_dim}",
            why="the windows of a batch come from different subjects, whose attractors differ",
            fix="train.free_run_distance.kind=none",
        )
    for name, settings in c.penalties.settings.items():
        conflict = PENALTIES.spec(name).conflict(m.dynamics.spec, m.latent_dim, settings)
        if conflict is not None:
            raise conflict


def _idle(forcing: "ForcingChoice") -> bool:
    """Whether a forcing never corrects a state."""
    return forcing.kind != OBJECT and getattr(forcing.settings, "alpha", None) == 0


def _warmup(config: "Config") -> int:
    """Number of predictions at the beginning of a window that do not enter the loss; 0 for a loss without warm-up."""
    return getattr(config.train.loss.settings, "warmup", 0)
