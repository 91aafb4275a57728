"""Built-in maps of one or two variables."""

from functools import partial

import jax
import jax.numpy as jnp

from attrax.systems.decorators import TWO_PI, map_system

mathematics = partial(map_system, domain="mathematics")
ecology = partial(map_system, domain="ecology")

_NEWTON = 20  # enough for Kepler's equation at any eccentricity below 1


@mathematics(
    z0=(0.04995935, 0.363224),
    citation="Hopf (1937). Ergodentheorie. Springer.",
)
def baker(x, y, *, a=1.0):
    """Baker's map: stretches, cuts and stacks a square; the factor is slightly below 2, to keep digits of a float."""
    stretched = (2 - 1e-10) * x
    whole = jnp.floor(stretched)
    return stretched - whole, (a * y + whole) / 2


@mathematics(
    z0=(0.5, 0.5),
    citation="Emrich. Bedhead attractor.",
)
def bedhead(x, y, *, a=-0.67, b=0.83):
    """Bedhead: a map known for the image of its attractor."""
    return jnp.sin(x * y / b) * y + jnp.cos(a * x - y), x + jnp.sin(y) / b


def _kepler(mean, eccentricity):
    r"""The solution q of Kepler's equation $q - e \sin q = m$, by Newton's method.

    Only the last Newton step is differentiated, which gives the correct derivative.
    """

    def newton(q, m, e):
        return q - (q - e * jnp.sin(q) - m) / (1 - e * jnp.cos(q))

    start = mean + 0.85 * eccentricity * jnp.sign(jnp.sin(mean))
    frozen = jax.lax.stop_gradient((mean, eccentricity, start))
    q = jax.lax.fori_loop(0, _NEWTON, lambda _, q: newton(q, frozen[0], frozen[1]), frozen[2])
    return newton(q, mean, eccentricity)


def _vortex(r, theta, a, b, gamma, t):
    """Position of a particle after time t near a vortex at distance b from the center of a disk of radius a."""
    image = a**2 / b
    ratio2 = (b**2 + r**2 - 2 * b * r * jnp.cos(theta)) / (image**2 + r**2 - 2 * image * r * jnp.cos(theta))
    ratio = jnp.sqrt(ratio2)
    middle = (b - ratio2 * image) / (1 - ratio2)
    radius = jnp.abs(ratio / (1 - ratio2) * (image - b))
    angle = jnp.arctan2(r * jnp.sin(theta), r * jnp.cos(theta) - middle)
    e = 2 * ratio / (1 + ratio2)
    period = (2 * jnp.pi * radius) ** 2 / gamma * (1 + ratio2) / (1 - ratio2)
    angle = _kepler(angle - e * jnp.sin(angle) + 2 * jnp.pi * t / period, e)
    return (
        jnp.sqrt(radius**2 + middle**2 + 2 * radius * middle * jnp.cos(angle)),
        jnp.arctan2(radius * jnp.sin(angle), middle + radius * jnp.cos(angle)),
    )


@partial(map_system, domain="fluids")(
    z0=(0.17, 0.33),
    phases={"theta": TWO_PI},
    citation="Aref (1984). Stirring by chaotic advection. Journal of Fluid Mechanics 143.",
)
def blinking_vortex_map(r, theta, *, a=1.0, b=0.5, gamma=1.0, t=1.5):
    """Blinking vortex map: mixing in a disk by two vortices that act in turns for a time t; polar coordinates."""
    return _vortex(*_vortex(r, theta, a, b, gamma, t), a, -b, gamma, t)


@mathematics(
    z0=(0.51, 0.2),
    citation=(
        "Bogdanov (1981). Bifurcations of a limit cycle for a family of vector fields on the plane. "
        "Selecta Mathematica Sovietica 1."
    ),
)
def bogdanov(x, y, *, eps=0.0, k=1.2, mu=0.0):
    """Bogdanov: a map near a bifurcation with two zero eigenvalues; at these parameters it preserves areas."""
    y = (1 + eps) * y + k * x * (x - 1) + mu * x * y
    return x + y, y


@mathematics(
    z0=(0.51,),
    citation="Geisel, Fairen (1984). Statistical properties of chaos in Chebyshev maps. Physics Letters A 105.",
)
def chebyshev(x, *, a=6.0):
    r"""Chebyshev: a polynomial on [-1, 1]; its exponent is exactly ln a."""
    return (jnp.cos(a * jnp.arccos(x)),)


@mathematics(
    z0=(0.1, 0.1),
    phases={"p": TWO_PI, "x": TWO_PI},
    citation=("Chirikov (1979). A universal instability of many-dimensional oscillator systems. Physics Reports 52."),
)
def chirikov(p, x, *, k=0.971635):
    """Chirikov standard map: a periodically kicked rotor, at the parameter where its last invariant circle breaks."""
    p = p + k * jnp.sin(x)
    return p, x + p


@mathematics(
    z0=(0.0,),
    phases={"theta": 1.0},
    citation=("Arnold (1965). Small denominators: mappings of the circumference onto itself. AMS Translations 46."),
)
def circle(theta, *, k=5.7, omega=0.333):
    """Circle map: a periodically kicked oscillator; its phase is counted in full turns."""
    return (theta + omega + k / (2 * jnp.pi) * jnp.sin(2 * jnp.pi * theta),)


@mathematics(
    z0=(1.7816613, -1.1579155),
    citation="Dewdney (1987). Computer recreations. Scientific American 257.",
)
def de_jong(x, y, *, a=1.641, b=1.902, c=0.316, d=1.525):
    """De Jong: a map known for the image of its attractor."""
    return jnp.sin(a * y) - jnp.cos(b * x), jnp.sin(c * x) - jnp.cos(d * y)


