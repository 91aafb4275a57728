"""Lyapunov exponents of the two maps of every textbook."""

import jax
import numpy as np

from attrax import lyapunov_spectrum
from attrax.campaigns import Budget, Measurement, Metric
from attrax.plots import Axis, Figure, Line, Panel, Role
from attrax.systems import Henon, Logistic

ORBITS = 8


def logistic(budget: Budget, key: int, *, r: float) -> Measurement:
    """The exponent of the logistic map at one growth rate, over orbits from random populations."""
    starts = jax.random.uniform(jax.random.key(key), (ORBITS, 1), minval=0.1, maxval=0.9)
    return _measured(Logistic(r), starts, budget["steps"], f"logistic map, r = {r:g}")


def henon(budget: Budget, key: int) -> Measurement:
    """Both exponents of the Hénon map, over orbits from around the origin, in the basin of its attractor."""
    starts = 0.1 * jax.random.normal(jax.random.key(key), (ORBITS, 2))
    return _measured(Henon(), starts, budget["steps"], "Hénon map")


def _measured(dynamics, starts, steps: int, title: str) -> Measurement:
    found = lyapunov_spectrum(dynamics, starts, steps)
    protocol = f"QR/{ORBITS} orbits/{steps} steps"
    metrics = {
        "exponent": Metric(found.exponents[0], found.std_error[0], protocol, "neither"),
        "sum": Metric(found.exponents.sum(), None, protocol, "neither"),
    }
    return Measurement(metrics, figures=(_convergence(found, title),))


def _convergence(found, title: str) -> Figure:
    """What the exponent would have been, had the orbits ended earlier."""
    running = found.convergence[:, 0]
    final = Line(x=found.times[[0, -1]], y=np.full(2, running[-1]), role=Role.MUTED)
    panel = Panel(
        traces=(final, Line(x=found.times, y=running)),
        x=Axis(label="steps"),
        y=Axis(label="largest exponent", unit="1/step"),
    )
    caption = "The exponent as it would be, had the orbits ended earlier."
    return Figure(name="convergence", title=title, caption=caption, panels=(panel,))
