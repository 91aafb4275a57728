"""Flows from fluid dynamics: convection, and particles that move with a fluid."""

from functools import partial

import jax.numpy as jnp
import numpy as np

from attrax.systems.decorators import TWO_PI, flow_system

fluids = partial(flow_system, domain="fluids")

_BLINK = 20.0  # how abruptly one stirrer takes over from the other
_JET_EPS = np.array([0.0075, 0.15, 0.3])
_JET_K = np.array([0.313922, 0.627845, 0.941767])
_JET_SIGMA = np.array([9.05854e-6, 1.28453e-5, 2.88863e-5])
_SLIP = np.full(5, 0.5)


def _alternation(t, tau):
    """1 in the first half of each period tau, 0 in the second."""
    return 0.5 + 0.5 * jnp.tanh(tau * _BLINK * jnp.sin(2 * jnp.pi * t / tau))


def _rotlet(r, theta, a, b, bc):
    """Radial and angular velocity around a rotlet at distance b from the center of a cylinder of radius a."""
    kappa = a**2 + (b * r / a) ** 2 - 2 * b * r * jnp.cos(theta)
    gamma = (1 - (r / a) ** 2) * (a**2 - (b * r / a) ** 2)
    iota = b**2 * r / a**2 - b * jnp.cos(theta)
    zeta = b**2 + r**2 - 2 * b * r * jnp.cos(theta)
    nu = a**2 + b**2 - 2 * (b * r / a) ** 2
    radial = b * jnp.sin(theta) * (-bc * gamma / kappa**2 - 1 / kappa + 1 / zeta)
    angular = bc * gamma * iota / kappa**2 + bc * r * nu / (a**2 * kappa) + iota / kappa
    return radial, angular - (r - b * jnp.cos(theta)) / zeta


def _blinking(r, theta, t, a, b, bc, sigma, tau):
    """Two rotlets that act in turns."""
    weight = _alternation(t, tau)
    (r1, theta1), (r2, theta2) = _rotlet(r, theta, a, b, bc), _rotlet(r, theta, a, -b, bc)
    return (
        sigma * (weight * r1 + (1 - weight) * r2),
        sigma * (weight * theta1 + (1 - weight) * theta2) / r,
        1.0,
    )


@fluids(
    z0=(3.3993979, 2.7700713, 6.0750519),
    period=2.8508,
    phases={"x": TWO_PI, "y": TWO_PI, "z": TWO_PI},
    citation="Arnold (1966). Journal of Applied Mathematics and Mechanics 30, 223.",
)
def arnold_beltrami_childress(x, y, z, *, a=1.73205, b=1.41421, c=1.0):
    """ABC flow: a particle in an exact solution of Euler's equation, periodic in space."""
    return (
        a * jnp.sin(z) + c * jnp.cos(y),
        b * jnp.sin(x) + a * jnp.cos(z),
        c * jnp.sin(y) + b * jnp.cos(x),
    )


@fluids(
    z0=(-0.4, 0.3, 0.0),
    period=97827.0,
    phases={"x": TWO_PI / 0.313922, "z": TWO_PI / (0.313922 * 9.05854e-6)},
    citation=(
        "Hadjighasem, Karrasch, Teramoto, Haller (2016). Spectral-clustering approach to Lagrangian "
        "vortex detection. Physical Review E 93."
    ),
)
def bickley_jet(y, x, z, *, ell=1.77, eps=_JET_EPS, k=_JET_K, omega=1.0, sigma=_JET_SIGMA, u=6.266e-05):
    """Bickley jet: a particle in a jet between vortices; the time z is shown as the phase of the slowest wave."""
    wave = k * (x - z * sigma)
    sech2 = 1 / jnp.cosh(y / ell) ** 2
    return (
        ell * u * sech2 * jnp.dot(eps * k, jnp.sin(wave)),
        u * sech2 * (-1 - 2 * jnp.dot(jnp.cos(wave), eps) * jnp.tanh(y / ell)),
        omega,
    )


@fluids(
    z0=(-0.08541919, 6.231141, 0.0),
    period=2.9521,
    phases={"theta": TWO_PI, "t": 3.0},
    citation="Meleshko, Aref (1996). A blinking rotlet model for chaotic advection. Physics of Fluids 8.",
)
def blinking_rotlet(r, theta, t, *, a=1.0, b=0.5298833894399929, bc=1.0, sigma=-1.0, tau=3.0):
    """Blinking rotlet: viscous mixing in a cylinder by two stirrers that act in turns, in polar coordinates."""
    return _blinking(r, theta, t, a, b, bc, sigma, tau)


@fluids(
    z0=(-0.08541919, 6.231141, 0.0),
    period=2.7617,
    phases={"theta": TWO_PI, "t": 3.0},
    citation="Aref (1984). Stirring by chaotic advection. Journal of Fluid Mechanics 143.",
)
def blinking_vortex(r, theta, t, *, a=1.0, b=0.5, bc=0.0, sigma=-1.0, tau=3.0):
    """Blinking vortex: mixing in a cylinder by two vortices that act in turns, in polar coordinates."""
    return _blinking(r, theta, t, a, b, bc, sigma, tau)


