"""Flows of three variables that were constructed for their strange attractors, and a torus."""

from functools import partial

import jax.numpy as jnp

from attrax.systems.decorators import TWO_PI, flow_system

mathematics = partial(flow_system, domain="mathematics")


def _unified(x, y, z, a, c, d, eps, f, k):
    """The three-scroll unified system; three systems below are special cases."""
    return a * (y - x) + d * x * z, k * x + f * y - x * z, c * z + x * y - eps * x**2


def _four_wings(x, y, z, a, b, c, h, p, q, r, s):
    """A flow with a four-wing attractor; two systems below are special cases."""
    return a * x + h * y + s * y * z, -b * y - p * x + q * x * z, c * z - r * x * y


def _cubic_jerk(x, y, z, a, b, c, d):
    """A third-order equation (jerk system) with a cubic term; two systems below are special cases."""
    return y, z, -a * x - b * y - c * z + d * x**3


def _circulant(x, y, z, a, b):
    """A damped particle in a periodic lattice of forces; two systems below are special cases."""
    return -a * x + b * jnp.sin(y), -a * y + b * jnp.sin(z), -a * z + b * jnp.sin(x)


@mathematics(
    z0=(-0.78450179, -0.62887672, -0.17620268),
    period=2.5837,
    citation=(
        "Aizawa, Uezu (1982). Topological aspects in chaos and in 2^k-period doubling cascade. "
        "Progress of Theoretical Physics 67; Langford (1984)."
    ),
)
def aizawa(x, y, z, *, a=0.95, b=0.7, c=0.6, d=3.5, e=0.25, f=0.1):
    """Aizawa: an attractor shaped like a torus, related to the forced Lorenz system."""
    return (
        (z - b) * x - d * y,
        d * x + (z - b) * y,
        c + a * z - z**3 / 3 - (x**2 + y**2) * (1 + e * z) + f * z * x**3,
    )


@mathematics(
    z0=(-2.7515698, 0.19079818, 3.4703629),
    period=3.1641,
    citation=(
        "Arneodo, Coullet, Tresser (1980). Occurrence of strange attractors in three-dimensional "
        "Volterra equations. Physics Letters A 79."
    ),
)
def arneodo(x, y, z, *, a=-5.5, b=4.5, c=1.0, d=-1.0):
    """Arneodo: a third-order equation (jerk system) with a cubic term, also known as ACT."""
    return _cubic_jerk(x, y, z, a, b, c, d)


@mathematics(
    z0=(-0.79153188, 0.65244479, 0.22517831),
    period=0.78333,
    citation="Shaw (1981). Zeitschrift für Naturforschung 36a.",
)
def burke_shaw(x, y, z, *, e=13.0, n=10.0):
    """Burke-Shaw: a scroll with a symmetry about the z axis."""
    return -n * (x + y), y - n * x * z, n * x * y + e


@mathematics(
    z0=(0.34539838, 0.42847012, 0.086983698),
    period=5.7663,
    citation=(
        "Arneodo, Coullet, Tresser (1980). Occurrence of strange attractors in three-dimensional "
        "Volterra equations. Physics Letters A 79."
    ),
)
def coullet(x, y, z, *, a=-0.8, b=1.1, c=0.45, d=-1.0):
    """Coullet: the Arneodo system with other parameters."""
    return _cubic_jerk(x, y, z, a, b, c, d)


@mathematics(
    z0=(-11.395722, -104.12614, 202.46173),
    period=0.083806,
    citation="Li (2008). Physics Letters A 372, 387.",
)
def dequan_li(x, y, z, *, a=40.0, c=1.833, d=0.16, eps=0.65, f=20.0, k=55.0):
    """Dequan Li: a three-scroll attractor."""
    return _unified(x, y, z, a, c, d, eps, f, k)


@mathematics(
    z0=(-0.55582369, 0.05181624, 0.37766104),
    period=0.30769,
    citation=(
        "Guckenheimer, Holmes (1983). Nonlinear oscillations, dynamical systems, and bifurcations of "
        "vector fields. Springer."
    ),
)
def guckenheimer_holmes(x, y, z, *, a=0.4, b=20.25, c=3.0, d=1.6, e=1.7, f=0.44):
    """Guckenheimer-Holmes: a nonlinear oscillator near a point where two bifurcations meet."""
    squared = x**2 + y**2
    return a * x - b * y + c * z * x + d * z * squared, a * y + b * x + c * z * y, e - z**2 - f * squared - a * z**3