@partial(map_system, domain="mechanics")(
    z0=(0.51, 0.1),
    citation=("Holmes (1979). A nonlinear oscillator with a strange attractor. Philosophical Transactions A 292."),
)
def duffing_map(x, y, *, a=2.75, b=0.2):
    """Duffing map: a cubic map that behaves like a driven Duffing oscillator, seen once in each period."""
    return y, -b * x + a * y - y**3


@mathematics(
    z0=(0.5,),
    citation="Hilborn (2000). Chaos and nonlinear dynamics. Oxford University Press.",
)
def gauss(x, *, a=4.9, b=-0.5):
    """Gauss map: a bell-shaped function, also known as the mouse map."""
    return (jnp.exp(-a * x**2) + b,)


@mathematics(
    z0=(0.51, 0.1),
    citation=(
        "Devaney (1984). A piecewise linear model for the zones of instability of an area-preserving map. Physica D 10."
    ),
)
def gingerbreadman(x, y):
    """Gingerbreadman: piecewise linear and area-preserving, with regular islands in a chaotic region."""
    return 1 - y + jnp.abs(x), x


@mathematics(
    z0=(0.1, 0.1),
    citation="Gumowski, Mira (1980). Recurrences and discrete dynamic systems. Springer.",
)
def gumowski_mira(x, y, *, a=-1.1, b=-0.2):
    """Gumowski-Mira: from the dynamics of particles in an accelerator."""

    def f(x):
        return a * x + 2 * (1 - a) * x**2 / (1 + x**2)

    new = b * y + f(x)
    return new, f(new) - x


@mathematics(
    z0=(0.1, 0.1),
    citation="Dewdney (1986). Computer recreations (after Martin). Scientific American 255.",
)
def hopalong(x, y, *, a=3.1, b=2.5, c=4.2):
    """Hopalong: a map known for the image of its orbits."""
    return y - 1 - jnp.sqrt(jnp.abs(b * x - 1 - c)) * jnp.sign(x - 1), a - x - 1


@partial(map_system, domain="optics")(
    z0=(0.9, 0.55524451),
    citation=(
        "Ikeda (1979). Multiple-valued stationary state and its instability of the transmitted light "
        "by a ring cavity system. Optics Communications 30."
    ),
)
def ikeda(x, y, *, u=0.9):
    """Ikeda: light in a ring cavity, from one round trip to the next."""
    t = 0.4 - 6 / (1 + x**2 + y**2)
    return 1 + u * (x * jnp.cos(t) - y * jnp.sin(t)), u * (x * jnp.sin(t) + y * jnp.cos(t))


@mathematics(
    z0=(0.2, 0.2),
    citation=(
        "Kaplan, Yorke (1979). Chaotic behavior of multidimensional difference equations. Springer "
        "Lecture Notes in Mathematics 730."
    ),
)
def kaplan_yorke(x, y, *, alpha=0.2):
    """Kaplan-Yorke: a doubling map that drives a contraction; the exponents are ln 2 and ln alpha."""
    return (2 * x) % 0.99999995, alpha * y + jnp.cos(4 * jnp.pi * x)


@ecology(
    z0=(0.0, 0.1),
    citation="Maynard Smith (1968). Mathematical ideas in biology. Cambridge University Press.",
)
def maynard_smith(x, y, *, a=0.87, b=0.75):
    """Maynard Smith: a population whose growth depends on the density of two generations."""
    return y, a * y + b - x**2


@mathematics(
    z0=(-0.97631884, -1.2040783),
    citation="Pickover (1990). Computers, pattern, chaos and beauty. St. Martin's Press.",
)
def pickover(x, y, *, a=-1.4, b=1.6, c=1.0, d=0.7):
    """Pickover: the Clifford attractor, a map known for the image of its attractor."""
    return jnp.sin(a * y) + c * jnp.cos(a * x), jnp.sin(b * x) + d * jnp.cos(b * y)


@ecology(
    z0=(0.51,),
    citation="Ricker (1954). Stock and recruitment. Journal of the Fisheries Research Board of Canada 11.",
)
def ricker(x, *, a=3.3):
    """Ricker: a stock of fish whose young are eaten by the old."""
    return (x * jnp.exp(a - x),)


@mathematics(
    z0=(0.5, 0.5),
    citation="Svensson. A variant of the de Jong map.",
)
def svensson(x, y, *, a=1.5, b=-1.8, c=1.6, d=0.9):
    """Svensson: a map known for the image of its attractor."""
    return d * jnp.sin(a * x) - jnp.sin(b * y), c * jnp.cos(a * x) + jnp.cos(b * y)


@mathematics(
    z0=(0.51,),
    citation="Collet, Eckmann (1980). Iterated maps on the interval as dynamical systems. Birkhäuser.",
)
def tent(x, *, mu=0.95):
    """Tent: two linear pieces; the exponent is exactly ln(2 mu)."""
    return (mu * (1 - 2 * jnp.abs(x - 0.5)),)


@mathematics(
    z0=(-0.42001, -0.560729),
    citation="Nusse, Yorke (1997). Dynamics: numerical explorations. Springer.",
)
def tinkerbell(x, y, *, a=0.9, b=-0.6013, c=2.0, d=0.5):
    """Tinkerbell: a quadratic map with a wing-shaped attractor."""
    return x**2 - y**2 + a * x + b * y, 2 * x * y + c * x + d * y
