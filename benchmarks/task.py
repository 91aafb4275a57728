"""`Task`: the data, parameters and settings that all implementations get. NumPy only, for other environments."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

RADIUS = 0.999
"""The diagonal of A is `RADIUS * tanh(a)`, as in `attrax fit`."""


@dataclass(frozen=True)
class Settings:
    """The sizes and the settings of the optimizer.

    Attributes:
        batch_size, window: Number of windows in a batch, and of rows in a window.
        alpha: Forcing strength.
        affine: Whether x = B z, inverted by the pseudo-inverse; otherwise the channels are the latent states.
        learning_rate, final_learning_rate, updates: The learning rate decays exponentially from one to the other over
            this number of updates.
        chunk: Number of updates in one compiled call.
    """

    batch_size: int = 16
    window: int = 200
    alpha: float = 0.3
    affine: bool = True
    learning_rate: float = 1e-3
    final_learning_rate: float = 1e-6
    updates: int = 250_000
    chunk: int = 250


@dataclass(frozen=True)
class Task:
    """Settings, data and initial parameters.

    Attributes:
        settings: The settings.
        x: The standardized recording in float32, time in rows.
        parameters: `a W1 W2 h1 h2`, and `B` if affine; the first axis is over seeds.
    """

    settings: Settings
    x: np.ndarray
    parameters: dict[str, np.ndarray]

    @property
    def seeds(self) -> int:
        """Number of models that are trained in parallel."""
        return len(self.parameters["a"])

    def first_seed(self) -> dict[str, np.ndarray]:
        """The parameters of the model with the first seed."""
        return {name: value[0] for name, value in self.parameters.items()}

    def save(self, path: Path) -> None:
        """Write the task to a `.npz` file."""
        arrays = {f"parameters.{name}": value for name, value in self.parameters.items()}
        np.savez(path, settings=json.dumps(asdict(self.settings)), x=self.x, **arrays)

    @classmethod
    def load(cls, path: Path) -> "Task":
        """Read a file that `save` has written."""
        with np.load(path) as file:
            parameters = {n.partition(".")[2]: file[n] for n in file.files if n.startswith("parameters.")}
            return cls(Settings(**json.loads(str(file["settings"]))), file["x"], parameters)
