"""An implementation in JAX without attrax: `lax.scan` over time, autodiff, optax, compiled in chunks of updates."""

from functools import partial
from importlib.metadata import version
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.task import RADIUS, Settings, Task
from benchmarks.way import AbstractTraining, AbstractWay
from benchmarks.worker import serve


def loss(p: dict[str, jax.Array], x: jax.Array, c: Settings) -> jax.Array:
    """Mean squared error of forced predictions on windows (window, time, channel)."""
    z_bar = x @ jnp.linalg.pinv(p["B"]).T if c.affine else x
    A = RADIUS * jnp.tanh(p["a"])

    def step(z, z_bar):
        z = (1 - c.alpha) * z + c.alpha * z_bar
        drive = z @ p["W2"].T
        z = A * z + (jax.nn.relu(drive + p["h2"]) - jax.nn.relu(drive)) @ p["W1"].T + p["h1"]
        return z, z

    _, z = jax.lax.scan(step, z_bar[:, 0], jnp.swapaxes(z_bar[:, :-1], 0, 1))
    x_hat = z @ p["B"].T if c.affine else z
    return jnp.mean((x_hat - jnp.swapaxes(x[:, 1:], 0, 1)) ** 2)


def optimizer(c: Settings) -> optax.GradientTransformation:
    """RAdam with an exponentially decaying learning rate."""
    return optax.radam(optax.exponential_decay(c.learning_rate, c.updates, c.final_learning_rate / c.learning_rate))


@partial(jax.jit, static_argnames=("c", "n"), donate_argnums=0)
def chunk(carry: Any, x: jax.Array, c: Settings, n: int) -> tuple[Any, jax.Array]:
    """Do `n` updates."""

    def update(carry, _):
        p, state, key = carry
        key, k_batch = jax.random.split(key)
        starts = jax.random.randint(k_batch, (c.batch_size,), 0, len(x) - c.window + 1)
        batch = jax.vmap(lambda start: jax.lax.dynamic_slice_in_dim(x, start, c.window))(starts)
        value, gradient = jax.value_and_grad(loss)(p, batch, c)
        change, state = optimizer(c).update(gradient, state, p)
        return (optax.apply_updates(p, change), state, key), value

    return jax.lax.scan(update, carry, length=n)


class PlainScan(AbstractWay):
    """A script with JAX and optax only."""

    def versions(self) -> dict[str, str]:
        """Versions of the libraries."""
        return {name: version(name) for name in ("jax", "jaxlib", "optax")}

    def gradient(self, task: Task, windows: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
        """Loss and gradient by automatic differentiation."""
        value, gradient = jax.jit(jax.value_and_grad(loss), static_argnums=2)(task.first_seed(), windows, task.settings)
        return float(value), {name: np.asarray(leaf) for name, leaf in gradient.items()}

    def start(self, task: Task) -> AbstractTraining:
        """Start a run: optimizer state and data on the device."""
        return _Run(task)


class _Run(AbstractTraining):
    def __init__(self, task: Task):
        self.settings, self.x = task.settings, jnp.asarray(task.x)
        p = jax.tree.map(jnp.asarray, task.first_seed())
        self.carry = (p, optimizer(self.settings).init(p), jax.random.key(0))

    def advance(self, updates: int) -> float:
        """Do the updates in chunks."""
        losses = []
        while updates > 0:
            n = min(self.settings.chunk, updates)
            self.carry, values = chunk(self.carry, self.x, self.settings, n)
            losses.append(values)
            updates -= n
        return float(jnp.concatenate(losses).mean())

    def parameters(self) -> dict[str, np.ndarray]:
        """The parameters, with a first axis of length one."""
        return {name: np.asarray(leaf)[None] for name, leaf in self.carry[0].items()}


if __name__ == "__main__":
    serve(PlainScan())