@mathematics(
    z0=(-8.6807408, -2.4741399, 0.070775762),
    period=1.4889,
    citation="Sprott (2010). Elegant chaos: algebraically simple chaotic flows. World Scientific.",
)
def halvorsen(x, y, z, *, a=1.4, b=4.0):
    """Halvorsen: a quadratic flow whose equations are cyclically symmetric in the three variables."""
    return -a * x - b * (y + z) - y**2, -a * y - b * (z + x) - z**2, -a * z - b * (x + y) - x**2


@mathematics(
    z0=(4.6722764, 5.2437205e-10, -6.4444208e-10),
    period=8.0164,
    citation="Liu, Chen (2004). International Journal of Bifurcation and Chaos 14, 1395.",
)
def liu_chen(x, y, z, *, a=0.4, b=12.0, c=-5.0, h=0.0, p=0.0, q=-1.0, r=1.0, s=1.0):
    """Liu-Chen: the Sakarya system with other parameters."""
    return _four_wings(x, y, z, a, b, c, h, p, q, r, s)


@mathematics(
    z0=(10.956479, 9.8813092, 22.676714),
    period=2.3385,
    citation=(
        "Lü, Chen (2002). A new chaotic attractor coined. International Journal of Bifurcation and Chaos 12, 659."
    ),
)
def lu_chen(x, y, z, *, a=36.0, b=3.0, c=18.0):
    """Lü-Chen: changes from the Lorenz to the Chen attractor as c grows."""
    return a * (y - x), -x * z + c * y, x * y - b * z


@mathematics(
    z0=(-5.5177615, 2.4990595, 10.461798),
    period=0.92333,
    citation=(
        "Lü, Chen, Cheng (2004). A new chaotic system and beyond. International Journal of "
        "Bifurcation and Chaos 14, 1507."
    ),
)
def lu_chen_cheng(x, y, z, *, a=-10.0, b=-4.0, c=18.1):
    """Lü-Chen-Cheng: a four-scroll attractor."""
    return -(a * b) / (a + b) * x - y * z + c, a * y + x * z, b * z + x * y


@mathematics(
    z0=(-3.0380575, -1.9805243, 14.656659),
    period=1.7829,
    citation="Zhou et al. (2008). On dynamics analysis of a new chaotic attractor. Physics Letters A 372.",
)
def pan_xu_zhou(x, y, z, *, a=10.0, c=-2.6667, d=0.0, eps=0.0, f=0.0, k=16.0):
    """Pan-Xu-Zhou: the Dequan Li system with other parameters."""
    return _unified(x, y, z, a, c, d, eps, f, k)


@mathematics(
    z0=(0.21665608, 0.86710502, 0.50627859),
    period=3.7487,
    citation=(
        "Pehlivan, Wei (2012). Analysis, nonlinear control, and chaos generator circuit of another "
        "strange chaotic system."
    ),
)
def pehlivan_wei(x, y, z):
    """Pehlivan-Wei: a quadratic flow with two Hopf bifurcations."""
    return y - y * z, y + y * z - 2 * x, 2 - x * y - y**2


@mathematics(
    z0=(17.420882, 5.5459627, 78.89139),
    period=0.39179,
    citation="Qi et al. (2008). Chaos, Solitons and Fractals.",
)
def qi_chen(x, y, z, *, a=38.0, b=2.666, c=80.0):
    """Qi-Chen: a two-wing attractor, formed from two coexisting attractors."""
    return a * (y - x) + y * z, c * x + y - x * z, x * y - b * z


@mathematics(
    z0=(-1.8207276, 0.83440917, 0.2078248),
    period=2.3356,
    citation=(
        "Rabinovich, Fabrikant (1979). Stochastic self-modulation of waves in nonequilibrium media. "
        "Soviet Physics JETP 50."
    ),
)
def rabinovich_fabrikant(x, y, z, *, a=1.1, g=0.87):
    """Rabinovich-Fabrikant: waves that modulate themselves in a medium out of equilibrium."""
    return y * (z - 1 + x**2) + g * x, x * (3 * z + 1 - x**2) + g * y, -2 * z * (a + x * y)


