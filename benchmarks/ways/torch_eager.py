"""An implementation in PyTorch: a loop over time, autograd, `torch.optim.RAdam`. Needs PyTorch and NumPy only."""

import os

import numpy as np
import torch

from benchmarks.task import RADIUS, Settings, Task
from benchmarks.way import AbstractTraining, AbstractWay
from benchmarks.worker import serve


def loss(p: dict[str, torch.Tensor], x: torch.Tensor, c: Settings) -> torch.Tensor:
    """Mean squared error of forced predictions on windows (window, time, channel)."""
    z_bar = x @ torch.linalg.pinv(p["B"]).T if c.affine else x
    A, W1, W2 = RADIUS * torch.tanh(p["a"]), p["W1"].T, p["W2"].T
    h1, h2 = p["h1"], p["h2"]
    z = z_bar[:, 0]
    orbit = []
    for forcing in z_bar[:, :-1].unbind(1):
        z = torch.lerp(z, forcing, c.alpha)
        drive = z @ W2
        z = A * z + (torch.relu(drive + h2) - torch.relu(drive)) @ W1 + h1
        orbit.append(z)
    z = torch.stack(orbit, dim=1)
    x_hat = z @ p["B"].T if c.affine else z
    return torch.nn.functional.mse_loss(x_hat, x[:, 1:])


class TorchEager(AbstractWay):
    """A script in eager mode."""

    def versions(self) -> dict[str, str]:
        """Version of PyTorch, and the number of threads."""
        return {"torch": torch.__version__, "torch threads": str(torch.get_num_threads())}

    def gradient(self, task: Task, windows: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """Loss and gradient by autograd."""
        p = _leaves(task)
        value = loss(p, torch.from_numpy(windows), task.settings)
        value.backward()
        return value.item(), {name: leaf.grad.numpy() for name, leaf in p.items()}

    def start(self, task: Task) -> AbstractTraining:
        """Start a run: parameters, optimizer, schedule."""
        return _Run(task)


class _Run(AbstractTraining):
    def __init__(self, task: Task):
        c = self.settings = task.settings
        self.x, self.p = torch.from_numpy(task.x), _leaves(task)
        self.rows = torch.arange(c.window)
        self.generator = torch.Generator().manual_seed(0)
        self.optimizer = torch.optim.RAdam(self.p.values(), lr=c.learning_rate)
        decay = (c.final_learning_rate / c.learning_rate) ** (1 / c.updates)
        self.schedule = torch.optim.lr_scheduler.ExponentialLR(self.optimizer, decay)

    def advance(self, updates: int) -> float:
        """Do the updates one after another."""
        return float(np.mean([self._update().item() for _ in range(updates)]))

    def _update(self) -> torch.Tensor:
        c = self.settings
        starts = torch.randint(len(self.x) - c.window + 1, (c.batch_size, 1), generator=self.generator)
        self.optimizer.zero_grad()
        value = loss(self.p, self.x[starts + self.rows], c)
        value.backward()
        self.optimizer.step()
        self.schedule.step()
        return value.detach()

    def parameters(self) -> dict[str, np.ndarray]:
        """The parameters, with a first axis of length one."""
        return {name: leaf.detach().numpy()[None] for name, leaf in self.p.items()}


def _leaves(task: Task) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(value, requires_grad=True) for name, value in task.first_seed().items()}


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    serve(TorchEager())
