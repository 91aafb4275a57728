"""Flows from mechanics: pendulums, oscillators, rigid bodies, and particles in potentials."""

from functools import partial

import jax.numpy as jnp

from attrax.systems.decorators import TWO_PI, flow_system

mechanics = partial(flow_system, domain="mechanics")

_GRAVITY = 9.82


@mechanics(
    z0=(0.10469507, 0.089292998, 4.6615712, 4.6152792, 0.1),
    period=67.25,
    phases={"x1": TWO_PI, "x2": TWO_PI, "z": TWO_PI},
    citation=(
        "Froeschlé, Guzzo, Lega (2000). Graphical evolution of the Arnold web: from order to chaos. Science 289."
    ),
)
def arnold_web(p1, p2, x1, x2, z, *, mu=0.01, w=1.0):
    """Arnold web: two rotors with a periodic forcing, nearly integrable, with slow diffusion along resonances."""
    squared = (4 + jnp.cos(z) + jnp.cos(x1) + jnp.cos(x2)) ** 2
    return -mu * jnp.sin(x1) / squared, -mu * jnp.sin(x2) / squared, p1, p2, w


@mechanics(
    z0=(0.17177112, 0.10360479, 6.2553878),
    period=2.8043,
    citation="Chen, Lee (2004). Anti-control of chaos in rigid body motion. Chaos, Solitons and Fractals 21.",
)
def chen_lee(x, y, z, *, a=5.0, b=-10.0, c=-0.38):
    """Chen-Lee: a rigid body with a feedback that makes it chaotic (anti-control)."""
    return a * x - y * z, b * y + x * z, c * z + x * y / 3


@mechanics(
    z0=(5.9309405, 3.6240542, -1.2249799, 2.535486),
    period=4.0234,
    phases={"th1": TWO_PI, "th2": TWO_PI},
    citation="Marion (2013). Classical dynamics of particles and systems. Academic Press.",
)
def double_pendulum(th1, th2, p1, p2, *, g=9.81, l1=1.0, l2=1.0, m1=1.0, m2=1.0):
    """Double pendulum: two coupled pendulums without friction; angles and momenta."""
    sine, cosine = jnp.sin(th1 - th2), jnp.cos(th1 - th2)
    scale = l1 * l2 * (m1 + m2 * sine**2)
    v1 = (l2 * p1 - l1 * p2 * cosine) / (l1 * scale)
    v2 = ((m1 + m2) * l1 * p2 - m2 * l2 * p1 * cosine) / (m2 * l2 * scale)
    h1 = p1 * p2 * sine / scale
    h2 = (m2 * l2 * p1**2 / (2 * l1 * scale**2) + m2 * p2 * l1 * l2 * v2 / (2 * scale)) * 2 * sine * cosine
    return v1, v2, -(m1 + m2) * g * l1 * jnp.sin(th1) - h1 + h2, -m2 * g * l2 * jnp.sin(th2) + h1 - h2


@mechanics(
    z0=(-1.1635382, -0.5092374, 0.0),
    period=7.4496,
    phases={"z": TWO_PI},
    citation="Duffing (1918). Erzwungene Schwingungen bei veränderlicher Eigenfrequenz. Vieweg.",
)
def duffing(x, y, z, *, alpha=1.0, beta=-1.0, delta=0.1, gamma=0.35, omega=1.4):
    """Duffing: a driven oscillator with a cubic spring."""
    return y, -delta * y - beta * x - alpha * x**3 + gamma * jnp.cos(z), omega


@mechanics(
    z0=(-0.29707259, -0.0031367513, 0.42548865, 0.071905482),
    period=6.37,
    citation=("Hénon, Heiles (1964). The applicability of the third integral of motion. The Astronomical Journal 69."),
)
def henon_heiles(x, y, px, py, *, lam=1.0):
    """Hénon-Heiles: the motion of a star around the center of a galaxy."""
    return px, py, -x - 2 * lam * x * y, -y - lam * (x**2 - y**2)


@mechanics(
    z0=(0.29430753, 0.10649486, 0.29081125),
    period=8.5095,
    citation=(
        "Leipnik, Newton (1981). Double strange attractors in rigid body motion with linear feedback "
        "control. Physics Letters A 86."
    ),
)
def newton_liepnik(x, y, z, *, a=0.4, b=0.175):
    """Newton-Leipnik: a rigid body with linear feedback and two strange attractors."""
    return -a * x + y + 10 * y * z, -x - 0.4 * y + 5 * x * z, b * z - 5 * x * y


@mechanics(
    z0=(-1.9758582, 0.24647527, 0.79024299),
    period=5.8673,
    citation=(
        "Nosé (1984). A unified formulation of the constant temperature molecular dynamics methods. "
        "Journal of Chemical Physics 81; Hoover (1985)."
    ),
)
def nose_hoover(x, y, z, *, a=1.5):
    """Nosé-Hoover: an oscillator in a heat bath that keeps its mean energy."""
    return y, -x + y * z, a - y**2


@mechanics(
    z0=(-0.85591178, 1.4807834, -0.85075322, 1.6357609),
    period=6.0231,
    citation="Baran, Raduta (1998). International Journal of Modern Physics E 7.",
)
def nuclear_quadrupole(q1, q2, p1, p2, *, a=1.0, b=0.55, d=0.4):
    """Nuclear quadrupole: vibrations of the shape of an atomic nucleus."""
    squared = q1**2 + q2**2
    return (
        a * p1,
        a * p2,
        -a * q1 + 3 / 2**0.5 * b * (q1**2 - q2**2) - d * q1 * squared,
        -a * q2 - 3 * 2**0.5 * b * q1 * q2 - d * q2 * squared,
    )


@mechanics(
    z0=(0.85539847, -0.39125834, 0.0),
    period=1.6129,
    phases={"theta": TWO_PI},
    smooth=False,
    citation="Awrejcewicz, Holicke (1999). International Journal of Bifurcation and Chaos 9.",
)
def stick_slip_oscillator(
    x, v, theta, *, a=1.0, alpha=0.3, b=1.0, beta=0.3, eps=0.05, gamma=1.0, t0=0.3, vs=0.4, w=2.0
):
    """Stick-slip: a driven oscillator on a moving belt; the friction jumps where belt and mass have equal speeds."""
    friction = t0 * jnp.sign(v - vs) - alpha * v + beta * (v - vs) ** 3
    return v, eps * (gamma * jnp.cos(theta) - friction) + a * x - b * x**3, w


@mechanics(
    z0=(0.113296, 1.5707963, 0.10992, 0.17747),
    period=0.34176,
    phases={"th": TWO_PI},
    citation="Tufillaro, Abbott, Griffiths (1984). Swinging Atwood's machine. American Journal of Physics 52.",
)
def swinging_atwood(r, th, pr, pth, *, m1=1.0, m2=4.5):
    """Swinging Atwood: two weights on one rope; one of them can swing."""
    return (
        pr / (m1 + m2),
        pth / (m1 * r**2),
        pth**2 / (m1 * r**3) - m2 * _GRAVITY + m1 * _GRAVITY * jnp.cos(th),
        -m1 * _GRAVITY * r * jnp.sin(th),
    )
