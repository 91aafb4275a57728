"""The affine form of a map at one state: a matrix of the state, a matrix of the inputs, and an offset."""

from enum import Enum
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear, AbstractSecant


class Rule(Enum):
    """How a map is written as an affine one at each state of an orbit.

    The sum of all parts is the forecast with every rule. What a part means differs.
    """

    EXACT = "exact"
    """The map is affine near each state, so a part tells how the forecast changes with its value."""
    RELEVANCE = "relevance"
    """Gates and slopes are held: layer-wise relevance propagation."""
    LINEARISED = "linearised"
    """The map is replaced by its tangent; what the tangent leaves out belongs to the offset."""


class AffineForm(NamedTuple):
    """The affine form $F(z, s) = M z + N s + c$ of a map at one state.

    Attributes:
        matrix: M, of the state.
        inputs: N, of the external inputs.
        offset: c, what is left.
        value: The state F(z, s) after the step.
    """

    matrix: Float[Array, "latent latent"]
    inputs: Float[Array, "latent input"]
    offset: Float[Array, " latent"]
    value: Float[Array, " latent"]


def rule_of(dynamics: AbstractDynamics) -> Rule:
    """The rule that fits a map: exact for piecewise-linear maps, relevance for gated cells, otherwise the tangent.

    Example:
        >>> from attrax.systems import Henon
        >>> rule_of(Henon())
        <Rule.LINEARISED: 'linearised'>
    """
    if isinstance(dynamics, AbstractPiecewiseLinear):
        return Rule.EXACT
    return Rule.RELEVANCE if isinstance(dynamics, AbstractSecant) else Rule.LINEARISED


def affine_form(dynamics: AbstractDynamics, z: Float[Array, " latent"], s: Float[Array, " input"] | None) -> AffineForm:
    """The affine form of a map at a state: from its secant form if it has one, otherwise from its derivatives.

    Args:
        dynamics: The map.
        z: The state.
        s: The external input; None means that there is none.
    """
    if isinstance(dynamics, AbstractSecant):
        matrix, inputs = dynamics.secant(z, s)
    else:
        matrix, inputs = dynamics.jacobian(z, s), _input_derivative(dynamics, z, s)
    value = dynamics.step(z, s)
    offset = value - matrix @ z
    return AffineForm(matrix, inputs, offset if s is None else offset - inputs @ s, value)


def _input_derivative(
    dynamics: AbstractDynamics, z: Float[Array, " latent"], s: Float[Array, " input"] | None
) -> Float[Array, "latent input"]:
    if s is None:
        return jnp.zeros((dynamics.latent_dim, dynamics.input_dim), z.dtype)
    return jax.jacfwd(lambda s: dynamics.step(z, s))(s)
