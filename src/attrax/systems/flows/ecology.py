"""Flows from ecology: species that eat, compete and evolve."""

from functools import partial

import jax.numpy as jnp
import numpy as np

from attrax.systems.decorators import TWO_PI, flow_system

ecology = partial(flow_system, domain="ecology")

_CONTENT = np.array(
    [
        [0.04, 0.04, 0.07, 0.04, 0.04],
        [0.08, 0.08, 0.08, 0.1, 0.08],
        [0.1, 0.1, 0.1, 0.1, 0.14],
        [0.05, 0.03, 0.03, 0.03, 0.03],
        [0.07, 0.09, 0.07, 0.07, 0.07],
    ]
)
_HALF = np.array(
    [
        [0.39, 0.34, 0.3, 0.24, 0.23],
        [0.22, 0.39, 0.34, 0.3, 0.27],
        [0.27, 0.22, 0.39, 0.34, 0.3],
        [0.3, 0.24, 0.22, 0.39, 0.34],
        [0.34, 0.3, 0.22, 0.2, 0.39],
    ]
)
_SUPPLY = np.array([6.0, 10.0, 14.0, 4.0, 9.0])


@ecology(
    z0=(4.031713, 5.1113788, 0.016508812),
    period=6.6038,
    citation=(
        "Blasius, Huppert, Stone (1999). Complex dynamics and phase synchronization in spatially "
        "extended ecological systems. Nature 399."
    ),
)
def blasius(x, y, z, *, a=1.0, alpha1=0.2, alpha2=1.0, b=1.0, c=10.0, k1=0.05, k2=0.0, zs=0.006):
    """Blasius: vegetation, consumers and predators."""
    eaten, hunted = alpha1 * x * y / (1 + k1 * x), alpha2 * y * z / (1 + k2 * y)
    return a * x - eaten, -b * y + eaten - hunted, -c * (z - zs) + hunted


@ecology(
    z0=(0.10946017, 0.46664421, 0.66580212),
    period=122.77,
    citation="Gilpin, Feldman (2017). PLOS Computational Biology 13.",
)
def coevolving_predator_prey(
    x,
    y,
    alpha,
    *,
    a1=2.5,
    a2=0.05,
    a3=0.4,
    b1=6.0,
    b2=1.333,
    d1=0.16,
    d2=0.004,
    delta=1.0,
    k1=6.0,
    k2=9.0,
    k4=9.0,
    vv=0.33333,
):
    """Coevolving prey: predator, prey, and a trait of the prey that evolves."""
    growth = a1 * alpha * (1 - k1 * x * alpha * (delta - 1)) / (1 + b1 * alpha)
    death = d1 * (1 - k2 * alpha**2 * (delta**2 - 1) + k4 * alpha**4 * (delta**4 - 1))
    return (
        x * (growth - death - a3 * y / (1 + b2 * x)),
        y * (a2 * x / (1 + b2 * x) - d2),
        vv
        * (
            2 * d1 * k2 * alpha * delta**2
            - 4 * d1 * k4 * alpha**3 * delta**4
            - a1 * k1 * x * alpha * delta / (1 + b1 * alpha)
        ),
    )


@ecology(
    z0=(0.73207001, 0.17549271, 9.9014657),
    period=135.19,
    citation="Hastings, Powell (1991). Chaos in a three-species food chain. Ecology 72.",
)
def hastings_powell(x, y, z, *, a1=5.0, a2=0.1, b1=3.0, b2=2.0, d1=0.4, d2=0.01):
    """Hastings-Powell: a food chain of three species."""
    eaten, hunted = a1 * x * y / (1 + b1 * x), a2 * y * z / (1 + b2 * y)
    return x * (1 - x) - eaten, eaten - hunted - d1 * y, hunted - d2 * z


@ecology(
    z0=(9.4323333, 18.838654, 34.37572, 15.08545, 42.228427, 0.17030505, 0.10144427, 0.3148045, 0.21253581, 0.22598604),
    period=43.406,
    citation=(
        "MacArthur (1969). Species packing, and what competition minimizes. PNAS 64; Huisman, "
        "Weissing (1999). Nature 402."
    ),
)
def mac_arthur(n1, n2, n3, n4, n5, r1, r2, r3, r4, r5, *, c=_CONTENT, d=0.25, k=_HALF, m=0.25, r=1.0, s=_SUPPLY):
    """MacArthur: five species of plankton compete for five resources; the scarcest limits growth."""
    species, resources = jnp.stack([n1, n2, n3, n4, n5]), jnp.stack([r1, r2, r3, r4, r5])
    growth = jnp.min(r * resources[:, None] / (k + resources[:, None]), axis=0)
    return jnp.concatenate([species * (growth - m), d * (s - resources) - c @ (growth * species)])


@ecology(
    z0=(231.92548, 89.511944, 56.753804),
    period=0.96738,
    citation=(
        "Upadhyay, Bairagi, Kundu, Chattopadhyay (2007). Chaos in eco-epidemiological problem of the "
        "Salton Sea and its possible control. Applied Mathematics and Computation 196."
    ),
)
def salton_sea(x, y, z, *, a=15.0, d=8.3, k=400.0, lam=0.06, m=15.5, mu=3.4, r=22.0, th=10.0):
    """Salton Sea: susceptible fish, infected fish, and the pelicans that eat them."""
    infected, eaten = lam * x * y, y * z / (y + a)
    return r * x * (1 - (x + y) / k) - infected, infected - m * eaten - mu * y, th * eaten - d * z


@ecology(
    z0=(0.018027788, 0.013649976, 3.4985957),
    period=4.4053,
    phases={"z": TWO_PI},
    citation="Turchin, Hanski (1997). The American Naturalist 149; Turchin, Hanski (2000). Ecology 81.",
)
def turchin_hanski(n, p, z, *, a=8.0, d=0.04, e=0.5, g=0.1, h=0.8, lamb=1.0, r=8.12, s=1.25):
    """Turchin-Hanski: voles and weasels through the seasons."""
    season = 1 - e * jnp.sin(z)
    return (
        r * season * n - r * n**2 - g * n**2 / (n**2 + h**2) - a * n * p / (n + d),
        s * season * p - s * p**2 / n,
        2 * jnp.pi * lamb,
    )
