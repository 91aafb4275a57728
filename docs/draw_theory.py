"""Draws the figures of the page on theory, for light and dark pages: `python docs/draw_theory.py`.

Nothing is trained: the map of Lorenz-63 itself takes the place of the model, so that only the forcing differs. Takes
a minute on one core.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from attrax.core import TimeMap
from attrax.plots import DARK, LIGHT, Axis, Figure, Line, Panel, Role
from attrax.plots.matplotlib_renderer import render_file
from attrax.systems import Lorenz63, find, record

FOLDER = Path(__file__).parent / "_static"
ALPHAS = (0.0, 0.01, 0.05, 0.125)
STEPS = 1_000


def gradients(x: np.ndarray) -> Figure:
    """The norm of the derivative of a state by the first one, over the steps between them."""
    system = find("lorenz63").map()
    with jax.enable_x64(True):
        jacobians = jax.vmap(system.jacobian)(jnp.asarray(x[:STEPS]))
        traces, largest = [], np.linalg.norm(jacobians, 2, axis=(1, 2)).max()
        for i, alpha in enumerate(ALPHAS):
            product, norms = np.eye(3), []
            for jacobian in np.asarray(jacobians):
                product = (1 - alpha) * jacobian @ product
                norms.append(np.linalg.norm(product, 2))
            traces.append(
                Line(x=np.arange(1.0, STEPS + 1), y=np.array(norms), name=f"alpha {alpha:g}", role=Role.series(i))
            )
    panel = Panel(traces=tuple(traces), x=Axis(label="steps"), y=Axis(label="norm of the derivative", scale="log"))
    caption = (
        f"Lorenz-63, time step 0.01. The largest singular value of a Jacobian along this orbit is {largest:.3f}, so "
        f"that alpha* = {1 - 1 / largest:.3f} is certain to bound the products."
    )
    return Figure(name="theory_gradients", title="Gradients through time", panels=(panel,), caption=caption)


def losses(x: np.ndarray) -> Figure:
    """The loss over a parameter, of the forced orbits of the system with that parameter."""
    dt, rho = find("lorenz63").dt, np.linspace(20.0, 36.0, 241)
    with jax.enable_x64(True):
        data = jnp.asarray(x[: STEPS + 1])

        def loss(value, alpha):
            system = TimeMap(Lorenz63(rho=value), dt)

            def step(z, seen):
                z = system.step((1 - alpha) * z + alpha * seen[0])
                return z, jnp.mean((z - seen[1]) ** 2)

            return jnp.mean(jax.lax.scan(step, data[0], (data[:-1], data[1:]))[1])

        curves = jax.jit(jax.vmap(jax.vmap(loss, (0, None)), (None, 0)))(jnp.asarray(rho), jnp.asarray(ALPHAS))
    panels = tuple(
        Panel(
            traces=(Line(x=rho, y=np.asarray(curve), role=Role.series(i)),),
            x=Axis(label="rho of the model"),
            y=Axis(label="loss"),
            title=f"alpha {alpha:g}",
        )
        for i, (alpha, curve) in enumerate(zip(ALPHAS, curves, strict=True))
    )
    caption = (
        f"Mean squared error over {STEPS} steps of Lorenz-63 with another rho, forced with strength alpha toward an "
        "orbit with rho = 28. Without forcing the loss has many minima."
    )
    return Figure(name="theory_losses", title="The loss over one parameter", panels=panels, caption=caption, columns=2)


def main() -> None:
    """Write both figures, each for light and dark pages."""
    x = record(find("lorenz63"), STEPS + 1, key=jax.random.key(0))[0].x
    for figure in (gradients(x), losses(x)):
        for theme, name in ((LIGHT, "light"), (DARK, "dark")):
            (FOLDER / f"{figure.name}_{name}.svg").write_bytes(render_file(figure, "svg", theme))


if __name__ == "__main__":
    main()
