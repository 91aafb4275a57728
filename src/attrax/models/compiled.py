"""The contract of networks for which there are compiled loops."""

from abc import abstractmethod
from typing import Any, NamedTuple

import equinox as eqx
from jaxtyping import Array, Float

from attrax.models.network import AbstractNetwork


class Coupling(NamedTuple):
    r"""The parameters A, W and h of a PLRNN, $z_t = A z_{t-1} + W \phi(z_{t-1}) + h + C s_t$.

    Attributes:
        A: The diagonal of the linear part.
        W: The weights of the units, one row per latent state.
        h: The offset.
    """

    A: Float[Array, " latent"]
    W: Float[Array, "latent units"]
    h: Float[Array, " latent"]


class Layer(NamedTuple):
    r"""The units of a network as data for compiled loops: $\phi_u(v_u; p_u)$ with the drives $v = W_2 z$.

    Attributes:
        loops: The form of a step, with the activation function $\phi$: an `AbstractLoops` of `attrax.kernels.loops`.
        W2: Weights of the latent states; None if unit i sees state i, or what the loops make of it.
        parameters: The parameters $p$ of each unit, in the order of the activation function.
    """

    loops: Any
    W2: Float[Array, "units latent"] | None
    parameters: Float[Array, "units parameter"]


class AbstractCompiled(AbstractNetwork):
    """A network for which there are compiled loops.

    For developers: implement `coupling` and `layer`. Import from `attrax.kernels` inside of `layer`, because llvmlite
    is optional.
    """

    C: eqx.AbstractVar[Float[Array, "latent input"]]

    @abstractmethod
    def coupling(self) -> Coupling:
        """The parameters A, W and h."""

    @abstractmethod
    def layer(self) -> Layer:
        """The units as data, with the loops for them."""
