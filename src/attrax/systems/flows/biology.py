"""Flows from biology: oscillations in cells, and tumors."""

from functools import partial

import jax.numpy as jnp

from attrax.systems.decorators import TWO_PI, flow_system

biology = partial(flow_system, domain="biology")


def _calcium(z, y, a, K2, K5, Ka, Kd, Ky, Kz, V0, V1, V4, Vm2, Vm3, Vm5, beta, eps, k, kf, m, n, p):
    """Calcium in the cytosol, calcium in the store, and the messenger (IP3) that releases it."""
    pumped = Vm2 * z**2 / (K2**2 + z**2)
    released = Vm3 * z**m / (Kz**m + z**m) * y**2 / (Ky**2 + y**2) * a**4 / (Ka**4 + a**4)
    degraded = Vm5 * a**p / (K5**p + a**p) * z**n / (Kd**n + z**n)
    return (
        V0 + V1 * beta - pumped + released + kf * y - k * z,
        pumped - released - kf * y,
        beta * V4 - degraded - eps * a,
    )


@biology(
    z0=(0.26162904, 1.0055612, 0.14407867),
    period=1.343,
    citation="Houart, Dupont, Goldbeter (1999). Bulletin of Mathematical Biology 61.",
)
def ca_two_plus(
    z,
    y,
    a,
    *,
    K2=0.1,
    K5=0.3194,
    Ka=0.1,
    Kd=1.0,
    Ky=0.3,
    Kz=0.6,
    V0=2.0,
    V1=2.0,
    V4=3.0,
    Vm2=6.0,
    Vm3=30.0,
    Vm5=50.0,
    beta=0.65,
    eps=13.0,
    k=10.0,
    kf=1.0,
    m=2,
    n=4,
    p=1,
):
    """Calcium oscillations: bursts of calcium inside a cell."""
    return _calcium(z, y, a, K2, K5, Ka, Kd, Ky, Kz, V0, V1, V4, Vm2, Vm3, Vm5, beta, eps, k, kf, m, n, p)


@biology(
    z0=(0.26321067, 0.87886607, 0.3148781),
    period=0.65614,
    citation="Houart, Dupont, Goldbeter (1999). Bulletin of Mathematical Biology 61.",
)
def ca_two_plus_quasiperiodic(
    z,
    y,
    a,
    *,
    K2=0.1,
    K5=0.3,
    Ka=0.2,
    Kd=0.5,
    Ky=0.2,
    Kz=0.5,
    V0=2.0,
    V1=2.0,
    V4=5.0,
    Vm2=6.0,
    Vm3=20.0,
    Vm5=30.0,
    beta=0.51,
    eps=0.1,
    k=10.0,
    kf=1.0,
    m=2,
    n=4,
    p=2,
):
    """Quasiperiodic calcium: the same cell with parameters for two incommensurate frequencies."""
    return _calcium(z, y, a, K2, K5, Ka, Kd, Ky, Kz, V0, V1, V4, Vm2, Vm3, Vm5, beta, eps, k, kf, m, n, p)


def _phosphorylation(active, on, off, K):
    """Rate of change of the active share of a protein; enzymes that saturate switch it on and off."""
    return on * (1 - active) / (K + 1 - active) - off * active / (K + active)


@biology(
    z0=(0.71565329, 0.9489355, 0.98910371, 0.72138631, 0.94987035, 0.98912572),
    period=204.71,
    citation=(
        "Romond, Rustici, Gonze, Goldbeter (1999). Alternating oscillations and chaos in a model of "
        "two coupled biochemical oscillators driving successive phases of the cell cycle."
    ),
)
def cell_cycle(
    c1,
    m1,
    x1,
    c2,
    m2,
    x2,
    *,
    K=0.01,
    Kc=0.5,
    Kd1=0.02,
    Kim=0.65,
    V2=0.15,
    V4=0.05,
    Vm1=0.3,
    Vm3=0.1,
    kd1=0.001,
    vd=0.025,
    vi=0.05,
):
    """Cell cycle: two coupled cascades of cyclin, kinase and protease."""
    return (
        vi * Kim / (Kim + m2) - vd * x1 * c1 / (Kd1 + c1) - kd1 * c1,
        _phosphorylation(m1, Vm1 * c1 / (Kc + c1), V2, K),
        _phosphorylation(x1, m1 * Vm3, V4, K),
        vi * Kim / (Kim + m1) - vd * x2 * c2 / (Kd1 + c2) - kd1 * c2,
        _phosphorylation(m2, Vm1 * c2 / (Kc + c2), V2, K),
        _phosphorylation(x2, m2 * Vm3, V4, K),
    )


@biology(
    z0=(1.5401187, 5.3707921, 41.054266, 11.619073, 5.9703723),
    period=27.0,
    phases={"th": TWO_PI},
    citation="Leloup, Gonze, Goldbeter (1999); Gonze, Leloup, Goldbeter (2000).",
)
def circadian_rhythm(
    m,
    fc,
    fs,
    fn,
    th,
    *,
    Ki=1.0,
    k=0.5,
    k1=0.3,
    k2=0.15,
    kd=1.4,
    kdn=0.4,
    km=0.4,
    ks=1.0,
    n=4.0,
    ps=24.0,
    vc=2.5,
    vd=6.0,
    vdn=1.5,
    vm=0.7,
    vmax=4.7,
    vmin=1.0,
):
    """Circadian rhythm: the daily rhythm of a fruit fly under light and darkness."""
    vs = vc * (0.5 + 0.5 * jnp.cos(th) + vmin) * (vmax - vmin)
    return (
        vs * Ki**n / (Ki**n + fn**n) - vm * m / (km + m),
        ks * m - k1 * fc + k2 * fn - k * fc,
        k * fc - vd * fs / (kd + fs),
        k1 * fc - k2 * fn - vdn * fn / (kdn + fn),
        2 * jnp.pi / ps,
    )


@biology(
    z0=(29.453349, 130.1935, 0.18407088),
    period=50.46,
    citation=(
        "Decroly, Goldbeter (1982). Birhythmicity, chaos, and other patterns of temporal self- "
        "organization. PNAS 79, 6917."
    ),
)
def glycolytic_oscillation(
    a, b, c, *, d=0.0, k=4.422, l1=500000000.0, l2=100.0, nu=1.0, q1=50.0, q2=0.02, s1=22.2222, s2=22.2222
):
    """Glycolysis: two enzymes in sequence, each activated by its product."""
    phi = a * (1 + a) * (1 + b) ** 2 / (l1 + (1 + a) ** 2 * (1 + b) ** 2)
    eta = b * (1 + d * b) * (1 + c) ** 2 / (l2 + (1 + d * b) ** 2 * (1 + c) ** 2)
    return nu - s1 * phi, q1 * s1 * phi - s2 * eta, q2 * s2 * eta - k * c


@biology(
    z0=(0.051730215, 0.87071642, 0.015926427),
    period=49.74,
    citation=(
        "Itik, Banks (2010). Chaos in a three-dimensional cancer model. International Journal of "
        "Bifurcation and Chaos 20."
    ),
)
def itik_banks_tumor(x, y, z, *, a12=1.0, a13=2.5, a21=1.5, a31=0.2, d3=0.5, k3=1.0, r2=0.6, r3=4.5):
    """Itik-Banks tumor: tumor, healthy and immune cells."""
    return (
        x * (1 - x) - a12 * x * y - a13 * x * z,
        r2 * y * (1 - y) - a21 * x * y,
        r3 * x * z / (x + k3) - a31 * x * z - d3 * z,
    )
