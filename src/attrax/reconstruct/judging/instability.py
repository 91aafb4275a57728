"""Messages about a training loss that is not finite (T201) or rises (T203), and about diverged free runs (T202)."""

import json
from collections.abc import Sequence

import numpy as np

from attrax.core.errors import RunError
from attrax.core.number_text import number_text
from attrax.core.simulator import Simulation
from attrax.data.series import Dataset
from attrax.optimise import Failure
from attrax.reconstruct.settings.configuration import Config
from attrax.registries import DYNAMICS

LARGE = 1e3
GENTLER = 20


def rollback_notice(failure: Failure, seed: int, config: Config) -> str:
    """The message about a restart that was rolled back: where, why, and what training did about it (T201, T203).

    Args:
        failure: Step of the failure, last good step, and number of rollbacks.
        seed: Seed of the restart.
        config: The settings of the run.
    """
    rate = config.train.learning_rate / 2**failure.rollback
    undone = (
        f"rolled back, learning rate halved (now {number_text(rate)} at the start), rollback {failure.rollback} of 2"
    )
    if failure.loss is not None:
        return (
            f"T203  loss rose to {number_text(failure.loss)} by step {failure.step:,} (seed {seed}), far above its "
            f"lowest level {number_text(failure.lowest)} at step {failure.good_step:,}: {undone}"
        )
    head = f"T201  loss not finite at step {failure.step:,} (seed {seed}), last good step {failure.good_step:,}: "
    return head + ("this restart was stopped after two rollbacks" if failure.given_up else undone)


def no_finite_loss(config: Config, train: Dataset, failures: Sequence[Failure]) -> RunError:
    """The error of a run in which all restarts were stopped because of their loss (T201).

    Args:
        config: The settings of the run.
        train: The training recordings, for the likely reason.
        failures: All failures of the run.
    """
    last = max((failure.step for failure in failures), default=0)
    good = max((failure.good_step for failure in failures), default=0)
    rate = config.train.learning_rate / GENTLER
    return RunError(
        "T201",
        "loss not finite",
        where=f"all restarts ({config.train.restarts}), by step {last:,} after two rollbacks; last good step {good:,}",
        why=_likely_reason(config, train),
        fix=f"--lr {min(rate, 5e-4):.3g} --clip {config.train.clip / 10 or 1:g}",
    )


def divergence_notice(simulation: Simulation, config: Config, *, diverged: int, runs: int) -> tuple[str, str] | None:
    """The message that free runs diverged, and the options to try (T202); None if none did.

    Args:
        simulation: The first free run that diverged.
        config: The settings of the run.
        diverged: Number of free runs that diverged.
        runs: Number of free runs.
    """
    if not diverged:
        return None
    return (
        f"T202  free run diverged: {diverged} of {runs} free runs{_first_step(simulation)}",
        f"{_bounded_alternative(config)}  # or more data, or a larger --alpha",
    )


def _first_step(simulation: Simulation) -> str:
    lost = np.isnan(simulation.x).any(axis=1)
    if not lost.any():
        return ""
    first = int(lost.argmax())
    return f", first at step {first:,} after the transient" if first else ", the first one within the transient"


def _likely_reason(config: Config, train: Dataset) -> str:
    largest = max(float(np.abs(series.x).max(initial=0.0)) for series in train)
    if not config.data.standardize and largest > LARGE:
        return f"most likely the values, up to {number_text(largest)}, which were not standardised"
    return (
        f"most likely the learning rate of {config.train.learning_rate:g} is too large for windows of "
        f"{config.train.window} steps: a single update can change the model so much that its orbit overflows"
    )


def _bounded_alternative(config: Config) -> str:
    """Options for a model whose free runs cannot diverge; if it has them, for stronger forcing or shorter windows."""
    dynamics = config.model.dynamics
    bounds = dynamics.spec.bounded_by
    if bounds is None:
        return f"--dynamics {next(name for name, spec in DYNAMICS.specs().items() if spec.bounded_by is not None)}"
    loose = {name: value for name, value in bounds.items() if getattr(dynamics.settings, name) != value}
    if loose:
        return " ".join(f"--set model.dynamics.{name}={json.dumps(value)}" for name, value in loose.items())
    if not config.train.loss.spec.forced:
        return f"--window {max(config.train.window // 2, 2)}"
    alpha = getattr(config.train.forcing.settings, "alpha", 0.0)
    return f"--alpha {min(1.0, 2 * alpha or 0.1):g}"
