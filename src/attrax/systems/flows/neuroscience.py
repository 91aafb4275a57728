"""Flows from neuroscience: single cells and small networks."""

from functools import partial

import jax.numpy as jnp
import numpy as np

from attrax.systems.decorators import TWO_PI, flow_system

neuroscience = partial(flow_system, domain="neuroscience")

_BEER_TAU = np.array([1.0, 2.5, 1.0])
_BEER_THETA = np.array([-4.108, -2.787, -1.114])
_BEER_W = np.array([[5.422, -0.018, 2.75], [-0.24, 4.59, 1.21], [0.535, -2.25, 3.885]])
_HOPFIELD_K = -np.array(
    [
        [0.0, 1.0, 0.0, 0.0, 1.0, 1.0],
        [0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
        [1.0, 1.0, 0.0, 0.0, 1.0, 0.0],
        [1.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        [1.0, 1.0, 0.0, 1.0, 0.0, 0.0],
        [0.0, 1.0, 1.0, 1.0, 0.0, 0.0],
    ]
)


@neuroscience(
    z0=(1.5014532, 2.3742845, 0.65819415),
    period=181.58,
    citation=("Beer (1995). On the dynamics of small continuous-time recurrent neural networks. Adaptive Behavior 3."),
)
def beer_rnn(x1, x2, x3, *, tau=_BEER_TAU, theta=_BEER_THETA, w=_BEER_W):
    """Beer's network: three sigmoid neurons in continuous time."""
    x = jnp.stack([x1, x2, x3])
    return (-x + w @ (1 / (1 + jnp.exp(-x - theta)))) / tau


@neuroscience(
    z0=(-44.5778, 0.13121644, 0.46585336),
    period=1.0,
    citation="Chay (1985). Chaos in a three-variable model of an excitable cell. Physica D 16.",
)
def excitable_cell(
    v,
    n,
    c,
    *,
    aho=2.5,
    ahr=0.05,
    ahs=0.07,
    ams=0.1,
    amvb=25.0,
    amvo=2.5,
    ans=0.01,
    anvb=20.0,
    anvo=2.0,
    ar=0.1,
    bho=2.0,
    bhr=0.1,
    bmo=2.7777777777777777,
    bmr=0.05555555555555555,
    bms=4.0,
    bno=0.375,
    bnr=0.0125,
    bns=0.125,
    gi=1800.0,
    gkc=11.0,
    gkv=1700.0,
    gl=7.0,
    kc=0.183333,
    rho=0.27,
    tscl=230.0,
    vc=100.0,
    vi=100.0,
    vk=-75.0,
    vl=-40.0,
):
    """Chay's excitable cell: voltage, potassium gate and calcium of a bursting cell; gkc controls the bifurcations."""
    opens = ams * (amvb + v) / (1 - jnp.exp(-ar * v - amvo))
    m = opens / (opens + bms * jnp.exp(-bmr * v - bmo))
    recovers = ahs * jnp.exp(-ahr * v - aho)
    h = recovers / (recovers + 1 / (1 + jnp.exp(-bhr * v - bho)))
    rises, falls = ans * (anvb + v) / (1 - jnp.exp(-ar * v - anvo)), bns * jnp.exp(-bnr * v - bno)
    potassium = gkv * n**4 + gkc * c / (1 + c)
    return (
        gi * m**3 * h * (vi - v) + potassium * (vk - v) + gl * (vl - v),
        tscl * (rises - n * (rises + falls)),
        rho * (m**3 * h * (vc - v) - kc * c),
    )


@neuroscience(
    z0=(-1.2155252, -0.046470891, 0.0),
    period=42.122,
    phases={"z": TWO_PI},
    citation=(
        "FitzHugh (1961). Impulses and physiological states in theoretical models of nerve membrane. "
        "Biophysical Journal 1."
    ),
)
def forced_fitz_hugh_nagumo(v, w, z, *, a=0.7, b=0.8, curr=0.965, f=0.4008225, gamma=0.08, omega=0.043650793650793655):
    """Forced FitzHugh-Nagumo: an excitable cell under a periodic current."""
    return v - v**3 / 3 - w + curr + f * jnp.sin(z), gamma * (v + a - b * w), omega


@neuroscience(
    z0=(0.031111835, -0.021557059, 0.041475046),
    period=1.752,
    citation="Marhl, Perc (2005). Chaos, Solitons and Fractals.",
)
def hindmarsh_rose(x, y, z, *, a=0.49, b=1.0, c=0.0322, d=1.0, s=1.0, tx=0.03, tz=0.8):
    """Hindmarsh-Rose: a neuron that spikes and bursts."""
    return -x + (y - a * x**3 + b * x**2 + z) / tx, -a * x**3 - (d - b) * x**2 + z, (c - s * x - z) / tz


@neuroscience(
    z0=(-0.67127393, -0.2420173, -0.055676628, 0.34697948, 0.45273118, 0.78389688),
    period=10.865,
    citation=(
        "Lewis, Glass (1992). Nonlinear dynamics and symbolic dynamics of neural networks. Neural Computation 4."
    ),
)
def hopfield(x1, x2, x3, x4, x5, x6, *, beta=0.5, eps=10.0, k=_HOPFIELD_K, tau=2.5):
    """Hopfield: six neurons whose connections conflict with each other (frustration)."""
    x = jnp.stack([x1, x2, x3, x4, x5, x6])
    return -x / tau + (1 + jnp.tanh(eps * k @ x)) / 2 - beta


@neuroscience(
    z0=(0.8, 0.6, 0.9, 0.7),
    period=1 / 7,
    citation="Lisman, Jensen (2013). The theta-gamma neural code. Neuron 77.",
)
def theta_gamma(x, y, u, v, *, theta=7.0, gamma=50.0, base=0.55, depth=0.5, attraction=60.0):
    """Theta-gamma: a slow rhythm (x, y) whose phase sets the amplitude of a fast rhythm (u, v); time in seconds."""
    slow, fast = TWO_PI * theta, TWO_PI * gamma
    to_one = attraction * (1 - x**2 - y**2)
    to_gate = attraction * (base + depth * x - u**2 - v**2)
    return to_one * x - slow * y, slow * x + to_one * y, to_gate * u - fast * v, fast * u + to_gate * v
