"""How near free runs are to the training data: against the definition, and where it has no value of its own."""

from dataclasses import dataclass

import numpy as np
import pytest
from jaxtyping import Float

from attrax.baselines import Persistence
from attrax.core import AbstractSimulator, Result, Simulation
from attrax.core.simulator import one_by_one
from attrax.data import Dataset, Series
from attrax.measures import SpectrumDistance, StateSpaceDivergence
from attrax.reconstruct.judging.free_runs import free_runs
from attrax.reconstruct.learning.selection import nearness_to
from attrax.reconstruct.settings.configuration import configure

CONFIG = configure(overrides={"evaluate": {"measures": "gtf2023"}})


@dataclass(frozen=True)
class Replay(AbstractSimulator):
    """Free runs that are, after their transient, the recording itself."""

    recording: Float[np.ndarray, "time obs"]

    def simulate(self, context, n, s=None, *, key=None):
        return Simulation(self.recording[np.arange(-(n // 5), n - n // 5)], Result.SUCCESSFUL)

    def simulate_many(self, contexts, n, s=None, *, key=None):
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(self, x, horizon, s=None):
        return x[horizon:]


@pytest.fixture
def recording(henon):
    return Series(henon(500))


def test_it_is_the_logarithm_of_the_mean_over_runs_averaged_over_measures(recording):
    near, error = nearness_to(Dataset((recording,)), CONFIG)(Persistence())
    runs = free_runs(Persistence(), recording, 10, seed=CONFIG.seed).runs
    values = np.array(
        [
            [measure(recording.x, run.x).value for run in runs]
            for measure in (StateSpaceDivergence.gtf2023(), SpectrumDistance.gtf2023())
        ]
    )
    assert near == pytest.approx(np.log(values.mean(axis=1)).mean(), rel=1e-9)
    # The error of a logarithm is the relative one, that of a mean of two half of both together.
    relative = values.std(axis=1, ddof=1) / np.sqrt(10) / values.mean(axis=1)
    assert error == pytest.approx(np.sqrt((relative**2).sum()) / 2, rel=1e-9)


def test_the_recording_itself_is_as_near_as_can_be(recording):
    near, error = nearness_to(Dataset((recording,)), CONFIG)(Replay(recording.x))
    assert near == pytest.approx(np.log(1e-12))
    assert error == 0.0
