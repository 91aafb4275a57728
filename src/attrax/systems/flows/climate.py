"""Flows from climate science and geophysics: atmosphere, ocean, and the magnetic field of the Earth."""

from functools import partial

import jax.numpy as jnp

from attrax.systems.decorators import flow_system

climate = partial(flow_system, domain="climate")


@climate(
    z0=(0.02654419, 0.20580773, 0.4375812),
    period=89.595,
    citation=(
        "Tuwankotta (2006). Chaos in a coupled oscillators system with widely spaced frequencies and "
        "energy-preserving non-linearity."
    ),
)
def atmospheric_regime(x, y, z, *, alpha=-2.0, beta=-5.0, mu1=0.05, mu2=-0.01, omega=3.0, sigma=1.1):
    """Atmospheric regimes: switches between two flow regimes, with very different time scales."""
    return (
        mu1 * x + sigma * x * y,
        mu2 * y + omega * z + alpha * y * z + beta * z**2 - sigma * x**2,
        mu2 * z - omega * y - alpha * y**2 - beta * y * z,
    )


@climate(
    z0=(1.3664423, 0.9309146, 0.64283417),
    period=1.4541,
    citation="Hadley (1735). On the cause of the general trade winds. Philosophical Transactions 34.",
)
def hadley(x, y, z, *, a=0.2, b=4.0, f=9.0, g=1.0):
    """Hadley cell: a convective cell of the atmosphere."""
    return -(y**2) - z**2 - a * (x - f), x * y - b * x * z - y + g, b * x * y + x * z - z


@climate(
    z0=(1.9264792, -0.1340211, -1.7214673),
    period=6.2586,
    citation="Lorenz (1984). Irregularity: a fundamental property of the atmosphere. Tellus A 36.",
)
def lorenz84(x, y, z, *, a=1.32, b=7.91, f=4.83, g=4.194):
    """Lorenz-84: the westerlies and the waves that carry heat to the pole."""
    return -(y**2) - z**2 - a * (x - f), x * y - b * x * z - y + g, b * x * y + x * z - z


@climate(
    z0=(-13.284881, -12.444334, 34.188198),
    period=1.3716,
    citation="Sprott, Xiong (2015). Classifying and quantifying basins of attraction. Chaos 25.",
)
def lorenz_bounded(x, y, z, *, beta=2.667, r=64.0, rho=28.0, sigma=10.0):
    """Bounded Lorenz: the Lorenz-63 system, confined to a ball of radius r."""
    inside = 1 - (x**2 + y**2 + z**2) / r**2
    return sigma * (y - x) * inside, (x * (rho - z) - y) * inside, (x * y - beta * z) * inside


@climate(
    z0=(7.0921483, 10.117408, 25.708428, 2.1689893, 0.96121877, 0.89550187),
    period=1.6207,
    citation="Lorenz (1963). Deterministic nonperiodic flow. Journal of the Atmospheric Sciences 20.",
)
def lorenz_coupled(x1, y1, z1, x2, y2, z2, *, beta=2.667, eps=2.85, rho1=35.0, rho2=1.15, sigma=10.0):
    """Coupled Lorenz: one Lorenz-63 system drives another."""
    return (
        sigma * (y1 - x1),
        x1 * (rho1 - z1) - y1,
        x1 * y1 - beta * z1,
        sigma * (y2 - x2) + eps * (x1 - x2),
        x2 * (rho2 - z2) - y2,
        x2 * y2 - beta * z2,
    )


@climate(
    z0=(4.2334386, 9.0897061, 21.866625, -1.4080695),
    period=3.8877,
    citation="Letellier, Rössler (2007). Hyperchaos. Scholarpedia 2, 1936.",
)
def lorenz_stenflo(x, y, z, w, *, a=2.0, b=0.7, c=26.0, d=1.5):
    """Lorenz-Stenflo: acoustic-gravity waves in a rotating atmosphere."""
    return a * (y - x) + d * w, x * (c - z) - y, x * y - b * z, -x - a * w


@climate(
    z0=(-15.660582, -13.32018, 26.879362),
    period=0.91967,
    citation=(
        "Yanagita, Kaneko (1995). Rayleigh-Bénard convection: patterns, chaos, spatiotemporal chaos "
        "and turbulence. Physica D 82."
    ),
)
def rayleigh_benard(x, y, z, *, a=30.0, b=5.0, r=18.0):
    """Rayleigh-Bénard: a convective cell, reduced to three modes."""
    return a * (y - x), r * y - x * z, x * y - b * z


@climate(
    z0=(-0.77915628, -0.63022446, 2.6712002),
    period=5.8975,
    citation=(
        "Rikitake (1958). Oscillations of a system of disk dynamos. Mathematical Proceedings of the "
        "Cambridge Philosophical Society 54."
    ),
)
def rikitake_dynamo(x, y, z, *, a=1.0, mu=1.0):
    """Rikitake dynamo: two coupled disk dynamos whose field reverses like that of the Earth."""
    return -mu * x + y * z, -mu * y + x * (z - a), 1 - x * y


@climate(
    z0=(-6.9928633, 0.023254277, -0.16581776),
    period=2.2087,
    citation=(
        "Vallis (1988). Conceptual models of El Niño and the southern oscillation. Journal of Geophysical Research 93."
    ),
)
def vallis_el_nino(x, y, z, *, b=102.0, c=3.0, p=0.0):
    """Vallis El Niño: temperatures of the tropical Pacific and the wind between them."""
    return b * y - c * (x + p), -y + x * z, -z - x * y + 1


@climate(
    z0=(0.93337506, 6.2678923, 41.969547),
    period=4.6733,
    citation=(
        "Smith, Thiffeault, Horton (2000). Journal of Geophysical Research 105; Horton, Weigel, "
        "Sprott (2001). Chaos 11."
    ),
)
def windmi_reduced(i, v, p, *, a1=0.247, b1=10.8, b2=0.0752, b3=1.06, d1=2200.0, vsw=5.0):
    """Reduced WINDMI: the solar wind drives magnetosphere and ionosphere."""
    switch = (1 + jnp.tanh(d1 * (i - 1))) / 2
    return a1 * (vsw - v), b1 * i - b2 * p / 2 - b3 * v, vsw**2 - p ** (5 / 4) * vsw ** (1 / 2) * switch
