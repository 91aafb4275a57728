"""Chaotic flows with as few terms as possible, found by Sprott."""

from functools import partial

import jax.numpy as jnp

from attrax.systems.decorators import flow_system

mathematics = partial(flow_system, domain="mathematics")


@mathematics(
    z0=(1.5413186, 1.4307973, -1.5255541),
    period=6.3728,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_a(x, y, z):
    """Sprott A: conservative, a special case of Nosé-Hoover."""
    return y, -x + y * z, 1 - y**2


@mathematics(
    z0=(1.6878282, 1.4848132, -0.53706628),
    period=11.05,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_b(x, y, z):
    """Sprott B: one of nineteen flows with five or six terms."""
    return y * z, x - y, 1 - x * y


@mathematics(
    z0=(-0.47199823, -0.27198066, 1.9418244),
    period=8.8852,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_c(x, y, z):
    """Sprott C: one of nineteen flows with five or six terms."""
    return y * z, x - y, 1 - x**2


@mathematics(
    z0=(-1.3396906, -0.21238338, 0.32982163),
    period=4.8333,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_d(x, y, z):
    """Sprott D: one of nineteen flows with five or six terms."""
    return -y, x + z, x * z + 3 * y**2


@mathematics(
    z0=(0.6173759, 0.66599285, -1.6575023),
    period=7.6275,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_e(x, y, z):
    """Sprott E: one of nineteen flows with five or six terms."""
    return y * z, x**2 - y, 1 - 4 * x


@mathematics(
    z0=(-0.98941275, -1.4191706, 0.85797204),
    period=19.244,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_f(x, y, z, *, a=0.5):
    """Sprott F: one of nineteen flows with five or six terms."""
    return y + z, -x + a * y, x**2 - z


@mathematics(
    z0=(-0.77182478, -0.74756595, 1.3073285),
    period=8.7097,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_g(x, y, z, *, a=0.4):
    """Sprott G: one of nineteen flows with five or six terms."""
    return a * x + z, x * z - y, -x + y


@mathematics(
    z0=(-1.360042, 0.62585352, -1.2788196),
    period=20.229,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_h(x, y, z, *, a=0.5):
    """Sprott H: one of nineteen flows with five or six terms."""
    return -y + z**2, x + a * y, x - z


@mathematics(
    z0=(-0.060099389, -0.49558355, 0.023159035),
    period=10.93,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_i(x, y, z, *, a=0.2):
    """Sprott I: one of nineteen flows with five or six terms."""
    return -a * y, x + z, x + y**2 - z


@mathematics(
    z0=(4.4786928, 2.2977432, 6.5847115),
    period=4.836,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_j(x, y, z):
    """Sprott J: one of nineteen flows with five or six terms."""
    return 2 * z, -2 * y + z, -x + y + y**2


@mathematics(
    z0=(-1.3165015, -1.5429951, 0.664053),
    period=7.006,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_k(x, y, z, *, a=0.3):
    """Sprott K: one of nineteen flows with five or six terms."""
    return x * y - z, x - y, x + a * z


@mathematics(
    z0=(4.3611557, 13.705573, -2.6835659),
    period=6.7262,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_l(x, y, z, *, a=0.9, b=3.9):
    """Sprott L: one of nineteen flows with five or six terms."""
    return y + b * z, a * x**2 - y, 1 - x


@mathematics(
    z0=(1.6024402, -1.5983203, -2.6236374),
    period=5.3644,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_m(x, y, z, *, a=1.7):
    """Sprott M: one of nineteen flows with five or six terms."""
    return -z, -(x**2) - y, a + a * x + y


@mathematics(
    z0=(-8.3258705, 7.3033716, 3.2798909),
    period=4.8135,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_n(x, y, z):
    """Sprott N: one of nineteen flows with five or six terms."""
    return -2 * y, x + z**2, 1 + y - 2 * z


@mathematics(
    z0=(0.20549455, 0.022792985, 0.93636949),
    period=9.755,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_o(x, y, z, *, a=2.7):
    """Sprott O: one of nineteen flows with five or six terms."""
    return y, x - z, x + x * z + a * y


@mathematics(
    z0=(0.83420675, 0.14915817, 0.44028635),
    period=5.3414,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_p(x, y, z, *, a=2.7):
    """Sprott P: one of nineteen flows with five or six terms."""
    return a * y + z, -x + y**2, x + y


@mathematics(
    z0=(-0.658771, -0.83746, 0.018835),
    period=4.8443,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_q(x, y, z, *, a=3.1, b=0.5):
    """Sprott Q: one of nineteen flows with five or six terms."""
    return -z, x - y, a * x + y**2 + b * z


@mathematics(
    z0=(-1.6914909, -1.9783678, 1.9807775),
    period=7.0133,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_r(x, y, z, *, a=0.9, b=0.4):
    """Sprott R: one of nineteen flows with five or six terms."""
    return a - y, b + z, x * y - z


@mathematics(
    z0=(0.12635702, 0.12260693, 1.2215429),
    period=3.3505,
    citation="Sprott (1994). Some simple chaotic flows. Physical Review E 50.",
)
def sprott_s(x, y, z):
    """Sprott S: one of nineteen flows with five or six terms."""
    return -x - 4 * y, x + z**2, 1 + x


@mathematics(
    z0=(-0.54106056, 0.59383201, 0.45127217),
    period=11.921,
    citation="Sprott (1997). Simplest dissipative chaotic flow. Physics Letters A 228.",
)
def sprott_jerk(x, y, z, *, mu=2.017):
    """Sprott's jerk: the simplest dissipative chaotic flow; its basin of attraction is small."""
    return y, z, -x + y**2 - mu * z


@mathematics(
    z0=(-1.3396906, -0.21238338, 0.32982163),
    period=6.621,
    smooth=False,
    citation="Sprott (2020). Do we need more chaos examples? Chaos Theory and Applications 2.",
)
def sprott_more(x, y, z):
    """Sprott's multifractal: an attractor of nearly three dimensions; the velocity jumps where z changes sign."""
    return y, -x - jnp.sign(z) * y, y**2 - jnp.exp(-(x**2))


@mathematics(
    z0=(0.6883476, -0.18017646, 0.58539724),
    period=13.607,
    citation=("Sprott (2014). A dynamical system with a strange attractor and invariant tori. Physics Letters A 378."),
)
def sprott_torus(x, y, z):
    """Sprott's torus: an invariant torus or a strange attractor, depending on the initial state."""
    return y + 2 * x * y + x * z, 1 - 2 * x**2 + y * z, x - x**2 - y**2
