"""Orbits of known systems, integrated in NumPy."""

import numpy as np


def flow(rhs, start, dt, n, *, transient=500, substeps=1):
    """`n` rows of an orbit, by the classical Runge-Kutta method, after `transient` rows that are left out."""
    h, x, orbit = dt / substeps, np.array(start, dtype=float), np.empty((n, len(start)))
    for i in range(-transient, n):
        for _ in range(substeps):
            a = rhs(x)
            b = rhs(x + h / 2 * a)
            c = rhs(x + h / 2 * b)
            x = x + h / 6 * (a + 2 * b + 2 * c + rhs(x + h * c))
        if i >= 0:
            orbit[i] = x
    return orbit


def lorenz63(v):
    return np.array([10 * (v[1] - v[0]), v[0] * (28 - v[2]) - v[1], v[0] * v[1] - 8 / 3 * v[2]])


def rossler(v):
    return np.array([-v[1] - v[2], v[0] + 0.2 * v[1], 0.2 + v[2] * (v[0] - 5.7)])
