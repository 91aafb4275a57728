"""A task: what every way is given, so that all of them compute the same numbers. NumPy only: peers read it too."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

RADIUS = 0.999
"""The diagonal of A is `RADIUS * tanh(a)`, as in `attrax fit`."""


@dataclass(frozen=True)
class Settings:
    """The sizes and the optimiser's settings.

    Attributes:
        batch_size, window: Windows in a batch, rows in a window.
        alpha: Forcing strength.
        affine: x = B z, inverted by the pseudo-inverse; otherwise the channels are the latent states.
        learning_rate, final_learning_rate, updates: Exponential decay from one to the other over so many updates.
        chunk: Updates that a compiling way compiles into one call.
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
    """Settings, data and first parameters.

    Attributes:
        settings: All that is not an array.
        x: The recording, standardised, float32, time in rows.
        parameters: `a W1 W2 h1 h2`, and `B` if affine; the leading axis is that of the seeds.
    """

    settings: Settings
    x: np.ndarray
    parameters: dict[str, np.ndarray]

    @property
    def seeds(self) -> int:
        """How many models are trained side by side."""
        return len(self.parameters["a"])

    def first_seed(self) -> dict[str, np.ndarray]:
        """The parameters of one model."""
        return {name: value[0] for name, value in self.parameters.items()}

    def save(self, path: Path) -> None:
        """One file without pickles."""
        arrays = {f"parameters.{name}": value for name, value in self.parameters.items()}
        np.savez(path, settings=json.dumps(asdict(self.settings)), x=self.x, **arrays)

    @classmethod
    def load(cls, path: Path) -> "Task":
        """What `save` wrote."""
        with np.load(path) as file:
            parameters = {n.partition(".")[2]: file[n] for n in file.files if n.startswith("parameters.")}
            return cls(Settings(**json.loads(str(file["settings"]))), file["x"], parameters)
