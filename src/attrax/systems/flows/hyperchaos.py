"""Flows of four variables; most are hyperchaotic: two Lyapunov exponents are positive."""

from functools import partial

from attrax.systems.decorators import flow_system

mathematics = partial(flow_system, domain="mathematics")


@mathematics(
    z0=(9.2713081, 9.7522472, 23.919155, -16.696759),
    period=0.58315,
    citation=(
        "Bao, Liu (2008). A hyperchaotic attractor coined from the chaotic Lü system. Chinese Physics Letters 25."
    ),
)
def hyper_bao(x, y, z, w, *, a=36.0, b=3.0, c=20.0, d=0.1, e=21.0):
    """Hyperchaotic Bao: the Lü system with a fourth variable."""
    return a * (y - x) + w, c * y - x * z, x * y - b * z, e * x + d * y * z


@mathematics(
    z0=(-10.691274, -15.541159, 18.388273, -14.904494),
    period=0.61139,
    citation=("Cai, Huang (2007). A new finance chaotic attractor. International Journal of Nonlinear Science 3."),
)
def hyper_cai(x, y, z, w, *, a=27.5, b=3.0, c=19.3, d=2.9, e=3.3):
    """Hyperchaotic Cai: the finance system with a fourth variable."""
    return a * (y - x), b * x + c * y - x * z + w, -d * z + y**2, -e * x


@mathematics(
    z0=(13.765449, 20.203792, 32.081798, -51.189321),
    period=0.85645,
    citation="Meier (2003). Presentation of attractors with Cinema.",
)
def hyper_jha(x, y, z, w, *, a=10.0, b=28.0, c=2.667, d=1.3):
    """Hyperchaotic Jha: Lorenz-63 with feedback."""
    return a * (y - x) + w, -x * z + b * x - y, x * y - c * z, -x * z + d * w


@mathematics(
    z0=(-9.1860737, -0.67445706, 16.440537, -145.02438),
    period=1.2775,
    citation="Meier (2003). Presentation of attractors with Cinema.",
)
def hyper_lorenz(x, y, z, w, *, a=10.0, b=2.667, c=28.0, d=1.1):
    """Hyperchaotic Lorenz: Lorenz-63 with a fourth variable that feeds back."""
    return a * (y - x) + w, -x * z + c * x - y, x * y - b * z, d * w - x * z


@mathematics(
    z0=(8.1134862, 10.556644, 18.445907, -28.381517),
    period=0.71629,
    citation=(
        "Chen, Lu, Lü, Yu (2006). Generating hyperchaotic Lü attractor via state feedback control. Physica A 364."
    ),
)
def hyper_lu(x, y, z, w, *, a=36.0, b=3.0, c=20.0, d=1.3):
    """Hyperchaotic Lü: the Lü system with state feedback."""
    return a * (y - x) + w, -x * z + c * y, x * y - b * z, d * w + x * z


@mathematics(
    z0=(8.4086358, 4.6721024, 27.910325, -1.2630089),
    period=0.84394,
    citation=(
        "Pang, Liu (2011). A new hyperchaotic system from the Lü system and its control. Journal of "
        "Computational and Applied Mathematics 235."
    ),
)
def hyper_pang(x, y, z, w, *, a=36.0, b=3.0, c=20.0, d=2.0):
    """Hyperchaotic Pang: the Lü system with another feedback."""
    return a * (y - x), -x * z + c * y + w, x * y - b * z, -d * (x + y)


@mathematics(
    z0=(11.250901, -3.6470778, 50.169879, -168.24852),
    period=0.06186,
    citation="Qi, van Wyk, van Wyk, Chen (2008). On a new hyperchaotic system. Physics Letters A 372.",
)
def hyper_qi(x, y, z, w, *, a=50.0, b=24.0, c=13.0, d=8.0, e=33.0, f=30.0):
    """Hyperchaotic Qi: four variables with quadratic coupling."""
    return a * (y - x) + y * z, b * (x + y) - x * z, -c * z - e * w + x * y, -d * w + f * z + x * y


@mathematics(
    z0=(-93.667697, 15.5078, 0.032086964, 43.792796),
    period=1.1157,
    citation="Rössler (1979). An equation for hyperchaos. Physics Letters A 71.",
)
def hyper_rossler(x, y, z, w, *, a=0.25, b=3.0, c=0.5, d=0.05):
    """Hyperchaotic Rössler: the first hyperchaotic flow."""
    return -y - z, x + a * y + w, b + x * z, -c * z + d * w


@mathematics(
    z0=(0.16824907, 0.16854103, 37.040338, -15.290274),
    period=0.64815,
    citation=(
        "Wang, Sun, van Wyk, Qi, van Wyk (2009). A 3-D four-wing attractor and its analysis. "
        "Brazilian Journal of Physics 39."
    ),
)
def hyper_wang(x, y, z, w, *, a=10.0, b=40.0, c=2.5, d=10.6, e=4.0):
    """Hyperchaotic Wang: a four-wing system with a fourth variable."""
    return a * (y - x), -x * z + b * x + w, -c * z + e * x**2, -d * x


@mathematics(
    z0=(0.68944486, -0.60254126, -0.5814657, 0.26629277),
    period=1.1328,
    citation="Letellier, Rössler (2007). Hyperchaos. Scholarpedia 2, 1936.",
)
def hyper_xu(x, y, z, w, *, a=10.0, b=40.0, c=2.5, d=2.0, e=16.0):
    """Hyperchaotic Xu: a flow with quadratic coupling."""
    return a * (y - x) + w, b * x + e * x * z, -c * z - x * y, x * z - d * y


@mathematics(
    z0=(-6.5766207, -4.6171454, 17.796515, 0.80723573),
    period=0.9127,
    citation="Meier (2003). Presentation of attractors with Cinema.",
)
def hyper_yan(x, y, z, w, *, a=37.0, b=3.0, c=26.0, d=38.0):
    """Hyperchaotic Yan: the Chen system with a fourth variable."""
    return a * (y - x), (c - a - z) * x + c * y, -b * z + x * y - y * z + x * z - w, -d * w + y * z - x * z


@mathematics(
    z0=(3.5344642, 4.8285252, 25.049176, 17.11852),
    period=0.9127,
    citation="Meier (2003). Presentation of attractors with Cinema.",
)
def hyper_yang_chen(x, y, z, w, *, a=30.0, b=3.0, c=35.0, d=8.0):
    """Hyperchaotic Yang-Chen: another extension of the Chen system by a fourth variable."""
    return a * (y - x), c * x - x * z + w, -b * z + x * y, -d * x


@mathematics(
    z0=(0.25620426, 0.19561166, 7.2598238, 1.3162559),
    period=0.40821,
    citation="Qi, van Wyk, van Wyk, Chen (2008). On a new hyperchaotic system. Physics Letters A 372.",
)
def qi(x, y, z, w, *, a=45.0, b=10.0, c=1.0, d=10.0):
    """Qi: four variables with cubic coupling and a wide power spectrum."""
    return a * (y - x) + y * z * w, b * (x + y) - x * z * w, -c * z + x * y * w, -d * w + x * y * z
