"""Flows from electronics: circuits, lasers and control loops."""

from functools import partial

import jax.numpy as jnp
import numpy as np

from attrax.systems.decorators import TWO_PI, flow_system

electronics = partial(flow_system, domain="electronics")

_BREAKS = np.array([0.0, 1.0, 2.15, 3.6, 8.2, 13.0])
_SLOPES = np.array([-0.14285714, 0.28571429, -0.57142857, 0.28571429, -0.57142857, 0.28571429])


def _saturation(x):
    """Saturation: x between -1 and 1, constant outside."""
    return 0.5 * (jnp.abs(x + 1) - jnp.abs(x - 1))


@electronics(
    z0=(3.6225814, 3.3226339, 1.9973142),
    period=6.814,
    citation="Anishchenko et al. (2007). Nonlinear dynamics of chaotic and stochastic systems. Springer.",
)
def anishchenko_astakhov(x, y, z, *, eta=0.5, mu=1.2):
    """Anishchenko-Astakhov: an oscillator with inertial nonlinearity."""
    return mu * x + y - x * z, -x, -eta * z + eta * jnp.where(x > 0, x**2, 0.0)


@electronics(
    z0=(-0.26574016, -0.36754928, -0.073094132),
    period=3.2,
    citation="Arena, Caponetto, Fortuna, Porto (1998). International Journal of Bifurcation and Chaos 8, 1527.",
)
def cellular_neural_network(x, y, z, *, a=4.4, b=3.21, c=1.1, d=1.24):
    """Cellular neural network: three cells with saturating output."""
    fx, fy, fz = _saturation(x), _saturation(y), _saturation(z)
    return -x + d * fx - b * (fy + fz), -y - b * fx + c * fy - a * fz, -z - b * fx + a * fy + fz


@electronics(
    z0=(3.2689697, 5.2990458, 19.435349),
    period=0.58689,
    citation=("Chen (1997). Proceedings of the First International Conference on Control of Oscillations and Chaos."),
)
def chen(x, y, z, *, a=35.0, b=3.0, c=28.0):
    """Chen: the Lorenz-63 system with a feedback that makes it chaotic (anti-control)."""
    return a * (y - x), (c - a - z) * x + c * y, x * y - b * z


@electronics(
    z0=(1.1262351, -0.11386474, -0.78324421),
    period=1.4235,
    citation="Chua (1969). Introduction to nonlinear network theory. McGraw-Hill.",
)
def chua(x, y, z, *, alpha=15.6, beta=28.0, m0=-1.142857, m1=-0.71429):
    """Chua: a circuit with a negative resistance, and a double-scroll attractor."""
    ramp = m1 * x + (m0 - m1) * _saturation(x)
    return alpha * (y - x - ramp), x - y + z, -beta * y


@electronics(
    z0=(8.9389043, 0.64637337, 8.7869304),
    period=4.2676,
    citation=(
        "Kennedy (1994). IEEE Transactions on Circuits and Systems 41, 771; Li, Zhou, Yang, Chaos, "
        "Solitons and Fractals."
    ),
)
def colpitts(x, y, z, *, a=30.0, b=0.8, c=20.0, d=0.08, e=10.0):
    """Colpitts: a signal generator with one transistor."""
    current = jnp.maximum(e - 1 - z, 0.0)
    return y - a * current, c - x - b * y - z, y - d * z


@electronics(
    z0=(1.0284085, -3.5348655, -0.72081646),
    period=3.2886,
    citation=(
        "Dadras, Momeni (2009). A novel three-dimensional autonomous chaotic system generating two, "
        "three and four-scroll attractors. Physics Letters A 373."
    ),
)
def dadras(x, y, z, *, c=2.0, e=9.0, o=2.7, p=3.0, r=1.7):
    """Dadras: a circuit with two, three or four scrolls, depending on its parameters."""
    return y - p * x + o * y * z, r * y - x * z + z, c * x * y - e * z


@electronics(
    z0=(-1.520504, 0.19640249, 2.5235315),
    period=14.477,
    phases={"z": TWO_PI},
    citation=("van der Pol (1920). A theory of the amplitude of free and forced triode vibrations. Radio Review 1."),
)
def forced_van_der_pol(x, y, z, *, a=1.2, mu=8.53, w=0.63):
    """Forced van der Pol: a periodically driven circuit with a triode."""
    return y, mu * (1 - x**2) * y - x + a * jnp.sin(z), w


