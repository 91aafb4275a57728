"""Built-in delay equations of one variable."""

import jax.numpy as jnp

from attrax.systems.decorators import delay_system


@delay_system(
    z0=(0.024144317,),
    period=3.4865,
    tau=2.0,
    domain="optics",
    citation=(
        "Ikeda, Matsumoto (1987). High-dimensional chaotic behavior in systems with time-delayed "
        "feedback. Physica D 29."
    ),
)
def ikeda_delay(x, past, *, c=1.0, mu=-20.0, x0=0.0):
    """Ikeda delay: light in a ring resonator with a nonlinear medium."""
    return mu * jnp.sin(past - x0) - c * x


@delay_system(
    z0=(0.83347846,),
    period=5.9612,
    tau=16.0,
    domain="biology",
    citation=(
        "Glass, Mackey (1979). Pathological conditions resulting from instabilities in physiological "
        "control systems. Annals of the New York Academy of Sciences 316."
    ),
)
def mackey_glass(x, past, *, beta=0.2, gamma=0.1, n=10.0):
    """Mackey-Glass: the number of blood cells, which are produced with a delay."""
    return beta * past / (1 + past**n) - gamma * x


@delay_system(
    z0=(-0.37155972,),
    period=52.995,
    tau=4.9,
    domain="electronics",
    citation="Tamaševičius, Mykolaitis, Bumelienė (2006). Electronics Letters 42, 13.",
)
def piecewise_circuit(x, past, *, alpha=1.0, beta=1.0, c=2.24):
    """Piecewise circuit: delayed feedback through a cubic element."""
    del x
    return -alpha * past + beta * (3 * past / c - (past / c) ** 3)


@delay_system(
    z0=(-0.70009241,),
    period=152.41,
    tau=10.0,
    domain="electronics",
    citation="Driver (1977). Ordinary and delay differential equations. Springer.",
)
def scroll_delay(x, past, *, alpha=0.2, beta=0.2):
    """Scroll delay: delayed feedback through a saturating element."""
    del x
    return -alpha * past + beta * jnp.tanh(10 * past)


@delay_system(
    z0=(9.3077054,),
    period=20.156,
    tau=5.1,
    domain="mathematics",
    citation="Sprott (2007). A simple chaotic delay differential equation. Physics Letters A 366.",
)
def sprott_delay(x, past, *, c=0.0, mu=1.0, x0=0.0):
    """Sprott's delay: the simplest chaotic delay equation, with the sine of the past value."""
    return mu * jnp.sin(past - x0) - c * x


@delay_system(
    z0=(0.24640194,),
    period=10.0,
    tau=13.28,
    domain="electronics",
    citation=(
        "Voss (2002). Real-time anticipation of chaotic states of an electronic circuit. "
        "International Journal of Bifurcation and Chaos 12."
    ),
)
def voss_delay(x, past, *, alpha=3.24):
    """Voss' delay: a circuit with delayed feedback through a cubic element."""
    return -alpha * x - 10.44 * past**3 - 13.95 * past**2 - 3.63 * past + 0.85
