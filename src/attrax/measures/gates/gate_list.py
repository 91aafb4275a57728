"""The gates in the order in which their findings are shown."""

from attrax.measures.gates.compared import Compared, GateResult
from attrax.measures.gates.occupation import occupation
from attrax.measures.gates.regularity import regularity
from attrax.measures.gates.replay import replay
from attrax.measures.gates.speed import speed
from attrax.measures.gates.stationarity import stationarity
from attrax.measures.gates.time_direction import time_direction

GATES = {
    "stationarity": stationarity,
    "speed": speed,
    "occupation": occupation,
    "time direction": time_direction,
    "regularity": regularity,
    "replay": replay,
}
"""Each gate is a function of `Compared` that returns what is wrong in one sentence, or an empty text."""


def pass_gates(compared: Compared) -> tuple[GateResult, ...]:
    """Test the free runs with every gate.

    Args:
        compared: Recordings and free runs.

    Cost: About 0.2 s for 20 free runs of 4,000 rows of 3 channels.
    """
    return tuple(GateResult(name, gate(compared)) for name, gate in GATES.items())