@electronics(
    z0=(-0.053772565, -0.26162564, 0.33501557),
    period=5.9431,
    citation=(
        "Genesio, Tesi (1992). Harmonic balance methods for the analysis of chaotic dynamics in "
        "nonlinear systems. Automatica 28."
    ),
)
def genesio_tesi(x, y, z, *, a=0.44, b=1.1, c=1.0):
    """Genesio-Tesi: a control loop with a quadratic term."""
    return y, z, -c * x - b * y - a * z + x**2


@electronics(
    z0=(-1.300882, 0.065382947, 0.91801911),
    period=19.455,
    citation="Sprott (2011). A new chaotic jerk circuit. IEEE Transactions on Circuits and Systems II 58.",
)
def jerk_circuit(x, y, z, *, eps=1e-09, y0=0.026):
    """Jerk circuit: three integrators and a diode."""
    return y, z, -z - x - eps * (jnp.exp(y / y0) - 1)


@electronics(
    z0=(-2.5408014, -1.9405706, -2.9680975),
    period=0.94667,
    citation=(
        "Abooee, Yaghini-Bonabi, Jahed-Motlagh (2013). Analysis and circuitry realization of a novel "
        "three-dimensional chaotic system. Communications in Nonlinear Science and Numerical "
        "Simulation 18."
    ),
)
def laser(x, y, z, *, a=10.0, b=1.0, c=5.0, d=-1.0, h=-5.0, k=-6.0):
    """Laser: a model of a semiconductor laser."""
    return a * (y - x) + b * y * z**2, c * x + d * x * z**2, h * z + k * x**2


@electronics(
    z0=(-21.160123, 1.0322356, 27.405269),
    period=2.2586,
    citation=(
        "Yalçın, Suykens, Vandewalle. Cellular neural networks, multi-scroll chaos and "
        "synchronization. World Scientific."
    ),
)
def multi_chua(x, y, z, *, a=9.0, b=14.286, c=_BREAKS, m=_SLOPES):
    """Multi-scroll Chua: a Chua circuit whose diode has many linear pieces, and as many scrolls."""
    pieces = (m[:-1] - m[1:]) * (jnp.abs(x + c[1:]) - jnp.abs(x - c[1:]))
    return a * (y - m[-1] * x - 0.5 * pieces.sum()), x - y + z, -b * y


@electronics(
    z0=(0.63878078, 1.0901873, 2.4479814),
    period=7.4654,
    citation="San-Um, Srisuchinwong (2012). Journal of Computers 7.",
)
def san_um_srisuchinwong(x, y, z, *, a=2.0):
    """San-Um and Srisuchinwong: a two-scroll circuit with absolute value and saturation."""
    return y - x, -z * jnp.tanh(x), -a + x * y + jnp.abs(y)


@electronics(
    z0=(-0.21422356, -0.17935495, 14.105516),
    period=1.3366,
    citation=(
        "Yu, Wang (2012). A novel three dimension autonomous chaotic system with a quadratic "
        "exponential nonlinear term. Engineering, Technology and Applied Science Research 2."
    ),
)
def yu_wang(x, y, z, *, a=10.0, b=40.0, c=2.0, d=2.5):
    """Yu-Wang: a circuit with an exponential of a product."""
    return a * (y - x), b * x - c * x * z, jnp.exp(x * y) - d * z


@electronics(
    z0=(0.12581483, 1.2467348, 18.358568),
    period=0.39265,
    citation=(
        "Yu, Wang (2012). A novel three dimension autonomous chaotic system with a quadratic "
        "exponential nonlinear term. Engineering, Technology and Applied Science Research 2."
    ),
)
def yu_wang2(x, y, z, *, a=10.0, b=30.0, c=2.0, d=2.5):
    """Yu-Wang 2: a circuit with a hyperbolic cosine of a product."""
    return a * (y - x), b * x - c * x * z, jnp.cosh(x * y) - d * z


@electronics(
    z0=(-0.60390203, 0.012111953, 0.00083277923),
    period=0.87518,
    citation=(
        "Zhou, Chen (2004). A simple smooth chaotic system with a 3-layer attractor. International "
        "Journal of Bifurcation and Chaos 14."
    ),
)
def zhou_chen(x, y, z, *, a=2.97, b=0.15, c=-3.0, d=1.0, e=-8.78):
    """Zhou-Chen: a feedback circuit whose attractor has three layers."""
    return a * x + b * y + y * z, c * y - x * z + d * y * z, e * z - x * y
