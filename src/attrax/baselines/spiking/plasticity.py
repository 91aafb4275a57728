"""Spike-timing-dependent plasticity whose depression is set by an astrocyte."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float


class AstrocytePlasticity(eqx.Module):
    r"""Plasticity of the sizes $|w_{ij}|$ of synapses from j to i, by traces x of past spikes s.

    $$\Delta |w_{ij}| = \eta\, x_j s_i - A\, x_i s_j, \qquad x \leftarrow e^{-1/\tau_x} (x + 0.1\, s), \qquad \eta
    \leftarrow 0.99\, \eta$$

    A spike of the receiver after one of the sender potentiates, the other order depresses. The astrocyte sees all
    spikes and sets the depression $A$,

    $$A \leftarrow A + \frac{w_a (\sum_i s_i - \sum_k u_k) + b - A}{\tau_a},$$

    so that a liquid that spikes more than its inputs u is depressed, until both are balanced.

    Args:
        gain: $w_a$, how much the astrocyte reacts to an imbalance. 0: plasticity without astrocyte, $A = b$.
        base: $b$, the depression without imbalance; also $A$ at the start.
        astrocyte_time: $\tau_a$ in ms.
        potentiation: $\eta$ at the start.
        decay: Factor of $\eta$ in each ms.
        trace_time: $\tau_x$ in ms.

    References:
        Ivanov & Michmizos, Increasing liquid state machine performance with edge-of-chaos dynamics organized by
        astrocyte-modulated plasticity, NeurIPS 2021 [@ivanov2021].
    """

    gain: float = 0.015
    base: float = 0.15
    astrocyte_time: float = eqx.field(static=True, default=100.0)
    potentiation: float = eqx.field(static=True, default=0.15)
    decay: float = eqx.field(static=True, default=0.99)
    trace_time: float = eqx.field(static=True, default=10.0)

    def change(
        self,
        potentiation: Float[Array, ""],
        depression: Float[Array, ""],
        traces: tuple[Float[Array, " neuron"], Float[Array, "neuron synapse"]],
        spikes: tuple[Float[Array, " neuron"], Float[Array, "neuron synapse"]],
    ) -> Float[Array, "neuron synapse"]:
        r"""The change of the sizes in one ms.

        Args:
            potentiation: $\eta$ now.
            depression: $A$ now.
            traces: Of the receivers, and of the sender of each synapse.
            spikes: Of the receivers, and of the sender of each synapse.
        """
        return potentiation * traces[1] * spikes[0][:, None] - depression * traces[0][:, None] * spikes[1]

    def next_depression(
        self, depression: Float[Array, ""], liquid: Float[Array, ""], inputs: Float[Array, ""]
    ) -> Float[Array, ""]:
        """$A$ one ms later.

        Args:
            depression: $A$ now.
            liquid: Number of spikes of the liquid in this ms.
            inputs: Number of spikes of the inputs.
        """
        return depression + (self.gain * (liquid - inputs) + self.base - depression) / self.astrocyte_time

    def next_trace(self, trace: Float[Array, " source"], spikes: Float[Array, " source"]) -> Float[Array, " source"]:
        """The traces one ms later.

        Args:
            trace: The traces now.
            spikes: The spikes of this ms.
        """
        return jnp.exp(-1 / self.trace_time) * (trace + 0.1 * spikes)
