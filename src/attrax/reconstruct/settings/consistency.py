"""Checks of settings against one another, once everything about them is decided."""

from typing import TYPE_CHECKING

from attrax.core.errors import ConfigError
from attrax.reconstruct.settings.natural import NATURAL

if TYPE_CHECKING:
    from attrax.reconstruct.settings.configuration import Config


def check_latent(config: "Config", obs_dim: int) -> None:
    """Whether a dynamics with so many latent states exists, and holds the channels that are states themselves.

    Raises: ConfigError C503, C577, C578.
    """
    kind, latent, rectified = config.model.dynamics, config.model.latent_dim, config.model.nonlinear_dim
    observed = obs_dim if config.model.observation == "identity" else 1
    if latent < observed:
        raise ConfigError(
            "C503",
            "fewer latent states than channels",
            where=f"model.latent_dim = {latent}, channels = {observed}",
            why="with an identity observation every channel is a latent state",
            fix=f"--latent {observed}, or --observation affine",
        )
    if NATURAL[kind].even and latent % 2:
        raise ConfigError(
            "C577",
            "odd number of latent states",
            where=f"model.latent_dim = {latent}, model.dynamics = {kind}",
            why="each unit of this cell has two states",
            fix=f"--latent {latent + 1}",
        )
    if kind == "almost-linear" and rectified > latent:
        raise ConfigError(
            "C578",
            "more rectified states than latent states",
            where=f"model.nonlinear_dim = {rectified}, model.latent_dim = {latent}",
            why="the rectified states are the last of the latent states",
            fix=f"--set model.nonlinear_dim={latent}, or --latent {rectified}",
        )


def check_encoder(config: "Config") -> None:
    """Whether counts, levels and labels can be trained on as the settings say.

    Raises: ConfigError C604, C605.
    """
    c, m = config.train, config.model
    if not m.kinds:
        return
    if m.subject_dim or c.invariant or c.noise:
        setting = "model.subject_dim" if m.subject_dim else "train.invariant" if c.invariant else "train.noise"
        off = '""' if setting == "train.invariant" else "0"
        raise ConfigError(
            "C604",
            "not with counts, levels or labels",
            where=f"{setting}, model.kinds = {', '.join(m.kinds[:3])}",
            why="it needs values that determine a state by themselves, and in the units of a standard deviation",
            fix=f"{setting}={off}",
        )
    first = m.encoder_rows + c.warmup
    if first >= c.window:
        raise ConfigError(
            "C605",
            "no prediction counts",
            where=f"model.encoder_rows = {m.encoder_rows}, train.warmup = {c.warmup}, train.window = {c.window}",
            why="predictions begin behind the rows that the first state is read from",
            fix=f"--window {2 * first}, or a smaller model.encoder_rows",
        )


def check_losses(config: "Config") -> None:
    """Whether the terms of the loss have the rows and the states that they are about.

    Raises: ConfigError C579, C596, C597, C599.
    """
    c, kind, latent = config.train, config.model.dynamics, config.model.latent_dim
    if c.warmup >= c.window - 1:
        raise ConfigError(
            "C596",
            "no prediction counts",
            where=f"train.warmup = {c.warmup}, train.window = {c.window}",
            why="a window has one prediction less than rows, and the first of them are to warm up only",
            fix=f"train.warmup={(c.window - 1) // 2}, or --window {2 * c.warmup + 2}",
        )
    if c.invariant and c.invariant_steps >= c.window:
        raise ConfigError(
            "C599",
            "free runs longer than the window",
            where=f"train.invariant_steps = {c.invariant_steps}, train.window = {c.window}",
            why="they start within a window and are compared with the rest of it",
            fix=f"train.invariant_steps={c.window - 1}, or --window {c.invariant_steps + 1}",
        )
    if c.invariant and config.model.subject_dim:
        raise ConfigError(
            "C597",
            "an invariant measure for each subject",
            where=f"train.invariant = {c.invariant}, model.subject_dim = {config.model.subject_dim}",
            why="the windows of a batch come from different subjects, whose attractors differ",
            fix='train.invariant=""',
        )
    if c.manifold_penalty and (NATURAL[kind].gated or c.manifold_dim > latent):
        raise ConfigError(
            "C579",
            "no states that the manifold penalty could reach",
            where=f"train.manifold_dim = {c.manifold_dim}, model.dynamics = {kind}, model.latent_dim = {latent}",
            why="it makes latent states of a PLRNN keep what they hold; gated cells have no such states",
            fix=f"train.manifold_penalty=0, or train.manifold_dim={max(latent // 2, 1)} with a PLRNN",
        )
