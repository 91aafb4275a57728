"""The branching factor: how many spikes follow from a spike."""

import numpy as np
from jaxtyping import Float

WINDOW = 4
"""Length of the past and of the future of a spike, in ms."""


def branching_factor(
    spikes: Float[np.ndarray, "sample time neuron"], connections: Float[np.ndarray, "neuron neuron"]
) -> float:
    r"""Mean over spikes of the spikes of its targets in the next 4 ms over those of its sources in the last 4 ms.

    At 1 activity neither grows nor dies out. Spikes without a spike of a source before them, and those less than 4 ms
    from an end, do not count; NaN if no spike is left.

    Args:
        spikes: Spikes of each neuron, 0 or 1.
        connections: 1 where there is a synapse from neuron j (columns) to neuron i (rows).

    Cost: A product of spikes and connections.

    Example:
        >>> chain = np.eye(3, k=-1)  # 0 to 1 to 2
        >>> spikes = np.zeros((1, 20, 3))
        >>> spikes[0, [8, 10, 12], [0, 1, 2]] = 1
        >>> branching_factor(spikes, chain)  # of the middle neuron; the last one has no target, and 0 follow
        0.5

    References:
        Ivanov & Michmizos, Increasing liquid state machine performance with edge-of-chaos dynamics organized by
        astrocyte-modulated plasticity, NeurIPS 2021 [@ivanov2021].
    """
    # Sums over the rows t + 1 to t + 4, by differences of cumulative sums.
    total = np.concatenate([np.zeros_like(spikes[:, :1]), np.cumsum(spikes, axis=1)], axis=1)
    n = spikes.shape[1]
    rows = np.arange(WINDOW, n - WINDOW)
    future = total[:, rows + WINDOW + 1] - total[:, rows + 1]
    past = total[:, rows] - total[:, rows - WINDOW]
    after, before = future @ connections, past @ connections.T
    counted = (spikes[:, rows] > 0) & (before > 0)
    return float(np.mean(after[counted] / before[counted])) if counted.any() else np.nan
