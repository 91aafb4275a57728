"""What is natural for each dynamics: its size and its observation, unless somebody decides."""

from dataclasses import dataclass
from typing import Literal, get_args

Dynamics = Literal[
    "clipped",
    "shallow",
    "vanilla",
    "mean-centred",
    "dendritic",
    "clipped-dendritic",
    "almost-linear",
    "continuous",
    "gru",
    "lstm",
    "lem",
]
Observation = Literal[
    "auto",
    "identity",
    "affine",
    "offset",
    "gaussian",
    "poisson",
    "zero-inflated-poisson",
    "ordinal",
    "categorical",
]

IN_CONTINUOUS_TIME = ("continuous",)
"""Dynamics that take the rows of a recording at whatever times they were taken."""


MINIMUM_OBSERVED_LATENT = 3
MAXIMUM_IDENTITY_CHANNELS = 10


@dataclass(frozen=True)
class Natural:
    """What a dynamics is given if nobody decides.

    Attributes:
        title: What it is called.
        settings: Names of the model settings that it has beside the number of latent states.
        free: Latent states beyond the channels. None for a dynamics with a hidden layer, which needs no more latent
            states than channels, and fewer of them if there are many.
        readout: States are bounded, so that channels can only be mixtures of them.
        even: Latent states come in pairs.
    """

    title: str
    settings: tuple[str, ...] = ()
    free: int | None = None
    readout: bool = False
    even: bool = False

    @property
    def gated(self) -> bool:
        """Whether it has no memory matrix A but gates."""
        return "bounded" not in self.settings

    def observation(self, obs_dim: int) -> str:
        """`identity` or `affine`."""
        many = self.free is None and obs_dim > MAXIMUM_IDENTITY_CHANNELS
        return "affine" if many or self.readout else "identity"

    def latent_dim(self, obs_dim: int) -> int:
        """Number of latent states."""
        if self.free is not None:
            latent = obs_dim + self.free
            return latent + latent % 2 if self.even else latent
        if obs_dim > MAXIMUM_IDENTITY_CHANNELS:
            return max(MAXIMUM_IDENTITY_CHANNELS, obs_dim // 4)
        return max(obs_dim, MINIMUM_OBSERVED_LATENT)


NATURAL: dict[Dynamics, Natural] = {
    "clipped": Natural("clipped shallow PLRNN", ("hidden_dim", "bounded")),
    "shallow": Natural("shallow PLRNN", ("hidden_dim", "bounded")),
    "vanilla": Natural("vanilla PLRNN", ("bounded",), free=27),
    "mean-centred": Natural("mean-centred PLRNN", ("bounded",), free=27),
    "dendritic": Natural("dendritic PLRNN", ("bases", "bounded"), free=19),
    "clipped-dendritic": Natural("clipped dendritic PLRNN", ("bases", "bounded"), free=19),
    "almost-linear": Natural("almost-linear RNN", ("nonlinear_dim", "bounded"), free=17),
    "continuous": Natural("continuous-time PLRNN", ("kinks",)),
    "gru": Natural("GRU", free=27, readout=True),
    "lstm": Natural("LSTM", free=37, readout=True, even=True),
    "lem": Natural("long expressive memory", free=37, readout=True, even=True),
}
assert set(NATURAL) == set(get_args(Dynamics))