@mathematics(
    z0=(-2.8976045, 3.8877978, 3.07465),
    period=4.9844,
    citation=(
        "Li et al. (2015). A novel four-wing strange attractor born in bistability. IEICE Electronics Express 12."
    ),
)
def sakarya(x, y, z, *, a=-1.0, b=1.0, c=1.0, h=1.0, p=1.0, q=0.4, r=0.3, s=1.0):
    """Sakarya: a four-wing attractor, formed when two attractors merge."""
    return _four_wings(x, y, z, a, b, c, h, p, q, r, s)


@mathematics(
    z0=(0.016838697, 0.03489384, 0.35346848),
    period=12.038,
    citation=(
        "Shimizu, Morioka (1980). On the bifurcation of a symmetric limit cycle to an asymmetric one "
        "in a simple model. Physics Letters A 76."
    ),
)
def shimizu_morioka(x, y, z, *, a=0.85, b=0.5):
    """Shimizu-Morioka: a simplified Lorenz-63 system whose limit cycles lose their symmetry."""
    return y, x - a * y - x * z, -b * z + x**2


@mathematics(
    z0=(2.199442, 2.3634225, 3.220197),
    period=4.969,
    citation=(
        "Thomas (1999). Deterministic chaos seen in terms of feedback circuits. International Journal "
        "of Bifurcation and Chaos 9."
    ),
)
def thomas(x, y, z, *, a=1.85, b=10.0):
    """Thomas: a damped particle in a periodic lattice of forces; cyclically symmetric in the variables."""
    return _circulant(x, y, z, a, b)


@mathematics(
    z0=(-4.9599545, 1.0302034, -4.6883893),
    period=6.05,
    citation=(
        "Thomas (1999). Deterministic chaos seen in terms of feedback circuits. International Journal "
        "of Bifurcation and Chaos 9."
    ),
)
def thomas_labyrinth(x, y, z, *, a=0.5, b=10.0):
    """Thomas' labyrinth: the Thomas system with less damping, so that the particle moves through the whole lattice."""
    return _circulant(x, y, z, a, b)


@mathematics(
    z0=(1.5, 0.0, 0.0, 0.0),
    period=6.36,
    phases={"t": TWO_PI},
    citation="Strogatz (1994). Nonlinear dynamics and chaos. Addison-Wesley.",
)
def torus(x, y, z, t, *, a=0.5, n=15.3, r=1.0):
    """Torus: quasiperiodic motion on a torus, driven by the time; all exponents are 0."""
    del x, y, z
    distance, outward = r + a * jnp.cos(n * t), -a * n * jnp.sin(n * t)
    return (
        outward * jnp.cos(t) - distance * jnp.sin(t),
        outward * jnp.sin(t) + distance * jnp.cos(t),
        a * n * jnp.cos(n * t),
        1.0,
    )


@mathematics(
    z0=(1.2969944, 1.12138, 50.028988),
    period=0.34526,
    citation=(
        "Pan, Zhou, Li (2013). Synchronization of three-scroll unified chaotic system (TSUCS) and its "
        "hyper-chaotic system using active pinning control."
    ),
)
def tsucs2(x, y, z, *, a=40.0, c=0.833, d=0.5, eps=0.65, f=20.0, k=0.0):
    """TSUCS-2: the three-scroll unified system of Pan, Zhou and Li."""
    return _unified(x, y, z, a, c, d, eps, f, k)


@mathematics(
    z0=(-0.54770787, 0.73876479, -0.0049284531),
    period=26.958,
    citation=(
        "Wang, Sun, van Wyk, Qi, van Wyk (2009). A 3-D four-wing attractor and its analysis. "
        "Brazilian Journal of Physics 39."
    ),
)
def wang_sun(x, y, z, *, a=0.2, b=-0.01, d=-0.4, e=-1.0, f=-1.0, q=1.0):
    """Wang-Sun: a four-wing attractor."""
    return a * x + q * y * z, b * x + d * y - x * z, e * z + f * x * y