@fluids(
    z0=(1.5327241, 0.99802126, 2.6069655),
    period=13.953,
    phases={"z": TWO_PI},
    citation=(
        "Shadden, Lekien, Marsden (2005). Definition and properties of Lagrangian coherent structures. Physica D 212."
    ),
)
def double_gyre(x, y, z, *, alpha=0.1, eps=0.1, omega=0.62832):
    """Double gyre: a particle between two counter-rotating gyres that swing from side to side."""
    a, b = eps * jnp.sin(z), 1 - 2 * eps * jnp.sin(z)
    f = jnp.pi * (a * x**2 + b * x)
    return (
        -alpha * jnp.pi * jnp.sin(f) * jnp.cos(jnp.pi * y),
        alpha * jnp.pi * jnp.cos(f) * jnp.sin(jnp.pi * y) * (2 * a * x + b),
        omega,
    )


@fluids(
    z0=(-0.65820064, -2.8807787, 0.1),
    period=7.7351,
    phases={"theta": TWO_PI},
    smooth=False,
    citation=(
        "Gilet, Bush (2009). The fluid trampoline: droplets bouncing on a soap film. Journal of Fluid Mechanics 625."
    ),
)
def fluid_trampoline(x, y, theta, *, gamma=1.82, psi=0.01019, w=1.21):
    """Fluid trampoline: a droplet that bounces on a vibrated soap film."""
    film = jnp.where(x < 0, x + psi * y * jnp.abs(y), 0.0)
    return y, -1 - film + gamma * jnp.cos(theta), w


@fluids(
    z0=(0.1, 0.1, 0.1),
    period=28.823,
    phases={"theta": TWO_PI, "t": 3.0},
    citation=(
        "Blake (1971). Self propulsion due to oscillations on the surface of a cylinder at low "
        "Reynolds number. Bulletin of the Australian Mathematical Society 5."
    ),
)
def interior_squirmer(r, theta, t, *, a=_SLIP, g=_SLIP, tau=3.0):
    """Interior squirmer: mixing in a cylinder whose wall moves in two patterns in turns, in polar coordinates."""
    weight = _alternation(t, tau)
    a, g = a * weight, g * (1 - weight)
    n = jnp.arange(1, len(_SLIP) + 1)
    sine, cosine = jnp.sin(n * theta), jnp.cos(n * theta)
    radial = (g * cosine + a * sine) * n * r ** (n - 1) * (r**2 - 1)
    angular = (a * cosine - g * sine) * r**n * (2 * r + (r**2 - 1) * n / r)
    return radial.sum(), angular.sum() / r, 1.0


def _lid(x, y, a, b, u, n):
    """Velocity of mode n, driven at the speed u, in a cavity of width a and height 2 b."""
    k = n * jnp.pi / a
    scale = 2 * u / (2 * n * jnp.pi * b + a * jnp.sinh(2 * k * b))
    vx = n * jnp.pi * (y * jnp.cosh(k * b) * jnp.cosh(k * y) - b * jnp.sinh(k * b) * jnp.sinh(k * y))
    vx = vx + a * jnp.cosh(k * b) * jnp.sinh(k * y)
    vy = n * jnp.pi * (b * jnp.sinh(k * b) * jnp.cosh(k * y) - y * jnp.cosh(k * b) * jnp.sinh(k * y))
    return scale * jnp.sin(k * x) * vx, scale * jnp.cos(k * x) * vy


@fluids(
    z0=(3.9667903, 0.18425981, 0.0),
    period=2.7333,
    phases={"t": 3.0},
    citation=(
        "Grover, Ross, Stremler, Kumar (2012). Topological chaos, braiding and bifurcation of almost- "
        "cyclic sets. Chaos 22."
    ),
)
def lid_driven_cavity_flow(x, y, t, *, a=6.0, b=1.0, tau=1.1, u1=9.92786, u2=8.34932):
    """Lid-driven cavity: mixing in a box whose walls move in turns."""
    weight = _alternation(t, tau)
    (x1, y1), (x2, y2) = _lid(x, y, a, b, (2 * weight - 1) * u1, 1), _lid(x, y, a, b, u2, 2)
    return x1 + x2, y1 + y2, 1.0


@fluids(
    z0=(-3.4733266, 19.666962, -3.8262485),
    period=1.2887,
    citation="Moore, Spiegel (1966). A thermally excited nonlinear oscillator. Astrophysical Journal 143.",
)
def moore_spiegel(x, y, z, *, a=10.0, b=4.0, eps=9.0):
    """Moore-Spiegel: a thermally excited oscillator, a model of convection in stars."""
    return y, a * z, -z + eps * y - y * x**2 - b * x


@fluids(
    z0=(3.1415927, 1.0471975, 0.4),
    period=23.857,
    phases={"x": TWO_PI, "z": TWO_PI},
    citation=(
        "Solomon, Gollub (1988). Chaotic particle transport in time-dependent Rayleigh-Bénard "
        "convection. Physical Review A 38."
    ),
)
def oscillating_flow(x, y, z, *, b=0.48, k=1.0, omega=0.49, u=0.72):
    """Oscillating flow: a particle in convection rolls that swing from side to side."""
    f = x + b * jnp.sin(z)
    return u * jnp.cos(k * y) * jnp.sin(k * f), -u * jnp.sin(k * y) * jnp.cos(k * f), omega


@fluids(
    z0=(1.9257158, 3.1923835, 5.7829655),
    period=6.0721,
    citation="Rucklidge (1992). Chaos in models of double convection. Journal of Fluid Mechanics 237.",
)
def rucklidge(x, y, z, *, a=2.0, b=6.7):
    """Rucklidge: double convection in a layer of fluid."""
    return -a * x + b * y - y * z, x, -z + y**2
