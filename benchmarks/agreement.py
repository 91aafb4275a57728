"""Checks that all implementations compute the same numbers, because otherwise their times cannot be compared."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.pool import Worker
from benchmarks.task import Task

EARLY, LATE = 4, 10
"""Numbers of updates after which parameters are compared: RAdam begins to adapt its steps at the sixth."""

CHUNK = 2
LEARNING_RATE = 1e-2
"""Larger than in training, so that changes of parameters are larger than rounding errors."""

TOLERANCE = {"loss": 1e-5, "gradient": 1e-3, "first updates": 1e-3, "updates": 5e-2}
"""Largest relative deviations in float32. The gradient passes through a pseudo-inverse, which loses digits. The factor
by which RAdam rectifies its first steps is a difference of nearly equal numbers: libraries agree on only two digits."""


@dataclass(frozen=True)
class Evidence:
    """The numbers that one implementation computed.

    Attributes:
        loss, gradient: Loss and gradient of a batch of different windows.
        early, late: Changes of the parameters by `EARLY` and `LATE` updates, made by the function that is timed, on a
            recording of a single window, where no draw can differ.
    """

    loss: float
    gradient: dict[str, np.ndarray]
    early: dict[str, np.ndarray]
    late: dict[str, np.ndarray]


def deviations(this: Evidence, reference: Evidence) -> dict[str, float]:
    """Relative deviations between two implementations; the largest one over parameters."""
    return {
        "loss": _apart(this.loss, reference.loss),
        "gradient": _worst(this.gradient, reference.gradient),
        "first updates": _worst(this.early, reference.early),
        "updates": _worst(this.late, reference.late),
    }


def disagreements(apart: dict[str, float]) -> list[str]:
    """Messages about the deviations that are too large; NaN counts as too large."""
    return [
        f"{what} differs by {value:.1e} (allowed {TOLERANCE[what]:g})"
        for what, value in apart.items()
        if not value <= TOLERANCE[what]
    ]


def gather(worker: Worker, task: Task, folder: Path) -> Evidence:
    """Let a worker compute the numbers to compare."""
    c = replace(task.settings, chunk=CHUNK, learning_rate=LEARNING_RATE)
    files = {name: folder / f"{name}.npz" for name in ("task", "single", "gradient", "trained")}
    Task(c, task.x, task.parameters).save(files["task"])
    Task(c, task.x[: c.window], task.parameters).save(files["single"])
    windows = folder / "windows.npy"
    np.save(windows, different_windows(task))
    worker.ask("gradient", task=files["task"], windows=windows, out=files["gradient"])

    def change(updates: int) -> dict[str, np.ndarray]:
        worker.ask("train", task=files["single"], updates=updates, out=files["trained"])
        trained = _read(files["trained"])
        return {name: trained[name] - before for name, before in task.parameters.items()}

    gradient = _read(files["gradient"])
    return Evidence(float(gradient.pop("loss")), gradient, change(EARLY), change(LATE))


def different_windows(task: Task) -> np.ndarray:
    """A batch of windows at equal distances in the recording."""
    c = task.settings
    starts = np.linspace(0, len(task.x) - c.window, c.batch_size).astype(int)
    return np.stack([task.x[start : start + c.window] for start in starts])


def _read(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def _worst(this: dict[str, np.ndarray], reference: dict[str, np.ndarray]) -> float:
    return float(np.max([_apart(this[name], value) for name, value in reference.items()]))


def _apart(this: np.ndarray | float, reference: np.ndarray | float) -> float:
    return float(np.linalg.norm(np.subtract(this, reference)) / max(np.linalg.norm(reference), 1e-30))
