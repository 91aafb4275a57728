"""The expected cost of a training, and the number of updates that a budget of time allows.

Speeds are those of one machine, measured once, so that the same settings give the same training on every machine.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrax.reconstruct.settings.configuration import Config

START_UP = 60
"""Seconds of start-up, compilation and judging: 70 s of processor time for 100,000 rows, in part on two cores."""

NANOSECONDS = 0.7
"""For each latent state, hidden unit, step, window and update, with compiled loops on one core; the rows of
benchmarks/RESULTS.md say 0.61 to 0.74."""

GENERAL_PATH = 10
"""The same number is this many times larger for dynamics without compiled loops."""

INFERENCE = 2
"""Gradients in an update of a loss without forcing: of the free vectors and of the weights."""

CORES = 2
"""Number of cores that a budget of time refers to."""

USUAL_BUDGET = 180.0
USUAL_UPDATES = 40_000
FEWEST_UPDATES = 4_000


def update_seconds(config: "Config") -> float:
    """Seconds of one core for one update of one restart."""
    model, train = config.model, config.train
    path = 1 if model.dynamics.spec.compiled else GENERAL_PATH
    gradients = 1 if train.loss.spec.forced else INFERENCE
    return NANOSECONDS * 1e-9 * path * gradients * model.latent_dim * model.units * train.window * train.batch_size


def expected_seconds(config: "Config") -> float:
    """Rough duration of a fit in seconds, from speeds measured on another machine.

    Args:
        config: The complete configuration.
    """
    return START_UP + update_seconds(config) * config.train.updates * config.train.restarts


def affordable_updates(config: "Config") -> int:
    """The number of updates of a training whose number of updates is open.

    It is 40,000 for a budget of three minutes, and grows with larger budgets. It is smaller if the model is so large
    that they would not fit into the budget.

    Args:
        config: The configuration with complete sections `model` and `train`, apart from `train.updates`.
    """
    budget = config.tune.budget
    usual = USUAL_UPDATES * max(1.0, budget / USUAL_BUDGET)
    seconds = max(CORES * budget - START_UP, 0.5 * budget)
    updates = min(usual, seconds / (update_seconds(config) * config.train.restarts))
    chunk = config.train.chunk
    return max(round(max(updates, FEWEST_UPDATES) / chunk), 1) * chunk
