"""Callbacks that send the course of a training to TensorBoard, MLflow or Weights & Biases, by their own libraries.

Pass one as `attrax.fit(..., callbacks=[tracker])`. Each restart has a curve of its own for the loss and for every other
value of the training history.
"""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import ConfigError
from attrax.optimise import Progress


def curves(progress: Progress) -> dict[str, float]:
    """The finite values of one chunk by name, such as `loss/restart 1`.

    Args:
        progress: What a callback receives.
    """
    values = {
        f"{name}/restart {i + 1}": float(value)
        for name, each in progress.record.items()
        for i, value in enumerate(np.atleast_1d(each))
    }
    return {name: value for name, value in values.items() if np.isfinite(value)}


class TensorBoard:
    """Writes the curves of a training for TensorBoard.

    Args:
        folder: Where TensorBoard looks for them: `tensorboard --logdir folder`.

    Raises: ConfigError C640 if the library `tensorboard` is not installed.

    Example:
        >>> import attrax
        >>> fit = attrax.fit("ecg.csv", callbacks=[attrax.TensorBoard("logs")])  # doctest: +SKIP
    """

    def __init__(self, folder: str | Path = "tensorboard"):
        self._writer = _library("tensorboard.summary", "tensorboard").Writer(str(folder))

    def __call__(self, progress: Progress) -> None:
        """Write the values of one chunk."""
        for name, value in curves(progress).items():
            self._writer.add_scalar(name, value, int(progress.state.step))
        self._writer.flush()


class MLflow:
    """Logs the curves of a training to the active run of MLflow, or to a new one.

    Raises: ConfigError C640 if the library `mlflow` is not installed.

    Example:
        >>> import attrax
        >>> fit = attrax.fit("ecg.csv", callbacks=[attrax.MLflow()])  # doctest: +SKIP
    """

    def __init__(self):
        self._mlflow = _library("mlflow", "mlflow")

    def __call__(self, progress: Progress) -> None:
        """Log the values of one chunk."""
        # MLflow allows no other signs in names.
        values = {name.replace("/", "_").replace(" ", "_"): value for name, value in curves(progress).items()}
        self._mlflow.log_metrics(values, step=int(progress.state.step))


class WeightsAndBiases:
    """Logs the curves of a training to the active run of Weights & Biases, or to a new one.

    Args:
        project: The project of a new run.

    Raises: ConfigError C640 if the library `wandb` is not installed.

    Example:
        >>> import attrax
        >>> fit = attrax.fit("ecg.csv", callbacks=[attrax.WeightsAndBiases("hearts")])  # doctest: +SKIP
    """

    def __init__(self, project: str = "attrax"):
        wandb = _library("wandb", "wandb")
        self._run = wandb.run or wandb.init(project=project)

    def __call__(self, progress: Progress) -> None:
        """Log the values of one chunk."""
        self._run.log(curves(progress), step=int(progress.state.step))


def _library(module: str, package: str) -> Any:
    if importlib.util.find_spec(package) is None:
        raise ConfigError(
            "C640",
            "a library is missing",
            where=f"the tracker needs {package}",
            why="libraries of trackers are not installed together with attrax",
            fix=f"pip install {package}",
        )
    return importlib.import_module(module)
