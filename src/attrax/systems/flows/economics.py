"""Flows from economics: business cycles."""

from functools import partial

from attrax.systems.decorators import flow_system

economics = partial(flow_system, domain="economics")


def _bouali(x, y, z, a, b, bb, c, g, m, y0):
    """Rates of change of profits, reinvestment and debt."""
    return a * x * (y0 - y) - b * z, -g * y * (1 - x**2), m * x * (bb * z - 1.5) - c * z


@economics(
    z0=(0.38673159, 3.0544196, -0.0067836194),
    period=3.0411,
    citation=(
        "Bouali (1999). Feedback loop in extended Van der Pol's equation applied to an economic model "
        "of cycles. International Journal of Bifurcation and Chaos 9."
    ),
)
def bouali(x, y, z, *, a=1.0, b=-0.3, bb=1.0, c=0.05, g=1.0, m=1.0, y0=4.0):
    """Bouali: economic cycles with fluctuating demand."""
    return _bouali(x, y, z, a, b, bb, c, g, m, y0)


@economics(
    z0=(-0.79392257, 1.3617589, -0.030578888),
    period=7.6779,
    citation=(
        "Bouali (1999). Feedback loop in extended Van der Pol's equation applied to an economic model "
        "of cycles. International Journal of Bifurcation and Chaos 9."
    ),
)
def bouali2(x, y, z, *, a=3.0, b=2.2, bb=0.0, c=0.0, g=1.0, m=-0.0026667, y0=1.0):
    """Bouali 2: economic cycles with debt that feeds back on profits alone."""
    return _bouali(x, y, z, a, b, bb, c, g, m, y0)


@economics(
    z0=(-0.51664739, -3.9568707, 0.0012893581),
    period=9.8932,
    citation="Cai, Huang (2007). International Journal of Nonlinear Science 3.",
)
def finance(x, y, z, *, a=0.001, b=0.2, c=1.1):
    """Finance: interest rate, investment demand and prices."""
    return (1 / b - a) * x + z + x * y, -b * y - x**2, -x - c * z
