"""Flows from chemistry: oscillating reactions."""

from functools import partial

import jax.numpy as jnp

from attrax.systems.decorators import TWO_PI, flow_system

chemistry = partial(flow_system, domain="chemistry")


@chemistry(
    z0=(0.023491701, 0.61703254, 0.84669066),
    period=0.038257,
    citation=(
        "Györgyi, Field (1992). A three-variable model of deterministic chaos in the Belousov- "
        "Zhabotinsky reaction. Nature 355."
    ),
)
def belousov_zhabotinsky(
    x,
    z,
    v,
    *,
    c1=-8.03474,
    c10=0.0223915,
    c11=7.53559e-05,
    c12=8.07384e-06,
    c13=-0.000499825,
    c2=0.05408,
    c3=-0.0115886,
    c4=832.587,
    c5=-0.029155,
    c6=0.00321617,
    c7=-0.01352,
    c8=-0.0831709,
    c9=-0.0199985,
    ci=0.000833,
    kf=0.00035,
    t0=2308.62,
    y0=7.72571e-06,
    yb1=6.92813e-07,
    yb2=2.00869,
    yb3=0.01352,
    z0=8.33e-06,
):
    """Belousov-Zhabotinsky: the stirred reaction, reduced to three variables; kf is the flow rate."""
    y = yb1 * z * v / (y0 * (yb2 * x + yb3 + kf))
    x = jnp.maximum(x, 0.0)
    rf = (ci - z0 * z) * jnp.sqrt(x)
    return (
        t0 * (c1 * x * y + c2 * y + c3 * x**2 + c4 * rf + c5 * x * z - kf * x),
        t0 * (c6 / z0 * rf + c7 * x * z + c8 * z * v + c9 * z - kf * z),
        t0 * (c10 * x * y + c11 * y + c12 * x**2 + c13 * z * v - kf * v),
    )


@chemistry(
    z0=(0.40635464, 1.8192295, 4.2153132),
    period=20.411,
    phases={"z": TWO_PI},
    citation="Prigogine (1980). From being to becoming: time and complexity in the physical sciences. Freeman.",
)
def forced_brusselator(x, y, z, *, a=0.4, b=1.2, f=0.05, w=0.81):
    """Forced Brusselator: an autocatalytic reaction with a periodic supply."""
    return a + x**2 * y - (b + 1) * x + f * jnp.cos(z), b * x - x**2 * y, w


@chemistry(
    z0=(0.51415056, 0.99842882, 1.0061777),
    period=0.73028,
    citation=(
        "Petrov, Scott, Showalter (1992). Mixed-mode oscillations in chemical systems. Journal of Chemical Physics 97."
    ),
)
def isothermal_chemical(alpha, beta, gamma, *, delta=1.0, kappa=2.5, mu=0.29786, sigma=0.013):
    """Isothermal autocatalysis: mixed-mode oscillations of three concentrations."""
    rate = alpha * beta**2 + alpha
    return mu * (kappa + gamma) - rate, (rate - beta) / sigma, (beta - gamma) / delta


@chemistry(
    z0=(-1.160501, 5.8636902, -1.2031947),
    period=10.992,
    citation="Strizhak, Kawczyński (1995). Journal of Physical Chemistry 99, 10830.",
)
def kawczynski_strizhak(x, y, z, *, beta=-0.4, gamma=0.49, kappa=0.2, mu=2.1):
    """Kawczyński-Strizhak: mixed-mode oscillations of the Belousov-Zhabotinsky reaction."""
    return gamma * (y - x**3 + 3 * mu * x), -2 * mu * x - y - z + beta, kappa * (x - z)
