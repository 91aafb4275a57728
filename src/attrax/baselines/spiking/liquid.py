"""`Liquid`: a random network of integrate-and-fire neurons on a grid in space."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from attrax.baselines.spiking.plasticity import AstrocytePlasticity

LARGEST = 3.0
"""Largest size of a weight, and its value at the start."""
EXCITATORY = 0.8
RANGE = 3.0
CONNECTED = ((0.2, 0.1), (0.3, 0.05))
"""Probability of a synapse between neighbors, from excitatory and inhibitory neurons (rows) to both (columns)."""
INPUT_DENSITY = 0.15
LEAK, THRESHOLD, REFRACTORY, CURRENT_TIME = 1 / 64, 20.0, 2, 1.0


class LiquidState(NamedTuple):
    """The state of a liquid between two ms.

    Attributes:
        v: Membrane potentials.
        rest: Number of ms for which each neuron still does not react.
        current: Current of the spikes of each neuron and input.
        trace: Trace of the spikes of each neuron and input.
        size: Size of each weight.
        potentiation: Rate of potentiation.
        depression: Rate of depression, which the astrocyte sets.
    """

    v: Float[Array, " neuron"]
    rest: Float[Array, " neuron"]
    current: Float[Array, " source"]
    trace: Float[Array, " source"]
    size: Float[Array, "neuron synapse"]
    potentiation: Float[Array, ""]
    depression: Float[Array, ""]


class LiquidRun(NamedTuple):
    """What a liquid did.

    Attributes:
        spikes: The spikes of each neuron, 0 or 1.
        end: The state after the last ms.
    """

    spikes: Float[Array, "time neuron"]
    end: LiquidState


class Liquid(eqx.Module):
    r"""Leaky integrate-and-fire neurons in steps of 1 ms.

    $$v_i \leftarrow v_i - v_i / 64 + \sum_j w_{ij} c_j, \qquad c_j \leftarrow e^{-1/\tau_u} c_j + s_j / \tau_u$$

    A neuron whose potential reaches 20 spikes, returns to 0 and rests for 2 ms. Neurons stand on a grid; 80 % are
    excitatory, and a synapse from j to i at the distance D exists with the probability $C\, e^{-(D/3)^2}$. An input
    acts on 15 % of the neurons, with either sign.

    Args:
        sources: The sender of each synapse of each neuron: a neuron, or beyond their number an input.
        signs: 1, -1, or 0 where a neuron has fewer synapses than others.
        size: Sizes of the weights, from 0 to 3.
        inputs: Number of inputs.

    Example:
        >>> liquid = Liquid.create((3, 3, 3), inputs=4, seed=0)
        >>> liquid.run(jnp.ones((50, 4))).spikes.shape
        (50, 27)

    References:
        Maass, Natschläger & Markram, Real-time computing without stable states, Neural Computation 2002 [@maass2002].
        Ivanov & Michmizos, Increasing liquid state machine performance with edge-of-chaos dynamics organized by
        astrocyte-modulated plasticity, NeurIPS 2021 [@ivanov2021].
    """

    sources: Int[Array, "neuron synapse"]
    signs: Float[Array, "neuron synapse"]
    size: Float[Array, "neuron synapse"]
    inputs: int = eqx.field(static=True)

    @classmethod
    def create(cls, shape: tuple[int, int, int], *, inputs: int, seed: int) -> "Liquid":
        """A liquid with random synapses, all of the largest size.

        Args:
            shape: Number of neurons along each axis of the grid.
            inputs: Number of inputs.
            seed: Seed of kinds of neurons, synapses and signs of inputs.
        """
        rng = np.random.default_rng(seed)
        place = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1).reshape(-1, 3)
        n = len(place)
        inhibitory = rng.permutation(n) >= round(EXCITATORY * n)
        squared = ((place[:, None] - place) ** 2).sum(axis=2)
        near = np.exp(-squared / RANGE**2) * (squared > 0)
        kinds = np.array(CONNECTED)[inhibitory.astype(int)[None, :], inhibitory.astype(int)[:, None]]
        among = (rng.random((n, n)) < kinds * near) * np.where(inhibitory, -1.0, 1.0)
        from_inputs = (rng.random((n, inputs)) < INPUT_DENSITY) * rng.choice([-1.0, 1.0], (n, inputs))
        signs = np.concatenate([among, from_inputs], axis=1)
        most = int((signs != 0).sum(axis=1).max())
        # Synapses first, in the order of their senders; the rest of the list is filled up with synapses of sign 0.
        sources = np.argsort(signs == 0, axis=1, kind="stable")[:, :most]
        signs = np.take_along_axis(signs, sources, axis=1).astype(np.float32)
        sizes = jnp.full(signs.shape, LARGEST, jnp.float32)
        return cls(jnp.asarray(sources.astype(np.int32)), jnp.asarray(signs), sizes, inputs)

    @property
    def neurons(self) -> int:
        """Number of neurons."""
        return self.sources.shape[0]

    def scaled(self, size: float) -> "Liquid":
        """The same liquid with all weights of one size.

        Args:
            size: The size, from 0 to 3.
        """
        return eqx.tree_at(lambda liquid: liquid.size, self, jnp.full_like(self.size, size))

    def connections(self) -> Float[np.ndarray, "neuron neuron"]:
        """1 where there is a synapse from neuron j (columns) to neuron i (rows), 0 elsewhere."""
        matrix = np.zeros((self.neurons, self.neurons + self.inputs))
        np.put_along_axis(matrix, np.asarray(self.sources), np.abs(np.asarray(self.signs)), axis=1)
        return matrix[:, : self.neurons]

    def rest(self, plasticity: AstrocytePlasticity | None = None) -> LiquidState:
        """The state before the first ms.

        Args:
            plasticity: How weights change; None if they do not.
        """
        zero, sources = jnp.zeros(self.neurons), jnp.zeros(self.neurons + self.inputs)
        start = AstrocytePlasticity() if plasticity is None else plasticity
        rates = jnp.asarray(start.potentiation, jnp.float32), jnp.asarray(start.base, jnp.float32)
        return LiquidState(zero, zero, sources, sources, self.size, *rates)

    def run(
        self,
        inputs: Float[Array, "time input"],
        plasticity: AstrocytePlasticity | None = None,
        start: LiquidState | None = None,
    ) -> LiquidRun:
        """Drive the liquid with spikes.

        Args:
            inputs: Spikes of each input in each ms, 0 or 1; a number between is a current of that share of a spike.
            plasticity: How weights change while it runs; None if they do not.
            start: The state before; at rest if None.

        Cost: O(neurons * synapses) for each ms.
        """

        def body(state, u):
            state, spikes = self._step(state, u, plasticity)
            return state, spikes

        start = self.rest(plasticity) if start is None else start
        end, spikes = jax.lax.scan(body, start, inputs)
        return LiquidRun(spikes, end)

    def warmed_up(self, inputs: Float[Array, "sample time input"], plasticity: AstrocytePlasticity) -> "Liquid":
        """The liquid with the weights that plasticity leaves after many samples, one after the other.

        Weights and the state of the astrocyte, which is slower than a sample, go from sample to sample; each begins at
        rest.

        Args:
            inputs: Spikes of the inputs; samples of 20 ms are usual.
            plasticity: How weights change.
        """

        def body(kept, u):
            size, depression = kept
            end = self.run(u, plasticity, rest._replace(size=size, depression=depression)).end
            return (end.size, end.depression), None

        rest = self.rest(plasticity)
        (size, _), _ = jax.lax.scan(body, (rest.size, rest.depression), inputs)
        return eqx.tree_at(lambda liquid: liquid.size, self, size)

    def _step(
        self, state: LiquidState, u: Float[Array, " input"], plasticity: AstrocytePlasticity | None
    ) -> tuple[LiquidState, Float[Array, " neuron"]]:
        drive = (self.signs * state.size * state.current[self.sources]).sum(axis=1)
        v = jnp.where(state.rest > 0, 0.0, state.v * (1 - LEAK) + drive)
        spikes = (v >= THRESHOLD).astype(v.dtype)
        sent = jnp.concatenate([spikes, u])
        state = state._replace(
            v=v * (1 - spikes),
            rest=jnp.where(spikes > 0, float(REFRACTORY), jnp.maximum(state.rest - 1, 0.0)),
            current=jnp.exp(-1 / CURRENT_TIME) * state.current + sent / CURRENT_TIME,
        )
        if plasticity is None:
            return state, spikes
        traces = state.trace[: self.neurons], state.trace[self.sources]
        change = plasticity.change(state.potentiation, state.depression, traces, (spikes, sent[self.sources]))
        return (
            state._replace(
                trace=plasticity.next_trace(state.trace, sent),
                size=jnp.clip(state.size + change, 0.0, LARGEST),
                potentiation=plasticity.decay * state.potentiation,
                depression=plasticity.next_depression(state.depression, spikes.sum(), u.sum()),
            ),
            spikes,
        )
